// The check of licences can fail, and reads licence expressions as they are meant.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { allows, judge, readRules } from "../../scripts/audit.mjs";

const rules = readRules(readFileSync(new URL("../../deny.toml", import.meta.url), "utf8"));
const crate = (changes) => ({
  name: "some",
  version: "1.0.0",
  license: "MIT",
  source: "registry+https://example.com/index",
  ...changes,
});

test("a licence expression is good when it can be met", () => {
  const cases = {
    MIT: true,
    "MIT/Apache-2.0": true,
    "GPL-3.0-only OR MIT": true,
    "(MIT OR GPL-3.0-only) AND Unicode-3.0": true,
    "Apache-2.0 WITH LLVM-exception OR GPL-3.0-only": true,
    "GPL-3.0-only AND MIT": false,
    "MIT AND": false,
    "GPL-3.0-only": false,
    "": false,
  };
  for (const [expression, good] of Object.entries(cases)) assert.equal(allows(expression, rules.licences), good, expression);
});

test("a crate is refused for its licence, its source, or by name", () => {
  assert.deepEqual(judge([crate({}), crate({ source: null, license: null })], rules), []);
  assert.deepEqual(judge([crate({ license: "AGPL-3.0-only" })], rules), ["some 1.0.0 has the licence “AGPL-3.0-only”"]);
  assert.deepEqual(judge([crate({ license: null })], rules), ["some 1.0.0 has the licence “null”"]);
  assert.deepEqual(judge([crate({ source: "git+https://example.com/some" })], rules), [
    "some 1.0.0 does not come from a registry",
  ]);
  assert.deepEqual(judge([crate({ name: "openssl" })], rules), ["openssl 1.0.0 is banned"]);
});

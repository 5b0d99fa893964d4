// deny.toml is held against crates that may not be here: cargo-deny reads it, and it refuses them.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { cargoDeny } from "../../scripts/setup.mjs";
import { root } from "./tarball.mjs";

const work = mkdtempSync(join(tmpdir(), "quote-desk-licences-"));

before(cargoDeny);
after(() => rmSync(work, { recursive: true, force: true }));

function write(path, text) {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
}

/** A crate in a folder of its own, with no code. */
function crate(folder, { name = folder, licence = "MIT", dependency = "" } = {}) {
  const terms = licence === null ? "" : `license = "${licence}"`;
  write(
    `${folder}/Cargo.toml`,
    `[package]\nname = "${name}"\nversion = "1.0.0"\n${terms}\n[dependencies]\n${dependency}\n[workspace]\n`,
  );
  write(`${folder}/src/lib.rs`, "");
}

/** What cargo-deny says of a crate with this dependency, by our rules: the codes of its errors. */
function judged(dependency) {
  crate("host", { dependency });
  rmSync(join(work, "host", "Cargo.lock"), { force: true });
  const rules = join(root, "deny.toml");
  const manifest = join(work, "host", "Cargo.toml");
  const checks = ["licenses", "bans", "sources"];
  const args = ["deny", "--format", "json", "--manifest-path", manifest, "--config", rules, "check", ...checks];
  const { status, stderr } = spawnSync("cargo", args, { encoding: "utf8" });
  const errors = stderr
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(({ type, fields }) => type === "diagnostic" && fields.severity === "error")
    .map(({ fields }) => fields.code);
  assert.equal(status === 0, errors.length === 0, stderr);
  return errors;
}

test("a licence expression is good when it can be met", () => {
  const cases = {
    MIT: true,
    "MIT/Apache-2.0": true,
    "GPL-3.0-only OR MIT": true,
    "(MIT OR GPL-3.0-only) AND Unicode-3.0": true,
    "GPL-3.0-only AND MIT": false,
    "GPL-3.0-only": false,
  };
  for (const [licence, good] of Object.entries(cases)) {
    crate("some", { licence });
    assert.deepEqual(judged(`some = { path = "../some" }`), good ? [] : ["rejected"], licence);
  }
});

test("a crate is refused for its licence, its source, or by name", () => {
  crate("some");
  assert.deepEqual(judged(`some = { path = "../some" }`), []);
  crate("some", { licence: null });
  assert.deepEqual(judged(`some = { path = "../some" }`), ["unlicensed"]);
  crate("openssl");
  assert.deepEqual(judged(`openssl = { path = "../openssl" }`), ["banned"]);
  crate("elsewhere");
  const git = (...args) => assert.equal(spawnSync("git", args, { cwd: join(work, "elsewhere") }).status, 0, args[0]);
  git("init", "--quiet");
  git("add", ".");
  git("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--message", "x");
  assert.deepEqual(judged(`elsewhere = { git = "file://${join(work, "elsewhere")}" }`), ["source-not-allowed"]);
});

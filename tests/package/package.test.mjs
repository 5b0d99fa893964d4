// The tarball as a frontend developer gets it: packed, installed in a Vite app, type-checked, built, and run.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../e2e/browser.mjs";
import { Desk } from "../e2e/desk.mjs";
import { Servers } from "../e2e/servers.mjs";
import { root, run, Tarball } from "./tarball.mjs";

let tarball;

before(() => (tarball = new Tarball()));
after(() => tarball?.dispose());

test("the tarball holds the package and nothing else", () => {
  const { files } = tarball;
  for (const file of [
    "package.json",
    "README.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "pkg/index.js",
    "pkg/index.d.ts",
    "pkg/worker.js",
    "pkg/types.d.ts",
    "pkg/cin7_quote_desk.js",
    "pkg/cin7_quote_desk_bg.wasm",
  ]) {
    assert.ok(files.includes(file), `${file} is not in the tarball: ${files.join(", ")}`);
  }
  const strangers = files.filter(
    (file) => !/^(package\.json|README\.md|CHANGELOG\.md|LICENSE-(MIT|APACHE)|pkg\/[\w.-]+\.(js|d\.ts|wasm))$/.test(file),
  );
  assert.deepEqual(strangers, []);
});

test("publint and attw find nothing wrong with its package.json", () => {
  run(join(root, "node_modules", ".bin", "publint"), ["run", tarball.path, "--strict"], root);
  // The .wasm is a file to fetch, not a module to import.
  run(
    join(root, "node_modules", ".bin", "attw"),
    [tarball.path, "--profile", "esm-only", "--exclude-entrypoints", "wasm", "--no-color"],
    root,
  );
});

test("a Vite app with strict types prices a quote with it in a browser", async () => {
  const app = tarball.installed("app");
  run("npm", ["run", "build"], app);
  assert.ok(
    readdirSync(join(app, "dist", "assets")).some((name) => name.endsWith(".wasm")),
    "the built app has no .wasm file",
  );

  const servers = await Servers.start({ screen: join(app, "dist") });
  const browser = await launch();
  try {
    const desk = await Desk.fresh(browser, servers);
    await desk.page.goto(servers.url);
    await desk.page.waitForFunction(() => document.querySelector("#result").textContent !== "", undefined, { timeout: 60_000 });
    const result = JSON.parse(await desk.page.locator("#result").textContent());
    assert.equal(result.failed, undefined, JSON.stringify(result));
    assert.equal(result.line.net, "540.00");
    assert.equal(result.line.price, "150.00");
    assert.equal(result.line.priceReason, "Wholesale");
    assert.equal(result.line.quantity, "4");
    assert.equal(result.line.discount, "10");
    assert.deepEqual(
      [result.totals.net, result.totals.tax, result.totals.gross, result.totals.currency],
      ["540.00", "108.00", "648.00", "GBP"],
    );
    assert.deepEqual(
      { ...result.refusal, fields: result.refusal.fields.toSorted() },
      { code: "invalid-options", name: "QuoteDeskError", isError: true, fields: ["databaseNam", "proxyUrl"] },
    );
    assert.match(result.versions.package, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(desk.wire.complaints, []);
  } finally {
    await browser.close();
    await servers.stop();
  }
});

// README's first example as it is pasted: into an app with strict types, built, and run.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { launch } from "../e2e/browser.mjs";
import { Desk } from "../e2e/desk.mjs";
import { Servers } from "../e2e/servers.mjs";
import { root, run, Tarball } from "./tarball.mjs";

const RESULT = `
const { net, tax, gross } = quote.totals();
const stops = quote.problems().filter(({ severity }) => severity === "stop");
document.querySelector("#result")!.textContent = JSON.stringify({ net, tax, gross, stops, key: order.key });
`;

test("README's example type-checks and runs as pasted, to a confirmed order of 648.00", async () => {
  const [, example] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(root, "README.md"), "utf8"));
  const tarball = new Tarball();
  const app = tarball.installed("app", (app) => writeFileSync(join(app, "src", "main.ts"), example + RESULT));
  run("npm", ["run", "build"], app);
  const servers = await Servers.start({ screen: join(app, "dist") });
  const browser = await launch();
  try {
    const desk = await Desk.fresh(browser, servers);
    await desk.page.goto(servers.url);
    await desk.page
      .waitForFunction(() => document.querySelector("#result").textContent !== "", undefined, { timeout: 30_000 })
      .catch(({ message }) => assert.fail(`${message}\n${desk.wire.complaints.join("\n")}`));
    const result = JSON.parse(await desk.page.locator("#result").textContent());
    assert.deepEqual(result, {
      net: "540.00",
      tax: "108.00",
      gross: "648.00",
      stops: [],
      key: "https://crm.example.com/view/Quote/10452",
    });
    await desk.until(
      async () => (await servers.sandbox.salesOf("https://crm.example.com/view/Quote/10452")).length === 1,
      "the order stands in Cin7",
    );
    assert.deepEqual(desk.wire.complaints, []);
  } finally {
    await browser.close();
    await servers.stop();
    tarball.dispose();
  }
});

// The package in every environment of `environments/`: a folder with what its bundler needs, whose `src/main.js` calls `smoke`.
//
// A folder's `npm run build` makes `dist/`, or its `npm run dev` serves on PORT and hands /cin7 on to PROXY.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../e2e/browser.mjs";
import { Desk } from "../e2e/desk.mjs";
import { Servers } from "../e2e/servers.mjs";
import { here, run, Tarball } from "./tarball.mjs";

let tarball;
let browser;

before(async () => {
  tarball = new Tarball();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  tarball?.dispose();
});

const folders = readdirSync(join(here, "environments"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
for (const { name } of folders) {
  test(`the package syncs, quotes and orders in ${name}`, async () => {
    const app = tarball.installed(`environments/${name}`, (app) =>
      cpSync(join(here, "environments", "smoke.js"), join(app, "src", "smoke.js")),
    );
    const { scripts } = JSON.parse(readFileSync(join(app, "package.json"), "utf8"));
    if (scripts.build !== undefined) {
      run("npm", ["run", "build"], app);
      // A bundler that leaves pages alone is given one.
      if (!existsSync(join(app, "dist", "index.html"))) cpSync(join(app, "index.html"), join(app, "dist", "index.html"));
    }
    const servers = await Servers.start(scripts.build === undefined ? {} : { screen: join(app, "dist") });
    const served = scripts.build === undefined ? await devServer(app, servers.url) : { url: servers.url, stop: () => undefined };
    const desk = await Desk.fresh(browser, servers);
    try {
      await desk.page.goto(served.url);
      await desk.page
        .waitForFunction(() => document.querySelector("#result").textContent !== "", undefined, { timeout: 60_000 })
        .catch((error) => {
          throw new Error(`${error.message}\n${desk.wire.complaints.join("\n")}`);
        });
      const result = JSON.parse(await desk.page.locator("#result").textContent());
      assert.deepEqual(result, {
        net: "540.00",
        tax: "108.00",
        gross: "648.00",
        key: "https://crm.example.com/view/Quote/10452",
      });
      assert.deepEqual(desk.wire.complaints, []);
    } finally {
      await desk.close();
      served.stop();
      await servers.stop();
    }
  });
}

/** Runs an app's `npm run dev`; resolves once it answers. */
async function devServer(app, proxy) {
  const port = await freePort();
  const child = spawn("npm", ["run", "dev"], {
    cwd: app,
    env: { ...process.env, PORT: String(port), PROXY: proxy },
    stdio: "ignore",
    detached: true,
  });
  const stop = () => process.kill(-child.pid);
  const url = `http://localhost:${port}/`;
  const end = Date.now() + 60_000;
  while (
    !(await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (Date.now() > end) {
      stop();
      assert.fail(`The dev server of ${app} does not answer.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { url, stop };
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// The screen without its server: it opens from what the browser has kept, and a new version takes over without breaking open
// tabs.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { LINK, writeQuote10452 } from "./fixture.mjs";
import { Servers } from "./servers.mjs";

const built = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "www", "dist");
let browser;

before(async () => (browser = await launch()));
after(() => browser?.close());

/** Plays on a desk whose screen is a copy of the built one, in `folder`, so that another version can be put there. */
async function play(body) {
  const folder = mkdtempSync(join(tmpdir(), "quote-screen-"));
  cpSync(built, folder, { recursive: true });
  const servers = await Servers.start({ screen: folder });
  const desk = await Desk.fresh(browser, servers, { serviceWorkers: "allow" });
  try {
    await desk.open(LINK);
    await desk.synced();
    await desk.until(() => kept(desk).then((urls) => urls.length > 0), "the screen's files are kept");
    await body({ desk, servers, folder });
    assert.deepEqual(
      desk.wire.complaints.filter((words) => !words.includes("ERR_CONNECTION_REFUSED")),
      [],
      "the page complained",
    );
  } finally {
    await desk.close();
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The addresses of everything that the browser keeps for the screen, once its service worker runs. */
const kept = (desk) =>
  desk.page.evaluate(async () => {
    if ((await navigator.serviceWorker.getRegistration())?.active?.state !== "activated") return [];
    const caches_ = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return caches_.flat().map(({ url }) => new URL(url).pathname);
  });

const versions = (desk) => desk.page.evaluate(() => caches.keys());

/** The version in a folder becomes another: the file of each page has a new name, and the old one is gone. */
function deploy(folder, version) {
  const old = readFileSync(join(folder, "index.html"), "utf8").match(/name="version" content="(\w+)"/)[1];
  const [page] = readdirSync(join(folder, "assets")).filter((name) => name.startsWith("orders-page-"));
  const renamed = `orders-page-${version}.js`;
  renameSync(join(folder, "assets", page), join(folder, "assets", renamed));
  const scripts = readdirSync(join(folder, "assets"))
    .filter((name) => name.endsWith(".js"))
    .map((name) => join("assets", name));
  for (const file of ["index.html", "service-worker.js", ...scripts]) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(old, version).replaceAll(page, renamed));
  }
  return { old: `quote-screen/${old}`, page };
}

test("a quote reloaded without a server opens with its lines, is edited, and so do all pages", async () => {
  await play(async ({ desk, servers }) => {
    await writeQuote10452(desk);
    await desk.view(LINK);
    await servers.stop();
    await desk.page.reload();
    await desk.totals({ net: "622.50", tax: "124.50", gross: "747.00" });
    await desk.set(1, "Quantity", "5");
    await desk.totals({ net: "757.50", tax: "151.50", gross: "909.00" });
    for (const [path, title] of [
      ["/orders", /Orders/],
      ["/products", /Products/],
      ["/companies", /Companies/],
      ["/settings", /Settings/],
      ["/product/CHAIR.01", /./],
      ["/", /Quotes/],
    ]) {
      await desk.page.goto(new URL(path, servers.url).href);
      await desk.until(() => desk.page.evaluate(() => window.quoteDesk !== undefined), `the desk is open on ${path}`);
      await desk.until(async () => title.test(await desk.page.title()), `${path} is drawn`);
    }
  });
});

test("nothing that Cin7 answered is kept by the service worker, only the screen's own files", async () => {
  await play(async ({ desk }) => {
    await desk.open(LINK);
    await desk.synced();
    await desk.page.evaluate(() => fetch("/cin7/status"));
    const urls = await kept(desk);
    assert.deepEqual(
      urls.filter((path) => path !== "/" && !path.startsWith("/assets/")),
      [],
    );
    for (const part of [/worker-.*\.js$/, /\.wasm$/, /index-.*\.css$/, /orders-page-.*\.js$/])
      assert.ok(
        urls.some((path) => part.test(path)),
        `${part} is not kept`,
      );
  });
});

test("a new version is there at the next load; an open tab keeps its own files until it goes", async () => {
  await play(async ({ desk, servers, folder }) => {
    const { old, page } = deploy(folder, "2222222222222222");
    const tab = await desk.anotherTab();
    await tab.open();
    assert.equal(await tab.page.evaluate(() => document.querySelector("meta[name=version]").content), "2222222222222222");
    await desk.until(async () => (await versions(tab)).includes("quote-screen/2222222222222222"), "the new version is kept");
    // The first tab still runs the old one, whose file the server has no more.
    assert.equal(await desk.page.evaluate((page) => fetch(`/assets/${page}`).then(({ status }) => status), page), 200);
    assert.ok((await versions(tab)).includes(old));
    await desk.page.close();
    await tab.until(async () => {
      await tab.page.reload();
      return (await versions(tab)).join() === "quote-screen/2222222222222222";
    }, "the old version is dropped");
    await servers.stop();
    await tab.page.reload();
    assert.equal(await tab.page.evaluate(() => document.querySelector("meta[name=version]").content), "2222222222222222");
    await tab.until(() => tab.page.evaluate(() => window.quoteDesk !== undefined), "the desk is open");
  });
});

test("a server that answers 502 or does not answer for seconds shows the kept page", async () => {
  await play(async ({ desk, servers }) => {
    const { origin } = new URL(servers.url);
    for (const answer of [(route) => route.fulfill({ status: 502, body: "bad gateway" }), () => undefined]) {
      await desk.page.context().route(`${origin}/orders`, answer);
      await desk.page.goto(`${origin}/orders`);
      await desk.until(() => desk.page.evaluate(() => window.quoteDesk !== undefined), "the desk is open");
      await desk.page.context().unroute(`${origin}/orders`);
    }
  });
});

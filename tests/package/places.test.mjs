// Where the package is put: it runs there, or says by a code which file or setting keeps it from running.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { launch, ProfileBrowser } from "../e2e/browser.mjs";
import { Servers } from "../e2e/servers.mjs";
import { Host, NAMES } from "./host.mjs";

let servers;
let host;
let browser;
let page;

before(async () => {
  servers = await Servers.start();
  host = await Host.start(servers.url);
  browser = await launch({ args: [NAMES] });
});
after(async () => {
  await browser?.close();
  await host?.stop();
  await servers?.stop();
});
afterEach(async () => {
  host.answers.clear();
  await page?.context().close();
});

/** A page of a fresh profile, answered with these headers. */
async function visit({ headers = {}, html, name } = {}) {
  host.answers.set("/page", { headers, body: html });
  page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(host.url("/page", name));
  return page;
}

/** Runs `body` in a page, or a frame, with the package; gives its result, or what it threw as plain data. */
function using(where, body, given, { from = "/pkg/index.js" } = {}) {
  return where.evaluate(`(async () => {
    const { default: init, QuoteDesk } = await import(${JSON.stringify(from)});
    try {
      return await (${body})({ init, QuoteDesk, given: ${JSON.stringify(given ?? null)} }) ?? "done";
    } catch (caught) {
      const { name, code, retryable, message, details } = caught;
      return { name, code, retryable, message, details };
    }
  })()`);
}

const openAndClose = async ({ QuoteDesk }) => (await QuoteDesk.open({ proxyUrl: "/cin7/" })).close();

/** Prices a line and confirms it: nothing of the package is missing then. */
async function ordered({ QuoteDesk }) {
  const desk = await QuoteDesk.open({ proxyUrl: "/cin7/" });
  await desk.sync.start();
  await desk.ready();
  const [customer] = await desk.customers.search("bayside");
  const quote = await desk.quotes.create({ link: `https://crm.example/view/Quote/${Math.random()}`, customerId: customer.id });
  await quote.addLine({ sku: "CHAIR-01", quantity: "4" });
  const { gross } = quote.totals();
  const { state } = await desk.orders.confirm(quote);
  desk.close();
  return { gross, state };
}

/** Holds what was thrown against what should be: one detail, about this file or setting. */
function refused(thrown, code, field, words) {
  assert.equal(thrown.name, "QuoteDeskError", JSON.stringify(thrown));
  assert.deepEqual([thrown.code, thrown.details.map((detail) => detail.field)], [code, [field]], JSON.stringify(thrown));
  assert.match(thrown.details[0].problem, words);
  assert.equal(thrown.retryable, code === "load-failed");
}

const WASM = "/pkg/cin7_quote_desk_bg.wasm";
for (const [what, answer, words] of [
  ["is missing", { status: 404, body: "nothing here" }, /cin7_quote_desk_bg\.wasm was answered with 404/],
  [
    "is another page",
    { body: "<!doctype html>", headers: { "content-type": "text/html" } },
    /cin7_quote_desk_bg\.wasm was answered with a page/,
  ],
  ["is no wasm", { body: "plain" }, /cin7_quote_desk_bg\.wasm does not compile: .*magic word/],
]) {
  test(`a .wasm that ${what} is load-failed and named; the next open tries again`, async () => {
    await visit();
    host.answers.set(WASM, answer);
    refused(await using(page, openAndClose), "load-failed", "wasm", words);
    host.answers.delete(WASM);
    assert.equal(await using(page, openAndClose), "done");
  });
}

test("a failed init is forgotten, and one from elsewhere serves page and worker", async () => {
  await visit();
  refused(await using(page, ({ init }) => init("/elsewhere.wasm")), "load-failed", "wasm", /elsewhere\.wasm/);
  const wrong = await using(page, ({ init }) => init(7));
  assert.deepEqual([wrong.code, wrong.details[0].field], ["invalid-input", "source"]);
  const { body } = { body: await fetch(host.url(WASM)).then((response) => response.arrayBuffer()) };
  host.answers.set("/moved.wasm", { body: Buffer.from(body) });
  host.answers.set(WASM, { status: 404, body: "" });
  const opened = await using(page, async ({ init, QuoteDesk }) => {
    await init("/moved.wasm");
    (await QuoteDesk.open({ proxyUrl: "/cin7/" })).close();
  });
  assert.equal(opened, "done");
});

test("a worker file that is missing is load-failed and named; the next open tries again", async () => {
  await visit();
  host.answers.set("/pkg/worker.js", { status: 404, body: "" });
  refused(await using(page, openAndClose), "load-failed", "worker", /worker\.js/);
  host.answers.set("/pkg/worker.js", { body: "throw new Error('by itself')" });
  refused(await using(page, openAndClose), "load-failed", "worker", /worker\.js does not run: .*by itself/);
  host.answers.delete("/pkg/worker.js");
  assert.equal(await using(page, openAndClose), "done");
});

test("a package from another origin is blocked, naming the worker, until given one", async () => {
  await visit();
  const from = host.url("/pkg/index.js", "cdn.example");
  refused(await using(page, openAndClose, null, { from }), "blocked", "worker", /cdn\.example.*`worker`/);
  const opened = await using(
    page,
    async ({ QuoteDesk, given }) => {
      const script = URL.createObjectURL(new Blob([`import ${JSON.stringify(given)};`], { type: "text/javascript" }));
      (await QuoteDesk.open({ proxyUrl: "/cin7/", worker: () => new Worker(script, { type: "module" }) })).close();
    },
    host.url("/pkg/worker.js", "cdn.example"),
    { from },
  );
  assert.equal(opened, "done");
});

for (const [policy, setting, words] of [
  ["script-src 'self'", "script-src", /'wasm-unsafe-eval'/],
  ["worker-src 'none'", "worker-src", /worker/],
  ["connect-src 'none'", "connect-src", /cin7_quote_desk_bg\.wasm/],
  ["require-trusted-types-for 'script'", "require-trusted-types-for", /`worker`/],
]) {
  test(`under the policy ${policy} the desk is blocked and names the directive`, async () => {
    await visit({ headers: { "content-security-policy": policy } });
    refused(await using(page, openAndClose), "blocked", setting, words);
  });
}

test("under trusted types a worker started through the page's own policy opens the desk", async () => {
  await visit({ headers: { "content-security-policy": "require-trusted-types-for 'script'; trusted-types crm" } });
  const opened = await using(page, async ({ QuoteDesk }) => {
    const policy = trustedTypes.createPolicy("crm", { createScriptURL: (url) => url });
    const worker = () => new Worker(policy.createScriptURL("/pkg/worker.js"), { type: "module" });
    (await QuoteDesk.open({ proxyUrl: "/cin7/", worker })).close();
  });
  assert.equal(opened, "done");
});

test("a frame sandboxed without allow-same-origin is blocked, naming the sandbox", async () => {
  host.answers.set("/frame", {});
  await visit({ html: '<!doctype html><link rel="icon" href="data:,"><iframe sandbox="allow-scripts" src="/frame"></iframe>' });
  const frame = page.frames().find((each) => each.url().endsWith("/frame"));
  refused(await using(frame, openAndClose, null, { from: host.url("/pkg/index.js") }), "blocked", "sandbox", /allow-same-origin/);
});

test("storage that never answers is a storage error within 20 seconds", async () => {
  await visit();
  const started = Date.now();
  const thrown = await using(page, async ({ QuoteDesk }) => {
    const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
    // A deletion that this connection holds up, and behind it whoever opens.
    for (const kind of ["cache", "vault"]) {
      window[kind] = await done(indexedDB.open(`default/${kind}`));
      indexedDB.deleteDatabase(`default/${kind}`);
    }
    (await QuoteDesk.open({ proxyUrl: "/cin7/" })).close();
  });
  assert.deepEqual(
    [thrown.name, thrown.code, thrown.message],
    ["QuoteDeskError", "storage", "The browser's storage does not answer."],
  );
  assert.ok(Date.now() - started < 20_000, `it took ${Date.now() - started} ms`);
});

test("a browser that blocks storage opens the desk in memory and says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cin7-quote-desk-blocked-"));
  mkdirSync(join(folder, "Default"));
  writeFileSync(
    join(folder, "Default", "Preferences"),
    JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }),
  );
  const strict = await ProfileBrowser.start(folder);
  try {
    const blocked = await strict.context.newPage();
    await blocked.goto(host.url("/"));
    assert.ok(
      await blocked.evaluate(() => {
        try {
          return localStorage === null;
        } catch {
          return true;
        }
      }),
      "this browser does not block storage",
    );
    const opened = await using(blocked, async ({ QuoteDesk }) => {
      const desk = await QuoteDesk.open({ proxyUrl: "/cin7/" });
      const { protection, refusal } = await desk.storage();
      // Reading for itself, as nothing can be shared with other tabs.
      await desk.sync.start();
      await desk.ready();
      desk.close();
      return { protection, refused: typeof refusal };
    });
    assert.deepEqual(opened, { protection: "memory", refused: "string" });
  } finally {
    await strict.kill();
    // What was killed may take a moment to be gone.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
});

test("an office host without https syncs, quotes and orders", async () => {
  await visit({ name: "office.example" });
  assert.equal(await page.evaluate(() => isSecureContext), false);
  assert.deepEqual(await using(page, ordered), { gross: "720.00", state: "queued" });
});

test("a module worker of the host's own syncs, quotes and orders", async () => {
  host.answers.set("/crm-worker.js", {
    body: `import { QuoteDesk } from "/pkg/index.js"; 
      (${ordered})({ QuoteDesk }).then((result) => postMessage(result), (caught) => postMessage(String(caught)));`,
  });
  await visit();
  const result = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const worker = new Worker("/crm-worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve(message ?? "it did not load");
      }),
  );
  assert.deepEqual(result, { gross: "720.00", state: "queued" });
});

// A panic in Rust reaches whoever called with its code and its words, and the desk goes on.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../e2e/browser.mjs";
import { Servers } from "../e2e/servers.mjs";
import { Host } from "./host.mjs";
import { root } from "./tarball.mjs";

/** Where the text that a person types would be, the package with planted panics falls over this one. */
const PLANTED = "a planted panic";
let servers;
let host;
let browser;

before(async () => {
  servers = await Servers.start();
  host = await Host.start(servers.url);
  for (const [name, type] of [
    ["cin7_quote_desk.js", "text/javascript"],
    ["cin7_quote_desk_bg.wasm", "application/wasm"],
  ]) {
    const body = await readFile(join(root, "target", "planted", name));
    host.answers.set(`/pkg/${name}`, { headers: { "content-type": type }, body });
  }
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await host?.stop();
  await servers?.stop();
});

/** Runs `body` with a synced desk and a quote in a fresh profile; gives its result and what the console heard of panics. */
async function onDesk(body) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const heard = [];
    page.on("console", (message) => message.type() === "error" && heard.push(message.text()));
    await page.goto(host.url("/"));
    const seen = await page.evaluate(`(async () => {
      const { QuoteDesk } = await import("/pkg/index.js");
      const failure = async (call) => {
        try {
          await call();
          return null;
        } catch ({ name, code, details }) {
          return { name, code, words: details?.map(({ problem }) => problem).join() };
        }
      };
      const desk = await QuoteDesk.open({ proxyUrl: "/cin7/" });
      await desk.sync.start();
      await desk.ready();
      const link = "https://crm.example/view/Quote/1";
      const quote = await desk.quotes.create({ link, customerId: "7a8f439b-fa87-4795-a085-385ce8b133f9" });
      const line = await quote.addLine({ sku: "CHAIR-01", quantity: "4" });
      await quote.save();
      return (${body})({ QuoteDesk, desk, quote, line, link, failure, planted: ${JSON.stringify(PLANTED)} });
    })()`);
    return { seen, heard: heard.filter((text) => text.includes("panicked at")) };
  } finally {
    await context.close();
  }
}

/** What a caller gets of a panic in one file of ours. */
function fellIn(failure, file) {
  assert.deepEqual([failure?.name, failure?.code], ["QuoteDeskError", "internal"]);
  assert.match(failure.words, new RegExp(`panicked at src/${file.replaceAll(".", "\\.")}:\\d+:\\d+:\\s+planted here`));
}

test("a call that panics in the worker is internal with the panic's words, and the next call works", async () => {
  const { seen, heard } = await onDesk(async ({ desk, failure, planted }) => ({
    atOnce: await failure(() => desk.products.search(planted)),
    later: await failure(() => desk.orders.lookUp(planted)),
    next: (await desk.products.search("chair")).map(({ sku }) => sku),
  }));
  fellIn(seen.atOnce, "planted.rs");
  fellIn(seen.later, "planted.rs");
  assert.ok(seen.next.includes("CHAIR-01"), `${seen.next}`);
  assert.ok(heard.length > 0, "the console hears of it too");
});

test("an edit that panics in the page is internal with its words, and the quote opens again as saved", async () => {
  const { seen, heard } = await onDesk(async ({ QuoteDesk, desk, quote, line, link, failure, planted }) => {
    const other = await desk.quotes.create({ link: `${link}0`, customerId: "7a8f439b-fa87-4795-a085-385ce8b133f9" });
    const edit = await failure(() => quote.setDescription(line.id, planted));
    const after = await failure(() => quote.totals());
    const untouched = other.header().link;
    await quote.close().catch(() => undefined);
    const again = await desk.quotes.open(link);
    const kept = again.lines().map(({ sku, quantity }) => [sku, quantity]);
    const edited = again.setQuantity(line.id, "5").quantity;
    await again.close();
    await desk.close();
    const reopened = await QuoteDesk.open({ proxyUrl: "/cin7/" });
    const last = (await reopened.quotes.open(link)).lines().map(({ quantity }) => quantity);
    return { edit, after, untouched, kept, edited, last };
  });
  fellIn(seen.edit, "planted.rs");
  assert.deepEqual(seen.after, seen.edit, "what fell says so from then on");
  assert.equal(seen.untouched, "https://crm.example/view/Quote/10");
  assert.deepEqual(seen.kept, [["CHAIR-01", "4"]]);
  assert.deepEqual([seen.edited, seen.last], ["5", ["5"]]);
  assert.equal(heard.length, 1, "the console hears of it too");
});

test("reload brings a quote back in place after a panic", async () => {
  const { seen } = await onDesk(async ({ quote, line, failure, planted }) => {
    const edit = await failure(() => quote.setDescription(line.id, planted));
    await quote.reload();
    return { edit, quantity: quote.setQuantity(line.id, "6").quantity };
  });
  fellIn(seen.edit, "planted.rs");
  assert.equal(seen.quantity, "6");
});

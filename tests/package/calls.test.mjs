// Calling the package wrongly, too early, too late, or with listeners that throw: a code for each, and nothing breaks.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "../e2e/browser.mjs";
import { Servers } from "../e2e/servers.mjs";
import { Host } from "./host.mjs";

const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";
let servers;
let host;
let browser;

before(async () => {
  servers = await Servers.start();
  host = await Host.start(servers.url);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await host?.stop();
  await servers?.stop();
});

/** Runs `body` on a desk of a fresh profile, synced unless told otherwise, and gives its result. */
async function onDesk(body, { synced = true, reported = [] } = {}) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => reported.push(error.message));
    await page.goto(host.url("/"));
    return await page.evaluate(`(async () => {
      const { QuoteDesk } = await import("/pkg/index.js");
      const code = async (call) => {
        try {
          await call();
          return null;
        } catch (caught) {
          if (caught.name !== "QuoteDeskError") return String(caught);
            return caught.code + (caught.details.length ? ":" + caught.details.map(({ field }) => field) : "");
        }
      };
      const desk = await QuoteDesk.open({ proxyUrl: "/cin7/" });
      if (${synced}) {
        await desk.sync.start();
        await desk.ready();
      }
      const start = { link: "https://crm.example/view/Quote/1", customerId: "${BAYSIDE}" };
        const quote = ${synced} ? await desk.quotes.create(start) : undefined;
      return (${body})({ QuoteDesk, desk, quote, code });
    })()`);
  } finally {
    await context.close();
  }
}

test("quotes.create before the first sync is not-ready, and works after desk.ready", async () => {
  const seen = await onDesk(
    async ({ desk, code }) => {
      const start = { link: "https://crm.example/view/Quote/2", customerId: "7a8f439b-fa87-4795-a085-385ce8b133f9" };
      const early = await code(() => desk.quotes.create(start));
      const ready = desk.ready();
      await desk.sync.start();
      await ready;
      return { early, late: await code(() => desk.quotes.create(start)), again: await code(() => desk.ready()) };
    },
    { synced: false },
  );
  assert.deepEqual(seen, { early: "not-ready", late: null, again: null });
});

test("desk.ready ends with the signal's reason, with closed, or with the failure of a run", async () => {
  await servers.sandbox.reset();
  const seen = await onDesk(
    async ({ QuoteDesk, desk, code }) => {
      const waiting = new AbortController();
      const aborted = code(() => desk.ready({ signal: waiting.signal }));
      waiting.abort(new Error("had enough"));
      const at = {
        aborted: await aborted,
        before: await code(() => desk.ready({ signal: AbortSignal.abort(new Error("too late")) })),
      };
      const closing = code(() => desk.ready());
      desk.close();
      const failing = await QuoteDesk.open({ proxyUrl: "/nowhere/", databaseName: "failing" });
      await failing.sync.start();
      const failed = await code(() => failing.ready());
      failing.close();
      return { ...at, closed: await closing, failed };
    },
    { synced: false },
  );
  assert.deepEqual(seen, { aborted: "Error: had enough", before: "Error: too late", closed: "closed", failed: "not-ready:sync" });
});

test("after close every call is closed, a second close is harmless, and edits are refused", async () => {
  const reported = [];
  const seen = await onDesk(
    async ({ desk, quote, code }) => {
      const { id } = await quote.addLine({ sku: "CHAIR-01" });
      await quote.save();
      const other = await desk.quotes.create({
        link: "https://crm.example/view/Quote/3",
        customerId: "7a8f439b-fa87-4795-a085-385ce8b133f9",
      });
      await other.close();
      await other.close();
      const closedQuote = await Promise.all(
        [() => other.view(), () => other.addLine({ sku: "CHAIR-01" }), () => other.setWarehouse(null), () => other.save()].map(
          code,
        ),
      );
      desk.close();
      desk.close();
      const late = await Promise.all(
        [
          () => desk.sync.state(),
          () => desk.quotes.list(),
          () => desk.orders.confirm(quote),
          () => desk.leave(),
          () => desk.ready(),
          () => quote.setQuantity(id, "2"),
          () => quote.addLine({ sku: "CHAIR-01" }),
        ].map(code),
      );
      const quantity = quote.line(id).quantity;
      await quote.close();
      await quote.close();
      return { closedQuote, late, quantity };
    },
    { reported },
  );
  assert.deepEqual(seen.closedQuote.slice(0, 3), ["closed", "closed", "closed"]);
  assert.deepEqual(
    seen.late,
    Array.from({ length: 7 }, () => "closed"),
  );
  assert.equal(seen.quantity, "1");
  assert.deepEqual(reported, []);
});

test("a whole number that is negative, broken or too large is refused, and nothing moves", async () => {
  const seen = await onDesk(async ({ desk, quote, code }) => {
    const ids = [];
    for (const sku of ["CHAIR-01", "LAMP-02", "CHAIR-01"]) ids.push((await quote.addLine({ sku })).id);
    const wrong = [-1, 0, 1.5, NaN, Infinity, 2 ** 32 + 1, "1", null, undefined];
    const tries = {
      moveLine: (number) => quote.moveLine(ids[0], number),
      setPriceTier: (number) => quote.setPriceTier(number ?? {}),
      customers: (limit) => desk.customers.search("bay", { limit: limit ?? {} }),
      products: (limit) => desk.products.search("chair", { limit: limit ?? {} }),
      tier: (priceTier) => desk.products.search("chair", { priceTier: priceTier ?? {} }),
      companies: (limit) => desk.companies.search("bay", { limit: limit ?? {} }),
      sales: (limit) => desk.sales.list({ limit: limit ?? {} }),
      transactions: (limit) => desk.sales.transactions({ limit: limit ?? {} }),
      changes: (limit) => desk.changes.read({ limit: limit ?? {} }),
    };
    const answers = {};
    for (const [name, call] of Object.entries(tries))
      answers[name] = await Promise.all(wrong.map((number) => code(() => call(number))));
    quote.moveLine(ids[0], 2);
    const moved = quote.lines().map(({ id }) => ids.indexOf(id));
    return { answers, moved };
  });
  const fields = { moveLine: "number", setPriceTier: "ordinal", tier: "priceTier" };
  for (const [name, codes] of Object.entries(seen.answers)) {
    assert.deepEqual(
      codes,
      Array.from({ length: 9 }, () => `invalid-input:${fields[name] ?? "limit"}`),
      name,
    );
  }
  assert.deepEqual(seen.moved, [1, 0, 2]);
});

test("arguments of another kind are invalid-input or invalid-options, each with its field", async () => {
  const seen = await onDesk(async ({ QuoteDesk, desk, quote, code }) => {
    const circular = {};
    circular.self = circular;
    const calls = {
      "open()": () => QuoteDesk.open(),
      "open(circular)": () => QuoteDesk.open({ proxyUrl: "/cin7/", settings: circular }),
      "open(token)": () => QuoteDesk.open({ proxyUrl: "/cin7/", token: "abc" }),
      "open(worker)": () => QuoteDesk.open({ proxyUrl: "/cin7/", worker: "/worker.js" }),
      "open(address)": () => QuoteDesk.open({ proxyUrl: "http://[" }),
      "on(event)": () => desk.on("orders", () => undefined),
      "on(listener)": () => desk.on("order"),
      "onChange()": () => quote.onChange("listener"),
      "create()": () => desk.quotes.create(),
      "open(link)": () => desk.quotes.open(7),
      "addLine()": () => quote.addLine(),
      "addLine({})": () => quote.addLine({}),
      "editHeader()": () => quote.editHeader(),
      "editHeader(bigint)": () => quote.editHeader({ memo: 7n }),
      "confirm()": () => desk.orders.confirm({ save() {} }),
      "export(links)": () => desk.quotes.export({ links: "all" }),
      "export(key)": () => desk.orders.export({ keys: ["a", 7] }),
      "export(null)": () => desk.orders.export(null),
      "edit()": () => desk.companies.edit("7a8f439b-fa87-4795-a085-385ce8b133f9"),
      "createAccount()": () => desk.companies.create(),
      "check()": () => desk.settings.check(),
      "list(null)": () => desk.sales.list(null),
      "enteredByHand()": () => desk.orders.enteredByHand("key"),
      "undoByHand()": () => desk.orders.undoByHand("key"),
      "leave(null)": () => desk.leave(null),
      "exposure(none)": () => desk.sales.exposure("none"),
    };
    const answers = {};
    for (const [name, call] of Object.entries(calls)) answers[name] = await code(call);
    return answers;
  });
  assert.deepEqual(seen, {
    "open()": "invalid-options:options",
    "open(circular)": "invalid-options:options",
    "open(token)": "invalid-options:token",
    "open(worker)": "invalid-options:worker",
    "open(address)": "invalid-options:proxyUrl",
    "on(event)": "invalid-input:event",
    "on(listener)": "invalid-input:listener",
    "onChange()": "invalid-input:listener",
    "create()": "invalid-input:start",
    "open(link)": "invalid-input:link",
    "addLine()": "invalid-input:line",
    "addLine({})": "invalid-input:productId",
    "editHeader()": "invalid-input:edit",
    "editHeader(bigint)": "invalid-input:memo",
    "confirm()": "invalid-input:quote",
    "export(links)": "invalid-input:links",
    "export(key)": "invalid-input:keys[1]",
    "export(null)": "invalid-input:ask",
    "edit()": "invalid-input:edit",
    "createAccount()": "invalid-input:form",
    "check()": "invalid-input:settings",
    "list(null)": "invalid-input:ask",
    "enteredByHand()": "invalid-input:entry",
    "undoByHand()": "invalid-input:ask",
    "leave(null)": "invalid-input:options",
    "exposure(none)": "unknown-customer",
  });
});

test("a listener that throws is reported; the edit stands, it is saved, and the others hear", async () => {
  const reported = [];
  const seen = await onDesk(
    async ({ desk, quote, code }) => {
      const heard = [];
      quote.onChange(() => {
        throw new Error("the page's change");
      });
      quote.onChange(() => heard.push("change"));
      quote.onSave(() => {
        throw new Error("the page's save");
      });
      const saved = new Promise((resolve) => quote.onSave((failure) => resolve(failure === null)));
      const line = await quote.addLine({ sku: "CHAIR-01" });
      const quantity = quote.setQuantity(line.id, "3").quantity;
      desk.on("order", () => {
        throw new Error("the page's order");
      });
      const ordered = new Promise((resolve) => desk.on("order", ({ state }) => resolve(state)));
      const isSaved = await saved;
      const confirmed = await code(() => desk.orders.confirm(quote));
      await ordered;
      return { quantity, isSaved, confirmed, heard: heard.length >= 2 };
    },
    { reported },
  );
  assert.deepEqual(seen, { quantity: "3", isSaved: true, confirmed: null, heard: true });
  assert.deepEqual([...new Set(reported)].sort(), ["the page's change", "the page's order", "the page's save"]);
});

// A fresh account of 20,000 products, 5,000 customers and 10,000 sales, through a proxy and a Cin7 that both hold to 60 calls
// in 60 seconds.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { Servers } from "./servers.mjs";

const LIMIT = 60;
const WINDOW = 60_000;

let servers;
let browser;

before(async () => {
  servers = await Servers.start({
    world: "bulk",
    worldArgs: "--products 20000 --customers 5000 --sales 10000 --suppliers 1200 --locations 1",
    callsPerMinute: LIMIT,
  });
  await servers.sandbox.switches({ calls_per_minute: LIMIT });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await servers?.stop();
});

test("it is read with exactly the calls that paging needs, and never more than 60 in any 60 seconds", async (context) => {
  const { sandbox } = servers;
  await sandbox.clearJournal();
  const desk = await Desk.fresh(browser, servers);
  await desk.open();
  const state = () => desk.page.evaluate(() => window.quoteDesk.sync.state());
  await desk.until(async () => (await state()).endedAt !== null, "the first run has ended", 180_000);
  const { ready, failure, lists } = await state();
  assert.deepEqual([ready, failure], [true, null]);
  const rows = Object.fromEntries(lists.map(({ list, rows: kept }) => [list, kept]));
  // Of ten sales one is a draft and one is void: they are read and not kept.
  assert.deepEqual([rows.products, rows.customers, rows.suppliers, rows.sales], [20_000, 5_000, 1_200, 8_000]);

  // Details of sales come one by one behind the run; a few of them are waited for, so that they count in the windows too.
  const detail = ({ path }) => path.toLowerCase() === "/sale";
  await desk.until(async () => (await sandbox.journal()).filter(detail).length >= 5, "some details are read", 90_000);
  const journal = await sandbox.journal();
  const counts = {};
  for (const call of journal.filter((one) => !detail(one)))
    counts[call.path.toLowerCase()] = (counts[call.path.toLowerCase()] ?? 0) + 1;
  const pages = (list) => Math.max(1, Math.ceil(rows[list] / 1000));
  assert.deepEqual(counts, {
    "/me": 1,
    "/ref/pricetier": 1,
    "/ref/tax": 1,
    "/ref/location": 1,
    "/ref/paymentterm": 1,
    "/me/contacts": 1,
    "/reference/discount": 1,
    "/customer": 5,
    "/supplier": 2,
    "/product": 20,
    "/ref/productavailability": pages("stock"),
    "/salelist": 10,
    "/purchaselist": 1,
  });
  const opened = journal.filter(detail).map(({ query }) => query.ID);
  assert.equal(new Set(opened).size, opened.length, "no sale is opened twice");

  assert.deepEqual(
    journal.filter(({ status }) => status !== 200),
    [],
    "Cin7 refused a call",
  );
  const times = journal.map(({ at }) => Date.parse(at));
  const busiest = Math.max(...times.map((start, index) => times.slice(index).filter((time) => time < start + WINDOW).length));
  context.diagnostic(
    `${journal.length} calls in ${((times.at(-1) - times[0]) / 1000).toFixed(0)} s, at most ${busiest} in any 60 s`,
  );
  assert.ok(journal.length > LIMIT, "too few calls to show anything");
  assert.ok(busiest <= LIMIT, `${busiest} calls in 60 seconds`);
  await desk.close();
});

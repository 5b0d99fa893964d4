// G01: when the next run comes, and from which moment on it asks.

import assert from "node:assert/strict";
import { hold, rows } from "./scenario.mjs";

const row = rows();
const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";

/** The calls of a list in the journal. */
async function callsOf(sandbox, path) {
  return (await sandbox.journal()).filter((call) => call.path.toLowerCase() === path);
}

/** The lines of the fixture's two open purchases are read one by one after the first run, which is no part of any run. */
const purchasesRead = (desk, sandbox) =>
  desk.until(
    async () => (await callsOf(sandbox, "/advanced-purchase")).filter(({ status }) => status === 200).length === 2,
    "the purchases are read",
  );

const state = (desk) => desk.page.evaluate(() => window.quoteDesk.sync.state());
const runEnds = (desk) => desk.until(async () => (await state(desk)).phase === "idle", "the run has ended");

let products;
const holdProducts = async (_, desk) => (products = await hold(desk, (url) => url.pathname.toLowerCase() === "/cin7/product"));

row(
  "G01_the_next_run_comes_a_quarter_of_an_hour_after_the_end_and_asks_from_before_the_start",
  { clock: "2026-03-30T15:00:00Z", synced: false, world: holdProducts },
  async ({ desk, sandbox, clock }) => {
    // The customers have been read when products begin, which take until 15:12.
    await products.there;
    assert.equal((await callsOf(sandbox, "/customer")).length, 1);
    await clock.set("15:05:00");
    await sandbox.mutate({ collection: "customers", id: BAYSIDE, set: { PriceTier: "Retail" } });
    await clock.set("15:12:00");
    products.letGo();
    await runEnds(desk);
    const first = await state(desk);
    assert.equal(first.endedAt, "2026-03-30T15:12:00.000Z");
    assert.equal(first.nextAt, "2026-03-30T15:27:00.000Z");
    await purchasesRead(desk, sandbox);

    await sandbox.clearJournal();
    await clock.set("15:26:59");
    await desk.page.waitForTimeout(500);
    assert.deepEqual(await sandbox.journal(), [], "nothing is asked before 15:27");

    await clock.set("15:27:00");
    await desk.until(async () => (await state(desk)).endedAt === "2026-03-30T15:27:00.000Z", "the second run has ended");
    const calls = await callsOf(sandbox, "/customer");
    // The first answer says that a customer has changed, so that the run begins again with the reference books.
    assert.equal(calls.length, 2);
    for (const { query } of calls) assert.ok(query.ModifiedSince <= "2026-03-30T15:00:00", query.ModifiedSince);
    const customer = await desk.page.evaluate((id) => window.quoteDesk.customers.get(id), BAYSIDE);
    assert.equal(customer.priceTier, "Retail");
  },
);

row(
  "G01_a_run_that_fails_is_followed_as_late_and_moves_no_mark",
  { clock: "2026-03-30T15:00:00Z" },
  async ({ desk, sandbox, clock }) => {
    await runEnds(desk);
    await clock.set("15:05:00");
    await sandbox.clearJournal();
    await sandbox.fault({ method: "GET", path: "/product", kind: "status", status: 500, times: 5 });
    await desk.syncNow();
    // Each try waits a little longer; the last one fails at 15:06.
    for (const [tries, next] of [
      [1, "15:05:10"],
      [2, "15:05:20"],
      [3, "15:05:40"],
      [4, "15:06:00"],
    ]) {
      await desk.until(
        async () => (await callsOf(sandbox, "/product")).length === tries && (await state(desk)).phase === "waiting",
        `try ${tries} has failed`,
      );
      await clock.set(next);
    }
    await runEnds(desk);
    const failed = await state(desk);
    assert.deepEqual([failed.endedAt, failed.nextAt], ["2026-03-30T15:06:00.000Z", "2026-03-30T15:21:00.000Z"]);
    assert.notEqual(failed.failure, null);

    await sandbox.clearJournal();
    await clock.set("15:20:59");
    await desk.page.waitForTimeout(500);
    assert.deepEqual(await sandbox.journal(), []);
    await clock.set("15:21:00");
    await desk.until(async () => (await state(desk)).endedAt === "2026-03-30T15:21:00.000Z", "the next run has ended");
    // The mark is the start of the last good run less two minutes, not that of the failed one.
    const [customers] = await callsOf(sandbox, "/customer");
    assert.match(customers.query.ModifiedSince, /^2026-03-30T14:58:00/);
    assert.equal((await state(desk)).failure, null);
  },
);

row(
  "G01_an_idle_run_costs_one_call_per_list_of_changes_and_the_pages_of_stock",
  { clock: "2026-03-30T15:00:00Z" },
  async ({ desk, sandbox, clock }) => {
    await runEnds(desk);
    await purchasesRead(desk, sandbox);
    const lists = ["/customer", "/supplier", "/product", "/ref/productavailability", "/salelist", "/purchaselist"];
    const books = [
      "/me",
      "/ref/pricetier",
      "/ref/tax",
      "/ref/location",
      "/ref/paymentterm",
      "/me/contacts",
      "/reference/discount",
    ];
    const runAt = async (time) => {
      await sandbox.clearJournal();
      await clock.set(time);
      await desk.until(async () => (await state(desk)).endedAt === `2026-03-30T${time}.000Z`, `the run of ${time} has ended`);
      return (await sandbox.journal()).map(({ path }) => path.toLowerCase());
    };
    for (const time of ["15:15:00", "15:30:00", "15:45:00"]) assert.deepEqual(await runAt(time), lists, time);
    assert.deepEqual(await runAt("16:00:00"), [...books, ...lists], "once an hour the reference books are read again");

    // A customer that has changed may be on a tier of a new name: then they are read at once, before its page is.
    await sandbox.mutate({ collection: "priceTiers", id: "Wholesale", set: { Name: "Trade" } });
    await sandbox.mutate({ collection: "customers", id: "Corner Shop", set: { PriceTier: "Trade" } });
    await clock.set("16:05:00");
    assert.deepEqual(await runAt("16:15:00"), ["/customer", ...books, ...lists]);
    await desk.until(
      async () => (await desk.page.evaluate((id) => window.quoteDesk.customers.get(id), BAYSIDE)).priceTier === "Trade",
      "the new name is here",
    );
    assert.deepEqual(await runAt("16:30:00"), lists);
  },
);

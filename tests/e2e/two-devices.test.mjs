// Two devices write the same quote and confirm it in the same second: one sale stands, and both know it.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { LINK, LINK_AS_OPENED, moneyOf, writeQuote10452 } from "./fixture.mjs";
import { Servers } from "./servers.mjs";

let servers;
let browser;

before(async () => {
  servers = await Servers.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await servers?.stop();
});
beforeEach(async () => {
  await servers.sandbox.reset();
  await servers.sandbox.switches({ calls_per_minute: 100_000 });
});

/** Two browsers with quote 10452, so far unaware of each other. */
async function twoDevices({ lag }) {
  const devices = [];
  for (const _ of "ab") {
    const desk = await Desk.fresh(browser, servers);
    await desk.open(LINK_AS_OPENED);
    await desk.synced();
    await writeQuote10452(desk);
    devices.push(desk);
  }
  await servers.sandbox.clearJournal();
  // Cin7 takes its time over the first header, so that the second device has looked, and found nothing, before it is there.
  await servers.sandbox.fault({ method: "POST", path: "/sale", times: 1, kind: "delay", ms: 2000 });
  // And it shows no sale by its key for a while.
  await servers.sandbox.switches({ external_id_lag_seconds: lag });
  return devices;
}

const posts = async (path) => (await servers.sandbox.journal()).filter((call) => call.method === "POST" && call.path.toLowerCase() === path);

test("the second device gets the first one's sale", async () => {
  const [one, other] = await twoDevices({ lag: 3600 });
  await Promise.all([one.confirm(), other.confirm()]);
  const orders = await Promise.all([one.orderIs(LINK, "confirmed"), other.orderIs(LINK, "confirmed")]);
  assert.equal(orders[0].orderNumber, orders[1].orderNumber);
  assert.equal((await posts("/sale")).length, 1, "one header was sent");
  const sales = await servers.sandbox.salesOf(LINK);
  assert.equal(sales.length, 1);
  assert.deepEqual(moneyOf(sales[0]), { TotalBeforeTax: 622.5, Tax: 124.5, Total: 747 });
});

test("a second device with other lines is told that the quote is ordered already", async () => {
  const [one, other] = await twoDevices({ lag: 3600 });
  await other.add("BOLT-03", { quantity: "10" });
  await Promise.all([one.confirm(), other.confirm()]);
  // Whose lines come first is chance; the other one is told, and changes nothing.
  const ends = await Promise.all([one, other].map((desk) => desk.until(async () => {
    const order = await desk.order(LINK).catch(() => null);
    return order !== null && ["confirmed", "needs-attention"].includes(order.state) && order;
  }, "the order has come to an end", 60_000)));
  assert.deepEqual(ends.map(({ state }) => state).sort(), ["confirmed", "needs-attention"]);
  const stopped = ends.find(({ state }) => state === "needs-attention");
  assert.match(JSON.stringify(stopped), /has other lines than this quote|lines refused/);
  assert.equal((await posts("/sale")).length, 1, "one header was sent");
  const sales = await servers.sandbox.salesOf(LINK);
  assert.equal(sales.length, 1);
  const confirmed = ends.find(({ state }) => state === "confirmed");
  assert.equal(moneyOf(sales[0]).Total, Number(confirmed.actual.gross));
});

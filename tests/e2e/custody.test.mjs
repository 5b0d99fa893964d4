// Orders that the server keeps too: an order whose browser has lost everything goes on on another device, and stands once.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { LINK, moneyOf, writeQuote10452 } from "./fixture.mjs";
import { openOrders } from "./sales.mjs";
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

/** Cin7 answers nothing that an order asks. */
async function cin7Down() {
  await servers.sandbox.fault({ path: "/saleList", query: { ExternalID: LINK }, times: 1000, kind: "status", status: 503 });
}

const devices = [];
// What one test leaves open would go on with the next one's orders.
afterEach(() => Promise.all(devices.splice(0).map((desk) => desk.close().catch(() => undefined))));

/** Waits until the server keeps the order of a desk. */
const kept = (desk) =>
  desk.until(
    async () => (await desk.order(LINK).catch(() => null))?.steps.some(({ step, state }) => step === "kept" && state === "done"),
    "the server keeps the order",
  );

async function device() {
  const desk = await Desk.fresh(browser, servers);
  devices.push(desk);
  await desk.open(LINK);
  await desk.synced();
  return desk;
}

test("an order whose browser lost its vault is gone on with on another device and stands once", async () => {
  const first = await device();
  await writeQuote10452(first);
  await cin7Down();
  await first.confirm();
  await kept(first);
  await first.page.locator(".timeline").getByText("Kept by the server").first().waitFor();
  // The browser loses everything: its profile is gone.
  await first.close();

  const other = await device();
  await openOrders(other);
  const card = other.page.getByRole("region", { name: "Confirmed on another device" });
  await card.getByText("Quote 10452").waitFor();
  await card.getByText("GBP 747.00").waitFor();
  assert.deepEqual(await servers.sandbox.salesOf(LINK), []);
  await servers.sandbox.clearFaults();
  await card.getByRole("button", { name: "Go on with it here" }).click();
  const order = await other.orderIs(LINK, "confirmed");
  assert.equal(order.orderNumber, "SO-00451");
  await card.waitFor({ state: "detached" });
  const sales = await servers.sandbox.salesOf(LINK);
  assert.equal(sales.length, 1);
  assert.deepEqual(moneyOf(sales[0]), { TotalBeforeTax: 622.5, Tax: 124.5, Total: 747 });
  // The quote has come along, and nothing is left to take over for a third device.
  assert.equal(
    (await other.page.evaluate(async (link) => (await window.quoteDesk.quotes.open(link)).view(), LINK)).lines.length,
    2,
  );
  const third = await device();
  await third.until(
    async () => (await third.page.evaluate(() => window.quoteDesk.orders.elsewhere())).length === 0,
    "nothing waits elsewhere",
  );
});

test("another order of the quote is stopped while the first one is on its way, and says whose that is", async () => {
  const first = await device();
  await writeQuote10452(first);
  await cin7Down();
  await first.confirm();
  await kept(first);
  const other = await device();
  await writeQuote10452(other);
  await other.set(1, "Quantity", "9");
  await other.confirm();
  const stopped = await other.orderIs(LINK, "needs-attention");
  assert.match(stopped.sentence, /Another order of this quote was confirmed/);
  await other.page.locator(".rail").getByText("Another order of this quote was confirmed").first().waitFor();
  await servers.sandbox.clearFaults();
  await first.orderIs(LINK, "confirmed");
  const [sale, more] = await servers.sandbox.salesOf(LINK);
  assert.deepEqual([moneyOf(sale).Total, more], [747, undefined]);
});

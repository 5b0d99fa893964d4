// What every kill has in common: servers that can die apart, a rep with a quote, and what must be true afterwards.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch } from "../browser.mjs";
import { ScenarioClock } from "../clock.mjs";
import { Desk } from "../desk.mjs";
import { moneyOf } from "../fixture.mjs";
import { BAYSIDE } from "../sales.mjs";
import { Apart } from "./apart.mjs";

/** The servers, the browser and the clock that all kills share. Each kill has a quote of its own. */
export const stage = {
  /** @type {Apart} */ servers: undefined,
  /** @type {import("playwright-core").Browser} */ browser: undefined,
  /** @type {ScenarioClock} */ clock: undefined,
};

before(async () => {
  stage.servers = await Apart.start();
  await stage.servers.sandbox.switches({ calls_per_minute: 100_000 });
  stage.clock = new ScenarioClock(stage.servers.sandbox, "2026-03-30T15:00:00Z");
  await stage.clock.advance(0);
  stage.browser = await launch();
});
after(async () => {
  await stage.browser?.close();
  await stage.servers?.stop();
});

/** How often what was killed. */
export const kills = new Map();

/** Counts a kill. */
export function killed(what) {
  kills.set(what, (kills.get(what) ?? 0) + 1);
}

let last = 20_000;

/** The link of a quote that has not been. */
function newLink() {
  last += 1;
  return `https://crm.prospect365.com/view/Quote/${last}`;
}

/** Every quote that Cin7 may have a sale of. */
export const links = new Set();

/** A rep's browser of its own, with the desk open and synced; `url` is where the rep reaches the proxy. */
export async function rep({ settings = {}, url = stage.servers.url, prepared } = {}) {
  const desk = await Desk.fresh(stage.browser, { url });
  await stage.clock.join(desk.page.context());
  await prepared?.(desk);
  await desk.open(undefined, settings);
  await desk.synced();
  return desk;
}

const LINES = [
  ["CHAIR-01", "4", "10"],
  ["LAMP-02", "2", "0"],
];
const MONEY = { TotalBeforeTax: 622.5, Tax: 124.5, Total: 747 };

/** Writes a quote like 10452, a new one unless told, and shows it; `receipt` is a reference of money that was taken with it. */
export async function writeQuote(desk, { receipt, link = newLink() } = {}) {
  links.add(link);
  await desk.page.evaluate(
    async ([link, customerId, lines, receipt]) => {
      const quote = await window.quoteDesk.quotes.create({ link, customerId });
      for (const [sku, quantity, discount] of lines) {
        const { id } = await quote.addLine({ sku, quantity });
        if (discount !== "0") quote.setDiscount(id, discount);
      }
      if (receipt !== null) quote.editHeader({ receipt: { amount: "200", reference: receipt, date: "2026-03-30" } });
      await quote.close();
    },
    [link, BAYSIDE, LINES, receipt ?? null],
  );
  await show(desk, link);
  return link;
}

/** Shows a quote. */
export async function show(desk, link) {
  await desk.goTo(`/?link=${encodeURIComponent(link)}`);
  await desk.totals({ net: "622.50", tax: "124.50", gross: "747.00" });
}

/** The order of a quote as it is kept here; nothing where there is none. */
export function orderOf(desk, link) {
  return desk.page.evaluate(
    (key) =>
      window.quoteDesk.orders.get(key).catch((error) => {
        if (error.code === "unknown-order") return null;
        throw error;
      }),
    link,
  );
}

/** Lets time pass until the order is confirmed; returns it. */
async function confirmed(desk, link) {
  let order;
  // Minutes of the desk's time: what was sent is looked for during two of them before it is sent again.
  for (let round = 0; round < 60; round++) {
    order = await calm(desk, link);
    if (order?.state === "confirmed") return order;
    await stage.clock.advance(round < 10 ? 6 : 20);
  }
  assert.fail(`${link} is not confirmed: ${JSON.stringify(order, null, 1)}`);
}

/** The order once nothing more happens to it before time passes. */
async function calm(desk, link) {
  let before;
  for (let same = 0; same < 3; ) {
    const order = await orderOf(desk, link);
    const now = JSON.stringify(order);
    if (order === null || ["confirmed", "needs-attention"].includes(order.state)) return order;
    same = now === before ? same + 1 : 0;
    before = now;
    await desk.page.waitForTimeout(30);
  }
  return orderOf(desk, link);
}

/** One sale stands in Cin7, with the quote's lines and money, and the rep's quote says so. */
export async function standsOnce(desk, link) {
  const order = await confirmed(desk, link);
  const sales = await stage.servers.sandbox.salesOf(link);
  assert.equal(sales.length, 1, `${link} has ${sales.length} sales: ${sales.map(({ OrderNumber }) => OrderNumber)}`);
  const [sale] = sales;
  assert.deepEqual(moneyOf(sale), MONEY);
  assert.equal(sale.Order.Status, "AUTHORISED");
  assert.deepEqual(
    sale.Order.Lines.map(({ SKU, Quantity, Discount }) => [SKU, String(Quantity), String(Discount)]),
    LINES,
  );
  assert.equal(order.actual.gross, "747.00");
  await quoteIsThere(desk, link, true);
  return sale;
}

/** Nothing of a quote is in Cin7, and the quote is there as it was. */
export async function standsNowhere(desk, link) {
  assert.equal(await orderOf(desk, link), null, "an order is kept that nobody was told of");
  assert.deepEqual(await stage.servers.sandbox.salesOf(link), []);
  await quoteIsThere(desk, link, false);
}

async function quoteIsThere(desk, link, confirmed) {
  const view = await desk.page.evaluate(async (key) => {
    const quote = await window.quoteDesk.quotes.open(key);
    const view = quote.view();
    await quote.close();
    return view;
  }, link);
  assert.equal(view.header.confirmed, confirmed);
  assert.deepEqual(
    view.lines.map(({ sku, quantity }) => [sku, quantity]),
    LINES.map(([sku, quantity]) => [sku, quantity]),
  );
}

/** A call of the order on its way to Cin7, or of its answer on the way back: the places at which an order can be struck. */
export const PLACES = [
  { name: "the look-up is on its way", method: "GET", path: "saleList", when: "before" },
  { name: "the look-up is answered", method: "GET", path: "saleList", when: "after" },
  { name: "the header is on its way", method: "POST", path: "sale", when: "before" },
  { name: "the header stands in Cin7 and its answer is on its way", method: "POST", path: "sale", when: "after" },
  { name: "the lines are on their way", method: "POST", path: "sale/order", when: "before" },
  { name: "the lines stand in Cin7 and their answer is on its way", method: "POST", path: "sale/order", when: "after" },
  { name: "the reading back is on its way", method: "GET", path: "sale", when: "before" },
  { name: "the reading back is answered", method: "GET", path: "sale", when: "after" },
];

/** The places that only an order with a receipt has. */
export const RECEIPT_PLACES = [
  { name: "the receipt is looked for", method: "GET", path: "sale/payment", when: "before" },
  { name: "the receipt is on its way", method: "POST", path: "sale/payment", when: "before" },
  { name: "the receipt stands in Cin7 and its answer is on its way", method: "POST", path: "sale/payment", when: "after" },
];

/** Confirms a quote and stops its order at a place. */
export async function confirmUntil(desk, link, { method, path, when }) {
  const held = stage.servers.line.hold({ method, path, when, link });
  await desk.confirm();
  await held.there;
  return held;
}

// The money of an order, to the penny, where rates, discounts and rounding are awkward: on the screen, in the package, in Cin7.

import assert from "node:assert/strict";
import { moneyOf } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const link = (number) => `https://crm.prospect365.com/view/Quote/${number}`;
const RULE = "20% (VAT on Income)";
const taxed = (change) => (sandbox) => sandbox.mutate({ collection: "taxRules", id: RULE, set: change });

/** The sale of a quote, once its order stands. */
async function saleOf(desk, sandbox, number) {
  const order = await desk.ordered(link(number));
  const sales = await sandbox.salesOf(link(number));
  assert.equal(sales.length, 1);
  return { order, sale: sales[0] };
}

scene("4 x 500.00 at 7.125 % is taxed 142.50, in Cin7 as quoted", { link: link(20001), world: taxed({ TaxPercent: "7.1250000000", Components: [] }) }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "4", price: "500" });
  await desk.totals({ net: "2,000.00", tax: "142.50", gross: "2,142.50" });
  const { order, sale } = await saleOf(desk, sandbox, 20001);
  assert.deepEqual(order.actual, { net: "2000.00", tax: "142.50", gross: "2142.50" });
  assert.deepEqual(moneyOf(sale), { TotalBeforeTax: 2000, Tax: 142.5, Total: 2142.5 });
  assert.deepEqual([sale.Order.Lines[0].Tax, order.notes.filter((note) => note.includes("Cin7 says"))], [142.5, []]);
});

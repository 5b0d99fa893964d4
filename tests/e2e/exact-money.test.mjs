// The money of an order, to the penny, where rates, discounts and rounding are awkward: on the screen, in the package, in Cin7.

import assert from "node:assert/strict";
import { moneyOf } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const link = (number) => `https://crm.prospect365.com/view/Quote/${number}`;
const RULE = "20% (VAT on Income)";
const taxed = (change) => (sandbox) => sandbox.mutate({ collection: "taxRules", id: RULE, set: change });
const lineOf = ({ SKU, Quantity, Price, Discount, Total, TaxRule }) => ({ SKU, Quantity, Price, Discount, Total, TaxRule });

/** The sale of a quote, once its order stands. */
async function saleOf(desk, sandbox, number) {
  const order = await desk.ordered(link(number));
  const sales = await sandbox.salesOf(link(number));
  assert.equal(sales.length, 1);
  return { order, sale: sales[0] };
}

scene(
  "4 x 500.00 at 7.125 % is taxed 142.50, in Cin7 as quoted",
  { link: link(20001), world: taxed({ TaxPercent: "7.1250000000", Components: [] }) },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "4", price: "500" });
    await desk.totals({ net: "2,000.00", tax: "142.50", gross: "2,142.50" });
    const { order, sale } = await saleOf(desk, sandbox, 20001);
    assert.deepEqual(order.actual, { net: "2000.00", tax: "142.50", gross: "2142.50" });
    assert.deepEqual(moneyOf(sale), { TotalBeforeTax: 2000, Tax: 142.5, Total: 2142.5 });
    assert.deepEqual([sale.Order.Lines[0].Tax, order.notes.filter((note) => note.includes("Cin7 says"))], [142.5, []]);
  },
);

const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";

/** Writes a quote by the package, as a CRM would, and tells what it comes to and what is said about its money. */
async function write(desk, number, lines, header = {}) {
  const written = await desk.page.evaluate(
    async ({ link, customerId, lines, header }) => {
      const quote = await window.quoteDesk.quotes.create({ link, customerId });
      for (const { sku, quantity = "1", price, discount, taxRule } of lines) {
        const line = await quote.addLine({ sku, quantity });
        if (price !== undefined) quote.setPrice(line.id, price);
        if (discount !== undefined) quote.setDiscount(line.id, discount);
        if (taxRule !== undefined) quote.setTaxRule(line.id, taxRule);
      }
      quote.editHeader(header);
      await quote.save();
      const { net, tax, gross } = quote.totals();
      return { net, tax, gross, problems: quote.problems() };
    },
    { link: link(number), customerId: BAYSIDE, lines, header },
  );
  await desk.open(link(number));
  const about = (code) => written.problems.filter((problem) => problem.code === code);
  return { ...written, about };
}

scene(
  "three lines of 8.75 at 10 % by row stay three, or become one at 28.88 when asked",
  {
    world: async (sandbox) => {
      await sandbox.mutate({ collection: "company", set: { TaxCalculationMethod: "Row Total" } });
      await taxed({ TaxPercent: 10, Components: [] })(sandbox);
    },
  },
  async ({ desk, sandbox }) => {
    const bolt = { sku: "BOLT-03", price: "8.75" };
    const { gross, about } = await write(desk, 20002, [bolt, bolt, bolt]);
    assert.equal(gross, "28.89");
    assert.deepEqual(about("totals-differ"), [], "nothing blames discounts");
    const said = "As one line of 3 its tax is 2.63 instead of 2.64, as tax is rounded on each line.";
    assert.ok(about("product-twice")[0].text.includes(said), about("product-twice")[0]?.text);
    await desk.isStopped(sandbox, said);
    await desk.button("Make it one line of 3").first().click();
    await desk.totals({ net: "26.25", tax: "2.63", gross: "28.88" });
    const { order, sale } = await saleOf(desk, sandbox, 20002);
    assert.deepEqual(order.actual, { net: "26.25", tax: "2.63", gross: "28.88" });
    assert.deepEqual(sale.Order.Lines.map(lineOf), [
      { SKU: "BOLT-03", Quantity: 3, Price: 8.75, Discount: 0, Total: 26.25, TaxRule: RULE },
    ]);
  },
);

scene("1000 x 100.00 less 12.35 % and 7.5 % is ordered at 81,076.25, as quoted", {}, async ({ desk, sandbox }) => {
  const { net, about } = await write(desk, 20003, [{ sku: "NUT-04", quantity: "1000", price: "100", discount: "12.35" }], {
    overallDiscount: "7.5",
  });
  assert.equal(net, "81076.25");
  assert.deepEqual(about("totals-differ"), []);
  const { sale } = await saleOf(desk, sandbox, 20003);
  assert.deepEqual(sale.Order.Lines.map(lineOf), [
    { SKU: "NUT-04", Quantity: 1000, Price: 92.5, Discount: 12.35, Total: 81076.25, TaxRule: RULE },
  ]);
  assert.deepEqual(moneyOf(sale), { TotalBeforeTax: 81076.25, Tax: 16215.25, Total: 97291.5 });
});

scene("a price with tax in it and a zero-rated line are one order, taxed 20.00", {}, async ({ desk, sandbox }) => {
  const lines = [
    { sku: "NUT-04", quantity: "10", taxRule: "Zero Rated Income" },
    { sku: "CHAIR-01", price: "120", taxRule: "20% Inclusive" },
  ];
  const { net, tax, gross, about } = await write(desk, 20004, lines);
  assert.deepEqual([net, tax, gross], ["103.30", "20.00", "123.30"]);
  assert.deepEqual(about("tax-mixed"), []);
  const { order, sale } = await saleOf(desk, sandbox, 20004);
  assert.deepEqual([order.actual, sale.TaxCalculation], [{ net: "103.30", tax: "20.00", gross: "123.30" }, "Inclusive"]);
  assert.deepEqual(
    sale.Order.Lines.map(({ Tax, TaxRule }) => [Tax, TaxRule]),
    [
      [0, "Zero Rated Income"],
      [20, "20% Inclusive"],
    ],
  );
});

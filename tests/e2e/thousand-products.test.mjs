// An order as long as a quote may be: a thousand different products reach Cin7 whole, or nothing of it is made.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes({ world: "bulk", worldArgs: "--products 1200 --customers 20 --locations 2" });
const link = "https://crm.prospect365.com/view/Quote/30001";

scene("a quote of 1,000 different products becomes one order of 1,000 lines", {}, async ({ desk, sandbox }) => {
  const skus = (await sandbox.state("products"))
    .filter(({ Type, Status, Sellable }) => Type === "Stock" && Status === "Active" && Sellable !== false)
    .map(({ SKU }) => SKU)
    .slice(0, 1000);
  const [{ Name: warehouse }] = await sandbox.state("locations");
  const lines = await desk.page.evaluate(
    async ({ link, skus, warehouse }) => {
      const [customer] = await window.quoteDesk.customers.search("a", { limit: 1 });
      const quote = await window.quoteDesk.quotes.create({ link, customerId: customer.id });
      quote.setWarehouse(warehouse);
      if (customer.currency !== "GBP") quote.editHeader({ exchangeRate: "1.25" });
      for (const sku of skus) {
        const line = await quote.addLine({ sku, quantity: "1" });
        if (line.price === null) quote.setPrice(line.id, "12.5");
        quote.setExtendedDescription(line.id, "For the terrace, second floor; deliver with the others of this room, please.");
      }
      await quote.save();
      await window.quoteDesk.orders.confirm(quote);
      return quote.lines().length;
    },
    { link, skus, warehouse },
  );
  assert.equal(lines, 1000);
  const order = await desk.orderIs(link, "confirmed");
  assert.equal(order.state, "confirmed");
  const [sale, ...others] = await sandbox.salesOf(link);
  assert.deepEqual([sale.Order.Lines.length, others], [1000, []]);
  const [body] = await sandbox.posted("/sale/order");
  assert.ok(JSON.stringify(body).length > 256 * 1024, "the order is longer than the proxy once took");
});

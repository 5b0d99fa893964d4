// G04 and G05: tax by the account's own method and rules, and the currency of the customer.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";

const row = rows();

/** Three products at 0.33. */
async function threePennies(desk) {
  await desk.pickCustomer("Bayside Club");
  for (const sku of ["NUT-04", "WASH-06", "PIN-07"]) await desk.add(sku);
}

row("G04_tax_is_taken_on_the_total", { link: LINK }, async ({ desk, sandbox }) => {
  await threePennies(desk);
  await desk.totals({ net: "0.99", tax: "0.20", gross: "1.19" });
  const order = await desk.ordered(LINK);
  assert.deepEqual(order.actual, { net: "0.99", tax: "0.20", gross: "1.19" });
  const [{ Lines }] = await sandbox.posted("/sale/order");
  assert.deepEqual(
    Lines.map(({ TaxRule }) => TaxRule),
    Array(3).fill("20% (VAT on Income)"),
  );
});

const byRow = (sandbox) => sandbox.mutate({ collection: "company", set: { TaxCalculationMethod: "Row Total" } });

row("G04_tax_is_taken_on_each_row_where_the_account_does_so", { link: LINK, world: byRow }, async ({ desk }) => {
  await threePennies(desk);
  await desk.totals({ net: "0.99", tax: "0.21", gross: "1.20" });
  const order = await desk.ordered(LINK);
  assert.deepEqual(order.actual, { net: "0.99", tax: "0.21", gross: "1.20" });
});

row("G04_an_inactive_rule_is_not_offered_and_stops_a_quote_that_has_it", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.details(1);
  assert.deepEqual(await desk.control("Tax rule").locator("option").allTextContents(), [
    "20% (VAT on Income)",
    "Zero Rated Income",
    "20% Inclusive",
  ]);
  await desk.control("Tax rule").selectOption("Zero Rated Income");
  await desk.totals({ net: "150.00", tax: "0.00", gross: "150.00" });
  await desk.view(LINK);
  await sandbox.mutate({ collection: "taxRules", id: "Zero Rated Income", set: { Name: "Old VAT 0%", IsActive: false } });
  await desk.sync();
  await desk.isStopped(sandbox, "Zero Rated Income");
});

row("G04_an_inclusive_rule_takes_the_tax_out_of_the_price", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { price: "120" });
  await desk.details(1);
  await desk.control("Tax rule").selectOption("20% Inclusive");
  await desk.totals({ net: "100.00", tax: "20.00", gross: "120.00" });
  const order = await desk.ordered(LINK);
  assert.deepEqual(order.actual, { net: "100.00", tax: "20.00", gross: "120.00" });
});

row("G05_prices_stand_in_the_customers_currency_and_the_rate_is_inverted", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Harbour Hotels");
  await desk.add("CHAIR-01");
  await desk.shows(desk.ofLine(1, "Price"), "135.5555");
  await desk.page.getByText("Net EUR").first().waitFor();
  await desk.isStopped(sandbox, "The quote is in EUR. Enter how many EUR one GBP buys; Cin7 needs the rate.");
  await desk.fill("Rate: EUR for one GBP", "1.25");
  await desk.shows(desk.ofLine(1, "Price"), "135.5555");
  await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale"))[0].CurrencyRate, 0.8);
  assert.equal((await sandbox.posted("/sale/order"))[0].Lines[0].Price, 135.5555);
});

// The whole path: a rep opens the quote screen, writes quote 10452, confirms, and one sale with its money stands in Cin7.

import assert from "node:assert/strict";
import { holdsCredential, storedText } from "./browser.mjs";
import { LINK, LINK_AS_OPENED, moneyOf, writeQuote10452 } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();

scene("quote 10452 becomes one sale with its money", { link: LINK_AS_OPENED }, async ({ desk, sandbox, servers }) => {
  await writeQuote10452(desk);

  await desk.shows(desk.control("Warehouse"), "North Depot");
  await desk.shows(desk.control("Price tier"), "Wholesale");
  await desk.shows(desk.ofLine(1, "Price"), "150.00");
  await desk.shows(desk.ofLine(2, "Price"), "41.25");
  const page = await desk.text();
  for (const words of ["540.00", "82.50", "customer price"]) assert.ok(page.includes(words), `the screen does not say ${words}`);

  await desk.confirm();
  const order = await desk.orderIs(LINK, "confirmed");
  assert.deepEqual(
    order.steps.map(({ step, state }) => [step, state]),
    [
      ["saved", "done"],
      ["kept", "done"],
      ["looked-up", "done"],
      ["header", "done"],
      ["lines", "done"],
      ["read-back", "done"],
    ],
  );
  assert.deepEqual(order.actual, { net: "622.50", tax: "124.50", gross: "747.00" });
  // The number that Cin7 gave it is on the screen.
  await desk.page.getByText(order.orderNumber).first().waitFor();

  const sales = await sandbox.salesOf(LINK);
  assert.equal(sales.length, 1);
  assert.deepEqual(moneyOf(sales[0]), { TotalBeforeTax: 622.5, Tax: 124.5, Total: 747 });
  assert.deepEqual(
    sales[0].Order.Lines.map(({ SKU, Quantity, Price, Discount, Total }) => ({ SKU, Quantity, Price, Discount, Total })),
    [
      { SKU: "CHAIR-01", Quantity: 4, Price: 150, Discount: 10, Total: 540 },
      { SKU: "LAMP-02", Quantity: 2, Price: 41.25, Discount: 0, Total: 82.5 },
    ],
  );
  assert.equal(sales[0].Location, "North Depot");

  const writes = (await sandbox.writes()).map(({ method, path }) => `${method} ${path}`.toLowerCase());
  assert.deepEqual(writes, ["post /sale", "post /sale/order"]);

  // Confirming again, in another tab and by another spelling of the link, gives the same order.
  const other = await desk.anotherTab();
  await other.open(`${LINK}/`);
  await other.synced();
  await other.orderIs(LINK, "confirmed");
  assert.equal((await sandbox.salesOf(LINK)).length, 1);

  assert.match(await desk.wire.text(), /CHAIR-01/, "nothing was recorded of the traffic");
  const stored = await storedText(desk.page);
  assert.match(stored, /chair-01/i, "nothing was found in the page's storage");
  assert.ok(!holdsCredential(stored), "a credential is in the page's storage");
  assert.ok(!holdsCredential(servers.log), "a credential is in the proxy's log");
});

const OTHER = "https://crm.prospect365.com/view/Quote/10453";

scene("a quote that was not confirmed is there again after a reload", { link: OTHER }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "3" });
  await desk.totals({ net: "450.00", tax: "90.00", gross: "540.00" });
  await desk.page.waitForTimeout(1000);
  await desk.open(OTHER);
  await desk.shows(desk.ofLine(1, "Quantity"), "3");
  await desk.totals({ net: "450.00", tax: "90.00", gross: "540.00" });
});

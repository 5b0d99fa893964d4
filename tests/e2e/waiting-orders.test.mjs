// Orders that wait, as a rep meets them: why, since when, what they are worth, and a way out that loses nothing.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, test } from "node:test";
import { launch } from "./browser.mjs";
import { Desk, WIDE } from "./desk.mjs";
import { LINK, writeQuote10452 } from "./fixture.mjs";
import { Servers } from "./servers.mjs";

const CHAIRS = "https://crm.prospect365.com/view/Quote/10460";

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

/** A quote of two chairs, 360.00 with tax, whose order Cin7 refuses. */
async function refusedChairs(desk) {
  await servers.sandbox.fault({
    method: "POST",
    path: "/sale",
    times: 100,
    kind: "status",
    status: 400,
    body: [{ ErrorCode: 400, Exception: "Customer is on hold" }],
  });
  await desk.open(CHAIRS);
  await desk.synced();
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "2" });
  await desk.shows(desk.control("Gross"), "360.00");
  await desk.confirm();
  await desk.orderIs(CHAIRS, "needs-attention");
}

async function saved(desk, press) {
  const download = desk.page.waitForEvent("download");
  await press();
  const file = await download;
  return [file.suggestedFilename(), readFileSync(await file.path(), "utf8")];
}

/** Rows of a table whose cells may be quoted. */
function rowsOf(csv) {
  return csv
    .replace(/^\ufeff/, "")
    .trimEnd()
    .split("\r\n")
    .map((row) =>
      [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
        .slice(0, -1)
        .map(([, cell]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)),
    );
}

test("every waiting order is shown with its reason and its worth, and can be taken along as a file", async () => {
  const desk = await Desk.fresh(browser, servers);
  await refusedChairs(desk);
  await servers.sandbox.fault({
    method: "GET",
    path: "/saleList",
    query: { ExternalID: LINK },
    times: 100,
    kind: "status",
    status: 503,
  });
  await desk.open(LINK);
  await writeQuote10452(desk);
  await desk.fill("Reference", '=PO, "7"');
  await desk.confirm();
  await desk.orderIs(LINK, "queued");
  for (const address of ["/", "/companies", "/products", "/settings", "/sync"]) {
    await desk.goTo(address);
    await desk.page.getByRole("link", { name: /^2 orders waiting.*1 of them for you$/ }).waitFor();
  }
  await desk.page.getByRole("link", { name: /^2 orders waiting.*1 of them for you$/ }).click();
  const main = desk.page.locator("main");
  await desk.shows(main, "2 orders waiting, GBP 1,107.00. 1 needs you.");
  await desk.shows(main, "Header refused: Customer is on hold");
  await desk.shows(main, "Saved here and waiting.");
  await desk.shows(main, "Next try in a moment.");

  const all = desk.page.getByRole("group", { name: "Save all waiting orders" });
  const [name, csv] = await saved(desk, () => all.getByRole("button", { name: "Table" }).click());
  assert.match(name, /^orders-\d{4}-\d\d-\d\d-\d{4}\.csv$/);
  const [head, ...rows] = rowsOf(csv);
  const of = (row) => Object.fromEntries(head.map((title, at) => [title, row[at]]));
  assert.deepEqual(
    rows
      .map(of)
      .map((row) => [row.Quote, row.SKU, row.Quantity, row.Price, row["Discount %"], row["Line total"], row.Gross, row.Link])
      .sort(),
    [
      ["10452", "CHAIR-01", "4", "150.00", "10", "540.00", "747.00", LINK],
      ["10452", "LAMP-02", "2", "41.25", "0", "82.50", "747.00", LINK],
      ["10460", "CHAIR-01", "2", "150.00", "0", "300.00", "360.00", CHAIRS],
    ],
  );
  assert.equal(of(rows.find((row) => row[0] === "10452")).Reference, '\'=PO, "7"', "a spreadsheet would reckon with it");

  const card = desk.page.locator("li.order-card").filter({ hasText: "Quote 10460" });
  const [, text] = await saved(desk, () => card.getByRole("button", { name: "Text" }).click());
  for (const words of [
    "ORDER OF QUOTE 10460",
    "Bayside Club",
    "2 x 150.00",
    "Net GBP 300.00   Tax 60.00   Gross 360.00",
    CHAIRS,
    "Header refused: Customer is on hold",
  ])
    assert.ok(text.includes(words), words);
  const [, json] = await saved(desk, () => card.getByRole("button", { name: "Data" }).click());
  const { orders } = JSON.parse(json);
  assert.equal(orders.length, 1);
  assert.equal(JSON.parse(orders[0].orderBody).Lines[0].SKU, "CHAIR-01");

  // Another try sends it, once.
  await servers.sandbox.clearFaults();
  await card.getByRole("button", { name: "Try again now" }).click();
  await desk.orderIs(CHAIRS, "confirmed");
  assert.equal((await servers.sandbox.salesOf(CHAIRS)).length, 1);
  assert.deepEqual(desk.wire.complaints, []);
  await desk.close();
});

for (const viewport of [WIDE, { width: 800, height: 900 }]) {
  test(`an order entered by hand is checked, never sent, and taken back on Cin7's word, at ${viewport.width} px`, async () => {
    const desk = await Desk.fresh(browser, servers, { viewport });
    await refusedChairs(desk);
    await servers.sandbox.scene("typed-orders");
    if (viewport !== WIDE && !(await desk.button("Entered by hand …").isVisible())) await desk.button("Order").click();
    await desk.button("Entered by hand …").click();
    const number = desk.control("Its order number in Cin7");
    await number.fill("SO-00999");
    await desk.control("Your name").fill("Ann Lee");
    await desk.button("Check and mark").click();
    await desk.page.getByText("Cin7 has no order with the number SO-00999.").waitFor();
    await number.fill("SO-00452");
    await desk.button("Check and mark").click();
    await desk.page.getByText(/Cin7 says .* for SO-00452, the quote 360\.00\./).waitFor();
    await desk.button("Mark it all the same").waitFor();
    assert.equal((await desk.order(CHAIRS)).state, "needs-attention");
    await number.fill("so-00460");
    await servers.sandbox.clearFaults();
    await servers.sandbox.clearJournal();
    await desk.button("Check and mark").click();
    const order = await desk.orderIs(CHAIRS, "by-hand");
    assert.equal(order.byHand.by, "Ann Lee");
    assert.deepEqual(order.byHand.doubts, []);
    await desk.page.getByText("Nothing of it is sent from here.").first().waitFor();
    await desk.page.getByText("entered it in Cin7 as").waitFor();
    assert.equal(await desk.page.locator(".waiting-badge").count(), 0);
    await desk.page.evaluate((key) => window.quoteDesk.orders.retry(key), CHAIRS);
    assert.equal((await desk.order(CHAIRS)).state, "by-hand");

    // It is kept, and known to another tab.
    const other = await desk.anotherTab();
    await other.open();
    await other.orderIs(CHAIRS, "by-hand");
    assert.deepEqual(await servers.sandbox.writes(), []);

    await desk.button("Not entered after all …").click();
    assert.equal(await desk.control("Your name").inputValue(), "Ann Lee");
    await desk.button("Take it back and send it").click();
    await desk.page.getByText("SO-00460 stands in Cin7 with this order's total. Void it there first.").waitFor();
    await servers.sandbox.act("sales", "SO-00460", "void");
    await desk.page.keyboard.press("Escape");
    await desk.button("Not entered after all …").click();
    await desk.button("Take it back and send it").click();
    await desk.orderIs(CHAIRS, "confirmed");
    assert.equal((await servers.sandbox.salesOf(CHAIRS)).length, 1);
    assert.deepEqual(desk.wire.complaints, []);
    await desk.close();
  });
}

test("without a network an order can be marked, and a sale of it that turns up is shown beside it", async () => {
  const desk = await Desk.fresh(browser, servers);
  await desk.open(LINK);
  await desk.synced();
  await writeQuote10452(desk);
  // Cin7 makes the sale, and nobody hears of it.
  await servers.sandbox.fault({ method: "POST", path: "/sale", times: 1, kind: "drop_after" });
  await servers.sandbox.fault({ method: "GET", path: "/saleList", skip: 1, times: 2, kind: "status", status: 503 });
  await desk.confirm();
  await desk.orderIs(LINK, "unknown");
  const context = desk.page.context();
  await context.setOffline(true);
  await context.route("**/cin7/**", (route) => route.abort("internetdisconnected"));
  await desk.button("Entered by hand …").click();
  await desk.control("Its order number in Cin7").fill("SO-00999");
  await desk.control("Your name").fill("Ann Lee");
  await desk.button("Check and mark").click();
  await desk.page.getByText(/Cin7 could not be asked for SO-00999/).waitFor();
  await desk.button("Mark it all the same").click();
  await desk.orderIs(LINK, "by-hand");
  await context.unroute("**/cin7/**");
  await context.setOffline(false);
  const order = await desk.orderIs(LINK, "needs-attention", 60_000);
  const [sale] = await servers.sandbox.salesOf(LINK);
  assert.ok(order.sentence.includes(sale.Order.SaleOrderNumber) && order.sentence.includes("SO-00999"), order.sentence);
  await desk.page.getByText("In Cin7 under this quote's link").waitFor();
  await desk.page.locator(".twins").getByRole("link", { name: sale.Order.SaleOrderNumber }).waitFor();
  assert.deepEqual(await servers.sandbox.posted("/sale/order"), [], "it got lines");

  await servers.sandbox.act("sales", sale.Order.SaleOrderNumber, "void");
  await desk.button("Look again").click();
  await desk.orderIs(LINK, "by-hand");
  assert.deepEqual(desk.wire.complaints, []);
  await desk.close();
});

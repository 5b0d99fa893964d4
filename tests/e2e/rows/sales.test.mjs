// G07, G08, G09, G10, S01, S08, S12, S14, S15 and the figure of C12: sales orders of any origin come back from Cin7.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK, writeQuote10452 } from "../fixture.mjs";

// Many runs of the sync in one minute: what the limit does is shown elsewhere.
const row = rows({ callsPerMinute: 6000 });
const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";

/** Goes to a page of the screen without loading it anew. */
async function goTo(desk, address) {
  await desk.page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new Event("qd-route"));
  }, address);
}

/** The sales that the desk keeps. */
const kept = (desk, ask = {}) => desk.page.evaluate((asked) => window.quoteDesk.sales.list(asked), ask);
const ledger = (desk) => desk.page.evaluate((id) => window.quoteDesk.sales.transactions({ customerId: id }), BAYSIDE);

/** Waits until the details of every sale that stands have been read. */
async function allRead(desk) {
  await desk.until(async () => (await kept(desk)).sales.every((sale) => sale.voided || sale.total !== null) && (await ledger(desk)).unread === 0, "the details of every sale have been read");
}

/** A run of the sync, and what follows it. `look` says whether the details have come. */
async function syncUntil(desk, what, look) {
  await desk.sync();
  await desk.until(look, what);
}

/** The rows of the table of orders, each as its cells' texts. */
async function tableRows(desk) {
  return desk.page.locator("qd-orders-page table.sales tbody tr").evaluateAll((all) => all.map((tr) => [...tr.cells].map((cell) => cell.textContent.replaceAll(/\s+/g, " ").trim())));
}

async function openOrders(desk) {
  await goTo(desk, "/orders");
  await desk.page.getByRole("heading", { name: "Orders", level: 1 }).waitFor();
}

async function openSale(desk, number) {
  const { sales: [sale] } = await kept(desk, { text: number });
  await goTo(desk, `/order/${sale.id}`);
  await desk.page.getByRole("heading", { name: number, level: 1 }).waitFor();
  return sale.id;
}

/** A part of the page by its heading. */
const part = (desk, heading) => desk.page.getByRole("region", { name: heading });
const says = (locator) => locator.evaluate((element) => element.textContent.replaceAll(/\s+/g, " ").trim());

/** Waits until a part of the page says something. */
const saysSo = (desk, locator, text) => desk.until(async () => (await says(locator).catch(() => "")).includes(text), `the page says “${text}”`);

async function confirm10452(desk) {
  await writeQuote10452(desk);
  await desk.confirm();
  return desk.orderIs(LINK, "confirmed");
}

row("G07_an_order_that_was_confirmed_here_comes_back_as_that_one_order_and_one_typed_into_cin7_beside_it", { link: LINK }, async ({ desk, sandbox }) => {
  const order = await confirm10452(desk);
  assert.equal(order.orderNumber, "SO-00451");
  await openOrders(desk);
  await desk.page.getByRole("listitem").filter({ hasText: "Quote 10452" }).waitFor();
  assert.deepEqual(await tableRows(desk), [["Cin7 has listed no order yet."]], "Cin7's list has not told of it yet");
  await sandbox.scene("typed-orders");
  await desk.sync();
  await allRead(desk);
  const { sales, total } = await kept(desk);
  assert.equal(total, 3);
  const own = sales.filter((sale) => sale.quoteLink === LINK);
  assert.deepEqual(own.map(({ number, crmStatus, origin }) => [number, crmStatus, origin]), [["SO-00451", "Confirmed Order", "crm"]]);
  assert.equal(own[0].total, "747.00");
  const typed = sales.find((sale) => sale.number === "SO-00452");
  assert.deepEqual([typed.quoteLink, typed.crmStatus, typed.origin], [null, null, "cin7"]);

  // On the screen: one row each, and no card for the order that Cin7 has listed.
  await desk.until(async () => (await tableRows(desk)).length === 3, "three rows");
  assert.equal(await desk.page.locator(".order-card").count(), 0);
  const shown = await tableRows(desk);
  assert.ok(shown.some(([number]) => number === "SO-00451 quote 10452"), JSON.stringify(shown));
  assert.ok(shown.some(([number]) => number === "SO-00452 typed into Cin7"), JSON.stringify(shown));
  assert.ok(shown.every(([, customer]) => customer.startsWith("Bayside Club")));
  await desk.page.getByRole("searchbox", { name: "Find an order" }).fill("10452");
  await desk.until(async () => (await tableRows(desk)).length === 1, "found by its quote's number");

  await openSale(desk, "SO-00451");
  await desk.page.getByText("Confirmed Order").waitFor();
  await desk.page.getByRole("link", { name: "Quote 10452" }).click();
  await desk.page.locator("qd-quote-page").waitFor();
  assert.equal((await sandbox.salesOf(LINK)).length, 1);
});

row("S01_an_order_typed_into_cin7_appears_once_and_follows_it", {}, async ({ desk, sandbox }) => {
  await sandbox.scene("typed-orders");
  await sandbox.mutate({ collection: "sales", add: { Customer: "Bayside Club", OrderNumber: "SO-00461", OrderStatus: "NOT AVAILABLE", stock: false } });
  await sandbox.mutate({ collection: "sales", add: { Customer: "Bayside Club", OrderNumber: "SO-00462", OrderStatus: "DRAFT", stock: false, Lines: [{ SKU: "CHAIR-01", Quantity: 1 }] } });
  await desk.sync();
  await allRead(desk);
  await openOrders(desk);
  await desk.until(async () => (await tableRows(desk)).length === 2, "two orders");
  assert.deepEqual((await kept(desk)).sales.map(({ number }) => number).sort(), ["SO-00452", "SO-00460"], "a quote and a draft are no orders");
  const lines = async () => (await ledger(desk)).rows.filter((line) => line.orderNumber === "SO-00460").map(({ sku, quantity, price, quoteLink }) => [sku, quantity, price, quoteLink]);
  assert.deepEqual(await lines(), [["CHAIR-01", "2", "150.00", null]]);

  await sandbox.act("sales", "SO-00460", "change_line", { SKU: "CHAIR-01", Quantity: 3 });
  await syncUntil(desk, "the change has come", async () => (await lines())[0]?.[1] === "3");
  assert.equal((await lines()).length, 1);
  assert.equal((await kept(desk, { text: "SO-00460" })).total, 1);
  await openSale(desk, "SO-00460");
  await saysSo(desk, part(desk, "Lines"), "CHAIR-01 Oak Chair 3");
  await saysSo(desk, part(desk, "Order"), "none: typed into Cin7");
});

row("S01_an_order_of_a_customer_who_is_not_known_waits_and_is_not_lost", {}, async ({ desk, sandbox }) => {
  const stranger = "7a8f439b-0000-4000-8000-0000000000aa";
  const [bayside] = (await sandbox.state("customers")).filter(({ ID }) => ID === BAYSIDE);
  // The customer's list was read a moment before the customer was made, and the order after it.
  await sandbox.mutate({ collection: "sales", add: { Customer: "Bayside Club", OrderNumber: "SO-00470", stock: false, Lines: [{ SKU: "CHAIR-01", Quantity: 1 }] } });
  await sandbox.mutate({ collection: "sales", id: "SO-00470", set: { CustomerID: stranger, Customer: "Quay Cafe" } });
  await desk.sync();
  await openOrders(desk);
  await desk.page.getByText("waits for its customer").waitFor();
  const waiting = (await kept(desk, { text: "quay" })).sales;
  assert.deepEqual(waiting.map(({ number, customerKnown, customerId }) => [number, customerKnown, customerId]), [["SO-00470", false, stranger]]);
  await sandbox.mutate({ collection: "customers", add: { ...bayside, ID: stranger, Name: "Quay Cafe", ProductPrices: [] } });
  await sandbox.mutate({ collection: "customers", id: stranger, set: { Phone: "" } });
  await desk.sync();
  await desk.until(async () => (await kept(desk, { customerId: stranger })).sales[0]?.customerKnown, "the customer is known");
  assert.equal(await desk.page.getByText("waits for its customer").count(), 0);
});

row("G08_an_order_tells_how_much_of_it_has_gone_and_when", {}, async ({ desk, sandbox }) => {
  await sandbox.scene("part-shipped");
  await desk.sync();
  await allRead(desk);
  const [sale] = (await kept(desk, { text: "SO-00448" })).sales;
  assert.deepEqual([sale.shipping, sale.shippedOn], ["Partly shipped, 3 of 4", "2026-04-02"]);
  await openSale(desk, "SO-00448");
  const shipments = part(desk, "Shipments");
  await saysSo(desk, shipments, "Partly shipped, 3 of 4");
  assert.equal(await shipments.locator(".shipping time").getAttribute("datetime"), "2026-04-02");
  // A tracking number is a link where there is somewhere to go.
  const link = shipments.getByRole("link", { name: "JD0001" });
  assert.equal(await link.getAttribute("href"), "https://track.example/JD0001");
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");

  await sandbox.act("sales", "SO-00448", "ship", { fulfilment: 2, shipped: true, date: "2026-04-09" });
  await desk.sync();
  await saysSo(desk, shipments, "Shipped, 4 of 4");
  assert.equal(await shipments.locator(".shipping time").getAttribute("datetime"), "2026-04-09");
  const rows = (await ledger(desk)).rows.filter((line) => line.orderNumber === "SO-00448");
  assert.deepEqual(rows.map(({ quantity, quantityDelivered }) => [quantity, quantityDelivered]), [["4", "4"]]);
});

row("S08_tracking_numbers_are_joined_whole_replaced_and_never_cut", {}, async ({ desk, sandbox }) => {
  const ship = (numbers) => sandbox.act("sales", "SO-00460", "ship", { fulfilment: 1, boxes: numbers.map((trackingNumber, at) => ({ box: `Box ${at + 1}`, carrier: "DHL", trackingNumber })) });
  await sandbox.scene("typed-orders");
  await ship(["JD0001", "JD0002"]);
  await desk.sync();
  await openSale(desk, "SO-00460");
  const tracking = desk.page.getByLabel("Tracking references");
  await desk.shows(tracking, "JD0001, JD0002");
  await ship(["JD0001", "JD0003"]);
  await desk.sync();
  await desk.until(async () => (await says(tracking)) === "JD0001, JD0003", "JD0002 is gone");

  const twenty = Array.from({ length: 20 }, (_, at) => `JD${String(at).padStart(18, "0")}`);
  await ship([...twenty, twenty[0]]);
  await desk.sync();
  await desk.until(async () => (await says(tracking)) === twenty.slice(0, 11).join(", "), "the first eleven whole");
  assert.equal((await says(tracking)).length, 240);
  await saysSo(desk, part(desk, "Shipments"), "and 9 more");
});

row("G09_an_invoice_is_shown_with_what_is_open_and_a_draft_is_no_debt", {}, async ({ desk, sandbox }) => {
  await sandbox.scene("bayside-invoices");
  await desk.sync();
  await allRead(desk);
  await openSale(desk, "SO-00440");
  const money = part(desk, "Invoices and payments");
  await saysSo(desk, money, "INV-00501");
  const documents = await money.locator("table.documents tbody tr").evaluateAll((all) => all.map((tr) => [...tr.cells].map((cell) => cell.textContent.trim())));
  assert.equal(documents.length, 1);
  assert.deepEqual([documents[0][0], documents[0][3], documents[0][4]], ["INV-00501", "3,200.00", "2,200.00"]);
  assert.ok(!(await says(money)).includes("500.00"), "the draft is not counted");
  await saysSo(desk, money, "1 draft invoice in Cin7, not counted.");

  // A credit note is a credit.
  await sandbox.act("sales", "SO-00440", "credit", { invoice: "INV-00501", amount: 200 });
  await desk.sync();
  await saysSo(desk, money, "−200.00");
  const credit = (await ledger(desk)).rows.find((line) => line.kind === "credit");
  assert.equal(credit.open, "-200.00");
  assert.equal((await kept(desk, { text: "SO-00440" })).sales[0].open, "2000.00");
});

row("C12_what_a_customer_owes_is_estimated_from_the_sales", {}, async ({ desk, sandbox }) => {
  const exposure = () => desk.page.evaluate((id) => window.quoteDesk.sales.exposure(id), BAYSIDE);
  await sandbox.scene("bayside-invoices");
  await desk.sync();
  await desk.until(async () => (await exposure()).complete, "every sale has been read");
  const { amount, asOf } = await exposure();
  assert.equal(amount, "3700.00", "3,200 less 1,000 paid, plus 1,500 authorised and not invoiced");
  assert.equal(asOf, (await desk.page.evaluate(() => window.quoteDesk.sync.state())).lists.find(({ list }) => list === "sales").asOf);
  await sandbox.act("sales", "SO-00441", "void");
  await desk.sync();
  await desk.until(async () => (await exposure()).amount === "2200.00", "a voided order is not owed");
});

row("S14_voided_orders_lose_their_transactions_and_only_the_crms_own_stays", { link: LINK }, async ({ desk, sandbox }) => {
  await confirm10452(desk);
  await sandbox.scene("typed-orders");
  await sandbox.mutate({ collection: "sales", add: { Customer: "Bayside Club", OrderNumber: "SO-00480", stock: false, Lines: [{ SKU: "CHAIR-01", Quantity: 1 }] } });
  await sandbox.act("sales", "SO-00480", "void");
  await desk.sync();
  await allRead(desk);
  const numbers = async () => [...new Set((await ledger(desk)).rows.map(({ orderNumber }) => orderNumber))].sort();
  assert.deepEqual(await numbers(), ["SO-00451", "SO-00452", "SO-00460"]);
  assert.equal((await kept(desk, { text: "SO-00480" })).total, 0, "a voided sale that was never kept is not added");

  await sandbox.act("sales", "SO-00451", "void");
  await sandbox.act("sales", "SO-00460", "void");
  await desk.sync();
  await desk.until(async () => (await numbers()).join() === "SO-00452", "neither has transactions");
  await openOrders(desk);
  await desk.page.getByText("voided in Cin7").waitFor();
  const shown = await tableRows(desk);
  assert.ok(shown.some(([number]) => number.startsWith("SO-00451")) && !shown.some(([number]) => number.startsWith("SO-00460")), JSON.stringify(shown));
  assert.equal((await desk.order(LINK)).voidedInCin7, true);
  await openSale(desk, "SO-00451");
  await desk.page.getByText("This order was voided in Cin7.").waitFor();
  await desk.page.getByText("Confirmed Order").waitFor();

  await sandbox.act("sales", "SO-00451", "undo");
  await sandbox.act("sales", "SO-00460", "undo");
  await desk.sync();
  await desk.until(async () => (await numbers()).join() === "SO-00451,SO-00452,SO-00460", "their rows are back");
  assert.equal((await ledger(desk)).rows.filter(({ orderNumber }) => orderNumber === "SO-00451").length, 2, "all of them");
  await desk.until(async () => (await desk.page.getByText("This order was voided in Cin7.").count()) === 0, "the page has taken it back");
  assert.equal((await sandbox.salesOf(LINK)).length, 1);
});

row("S15_partly_paid_is_not_paid_and_paid_may_be_taken_back", {}, async ({ desk, sandbox }) => {
  await sandbox.mutate({ collection: "sales", add: { Customer: "Bayside Club", OrderNumber: "SO-00490", stock: false, Lines: [{ SKU: "CHAIR-01", Quantity: 4, Price: 150, Discount: 10 }, { SKU: "LAMP-02", Quantity: 2, Price: 41.25 }] } });
  await sandbox.act("sales", "SO-00490", "invoice", { number: "INV-00601" });
  await sandbox.act("sales", "SO-00490", "pay", { amount: 200, reference: "CARD-1" });
  await sandbox.mutate({ collection: "sales", add: { Customer: "Bayside Club", OrderNumber: "SO-00491", stock: false, Lines: [{ SKU: "LAMP-02", Quantity: 1, Price: 41.25 }] } });
  await sandbox.act("sales", "SO-00491", "invoice", { number: "INV-00602" });
  await sandbox.act("sales", "SO-00491", "pay", { amount: 49.5 });
  await desk.sync();
  await allRead(desk);
  await openOrders(desk);
  await desk.page.getByRole("button", { name: "Line by line" }).click();
  const table = desk.page.getByRole("table", { name: "Transactions" });
  const heads = () => table.locator("thead th").evaluateAll((all) => all.map((th) => th.textContent.trim()));
  await table.getByRole("link", { name: "SO-00490" }).first().waitFor();
  assert.ok(!(await heads()).includes("Paid"), "the column is off until it is added");
  await desk.page.getByRole("checkbox", { name: "Paid column" }).check();
  const paid = async () => {
    const names = await heads();
    const cells = await table.locator("tbody tr").evaluateAll((all) => all.map((tr) => [...tr.cells].map((cell) => cell.textContent.replaceAll(/\s+/g, " ").trim())));
    return cells.map((cell) => [cell[0].split(" ")[0], cell[names.indexOf("Paid")].split(" ")[0], cell[names.indexOf("Open")]]);
  };
  const of490 = async () => (await paid()).filter(([number]) => number === "SO-00490");
  assert.deepEqual(await of490(), [["SO-00490", "No", "547.00"], ["SO-00490", "No", "547.00"]]);

  // It sorts and filters.
  const sort = table.getByRole("button", { name: "Paid" });
  await sort.click();
  assert.deepEqual((await paid()).map(([, flag]) => flag), ["No", "No", "Yes"]);
  await sort.click();
  assert.deepEqual((await paid()).map(([, flag]) => flag), ["Yes", "No", "No"]);
  await desk.page.getByLabel("Show paid or unpaid").selectOption("unpaid");
  assert.deepEqual([...new Set((await paid()).map(([number]) => number))], ["SO-00490"]);
  await desk.page.getByLabel("Show paid or unpaid").selectOption("all");

  await sandbox.act("sales", "SO-00490", "pay", { amount: 547, reference: "CARD-2" });
  await desk.sync();
  await desk.until(async () => (await of490()).every(([, flag, open]) => flag === "Yes" && open === "0.00"), "paid in full");
  await sandbox.act("sales", "SO-00490", "unpay", { reference: "CARD-2" });
  await desk.sync();
  await desk.until(async () => (await of490()).every(([, flag, open]) => flag === "No" && open === "547.00"), "not paid again");

  // The column is remembered.
  await desk.page.reload();
  await desk.page.getByRole("button", { name: "Line by line" }).click();
  await table.getByRole("link", { name: "SO-00490" }).first().waitFor();
  assert.ok((await heads()).includes("Paid"));
});

row("G10_payments_are_shown_with_the_order", {}, async ({ desk, sandbox }) => {
  await sandbox.scene("bayside-invoices");
  await desk.sync();
  await allRead(desk);
  await openSale(desk, "SO-00440");
  const money = part(desk, "Invoices and payments");
  await saysSo(desk, money, "BACS-7001");
  await saysSo(desk, money, "1,000.00");
  await saysSo(desk, part(desk, "So far"), "in part, which is not paid");
  assert.equal((await kept(desk, { text: "SO-00440" })).sales[0].paid, false);
  await sandbox.act("sales", "SO-00440", "pay", { amount: 2200, invoice: "INV-00501", reference: "BACS-7002" });
  await desk.sync();
  await desk.until(async () => (await kept(desk, { text: "SO-00440" })).sales[0].paid, "paid");
  await saysSo(desk, part(desk, "So far"), "in full");
});

row("S12_a_simple_sale_that_ships_twice_reads_advanced", { link: LINK, settings: { salesType: "Simple" } }, async ({ desk, sandbox }) => {
  await confirm10452(desk);
  const [header] = await sandbox.posted("/sale");
  assert.equal((typeof header === "string" ? JSON.parse(header) : header).SaleType, "Simple");
  await desk.sync();
  await desk.until(async () => (await desk.order(LINK)).saleType === "Simple Sale", "Cin7 lists it as simple");
  await openSale(desk, "SO-00451");
  await saysSo(desk, part(desk, "Order"), "Simple Sale");
  await sandbox.act("sales", "SO-00451", "ship", { lines: [{ SKU: "CHAIR-01", Quantity: 1 }] });
  await sandbox.act("sales", "SO-00451", "ship", { lines: [{ SKU: "CHAIR-01", Quantity: 1 }] });
  await desk.sync();
  await desk.until(async () => (await desk.order(LINK)).saleType === "Advanced Sale", "Cin7 lists it as advanced");
  await saysSo(desk, part(desk, "Order"), "Advanced Sale");
});

row("G09_forty_changed_sales_cost_a_call_each_and_an_order_that_someone_opens_comes_first", {}, async ({ desk, sandbox }) => {
  for (let number = 600; number < 640; number++) {
    await sandbox.mutate({ collection: "sales", add: { Customer: "Bayside Club", OrderNumber: `SO-00${number}`, stock: false, Lines: [{ SKU: "CHAIR-01", Quantity: 1 }] } });
  }
  await sandbox.fault({ method: "GET", path: "/sale", kind: "delay", ms: 60, times: 60 });
  await sandbox.clearJournal();
  await desk.sync();
  const { sales, total } = await kept(desk);
  assert.equal(total, 40, "the headers are there with the run");
  const oldest = sales.at(-1);
  assert.equal(oldest.number, "SO-00600");
  const opened = await desk.page.evaluate((id) => window.quoteDesk.sales.refresh(id), oldest.id);
  assert.equal(opened.summary.total, "180.00");
  await allRead(desk);
  const calls = (await sandbox.journal()).filter(({ path }) => path.toLowerCase() === "/sale");
  assert.ok(calls.findIndex(({ query }) => query.ID === oldest.id) < 20, "the one that was opened did not wait for its turn");
  assert.equal(calls.length, 40);
  assert.equal(new Set(calls.map(({ query }) => query.ID)).size, 40);
  assert.ok((await sandbox.journal()).every(({ status }) => status === 200), "no call was refused");
  await desk.sync();
  await allRead(desk);
  assert.equal((await sandbox.journal()).filter(({ path }) => path.toLowerCase() === "/sale").length, 40, "what has not changed is not read again");
});

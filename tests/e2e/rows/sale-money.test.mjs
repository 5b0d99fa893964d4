// G09, G10, S12, S15 and the figure of C12: what is invoiced, paid and owed, and what reading it costs.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";
import { allRead, BAYSIDE, confirm10452, kept, ledger, openOrders, openSale, part, says, saysSo } from "../sales.mjs";

const row = rows();

row("G09_an_invoice_is_shown_with_what_is_open_and_a_draft_is_no_debt", {}, async ({ desk, sandbox }) => {
  await sandbox.scene("bayside-invoices");
  await desk.sync();
  await allRead(desk);
  await openSale(desk, "SO-00440");
  const money = part(desk, "Invoices and payments");
  await saysSo(desk, money, "INV-00501");
  const documents = await money
    .locator("table.documents tbody tr")
    .evaluateAll((all) => all.map((tr) => [...tr.cells].map((cell) => cell.textContent.trim())));
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
  assert.equal(
    asOf,
    (await desk.page.evaluate(() => window.quoteDesk.sync.state())).lists.find(({ list }) => list === "sales").asOf,
  );
  await sandbox.act("sales", "SO-00441", "void");
  await desk.sync();
  await desk.until(async () => (await exposure()).amount === "2200.00", "a voided order is not owed");
});

row("S15_partly_paid_is_not_paid_and_paid_may_be_taken_back", {}, async ({ desk, sandbox }) => {
  await sandbox.mutate({
    collection: "sales",
    add: {
      Customer: "Bayside Club",
      OrderNumber: "SO-00490",
      stock: false,
      Lines: [
        { SKU: "CHAIR-01", Quantity: 4, Price: 150, Discount: 10 },
        { SKU: "LAMP-02", Quantity: 2, Price: 41.25 },
      ],
    },
  });
  await sandbox.act("sales", "SO-00490", "invoice", { number: "INV-00601" });
  await sandbox.act("sales", "SO-00490", "pay", { amount: 200, reference: "CARD-1" });
  await sandbox.mutate({
    collection: "sales",
    add: {
      Customer: "Bayside Club",
      OrderNumber: "SO-00491",
      stock: false,
      Lines: [{ SKU: "LAMP-02", Quantity: 1, Price: 41.25 }],
    },
  });
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
    const cells = await table
      .locator("tbody tr")
      .evaluateAll((all) => all.map((tr) => [...tr.cells].map((cell) => cell.textContent.replaceAll(/\s+/g, " ").trim())));
    return cells.map((cell) => [cell[0].split(" ")[0], cell[names.indexOf("Paid")].split(" ")[0], cell[names.indexOf("Open")]]);
  };
  const of490 = async () => (await paid()).filter(([number]) => number === "SO-00490");
  assert.deepEqual(await of490(), [
    ["SO-00490", "No", "547.00"],
    ["SO-00490", "No", "547.00"],
  ]);

  // It sorts and filters.
  const sort = table.getByRole("button", { name: "Paid" });
  await sort.click();
  assert.deepEqual(
    (await paid()).map(([, flag]) => flag),
    ["No", "No", "Yes"],
  );
  await sort.click();
  assert.deepEqual(
    (await paid()).map(([, flag]) => flag),
    ["Yes", "No", "No"],
  );
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

row(
  "S12_a_simple_sale_that_ships_twice_reads_advanced",
  { link: LINK, settings: { salesType: "Simple" } },
  async ({ desk, sandbox }) => {
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
  },
);

row("G09_forty_changed_sales_cost_a_call_each_and_an_order_that_someone_opens_comes_first", {}, async ({ desk, sandbox }) => {
  for (let number = 600; number < 640; number++) {
    await sandbox.mutate({
      collection: "sales",
      add: { Customer: "Bayside Club", OrderNumber: `SO-00${number}`, stock: false, Lines: [{ SKU: "CHAIR-01", Quantity: 1 }] },
    });
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
  assert.ok(
    (await sandbox.journal()).every(({ status }) => status === 200),
    "no call was refused",
  );
  await desk.sync();
  await allRead(desk);
  assert.equal(
    (await sandbox.journal()).filter(({ path }) => path.toLowerCase() === "/sale").length,
    40,
    "what has not changed is not read again",
  );
});

row("G10_a_refund_without_a_credit_note_leaves_the_order_unpaid_by_what_went_back", {}, async ({ desk, sandbox }) => {
  await sandbox.mutate({
    collection: "sales",
    add: {
      Customer: "Bayside Club",
      OrderNumber: "SO-00492",
      stock: false,
      Lines: [{ SKU: "CHAIR-01", Quantity: 2, Price: 160.42 }],
    },
  });
  await sandbox.act("sales", "SO-00492", "invoice", { number: "INV-00603" });
  await sandbox.act("sales", "SO-00492", "pay", { amount: 385.01, reference: "CARD-9" });
  await sandbox.act("sales", "SO-00492", "refund", { amount: 77, reference: "BACK-9", loose: true });
  await desk.sync();
  await allRead(desk);
  const [listed] = (await kept(desk, { text: "SO-00492" })).sales;
  assert.deepEqual([listed.open, listed.paid], ["77.00", false]);
  await openSale(desk, "SO-00492");
  const money = part(desk, "Invoices and payments");
  await saysSo(desk, money, "Paid No");
  await saysSo(desk, money, "paid back BACK-9");
  const [cells] = await money
    .locator("table.documents tbody tr")
    .evaluateAll((all) => all.map((tr) => [...tr.cells].map((cell) => cell.textContent.trim())));
  assert.deepEqual([cells[3], cells[4], cells[5]], ["385.01", "77.00", "No"]);
});

row("G09_what_cin7_calls_invoiced_or_shipped_is_said_though_it_gives_no_document", {}, async ({ desk, sandbox }) => {
  await sandbox.mutate({
    collection: "sales",
    add: {
      Customer: "Bayside Club",
      OrderNumber: "SO-00493",
      stock: false,
      Lines: [{ SKU: "CHAIR-01", Quantity: 2, Price: 150 }],
    },
  });
  await sandbox.mutate({
    collection: "sales",
    id: "SO-00493",
    set: { CombinedInvoiceStatus: "INVOICED / CREDITED", CombinedShippingStatus: "PARTIALLY SHIPPED" },
  });
  await desk.sync();
  await allRead(desk);
  await openSale(desk, "SO-00493");
  await saysSo(
    desk,
    part(desk, "Invoices and payments"),
    "Cin7 says “invoiced / credited” and gives no invoice or credit note that counts.",
  );
  const way = await says(part(desk, "So far"));
  assert.match(way, /Shipped.*Partly shipped.*Invoiced.*invoiced \/ credited/);
});

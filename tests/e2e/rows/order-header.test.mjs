// S06, S09, S10, S11, S12, S16, S18 and C06: what the header of the sale carries.

import assert from "node:assert/strict";
import { Desk } from "../desk.mjs";
import { rows } from "./scenario.mjs";
import { LINK, writeQuote10452 } from "../fixture.mjs";

const row = rows();
const OTHER = "https://crm.prospect365.com/view/Quote/10454";
const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";

/** Adds a chair for Bayside Club. */
async function chairs(desk, quantity = "1") {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity });
}

row("S06_both_delivery_notes_become_the_sales_comment", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.more();
  await desk.fill("Delivery notes", "Ring bell");
  await desk.fill("Delivery notes, second line", "Leave at dock 2");
  await desk.ordered(LINK);
  const [header] = await sandbox.posted("/sale");
  assert.equal(header.Note, "Ring bell\nLeave at dock 2");
  assert.ok(!("ShippingNotes" in header));
  assert.equal((await sandbox.posted("/sale/order"))[0].Memo, "");
});

row("S06_only_the_second_note_travels_without_a_blank_line", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.more();
  await desk.fill("Delivery notes, second line", "Leave at dock 2");
  await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale"))[0].Note, "Leave at dock 2");
});

row("S09_the_customers_reference_travels_as_it_is_and_is_no_key", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.fill("Reference", "PO 000123 / A");
  await desk.ordered(LINK);
  await desk.open(OTHER);
  await chairs(desk);
  await desk.fill("Reference", "PO 000123 / A");
  await desk.ordered(OTHER);
  assert.deepEqual(
    (await sandbox.posted("/sale")).map((header) => header.CustomerReference),
    ["PO 000123 / A", "PO 000123 / A"],
  );
  assert.equal((await sandbox.sales()).length, 2);
});

row("S09_no_reference_travels_as_an_empty_one", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale"))[0].CustomerReference, "");
});

row("S10_the_quote_starts_on_the_customers_warehouse_and_another_may_be_chosen", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.shows(desk.control("Warehouse"), "North Depot");
  const offered = await desk.control("Warehouse").locator("option").allTextContents();
  assert.deepEqual(offered, ["Main Warehouse", "North Depot"]);
  await desk.control("Warehouse").selectOption("Main Warehouse");
  await desk.shows(desk.page.locator(".line-stock").first(), "Main Warehouse 12");
  await desk.shows(desk.ofLine(1, "Price"), "150.00");
  await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale"))[0].Location, "Main Warehouse");
});

row("S10_without_a_warehouse_of_the_customers_own_confirm_asks", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Corner Shop");
  await desk.add("CHAIR-01");
  await desk.isStopped(sandbox, "Choose the warehouse this ships from. Corner Shop has none of its own.");
  await desk.button("Use North Depot").click();
  await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale"))[0].Location, "North Depot");
});

const retiredDefault = (sandbox) => sandbox.mutate({ collection: "customers", id: BAYSIDE, set: { Location: "Old Shed" } });

row("S10_a_retired_warehouse_is_no_default", { link: LINK, world: retiredDefault }, async ({ desk }) => {
  await chairs(desk);
  await desk.says("Old Shed, Bayside Club’s own warehouse, is no longer in use. Choose where this ships from.");
  await desk.shows(desk.control("Warehouse"), "Choose a warehouse");
});

row("S11_an_authorised_order_takes_stock_and_what_is_short_is_on_backorder", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk, "14");
  await desk.control("Warehouse").selectOption("Main Warehouse");
  await desk.says("Main Warehouse has 12, North Depot 3. 14 CHAIR-01 wanted.");
  const order = await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale/order"))[0].Status, "AUTHORISED");
  assert.equal(order.saleStatus, "BACKORDERED");
  await desk.page.locator(".rail").getByText("2 CHAIR-01 on backorder").first().waitFor();
  await desk.sync();
  const available = await desk.page.evaluate(
    async (link) => (await window.quoteDesk.quotes.open(link)).lines()[0].stock.here.available,
    LINK,
  );
  assert.ok(Number(available) <= 0, `after an order for 14, ${available} are said to be available`);
});

row("S11_a_draft_reserves_nothing_and_says_so", { link: LINK, settings: { orderStatus: "DRAFT" } }, async ({ desk, sandbox }) => {
  await chairs(desk, "2");
  await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale/order"))[0].Status, "DRAFT");
  await desk.page.locator(".rail").getByText("draft in Cin7").first().waitFor();
  await desk.sync();
  const available = await desk.page.evaluate(
    async (link) => (await window.quoteDesk.quotes.open(link)).lines()[0].stock.totalAvailable,
    LINK,
  );
  assert.equal(available, "15");

  // Somebody authorises it in Cin7, then voids it: order and quote say what holds by then.
  const [sale] = await sandbox.salesOf(LINK);
  await sandbox.mutate({
    collection: "sales",
    id: sale.ID,
    set: { Status: "ORDERED", Order: { ...sale.Order, Status: "AUTHORISED" } },
  });
  await desk.sync();
  const rail = desk.page.locator(".rail .order");
  const says = async () => (await rail.locator(".order-sentence, .order-notes").allTextContents()).join(" ");
  await desk.until(async () => !/draft|reserved/.test(await says()), "nothing is said of a draft any more");
  await sandbox.act("sales", "SO-00451", "void");
  await desk.sync();
  await rail.getByText("SO-00451 was voided in Cin7: nothing of it counts any more.").waitFor();
  assert.equal(await rail.locator(".order-sentence.good").count(), 0, "no tick beside a voided order");
});

row("S12_the_setting_decides_the_sales_type", { link: LINK, settings: { salesType: "Simple" } }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale"))[0].SaleType, "Simple");
  const [sale] = await sandbox.salesOf(LINK);
  assert.equal(sale.Type, "Simple Sale");
});

row("S16_the_memo_goes_to_the_order_and_not_to_the_header", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.more();
  await desk.fill("Delivery notes", "Ring bell");
  await desk.control("Memo").fill("m".repeat(1025));
  await desk.isStopped(sandbox, "The memo has 1025 characters, and Cin7 takes 1024: 1 too many.");
  await desk.control("Memo").fill("Fragile\nUp this side");
  await desk.ordered(LINK);
  const [header] = await sandbox.posted("/sale");
  assert.equal(header.Note, "Ring bell");
  assert.ok(!("Memo" in header));
  assert.equal((await sandbox.posted("/sale/order"))[0].Memo, "Fragile\nUp this side");
});

row("S18_the_companys_phone_fills_the_quote_and_an_edit_there_wins", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.more();
  await desk.shows(desk.control("Phone"), "020 7946 0100");
  await desk.fill("Phone", "020 7946 0199");
  await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale"))[0].Phone, "020 7946 0199");
  const company = await desk.page.evaluate((id) => window.quoteDesk.customers.get(id), BAYSIDE);
  assert.equal(company.phone, "020 7946 0100");
  await desk.open(OTHER);
  await chairs(desk);
  await desk.ordered(OTHER);
  assert.equal((await sandbox.posted("/sale"))[1].Phone, "020 7946 0100");
});

const noPhone = (sandbox) =>
  sandbox.mutate({
    collection: "customers",
    id: BAYSIDE,
    set: { Contacts: [{ ID: "c0710000-0000-4000-8000-000000000001", Name: "Bob Partridge", Phone: null, Default: true }] },
  });

row("S18_without_a_phone_the_header_names_none", { link: LINK, world: noPhone }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.ordered(LINK);
  assert.ok(!("Phone" in (await sandbox.posted("/sale"))[0]));
});

row("S17_the_canonical_link_is_the_sales_external_id", { link: `${LINK}?tab=lines#x` }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  await desk.ordered(LINK);
  assert.deepEqual(
    (await sandbox.posted("/sale")).map((header) => header.ExternalID),
    [LINK],
  );
});

row("S17_two_tabs_that_confirm_at_once_make_one_sale", { link: LINK }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  await desk.view(LINK);
  const other = await desk.anotherTab();
  await other.open(LINK);
  await other.shows(other.control("Gross"), "747.00");
  await Desk.confirmAtOnce(desk, other);
  await desk.orderIs(LINK, "confirmed");
  await other.orderIs(LINK, "confirmed");
  assert.equal((await sandbox.salesOf(LINK)).length, 1);
  assert.equal((await sandbox.posted("/sale")).length, 1);
});

row("S17_a_header_that_was_stored_and_not_answered_is_found_and_not_posted_again", { link: LINK }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  await sandbox.fault({ method: "POST", path: "/sale", kind: "drop_after" });
  await sandbox.clearJournal();
  await desk.ordered(LINK);
  const calls = (await sandbox.journal()).filter(({ path, method }) => method === "POST" || path.toLowerCase() === "/salelist");
  assert.deepEqual(
    calls.map(({ method, path }) => `${method} ${path}`.toLowerCase()),
    ["get /salelist", "post /sale", "get /salelist", "post /sale/order"],
  );
  assert.equal(calls[2].query.ExternalID, LINK);
  assert.equal((await sandbox.salesOf(LINK)).length, 1);
});

row("S10_lines_of_two_warehouses_stop_the_order_and_one_is_chosen", { link: LINK }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  await desk.details(2);
  await desk.control("Ships from").selectOption("Main Warehouse");
  await desk.shows(desk.page.locator(".line-stock").nth(1), "Main Warehouse 8");
  await desk.isStopped(
    sandbox,
    "Lines ship from North Depot and Main Warehouse. A Cin7 order ships from one warehouse: choose one, or make two quotes.",
  );
  await desk.button("All from Main Warehouse").click();
  await desk.shows(desk.control("Warehouse"), "Main Warehouse");
  await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale"))[0].Location, "Main Warehouse");
});

row(
  "S12_two_delivery_dates_on_a_simple_sale_are_doubted",
  { link: LINK, settings: { salesType: "Simple" } },
  async ({ desk }) => {
    await writeQuote10452(desk);
    await desk.details(1);
    await desk.fill("Deliver on", "2026-04-17");
    await desk.says("Delivery dates of lines stay on the quote: Cin7’s order has none by line.");
    await desk.details(2);
    await desk.control("Deliver on").nth(1).fill("2026-04-24");
    await desk.says(
      "Lines are due from 17 Apr 2026 to 24 Apr 2026, and the order will be a simple sale, which cannot ship in parts.",
    );
    await desk.ordered(LINK);
  },
);

const people = [
  { code: "ALE", name: "Ann Lee" },
  { code: "BST", name: "Bob  Stone" },
];

row(
  "C06_the_quotes_person_is_sent_by_the_name_of_its_code",
  { link: LINK, settings: { sendSalesPerson: true, salesPeople: people } },
  async ({ desk, sandbox }) => {
    await chairs(desk);
    await desk.more();
    await desk.control("Sales person").selectOption("ALE");
    await desk.ordered(LINK);
    assert.equal((await sandbox.posted("/sale"))[0].SalesRepresentative, "Ann Lee");
  },
);

row(
  "C06_a_name_that_is_not_exact_is_not_sent_and_said_before_and_after",
  { link: LINK, settings: { sendSalesPerson: true, salesPeople: people } },
  async ({ desk, sandbox }) => {
    await chairs(desk);
    await desk.more();
    await desk.control("Sales person").selectOption("BST");
    const words = "Cin7 has no sales representative “Bob  Stone”: the order will carry none. Is it Bob Stone?";
    await desk.says("the order will carry none. Is it Bob Stone?");
    const order = await desk.ordered(LINK);
    assert.ok(!("SalesRepresentative" in (await sandbox.posted("/sale"))[0]));
    assert.ok(order.said.includes(words), order.said.join("; "));
    await desk.page.locator(".rail").getByText("the order will carry none.").waitFor();
  },
);

row(
  "C06_with_the_setting_off_no_person_is_sent",
  { link: LINK, settings: { salesPeople: people } },
  async ({ desk, sandbox }) => {
    await chairs(desk);
    await desk.more();
    await desk.control("Sales person").selectOption("ALE");
    await desk.ordered(LINK);
    assert.ok(!("SalesRepresentative" in (await sandbox.posted("/sale"))[0]));
  },
);

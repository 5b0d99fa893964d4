// C01, C02, C03, C04, C07, C08, C09, C10, C11, C12 and G03: what the CRM holds of customers and suppliers, and what may change
// it.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK, writeQuote10452 } from "../fixture.mjs";

const row = rows();
const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";
const HARBOUR = "7a8f439b-0000-4000-8000-000000000002";
const NORDIC = "7a8f439b-0000-4000-8000-000000000011";
const NORDIC_SUPPLIER = "7a8f439b-0000-4000-8000-000000000012";
const TWIN = "7a8f439b-0000-4000-8000-000000000009";

/** Goes to a page of the screen without loading it anew. */
async function goTo(desk, address) {
  await desk.page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new Event("qd-route"));
  }, address);
}

/** Opens a company's page. */
async function openCompany(desk, id) {
  await goTo(desk, `/company/${id}`);
  await desk.page.locator("qd-company-page .properties").first().waitFor();
}

/** What stands beside a name in a list of facts. */
function fact(desk, name) {
  return desk.page
    .locator("qd-company-page .properties > div")
    .filter({ has: desk.page.getByText(name, { exact: true }) })
    .locator("dd");
}

/** A part of the page by its heading. */
function part(desk, heading) {
  return desk.page.getByRole("region", { name: heading });
}

/** Lets Cin7 change a customer's addresses or contacts: `change` is given the list and hands back another. */
async function changeList(sandbox, id, list, change) {
  const customers = await sandbox.state("customers");
  const customer = customers.find((one) => one.ID.toLowerCase() === id);
  await sandbox.mutate({ collection: "customers", id, set: { [list]: change(customer[list]) } });
}

const company = (desk, id) => desk.page.evaluate((key) => window.quoteDesk.companies.get(key), id);

async function addTwin(sandbox) {
  const [bayside] = (await sandbox.state("customers")).filter(({ ID }) => ID === BAYSIDE);
  await sandbox.mutate({ collection: "customers", add: { ...bayside, ID: TWIN, ProductPrices: [] } });
}

row(
  "C01_two_customers_of_one_name_are_two_records_and_each_is_ordered_for_by_its_id",
  { world: addTwin, link: LINK },
  async ({ desk, sandbox }) => {
    await desk.control("Customer").click();
    await desk.page.keyboard.type("Bayside");
    await desk.page.getByRole("option", { name: "Bayside Club" }).nth(1).waitFor();
    const hits = await desk.page.evaluate(() => window.quoteDesk.customers.search("bayside club"));
    assert.deepEqual(hits.map(({ id }) => id).sort(), [TWIN, BAYSIDE].sort());
    await desk.page
      .getByRole("option", { name: "Bayside Club" })
      .nth(hits.findIndex(({ id }) => id === BAYSIDE))
      .click();
    await desk.add("CHAIR-01", { quantity: "1" });
    await desk.shows(desk.control("Gross"), "180.00");
    await desk.confirm();
    await desk.orderIs(LINK, "confirmed");
    const [header] = await sandbox.posted("/sale");
    assert.equal(header.CustomerID, BAYSIDE);

    await openCompany(desk, TWIN);
    await desk.shows(fact(desk, "Account code"), TWIN);
  },
);

row("C01_an_id_in_upper_case_is_the_same_customer", {}, async ({ desk, sandbox }) => {
  await sandbox.switches({ upper_case_ids: true });
  for (const id of [BAYSIDE, HARBOUR]) await sandbox.mutate({ collection: "customers", id, set: { Comments: "touched" } });
  await desk.sync();
  await sandbox.switches({ upper_case_ids: false });
  await sandbox.mutate({ collection: "customers", id: BAYSIDE, set: { Comments: "again" } });
  await desk.sync();
  await goTo(desk, "/companies");
  await desk.control("Type").selectOption("customer");
  await desk.shows(desk.page.locator(".table-note"), "4 in all.");
  assert.equal(await desk.page.getByRole("link", { name: "Bayside Club" }).count(), 1);
});

row("C02_a_rename_in_cin7_is_shown_beside_the_name_and_taken_over_only_when_asked", { link: LINK }, async ({ desk, sandbox }) => {
  await sandbox.mutate({ collection: "customers", id: BAYSIDE, set: { Name: "Bayside Club Ltd" } });
  await desk.sync();
  await desk.sync();
  await writeQuote10452(desk);
  await desk.shows(desk.page.locator(".quote-title h1"), "Bayside Club");
  assert.doesNotMatch(await desk.shown(desk.page.locator(".quote-title h1")), /Ltd/);
  await desk.confirm();
  const order = await desk.orderIs(LINK, "confirmed");
  assert.equal(order.expected.gross, "747.00");
  const [header] = await sandbox.posted("/sale");
  assert.equal(header.CustomerID, BAYSIDE);

  await sandbox.clearJournal();
  await openCompany(desk, BAYSIDE);
  await desk.shows(desk.page.getByRole("heading", { level: 1 }), "Bayside Club");
  await desk.shows(desk.page.locator(".drift"), "Cin7 now calls this Bayside Club Ltd");
  await desk.button("Take over the name").click();
  await desk.shows(desk.page.getByRole("heading", { level: 1 }), "Bayside Club Ltd");
  await desk.until(async () => (await desk.page.locator(".drift").count()) === 0, "no drift is left");
  assert.deepEqual(await sandbox.writes(), []);
});

row("C02_what_the_crm_holds_as_its_own_outlives_the_cache", {}, async ({ desk, sandbox }) => {
  await openCompany(desk, BAYSIDE);
  await desk.button("Edit").click();
  await desk.control("Name").fill("The Bayside");
  await desk.control("Phone").fill("020 7946 0555");
  await desk.button("Save").click();
  await desk.shows(desk.page.getByRole("heading", { level: 1 }), "The Bayside");
  await desk.shows(desk.page.locator(".drift").first(), "Cin7 now calls this Bayside Club");

  // Another tab hears of it; found by either name.
  const other = await desk.anotherTab();
  await other.open();
  for (const text of ["the bayside", "bayside club"]) {
    assert.deepEqual(
      (await other.page.evaluate((wanted) => window.quoteDesk.customers.search(wanted), text)).map(({ name }) => name),
      ["The Bayside"],
    );
  }
  await other.page.evaluate((id) => window.quoteDesk.companies.edit(id, { name: "Bayside of Whitby" }), BAYSIDE);
  await desk.shows(desk.page.getByRole("heading", { level: 1 }), "Bayside of Whitby");
  await other.page.close();

  // The cache is wiped, and everything is read from Cin7 again.
  await desk.page.route("**/wipe", (route) => route.fulfill({ contentType: "text/html", body: "<title>wipe</title>" }));
  await desk.page.goto(new URL("/wipe", desk.url).href);
  await desk.page.evaluate(async () => {
    const [cache] = (await indexedDB.databases()).filter(({ name }) => name.endsWith("/cache"));
    await new Promise((resolve, reject) =>
      Object.assign(indexedDB.deleteDatabase(cache.name), { onsuccess: resolve, onerror: reject }),
    );
  });
  await desk.open();
  await desk.synced();
  assert.equal((await company(desk, BAYSIDE)).name, "Bayside of Whitby");
  assert.equal((await company(desk, BAYSIDE)).phone, "020 7946 0555");
  assert.deepEqual(await sandbox.writes(), []);
});

row("C03_the_phone_is_copied_once_and_a_new_one_in_cin7_is_only_shown", {}, async ({ desk, sandbox }) => {
  await changeList(sandbox, BAYSIDE, "Contacts", (contacts) =>
    contacts.map((one) => (one.Default ? { ...one, Phone: "020 7946 0999" } : one)),
  );
  await desk.sync();
  await openCompany(desk, BAYSIDE);
  await desk.shows(fact(desk, "Phone"), "020 7946 0100");
  await desk.shows(desk.page.locator(".drift").first(), "Cin7 now has the phone number 020 7946 0999");
  await desk.button("Take over the phone number").click();
  await desk.shows(fact(desk, "Phone"), "020 7946 0999");
});

row("C04_a_firm_in_both_lists_is_two_companies_and_only_the_customer_is_offered", { link: LINK }, async ({ desk }) => {
  await desk.sync();
  await desk.sync();
  await desk.control("Customer").click();
  await desk.page.keyboard.type("Nordic");
  await desk.page.getByRole("option", { name: "Nordic Timber" }).waitFor();
  assert.equal(await desk.page.getByRole("option").count(), 1);
  assert.deepEqual(
    (await desk.page.evaluate(() => window.quoteDesk.customers.search("nordic"))).map(({ id }) => id),
    [NORDIC],
  );

  await goTo(desk, "/companies");
  await desk.control("Find a company").fill("nordic");
  const table = desk.page.getByRole("table");
  await desk.until(async () => (await table.getByRole("link").count()) === 2, "both are listed");
  for (const [kind, id] of [
    ["customer", NORDIC],
    ["supplier", NORDIC_SUPPLIER],
  ]) {
    await desk.control("Type").selectOption(kind);
    await desk.until(async () => (await table.getByRole("link").count()) === 1, `one ${kind} is listed`);
    await table.getByRole("link").click();
    await desk.shows(fact(desk, "Account code"), id);
    await desk.shows(fact(desk, "Type"), kind === "customer" ? "Customer" : "Supplier");
    assert.equal(await desk.button("New quote").count(), kind === "customer" ? 1 : 0);
    await goTo(desk, "/companies");
    await desk.control("Find a company").fill("nordic");
  }
});

row("C07_contacts_are_copied_once", {}, async ({ desk, sandbox }) => {
  await changeList(sandbox, BAYSIDE, "Contacts", (contacts) => [
    ...contacts.map((one) => (one.Name === "Bob Partridge" ? { ...one, Email: "bob@elsewhere.example.test" } : one)),
    { ...contacts[1], ID: "c0710000-0000-4000-8000-0000000000ff", Name: "New Person", Default: false },
  ]);
  await desk.sync();
  await openCompany(desk, BAYSIDE);
  const people = part(desk, "Company").locator(".contacts li");
  assert.equal(await people.count(), 2);
  await desk.shows(people.first(), "Bob Partridge");
  await desk.shows(people.first(), "bob@baysideclub.example.test");
  await desk.shows(people.nth(1), "Jo Day");
  await desk.shows(desk.page.locator(".drift"), "New Person");

  // The CRM's own edits follow the same rules as a new account.
  await desk.button("Edit").click();
  await desk.button("Add a contact").click();
  await desk.button("Save").click();
  await desk.shows(desk.page.locator(".part-form"), "A contact needs a name: Cin7 refuses one without.");
  await desk.button("Remove contact 3").click();
  await desk.button("Cancel").click();
  assert.deepEqual(await sandbox.writes(), []);
});

row("C08_the_main_address_is_frozen_and_the_delivery_address_of_the_same_list_follows", {}, async ({ desk, sandbox }) => {
  await changeList(sandbox, BAYSIDE, "Addresses", (addresses) =>
    addresses.map((one) => ({ ...one, Line1: { "1 Quay": "2 Quay", "9 Dock": "10 Dock" }[one.Line1] ?? one.Line1 })),
  );
  await desk.sync();
  await openCompany(desk, BAYSIDE);
  await desk.shows(fact(desk, "Main address"), "1 Quay, Whitby");
  await desk.shows(part(desk, "Delivery addresses").locator("li").first(), "10 Dock, Whitby");
  await desk.shows(desk.page.locator(".drift"), "Cin7 now has the main address 2 Quay, Whitby");
  await desk.button("Take over the main address").click();
  await desk.shows(fact(desk, "Main address"), "2 Quay, Whitby");
});

row(
  "C09_delivery_addresses_follow_by_id_and_a_removed_one_stays_on_the_quote_that_has_it",
  { link: LINK },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01");
    const unit4 = desk.control("Delivery").locator("option", { hasText: "Unit 4" });
    await desk.control("Delivery").selectOption(await unit4.getAttribute("value"));
    await changeList(sandbox, BAYSIDE, "Addresses", (addresses) =>
      addresses
        .filter((one) => one.Line1 !== "Unit 4")
        .map((one) => (one.Line1 === "9 Dock" ? { ...one, Line1: "10 Dock" } : one)),
    );
    await desk.sync();
    const offered = () => desk.control("Delivery").locator("option").allTextContents();
    await desk.until(async () => (await offered()).some((text) => text.startsWith("10 Dock")), "the changed address is offered");
    const saved = (await offered()).filter((text) => /Dock|Unit 4/.test(text));
    assert.equal(saved.filter((text) => text.includes("Dock")).length, 1, saved.join("\n"));
    await desk.shows(desk.control("Delivery"), "Unit 4, Harbour Estate");
    await desk.shows(desk.control("Delivery"), "no longer saved in Cin7");
    await desk.until(
      async () =>
        /no longer saved in Cin7/.test(
          await desk.page.evaluate(async (link) => JSON.stringify((await window.quoteDesk.quotes.open(link)).problems()), LINK),
        ),
      "the quote says so",
    );

    const view = await company(desk, BAYSIDE);
    assert.deepEqual(
      view.deliveryAddresses.map(({ line1 }) => line1),
      ["10 Dock"],
    );
  },
);

row("C10_a_new_default_tier_reprices_no_quote_and_a_renamed_tier_shows_everywhere", { link: LINK }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  await sandbox.mutate({ collection: "customers", id: BAYSIDE, set: { PriceTier: "Retail" } });
  await desk.sync();
  await desk.shows(desk.ofLine(1, "Price"), "150.00");
  await desk.totals({ net: "622.50", tax: "124.50", gross: "747.00" });
  await desk.shows(desk.page.locator("qd-problem-list"), "Retail");
  const view = await desk.view(LINK);
  assert.ok(
    view.problems.some(({ severity, text }) => severity === "note" && /Retail/.test(text)),
    JSON.stringify(view.problems),
  );
  await openCompany(desk, BAYSIDE);
  await desk.shows(fact(desk, "Price tier"), "Retail");
  await desk.button("New quote").click();
  await desk.add("CHAIR-01");
  await desk.shows(desk.ofLine(1, "Price"), "200.00");

  // Tier 2 gets another name: whoever is on it says so, with the numbers that were.
  await sandbox.mutate({ collection: "customers", id: BAYSIDE, set: { PriceTier: "Wholesale" } });
  await desk.sync();
  await sandbox.mutate({ collection: "priceTiers", id: "2", set: { Name: "Trade" } });
  await desk.sync();
  await goTo(desk, "/companies");
  await desk.control("Find a company").fill("bayside");
  await desk.shows(desk.page.getByRole("table"), "Trade");
  await openCompany(desk, BAYSIDE);
  await desk.shows(fact(desk, "Price tier"), "Trade");
  const chair = await desk.page.evaluate(
    async (id) => (await window.quoteDesk.products.search("CHAIR-01", { customerId: id }))[0],
    BAYSIDE,
  );
  assert.deepEqual([chair.price, chair.priceReason], ["150.00", "Trade"]);
  await goTo(desk, `/?link=${encodeURIComponent(LINK)}`);
  await desk.totals({ net: "622.50", tax: "124.50", gross: "747.00" });
  const {
    lines: [line],
    header,
  } = await desk.view(LINK);
  assert.deepEqual(
    [line.price, line.priceReason, line.ladder[1].name, line.ladder[1].price],
    ["150.00", "Trade", "Trade", "150.00"],
  );
  assert.equal(header.priceTierName, "Trade");
});

row("C11_payment_terms_follow_cin7_and_a_new_quote_takes_them", { link: LINK }, async ({ desk, sandbox }) => {
  await sandbox.mutate({ collection: "customers", id: BAYSIDE, set: { PaymentTerm: "7 days" } });
  await desk.sync();
  await openCompany(desk, BAYSIDE);
  await desk.shows(fact(desk, "Payment terms"), "7 days");
  await goTo(desk, `/?link=${encodeURIComponent(LINK)}`);
  await writeQuote10452(desk);
  assert.equal((await desk.view(LINK)).header.paymentTerm, "7 days");
  await desk.confirm();
  await desk.orderIs(LINK, "confirmed");
  const [header] = await sandbox.posted("/sale");
  assert.ok(header.Terms === undefined || header.Terms === "7 days", header.Terms);
  const [sale] = await sandbox.salesOf(LINK);
  assert.equal(sale.Terms, "7 days");
});

row("C12_the_limit_is_shown_the_balance_is_not_and_a_hold_is_said_before_any_line", { link: LINK }, async ({ desk }) => {
  await openCompany(desk, BAYSIDE);
  await desk.shows(fact(desk, "Credit limit"), "GBP 5,000.00");
  await desk.shows(fact(desk, "Balance"), "not available from Cin7");
  await openCompany(desk, HARBOUR);
  await desk.shows(fact(desk, "Credit limit"), "no limit");
  await desk.shows(desk.page.locator("qd-company-page .banner"), "Harbour Hotels is on credit hold in Cin7.");
  await goTo(desk, "/companies");
  await desk.control("Find a company").fill("harbour");
  await desk.shows(desk.page.getByRole("row").nth(1), "on hold");
  await goTo(desk, `/?link=${encodeURIComponent(LINK)}`);
  await desk.pickCustomer("Harbour Hotels");
  await desk.shows(desk.page.getByRole("alert"), "on credit hold in Cin7");
  assert.equal(await desk.control("Quantity").count(), 0);
});

row(
  "C12_what_is_owed_is_an_estimate_with_its_time_and_the_transactions_stand_below",
  { clock: "2026-03-30T14:00:00Z" },
  async ({ desk, sandbox, clock }) => {
    await sandbox.scene("bayside-invoices");
    await clock.set("14:12:00");
    await desk.sync();
    await openCompany(desk, BAYSIDE);
    await desk.shows(fact(desk, "Owed by sales"), "GBP 3,700.00 estimate at 15:12");
    await desk.shows(part(desk, "Sales transactions"), "SO-00440");
    await desk.shows(fact(desk, "Balance"), "not available from Cin7");
  },
);

row(
  "G03_ten_minutes_of_editing_write_nothing_and_an_edited_product_is_put_back",
  { link: LINK, clock: "2026-03-30T15:00:00Z" },
  async ({ desk, sandbox, clock }) => {
    await writeQuote10452(desk);
    const {
      lines: [{ productId }],
    } = await desk.view(LINK);
    await desk.page.evaluate((id) => window.quoteDesk.products.edit(id, { description: "Our best chair" }), productId);
    const search = desk.control("Add product");
    await search.click();
    await search.fill("CHAIR-01");
    await desk.shows(desk.page.getByRole("option", { name: "CHAIR-01" }).first(), "Our best chair");
    await search.press("Escape");
    await search.press("Escape");

    // Price, notes, address and reference, minute by minute.
    await desk.set(1, "Price", "140");
    await clock.set("15:03:00");
    const write = async (field, text) => {
      await desk.page.locator(`[data-field="${field}"]`).fill(text);
      await desk.page.keyboard.press("Tab");
    };
    await write("customerReference", "PO 1");
    const unit4 = desk.control("Delivery").locator("option", { hasText: "Unit 4" });
    await desk.control("Delivery").selectOption(await unit4.getAttribute("value"));
    await clock.set("15:07:00");
    await desk.page.locator(".quote-header .more summary").click();
    await write("deliveryNotes1", "Back door");
    await write("memo", "Call before delivery");
    await desk.set(2, "Quantity", "3");
    await clock.set("15:10:00");
    assert.deepEqual(await sandbox.writes(), []);

    await desk.sync();
    await search.click();
    await search.fill("CHAIR-01");
    await desk.shows(desk.page.getByRole("option", { name: "CHAIR-01" }).first(), "Oak Chair");
    assert.doesNotMatch(await desk.shown(desk.page.getByRole("option", { name: "CHAIR-01" }).first()), /best chair/);
    assert.deepEqual(await sandbox.writes(), []);
    const [chair] = (await sandbox.state("products")).filter(({ SKU }) => SKU === "CHAIR-01");
    assert.equal(chair.Name, "Oak Chair");
  },
);

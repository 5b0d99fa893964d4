// X01, and what C03, C05, C07, C08, C10 and C11 say of creating a customer.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";

const row = rows();
const settings = { receivableAccount: "610", revenueAccount: "200" };

/** Goes to a page of the screen without loading it anew. */
async function goTo(desk, address) {
  await desk.page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new Event("qd-route"));
  }, address);
}

/** Fills in the form of Quay Cafe, as far as it is not chosen beforehand. */
async function fillIn(desk, { name = "Quay Cafe", country = "United Kingdom", contact = "Mia Quay" } = {}) {
  await desk.control("Name").fill(name);
  await desk.control("Phone").fill("020 7946 0200");
  await desk.control("Contact name").fill(contact);
  await desk.control("Address line 1").fill("1 Quay");
  await desk.control("Address line 4 (town)").fill("Whitby");
  await desk.control("Postcode").fill("YO21 3PU");
  await desk.control("Country").fill(country);
}

const submit = (desk) => desk.page.locator("form").getByRole("button", { name: "Create customer" });
const named = async (sandbox, name) => (await sandbox.state("customers")).filter((one) => one.Name === name);
const options = (desk, name) => desk.control(name).locator("option").allTextContents();
const card = (desk) => desk.page.getByRole("region", { name: "Account Quay Cafe" });

row("X01_a_double_click_creates_one_customer_that_can_be_quoted_at_once", { settings, link: LINK }, async ({ desk, sandbox }) => {
  // From the quote that waits for its customer.
  await desk.control("Customer").click();
  await desk.page.keyboard.type("Quay Cafe");
  await desk.page.getByRole("link", { name: "Create customer “Quay Cafe”" }).click();
  await desk.shows(desk.control("Name"), "Quay Cafe");
  await fillIn(desk);
  await desk.control("Price tier").selectOption("Wholesale");
  await desk.control("Warehouse").selectOption("North Depot");
  await desk.control("Sales representative").selectOption("Ann Lee");
  await sandbox.clearJournal();
  await submit(desk).dblclick();
  await desk.button("Use for the quote").waitFor();
  const announced = () => desk.page.locator("body > [role=status].unseen").textContent();
  await desk.until(
    async () => !/^$|on its way/.test(await announced()),
    "what a screen reader hears last is that the customer is made",
  );

  const [customer, ...twins] = await named(sandbox, "Quay Cafe");
  assert.deepEqual(twins, []);
  const posted = await sandbox.posted("/customer");
  assert.equal(posted.length, 1);
  assert.deepEqual(posted[0], {
    Name: "Quay Cafe",
    Status: "Active",
    Currency: "GBP",
    PaymentTerm: "30 days",
    AccountReceivable: "610",
    RevenueAccount: "200",
    TaxRule: "20% (VAT on Income)",
    PriceTier: "Wholesale",
    SalesRepresentative: "Ann Lee",
    Location: "North Depot",
    Addresses: [
      {
        Line1: "1 Quay",
        Line2: "",
        City: "Whitby",
        State: "",
        Postcode: "YO21 3PU",
        Country: "United Kingdom",
        Type: "Billing",
        DefaultForType: true,
      },
    ],
    Contacts: [{ Name: "Mia Quay", JobTitle: "", Phone: "020 7946 0200", Email: "", Default: true }],
  });

  // Known before any run has read it, and priced on its tier.
  await desk.button("Use for the quote").click();
  await desk.add("CHAIR-01");
  await desk.shows(desk.ofLine(1, "Price"), "150.00");
  await desk.confirm();
  await desk.orderIs(LINK, "confirmed");
  const [header] = await sandbox.posted("/sale");
  assert.equal(header.CustomerID, customer.ID);
});

row(
  "X01_a_post_that_was_stored_and_timed_out_is_found_by_name_and_asked_about",
  { settings, clock: "2026-03-30T15:00:00Z" },
  async ({ desk, sandbox, clock }) => {
    await goTo(desk, "/companies/new");
    await fillIn(desk);
    await sandbox.fault({ method: "POST", path: "/customer", kind: "drop_after", times: 1 });
    await submit(desk).click();
    await desk.shows(card(desk), "Cin7 did not answer.");

    // A reload in the middle of it loses nothing.
    await desk.page.reload();
    await desk.until(() => desk.page.evaluate(() => window.quoteDesk !== undefined), "the desk is open");
    await card(desk).waitFor();
    await clock.set("15:00:20");
    await desk.shows(card(desk), "now has a customer named Quay Cafe. Is it this one?");
    await desk.shows(card(desk), "Mia Quay");
    assert.equal((await named(sandbox, "Quay Cafe")).length, 1);
    await desk.button("Use this customer").click();
    await desk.shows(card(desk), "Quay Cafe is a customer in Cin7.");
    assert.equal((await sandbox.posted("/customer")).length, 1, "nothing was made twice");
    const [customer] = await named(sandbox, "Quay Cafe");
    await desk.page.getByRole("link", { name: "Open Quay Cafe" }).click();
    await desk.shows(desk.page.locator("qd-company-page"), customer.ID);
    await desk.sync();
    assert.equal((await desk.page.evaluate(() => window.quoteDesk.customers.search("quay cafe"))).length, 1);
  },
);

row("X01_a_name_that_cin7_has_already_is_asked_about_and_a_refusal_leaves_the_form", { settings }, async ({ desk, sandbox }) => {
  await goTo(desk, "/companies/new");
  await fillIn(desk, { name: "corner shop" });
  await submit(desk).click();
  await desk.shows(desk.page.locator(".account-card"), "Cin7 already has a customer named corner shop. Is it this one?");
  await desk.button("It is another one: choose another name").click();
  assert.deepEqual(await sandbox.writes(), []);

  await desk.control("Name").fill("Quay Cafe");
  await sandbox.fault({
    method: "POST",
    path: "/customer",
    kind: "status",
    status: 400,
    body: [{ ErrorCode: 400, Exception: "TaxRule not found" }],
    times: 1,
  });
  await submit(desk).click();
  await desk.shows(card(desk), "Cin7 refused this customer: TaxRule not found");
  await desk.control("Tax rule").selectOption("Zero Rated Income");
  await submit(desk).click();
  await desk.shows(card(desk), "Quay Cafe is a customer in Cin7.");
  const [customer] = await named(sandbox, "Quay Cafe");
  assert.equal(customer.TaxRule, "Zero Rated Income");
});

row("X01_without_the_accounts_of_new_customers_the_form_says_what_is_missing", {}, async ({ desk, sandbox }) => {
  await goTo(desk, "/companies/new");
  await fillIn(desk);
  await submit(desk).click();
  await desk.shows(
    desk.page.locator("form .banner"),
    "No receivable account is set for new customers. Choose one in the settings. No revenue account is set",
  );
  assert.deepEqual(await sandbox.writes(), []);
});

row("C02_the_name_goes_once_and_a_later_rename_stays_here", { settings }, async ({ desk, sandbox }) => {
  await goTo(desk, "/companies/new");
  await fillIn(desk);
  await submit(desk).click();
  await desk.page.getByRole("link", { name: "Open Quay Cafe" }).click();
  const sent = await sandbox.writes();
  assert.deepEqual(
    sent.map(({ method, path, body }) => [method, path.toLowerCase(), body.Name]),
    [["POST", "/customer", "Quay Cafe"]],
  );
  await desk.button("Edit").click();
  await desk.control("Name").fill("Quay Cafe and Bar");
  await desk.button("Save").click();
  await desk.shows(desk.page.getByRole("heading", { level: 1 }), "Quay Cafe and Bar");
  await desk.sync();
  assert.equal((await sandbox.writes()).length, 1);
  assert.equal((await named(sandbox, "Quay Cafe")).length, 1);
  await desk.shows(desk.page.getByRole("heading", { level: 1 }), "Quay Cafe and Bar");
});

row("C03_the_phone_goes_with_the_default_contact", { settings }, async ({ desk, sandbox }) => {
  await goTo(desk, "/companies/new");
  await fillIn(desk);
  await desk.button("Add a contact").click();
  await desk.control("Contact name").nth(1).fill("Sam Quay");
  await desk.page.getByLabel("Default").nth(1).check();
  await submit(desk).click();
  await desk.shows(card(desk), "Quay Cafe is a customer in Cin7.");
  const [customer] = await named(sandbox, "Quay Cafe");
  assert.deepEqual(
    customer.Contacts.map(({ Name, Phone, Default }) => [Name, Phone, Default]),
    [
      ["Mia Quay", "", false],
      ["Sam Quay", "020 7946 0200", true],
    ],
  );
  const { phone, drift } = await desk.page.evaluate((id) => window.quoteDesk.companies.get(id), customer.ID);
  assert.deepEqual([phone, drift], ["020 7946 0200", []]);
});

row("C05_only_sales_contacts_are_offered_and_a_near_name_is_not_sent", { settings }, async ({ desk, sandbox }) => {
  await goTo(desk, "/companies/new");
  assert.deepEqual(
    (await options(desk, "Sales representative")).map((text) => text.trim()),
    ["None", "Ann Lee", "Bob Stone"],
  );

  await desk.page.goto(
    `${desk.url}companies/new?${new URLSearchParams({ rep: "ann lee ", settings: JSON.stringify(settings) })}`,
  );
  await fillIn(desk);
  await desk.shows(desk.page.locator(".field-note.warn"), "Cin7 has no sales contact named “ann lee ”");
  await desk.button("Use Ann Lee").waitFor();
  await submit(desk).click();
  await desk.shows(card(desk), "Quay Cafe is a customer in Cin7.");
  await desk.shows(card(desk), "The sales representative was not set.");
  await desk.shows(card(desk), "Did you mean Ann Lee?");
  const [body] = await sandbox.posted("/customer");
  assert.ok(!("SalesRepresentative" in body), JSON.stringify(body));
  assert.equal((await named(sandbox, "Quay Cafe")).length, 1);

  // With the offer taken, the exact name goes.
  await desk.page.goto(
    `${desk.url}companies/new?${new URLSearchParams({ rep: "ann lee ", settings: JSON.stringify(settings) })}`,
  );
  await fillIn(desk, { name: "Pier Cafe" });
  await desk.button("Use Ann Lee").click();
  await submit(desk).click();
  await desk.shows(desk.page.locator(".account-card"), "Pier Cafe is a customer in Cin7.");
  assert.equal((await sandbox.posted("/customer"))[1].SalesRepresentative, "Ann Lee");
});

row("C07_a_contact_without_a_name_is_refused_before_anything_is_posted", { settings }, async ({ desk, sandbox }) => {
  await goTo(desk, "/companies/new");
  await fillIn(desk, { contact: "" });
  await desk.control("E-mail").fill("mia@quay.example.test");
  await submit(desk).click();
  await desk.shows(desk.page.locator("form"), "A contact needs a name: Cin7 refuses one without.");
  assert.deepEqual(await sandbox.writes(), []);
});

row("C08_an_account_without_a_country_is_refused_and_five_lines_become_four", { settings }, async ({ desk, sandbox }) => {
  await goTo(desk, "/companies/new");
  await fillIn(desk, { country: "" });
  await submit(desk).click();
  await desk.shows(desk.page.locator("form"), "The main address needs a country");
  assert.deepEqual(await sandbox.writes(), []);
  // A postcode that is too long stays whole, and says how much.
  await desk.control("Postcode").fill("YO22 4AB".padEnd(23, "X"));
  await submit(desk).click();
  await desk.shows(desk.page.locator("form"), "This has 23 characters, and 20 is the most: 3 too many.");
  assert.equal((await desk.control("Postcode").inputValue()).length, 23);
  assert.deepEqual(await sandbox.writes(), []);
  await desk.control("Postcode").fill("YO21 3PU");

  await desk.control("Address line 2").fill("Harbour Estate");
  await desk.control("Address line 3").fill("Pier Road");
  await desk.control("Address line 5 (county)").fill("North Yorkshire");
  await desk.control("Country").fill("United Kingdom");
  await submit(desk).click();
  await desk.shows(card(desk), "Quay Cafe is a customer in Cin7.");
  const [
    {
      Addresses: [address],
    },
  ] = await named(sandbox, "Quay Cafe");
  assert.deepEqual(
    [address.Line1, address.Line2, address.City, address.State],
    ["1 Quay", "Harbour Estate, Pier Road", "Whitby", "North Yorkshire"],
  );
});

row("C11_only_active_terms_are_offered", { settings }, async ({ desk }) => {
  await goTo(desk, "/companies/new");
  await desk.shows(desk.control("Payment terms"), "30 days");
  const terms = await options(desk, "Payment terms");
  assert.ok(terms.includes("30 days") && !terms.includes("14 days"), terms.join());
});

row(
  "X01_the_settings_offer_the_accounts_of_cin7s_book_by_name",
  { settings: { receivableAccount: "999" } },
  async ({ desk, sandbox }) => {
    await desk.goTo("/settings");
    const receivable = desk.control("Receivable account");
    const entries = (select) => select.locator("option").allTextContents();
    await desk.shows(receivable, "999 (not in Cin7's account book)");
    await desk.page.getByText("Cin7 has no account 999: it will refuse what names it.").waitFor();
    assert.deepEqual((await entries(receivable)).slice(0, 3), [
      "None",
      "999 (not in Cin7's account book)",
      "610 Accounts Receivable",
    ]);
    assert.deepEqual((await entries(desk.control("Revenue account"))).slice(0, 2), ["None", "200 Sales"]);
    assert.deepEqual((await entries(desk.control("Receipt account"))).slice(0, 2), ["None", "090 Business Bank Account"]);
    await desk.control("Revenue account").selectOption("630");
    await desk.page.getByText("630 Inventory is not meant for this in Cin7, which may refuse it.").waitFor();
    await receivable.selectOption("610");
    await desk.control("Revenue account").selectOption("200");
    await desk.control("Receipt account").selectOption("090");
    await desk.page.evaluate(() => (window.before = true));
    await desk.button("Save settings").click();
    // The page has asked for the book again before another answer is prepared.
    await desk.until(
      () => desk.page.evaluate(() => window.before === undefined && window.quoteDesk !== undefined),
      "the desk has opened anew",
    );
    await receivable.locator("option").nth(1).waitFor({ state: "attached" });
    const saved = () => desk.page.evaluate(() => JSON.parse(localStorage.getItem("quote-desk-settings") ?? "{}"));
    await desk.until(async () => (await saved()).receiptAccount === "090", "the settings are saved");
    const { receivableAccount, revenueAccount } = await saved();
    assert.deepEqual([receivableAccount, revenueAccount], ["610", "200"]);

    // Without the book codes are typed, and it is said why.
    await sandbox.fault({
      method: "GET",
      path: "/ref/account",
      times: 1,
      kind: "status",
      status: 400,
      body: [{ ErrorCode: 400, Exception: "The book is closed" }],
    });
    await desk.open(undefined, { receivableAccount: "999" });
    await desk.goTo("/settings");
    await desk.page.getByText("Cin7's account book cannot be read now, so type the codes.").waitFor();
    await desk.page.getByText("The book is closed").waitFor();
    await desk.fill("Revenue account", "205");
    await desk.button("Try again").click();
    await desk.shows(desk.control("Revenue account"), "205 (not in Cin7's account book)");
  },
);

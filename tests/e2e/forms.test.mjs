// What was typed into a form is there until the form is sent or given up.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";
const ACCOUNTS = { receivableAccount: "610", revenueAccount: "200" };
const TYPED = {
  Name: "Quay Cafe",
  Phone: "020 7946 0199",
  "Contact name": "Mia Quay",
  "E-mail": "mia@quay.test",
  "Address line 1": "1 Quay",
  Country: "United Kingdom",
};
const EMPTY = Object.fromEntries(Object.keys(TYPED).map((name) => [name, ""]));

/** The values of the fields of “Create customer”, once it is drawn. */
async function form(desk) {
  await desk.control("Address line 1").waitFor();
  return Object.fromEntries(
    await Promise.all(Object.keys(TYPED).map(async (name) => [name, await desk.control(name).inputValue()])),
  );
}

async function typeCustomer(desk) {
  await desk.goTo("/companies/new");
  for (const [name, text] of Object.entries(TYPED)) await desk.fill(name, text);
  await desk.control("Price tier").selectOption({ index: 2 });
}

/** Loads the page anew, as a rep does. */
async function reload(desk) {
  await desk.page.reload();
  await desk.until(() => desk.page.evaluate(() => window.quoteDesk !== undefined), "the desk is open");
}

scene(
  "a customer that is being typed is there after the settings and after a reload",
  { settings: ACCOUNTS },
  async ({ desk }) => {
    await typeCustomer(desk);
    const tier = await desk.control("Price tier").inputValue();
    await desk.button("Add a contact").click();
    await desk.control("Contact name").nth(1).fill("Ben Quay");
    for (const leave of [() => desk.goTo("/settings").then(() => desk.page.goBack()), () => reload(desk)]) {
      await leave();
      await desk.control("Address line 1").waitFor();
      assert.deepEqual(await desk.control("Contact name").evaluateAll((all) => all.map(({ value }) => value)), [
        "Mia Quay",
        "Ben Quay",
      ]);
      for (const name of ["Name", "Phone", "Address line 1", "Country"])
        assert.equal(await desk.control(name).inputValue(), TYPED[name]);
      assert.equal(await desk.control("Price tier").inputValue(), tier);
    }
  },
);

scene("a customer that was sent or given up leaves the form empty", { settings: ACCOUNTS }, async ({ desk, sandbox }) => {
  await typeCustomer(desk);
  await desk.page.getByRole("link", { name: "Cancel" }).click();
  await desk.goTo("/companies/new");
  assert.deepEqual(await form(desk), EMPTY, "given up");

  await typeCustomer(desk);
  await desk.goTo("/settings");
  await desk.goTo("/companies/new");
  assert.deepEqual(await form(desk), TYPED, "it is sent as it was left");
  await desk.page.locator("form").getByRole("button", { name: "Create customer" }).click();
  await desk.until(async () => (await sandbox.posted("/customer")).length === 1, "Cin7 has the customer");
  await desk.goTo("/companies");
  await desk.goTo("/companies/new");
  assert.deepEqual(await form(desk), EMPTY, "sent");
});

scene("a customer that Cin7 refused is still in the form after a reload", { settings: ACCOUNTS }, async ({ desk, sandbox }) => {
  await sandbox.fault({
    method: "POST",
    path: "/customer",
    kind: "status",
    status: 400,
    body: [{ ErrorCode: 400, Exception: "TaxRule not found" }],
    times: 1,
  });
  await typeCustomer(desk);
  await desk.page.locator("form").getByRole("button", { name: "Create customer" }).click();
  await desk.shows(desk.page.locator(".account-card"), "Cin7 refused this customer: TaxRule not found");
  await reload(desk);
  assert.deepEqual(await form(desk), TYPED);
});

scene("a form that a quote fills in is not mixed up with another customer's", { settings: ACCOUNTS }, async ({ desk }) => {
  await typeCustomer(desk);
  await desk.goTo("/companies");
  await desk.goTo("/companies/new?name=Harbour%20Inn&quote=https%3A%2F%2Fcrm.test%2F1");
  assert.deepEqual(await form(desk), { ...EMPTY, Name: "Harbour Inn" });
});

scene(
  "settings that no customer can do without are named before anything is typed",
  { settings: { revenueAccount: "200" } },
  async ({ desk }) => {
    await desk.goTo("/companies/new");
    const said = desk.page.locator("main .banner", { hasText: "No customer can be created yet." });
    await desk.shows(said, "The settings name no receivable account for new customers.");
    await desk.fill("Name", "Quay Cafe");
    for (const width of [390, 1440]) {
      await desk.page.setViewportSize({ width, height: 900 });
      await desk.page.screenshot({ path: `test-results/lacking-${width}.png` });
      assert.ok(
        await desk.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        `${width} px: it scrolls sideways`,
      );
    }
    await said.getByRole("link", { name: "Choose in the settings" }).click();
    await desk.control("Receivable account").waitFor();

    await desk.open(undefined, ACCOUNTS);
    await desk.goTo("/companies/new");
    await desk.shows(desk.control("Name"), "Quay Cafe");
    assert.equal(await said.count(), 0, "nothing is lacking any more");
  },
);

scene("a company's edits and changed settings are there after another page and a reload", {}, async ({ desk }) => {
  await desk.goTo(`/company/${BAYSIDE}`);
  await desk.button("Edit").click();
  await desk.fill("Phone", "020 7946 0555");
  await desk.goTo("/settings");
  await desk.fill("Least margin, per cent", "12.5");
  await desk.goTo(`/company/${BAYSIDE}`);
  await desk.shows(desk.control("Phone"), "020 7946 0555");
  await reload(desk);
  await desk.shows(desk.control("Phone"), "020 7946 0555");
  await desk.button("Save").click();
  await desk.button("Edit").waitFor();
  await reload(desk);
  await desk.button("Edit").waitFor();

  await desk.goTo("/settings");
  await desk.shows(desk.control("Least margin, per cent"), "12.5");
  await desk.button("Undo changes").click();
  await desk.goTo("/companies");
  await desk.goTo("/settings");
  await desk.shows(desk.control("Least margin, per cent"), "");
  assert.equal(await desk.control("Least margin, per cent").inputValue(), "");
});

const CHAIRS = "https://crm.test/quotes/chairs";
scene(
  "a number typed for an order by hand is there after another page, and not after Cancel",
  { link: CHAIRS },
  async ({ desk, sandbox }) => {
    await sandbox.fault({
      method: "POST",
      path: "/sale",
      times: 100,
      kind: "status",
      status: 400,
      body: [{ ErrorCode: 400, Exception: "Customer is on hold" }],
    });
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "2" });
    await desk.confirm();
    await desk.orderIs(CHAIRS, "needs-attention");
    await desk.button("Entered by hand …").click();
    const number = desk.control("Its order number in Cin7");
    await number.fill("SO-00460");
    await desk.goTo("/settings");
    await desk.control("Sales type").waitFor();
    await desk.page.goBack();
    await number.waitFor();
    assert.equal(await number.inputValue(), "SO-00460");
    await desk.button("Cancel").click();
    await reload(desk);
    await desk.button("Entered by hand …").click();
    assert.equal(await number.inputValue(), "");
  },
);

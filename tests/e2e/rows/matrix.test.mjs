// P11: what a company is to each category, told as it happens, kept, and shown on the company's page.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";

const row = rows();
const BAYSIDE = "Bayside Club";

/** Notes every event of the matrix from here on. */
const listen = (desk) =>
  desk.page.evaluate(() => {
    window.matrixTold = [];
    window.quoteDesk.on("matrix", (change) => window.matrixTold.push(change));
  });

/** What was told, in order: company, category and state. */
const told = (desk) =>
  desk.page.evaluate(() => window.matrixTold.map(({ companyId, category, state }) => [companyId, category, state]));

/** Waits until exactly this was told: a quote may be seen in the store a moment before the tab hears that it was written. */
async function tells(desk, wanted) {
  await desk.until(async () => (await told(desk)).length >= wanted.length, `${wanted.length} changes are told`, 10_000);
  assert.deepEqual(await told(desk), wanted);
}

const idOf = (desk, name) => desk.page.evaluate(async (text) => (await window.quoteDesk.companies.search(text)).rows[0].id, name);

/** The matrix of a company: category and state. */
const matrix = (desk, id) =>
  desk.page.evaluate(
    async (company) => (await window.quoteDesk.companies.matrix(company)).map(({ category, state }) => `${category} ${state}`),
    id,
  );

/** The rows of the part "Categories" on a company's page: category and state. */
const shown = (desk) =>
  desk.page
    .getByRole("region", { name: "Categories" })
    .locator("li")
    .evaluateAll((items) =>
      items.map((item) => {
        const parts = [...item.querySelectorAll("span")].map(({ textContent }) => textContent.trim());
        return `${parts[0]} - ${parts.at(-1)}`;
      }),
    );

const showsRows = (desk, wanted) =>
  desk.until(
    async () => JSON.stringify(await shown(desk)) === JSON.stringify(wanted),
    `the page shows ${wanted.join(", ")}`,
    10_000,
  );
const move = (sandbox, sku, Category) => sandbox.mutate({ collection: "products", id: sku, set: { Category } });

row("P11_a_quote_makes_its_category_an_opportunity_and_the_order_makes_it_bought", { link: LINK }, async ({ desk }) => {
  const bayside = await idOf(desk, BAYSIDE);
  await listen(desk);
  await desk.pickCustomer(BAYSIDE);
  await desk.until(
    () => desk.page.evaluate(async () => (await window.quoteDesk.quotes.list()).length === 1),
    "the quote is kept",
  );
  assert.deepEqual([await told(desk), await matrix(desk, bayside)], [[], []], "a quote without lines makes nobody aware");
  await desk.add("CHAIR-01");
  await desk.view(LINK);
  await tells(desk, [[bayside, "Seating", "Opportunity"]]);
  await desk.set(1, "Quantity", "4");
  await desk.until(
    () => desk.page.evaluate(async (key) => (await window.quoteDesk.quotes.open(key)).view().lines[0].quantity === "4", LINK),
    "the quantity is saved",
  );
  assert.equal((await told(desk)).length, 1, "what stands already is not told again");

  await desk.ordered(LINK);
  await tells(desk, [
    [bayside, "Seating", "Opportunity"],
    [bayside, "Seating", "Bought"],
  ]);
  await desk.goTo(`/company/${bayside}`);
  await showsRows(desk, ["Seating - bought"]);
});

const blankLamp = (sandbox) => move(sandbox, "LAMP-02", "  ");

row(
  "P11_a_product_that_cin7_moves_takes_its_new_category_and_the_past_stays_under_the_old",
  { world: blankLamp, link: LINK },
  async ({ desk, sandbox }) => {
    const bayside = await idOf(desk, BAYSIDE);
    await listen(desk);
    await desk.pickCustomer(BAYSIDE);
    await desk.add("LAMP-02");
    await desk.add("CHAIR-01");
    await desk.view(LINK);
    assert.deepEqual(await matrix(desk, bayside), ["Seating Opportunity"], "a blank category is left out");
    const watcher = await desk.anotherTab();
    await watcher.open();
    await watcher.goTo(`/company/${bayside}`);
    await showsRows(watcher, ["Seating - opportunity"]);

    await move(sandbox, "CHAIR-01", " Furniture ");
    await desk.sync();
    assert.equal((await desk.page.evaluate(() => window.quoteDesk.products.get("CHAIR-01"))).category.trim(), "Furniture");
    assert.deepEqual(await matrix(desk, bayside), ["Seating Opportunity"], "a move alone changes no state");
    await desk.ordered(LINK);
    assert.deepEqual(await matrix(desk, bayside), ["Furniture Bought", "Seating Opportunity"]);
    await showsRows(watcher, ["Furniture - bought", "Seating - opportunity"]);
    assert.deepEqual((await told(desk)).at(-1), [bayside, "Furniture", "Bought"]);

    // What was reached outlives the page.
    await desk.open();
    await desk.goTo(`/company/${bayside}`);
    await showsRows(desk, ["Furniture - bought", "Seating - opportunity"]);
  },
);

// X10, P12, P15 and G05: discounts by quantity, weight and margin.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";

const row = rows();

/** Gives the chair the rule of the fixture world. */
const ruled = (sandbox) => sandbox.mutate({ collection: "products", id: "CHAIR-01", set: { DiscountRule: "10 or more = 5%" } });

row(
  "X10_a_rule_gives_its_discount_from_its_quantity_on_and_never_over_a_hand",
  { link: LINK, world: ruled },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "9" });
    await desk.totals({ net: "1,350.00", tax: "270.00", gross: "1,620.00" });
    await desk.set(1, "Quantity", "10");
    await desk.shows(desk.ofLine(1, "Discount"), "5");
    await desk.page.locator(".line-rule").getByText("10 or more = 5%").waitFor();
    await desk.totals({ net: "1,425.00", tax: "285.00", gross: "1,710.00" });
    await desk.set(1, "Quantity", "9");
    await desk.shows(desk.ofLine(1, "Discount"), "0");
    await desk.totals({ net: "1,350.00", tax: "270.00", gross: "1,620.00" });
    // A hand discount stays whatever the quantity; emptying the field is the way back.
    await desk.set(1, "Discount", "3");
    await desk.set(1, "Quantity", "10");
    await desk.shows(desk.ofLine(1, "Discount"), "3");
    await desk.set(1, "Discount", "");
    await desk.shows(desk.ofLine(1, "Discount"), "5");
    await desk.control("Warehouse").selectOption("Main Warehouse");
    await desk.ordered(LINK);
    const [{ Lines }] = await sandbox.posted("/sale/order");
    assert.deepEqual(
      Lines.map(({ Quantity, Price, Discount, Total }) => [Quantity, Price, Discount, Total]),
      [[10, 150, 5, 1425]],
    );
  },
);

row(
  "X10_a_break_counts_the_product_on_all_its_lines_as_the_order_will",
  { link: LINK, world: ruled },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "6" });
    await desk.shows(desk.ofLine(1, "Discount"), "0");
    await desk.add("CHAIR-01", { quantity: "6" });
    await desk.shows(desk.ofLine(2, "Discount"), "5");
    await desk.shows(desk.ofLine(1, "Discount"), "5");
    await desk.totals({ net: "1,710.00", tax: "342.00", gross: "2,052.00" });
    await desk.button("Remove Line 2, CHAIR-01").click();
    await desk.shows(desk.ofLine(1, "Discount"), "0");
    await desk.page.locator("qd-toasts").getByRole("button", { name: "Undo" }).click();
    await desk.shows(desk.ofLine(1, "Discount"), "5");
    await desk.control("Warehouse").selectOption("Main Warehouse");
    await desk.ordered(LINK);
    const [{ Lines }] = await sandbox.posted("/sale/order");
    assert.deepEqual(
      Lines.map(({ Quantity, Price, Discount, Total }) => [Quantity, Price, Discount, Total]),
      [[12, 150, 5, 1710]],
    );
  },
);

row(
  "X10_a_setting_counts_each_line_by_itself",
  { link: LINK, world: ruled, settings: { quantityBreaks: "line" } },
  async ({ desk }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "6" });
    await desk.add("CHAIR-01", { quantity: "10" });
    await desk.shows(desk.ofLine(2, "Discount"), "5");
    await desk.shows(desk.ofLine(1, "Discount"), "0");
  },
);

const priced = async (sandbox) => {
  await ruled(sandbox);
  await sandbox.mutate({ collection: "company", set: { DiscountRule: "Price" } });
};

row(
  "X10_where_the_account_discounts_the_price_the_break_is_in_the_price",
  { link: LINK, world: priced },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "9" });
    await desk.shows(desk.ofLine(1, "Price"), "150.00");
    await desk.set(1, "Quantity", "10");
    await desk.shows(desk.ofLine(1, "Price"), "142.50");
    await desk.shows(desk.ofLine(1, "Discount"), "0");
    await desk.page.locator(".line-reason").getByText("quantity break").waitFor();
    await desk.control("Warehouse").selectOption("Main Warehouse");
    await desk.ordered(LINK);
    const [{ Lines }] = await sandbox.posted("/sale/order");
    assert.deepEqual(
      Lines.map(({ Quantity, Price, Discount, Total }) => [Quantity, Price, Discount, Total]),
      [[10, 142.5, 0, 1425]],
    );
  },
);

const unclear = (sandbox) =>
  sandbox.mutate({ collection: "products", id: "CHAIR-01", set: { DiscountRule: "A rule that is not there" } });

row("X10_a_rule_that_cannot_be_worked_out_is_said_and_not_guessed", { link: LINK, world: unclear }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "10" });
  await desk.says("CHAIR-01: the discount rule “A rule that is not there” cannot be worked out for a line.");
  await desk.totals({ net: "1,500.00", tax: "300.00", gross: "1,800.00" });
});

const weights = async (sandbox) => {
  await sandbox.mutate({ collection: "products", id: "LAMP-02", set: { Weight: 500, WeightUnits: "g" } });
  await sandbox.mutate({ collection: "products", id: "BOLT-03", set: { Weight: 0 } });
};

row("P12_lines_and_quote_say_what_they_weigh", { link: LINK, world: weights }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "4" });
  const {
    lines: [line],
  } = await desk.view(LINK);
  assert.deepEqual([line.weight, line.weightTotal], ["7.5 kg", "30 kg"]);
  await desk.shows(desk.page.locator(".line-weight").first(), "30 kg");
  await desk.add("LAMP-02", { quantity: "2" });
  await desk.shows(desk.control("Weight"), "31 kg");
  assert.equal(await desk.page.locator(".figures").getByText("incomplete").count(), 0);
  await desk.add("BOLT-03");
  assert.equal(await desk.page.locator(".line-weight").count(), 2, "a weight of 0 is blank");
  await desk.page.locator(".figures").getByText("incomplete").waitFor();
  await desk.shows(desk.control("Weight"), "31 kg");
});

row(
  "P15_the_margin_counts_with_the_cost_of_the_day_the_line_was_made",
  { link: LINK, settings: { showCost: true } },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { discount: "10" });
    await desk.shows(desk.control("Margin"), "34.72%");
    await desk.view(LINK);
    await sandbox.mutate({ collection: "products", id: "CHAIR-01", set: { AverageCost: 95 } });
    await desk.sync();
    await desk.says("CHAIR-01 costs GBP 95.00 now. The margin of this line counts with GBP 88.1234.");
    await desk.shows(desk.control("Margin"), "34.72%");
    await desk.button("Count with GBP 95.00").click();
    await desk.shows(desk.control("Margin"), "29.63%");
  },
);

const costless = (sandbox) => sandbox.mutate({ collection: "products", id: "CHAIR-01", set: { AverageCost: 0 } });

row(
  "P15_an_unknown_cost_is_no_margin_of_a_hundred",
  { link: LINK, settings: { showCost: true, minimumMargin: "20" }, world: costless },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01");
    await desk.shows(desk.control("Margin"), "unknown");
    await desk.isStopped(sandbox, "The margin of CHAIR-01 is unknown, and 20 % is the least.");
    await desk.button("Order it all the same").click();
    await desk.ordered(LINK);
  },
);

row(
  "P15_who_may_not_see_cost_sees_none_and_a_low_margin_can_stop",
  { link: LINK, settings: { showCost: false, minimumMargin: "40", lowMargins: "stop" } },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { discount: "10" });
    await desk.isStopped(sandbox, "The margin of CHAIR-01 is below the least of 40 %.");
    await desk.details(1);
    const page = await desk.text();
    for (const secret of ["88.12", "34.72", "Cost of one"]) assert.ok(!page.includes(secret), `the screen says ${secret}`);
    await desk.set(1, "Discount", "0");
    // 150 less 88.1234 is 41.25 % of 150.
    await desk.page.locator("qd-problem-list").getByText("below the least").waitFor({ state: "detached" });
  },
);

/** Remembers everything that the desk's worker tells the page. */
const eavesdrop = (_, desk) =>
  desk.page.context().addInitScript(() => {
    window.heard = [];
    const Quiet = window.Worker;
    window.Worker = class extends Quiet {
      constructor(...how) {
        super(...how);
        this.addEventListener("message", ({ data }) => window.heard.push(JSON.stringify(data)));
      }
    };
  });

row(
  "P15_what_things_cost_never_reaches_the_page_of_who_may_not_see_it_and_margins_are_judged_all_the_same",
  { link: LINK, settings: { showCost: false, minimumMargin: "40", lowMargins: "stop" }, world: eavesdrop },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { discount: "10" });
    const low = desk.page.locator("qd-problem-list").getByText("The margin of CHAIR-01 is below the least of 40 %.");
    await low.waitFor();
    await desk.set(1, "Discount", "0");
    await low.waitFor({ state: "detached" });
    await desk.set(1, "Discount", "10");
    await desk.isStopped(sandbox, "The margin of CHAIR-01 is below the least of 40 %.");
    // A dearer chair moves nothing: the line counts with the cost of the day it was made, which this page has never seen.
    await sandbox.mutate({ collection: "products", id: "CHAIR-01", set: { AverageCost: 95 } });
    await desk.sync();
    await desk.set(1, "Discount", "0");
    await low.waitFor({ state: "detached" });
    await desk.view(LINK);
    await openProductOf(desk, "CHAIR-01");
    const heard = await desk.page.evaluate(() => window.heard.join("\n"));
    assert.ok(heard.includes("CHAIR-01") && heard.includes('"tiers"'), "something was heard");
    for (const secret of ["88.12", "95.00", '"95']) assert.ok(!heard.includes(secret), `the worker told the page ${secret}`);

    // Who may see cost finds the snapshot.
    await desk.open(LINK, { showCost: true });
    await desk.set(1, "Discount", "10");
    await desk.shows(desk.control("Margin"), "34.72%");
    await desk.says("CHAIR-01 costs GBP 95.00 now. The margin of this line counts with GBP 88.1234.");
  },
);

/** Reads a product and the change feed, as a page might. */
const openProductOf = (desk, sku) =>
  desk.page.evaluate(async (named) => {
    await window.quoteDesk.products.get(named);
    await window.quoteDesk.changes.read({ after: 0 });
  }, sku);

row("G05_the_margin_converts_cost_once", { link: LINK, settings: { showCost: true } }, async ({ desk }) => {
  await desk.pickCustomer("Harbour Hotels");
  await desk.add("CHAIR-01");
  await desk.shows(desk.control("Margin"), "unknown");
  await desk.fill("Rate: EUR for one GBP", "1.25");
  await desk.shows(desk.control("Margin"), "18.74%");
});

// S02, S04, S05, X09, X11, X13 and P14: what becomes of the lines.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK, moneyOf, writeQuote10452 } from "../fixture.mjs";

const row = rows();
const CHAIR = "c4a10000-0000-4000-8000-000000000001";

row("S02_cin7s_own_name_travels_and_the_line_says_so_beforehand", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("LAMP-02");
  await desk.add("CHAIR-01");
  await desk.details(2);
  await desk.fill("Description", "Oak Chair, engraved");
  await desk.says("“Oak Chair, engraved” will not travel: Cin7 prints its own “Oak Chair”.");
  await desk.button("Add it to the comment").click();
  await desk.shows(desk.control("Description"), "Oak Chair");
  await desk.ordered(LINK);
  const [{ Lines }] = await sandbox.posted("/sale/order");
  // In the quote's order, each under Cin7's own name.
  assert.deepEqual(
    Lines.map(({ SKU, Name, Comment }) => [SKU, Name, Comment]),
    [
      ["LAMP-02", "Desk Lamp", ""],
      ["CHAIR-01", "Oak Chair", "Oak Chair, engraved"],
    ],
  );
  assert.equal(Lines[1].ProductID, CHAIR);
});

row("S02_two_lines_of_one_product_travel_as_one_when_they_agree", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "2" });
  await desk.add("CHAIR-01", { quantity: "3", price: "140" });
  await desk.isStopped(
    sandbox,
    "CHAIR-01 is on two lines with different prices (150.00 and 140.00). Cin7 takes a product once in an order.",
  );
  await desk.button("Make it as on line 1").click();
  await desk.ordered(LINK);
  const [{ Lines }] = await sandbox.posted("/sale/order");
  assert.deepEqual(
    Lines.map(({ SKU, Quantity, Price, Total }) => [SKU, Quantity, Price, Total]),
    [["CHAIR-01", 5, 150, 750]],
  );
  assert.deepEqual(
    (await desk.view(LINK)).lines.map(({ quantity }) => quantity),
    ["2", "3"],
  );
});

row("S04_a_lines_discount_travels_in_per_cent_and_settles_on_hundredths", { link: LINK }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  for (const [typed, words] of [
    ["101", "101"],
    ["-5", "-5"],
  ]) {
    await desk.set(1, "Discount", typed);
    await desk.page.locator(".field-says.stop").getByText(words).waitFor();
    await desk.totals({ net: "622.50", tax: "124.50", gross: "747.00" });
    await desk.ofLine(1, "Discount").press("Escape");
  }
  await desk.set(1, "Discount", "12.345");
  await desk.shows(desk.ofLine(1, "Discount"), "12.35");
  // 600 less 12.35 % is 525.90; less 12.345 % it would be 525.93.
  await desk.totals({ net: "608.40", tax: "121.68", gross: "730.08" });
  await desk.ordered(LINK);
  const [{ Lines }] = await sandbox.posted("/sale/order");
  assert.deepEqual(
    Lines.map(({ SKU, Discount, Total }) => [SKU, Discount, Total]),
    [
      ["CHAIR-01", 12.35, 525.9],
      ["LAMP-02", 0, 82.5],
    ],
  );
});

row("S04_an_overall_discount_is_folded_into_every_line", { link: LINK }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  await desk.more();
  await desk.fill("Overall discount %", "5");
  // 600 x 0.9 x 0.95 = 513.00 and 82.50 x 0.95 = 78.375, rounded 78.38.
  await desk.totals({ net: "591.38", tax: "118.28", gross: "709.66" });
  await desk.ordered(LINK);
  const [{ Lines }] = await sandbox.posted("/sale/order");
  assert.deepEqual(
    Lines.map(({ SKU, Discount }) => [SKU, Discount]),
    [
      ["CHAIR-01", 14.5],
      ["LAMP-02", 5],
    ],
  );
  const [sale] = await sandbox.salesOf(LINK);
  assert.deepEqual(moneyOf(sale), { TotalBeforeTax: 591.38, Tax: 118.28, Total: 709.66 });
});

row("S05_the_extended_description_becomes_the_lines_comment_of_256_characters", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.add("LAMP-02");
  await desk.add("NUT-04");
  await desk.details(1);
  await desk.control("Extended description").fill("x".repeat(256));
  await desk.page.getByText("256 of 256").waitFor();
  await desk.details(2);
  await desk.control("Extended description").nth(1).fill("y".repeat(257));
  await desk.page.getByText("257 of 256").waitFor();
  await desk.isStopped(
    sandbox,
    "The extended description of LAMP-02 has 257 characters, and Cin7’s comment takes 256: 1 too many.",
  );
  await desk.button("Send it cut").click();
  await desk.ordered(LINK);
  const [{ Lines }] = await sandbox.posted("/sale/order");
  assert.deepEqual(
    Lines.map(({ Comment }) => Comment),
    ["x".repeat(256), `${"y".repeat(255)}…`, ""],
  );
  assert.equal((await desk.view(LINK)).lines[1].extendedDescription, "y".repeat(257));
});

row("X09_a_quantity_settles_on_the_accounts_decimals_and_a_part_of_a_service_is_doubted", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "1.234" });
  await desk.shows(desk.ofLine(1, "Quantity"), "1.23");
  await desk.page.locator(".field-says").getByText("1.234 → 1.23").waitFor();
  await desk.totals({ net: "184.50", tax: "36.90", gross: "221.40" });
  await desk.add("DELIVERY", { quantity: "0.5" });
  await desk.says("0.5 DELIVERY: Cin7 documents 1 as the least it takes.");
});

const optionalDropShip = (sandbox) =>
  sandbox.mutate({ collection: "products", id: "CHAIR-01", set: { DropShipMode: "Optional Drop Ship" } });

row(
  "X11_a_product_that_may_be_drop_shipped_says_whether_it_is",
  { link: LINK, world: optionalDropShip },
  async ({ desk, sandbox }) => {
    await writeQuote10452(desk);
    await desk.ordered(LINK);
    const [{ Lines }] = await sandbox.posted("/sale/order");
    assert.deepEqual(
      Lines.map(({ DropShip }) => DropShip),
      [false, undefined],
    );
  },
);

const demands = (convention) => (sandbox) => sandbox.switches({ line_total: convention });

/** Confirms quote 10452 and proves what was sent as the first line's total, and what the order comes to. */
const sentAs =
  (total) =>
  async ({ desk, sandbox }) => {
    await writeQuote10452(desk);
    const order = await desk.ordered(LINK);
    const [{ Lines }] = await sandbox.posted("/sale/order");
    assert.equal(Lines[0].Total, total);
    assert.deepEqual(order.actual, { net: "622.50", tax: "124.50", gross: "747.00" });
    const [sale] = await sandbox.salesOf(LINK);
    assert.deepEqual(moneyOf(sale), { TotalBeforeTax: 622.5, Tax: 124.5, Total: 747 });
  };

async function isRefused({ desk, sandbox }) {
  await writeQuote10452(desk);
  await desk.confirm();
  const order = await desk.orderIs(LINK, "needs-attention");
  assert.match(order.sentence, /lines refused/);
  assert.equal((await sandbox.salesOf(LINK)).length, 1);
}

row("X13_a_line_total_leaves_tax_out", { link: LINK, settings: { lineTotal: "net" }, world: demands("net") }, sentAs(540));
row(
  "X13_a_line_total_holds_tax_where_the_setting_says_so",
  { link: LINK, settings: { lineTotal: "gross" }, world: demands("gross") },
  sentAs(648),
);
row(
  "X13_a_line_total_without_tax_is_refused_by_a_cin7_that_wants_it",
  { link: LINK, settings: { lineTotal: "net" }, world: demands("gross") },
  isRefused,
);
row(
  "X13_a_line_total_with_tax_is_refused_by_a_cin7_that_wants_none",
  { link: LINK, settings: { lineTotal: "gross" }, world: demands("net") },
  isRefused,
);

row("P14_a_service_travels_as_a_charge_by_its_name", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "4" });
  await desk.add("DELIVERY");
  await desk.shows(desk.page.locator(".line-stock").nth(1), "service");
  await desk.ordered(LINK);
  const [{ Lines, AdditionalCharges }] = await sandbox.posted("/sale/order");
  assert.deepEqual(
    Lines.map(({ SKU }) => SKU),
    ["CHAIR-01"],
  );
  assert.deepEqual(
    AdditionalCharges.map(({ Description, Quantity, Total }) => [Description, Quantity, Total]),
    [["Delivery", 1, 12.5]],
  );
});

row("P14_services_alone_are_stopped_before_anything_is_sent", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("DELIVERY");
  await desk.isStopped(sandbox, "Cin7 needs a service-only sale");
  assert.deepEqual(await sandbox.salesOf(LINK), []);
});

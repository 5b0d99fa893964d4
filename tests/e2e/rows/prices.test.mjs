// P03, P04 and S03: which price a line gets, why, and what travels of it.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";

const row = rows();
const OTHER = "https://crm.prospect365.com/view/Quote/10454";

row("P03_the_standard_price_is_used_when_no_tier_is_chosen_and_moves_with_cin7", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Corner Shop");
  await desk.add("CHAIR-01");
  await desk.shows(desk.ofLine(1, "Price"), "200.00");
  await sandbox.mutate({
    collection: "products",
    id: "CHAIR-01",
    set: { PriceTier1: 210.5, PriceTiers: { Retail: 210.5, Wholesale: 150, Distributor: 135.5555 } },
  });
  await desk.sync();
  // A line keeps the price it was made with; a new quote has the new one.
  await desk.says("CHAIR-01 is GBP 210.50 now. This quote keeps GBP 200.00.");
  await desk.shows(desk.ofLine(1, "Price"), "200.00");
  await desk.view(LINK);
  await desk.open(OTHER);
  await desk.pickCustomer("Corner Shop");
  await desk.add("CHAIR-01");
  await desk.shows(desk.ofLine(1, "Price"), "210.50");
});

row("P03_four_decimals_of_a_price_survive", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Corner Shop");
  await desk.add("BOLT-03", { quantity: "4" });
  await desk.shows(desk.ofLine(1, "Price"), "0.675");
  await desk.totals({ net: "2.70", tax: "0.54", gross: "3.24" });
});

row("P04_a_customers_tier_prices_the_line_and_the_ladder_shows_all_ten", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.shows(desk.ofLine(1, "Price"), "150.00");
  const {
    lines: [line],
  } = await desk.view(LINK);
  assert.deepEqual(line.ladder.map(({ ordinal, price }) => [ordinal, price]).slice(0, 4), [
    [1, "200.00"],
    [2, "150.00"],
    [3, "135.5555"],
    [4, null],
  ]);
  assert.equal(line.ladder.filter(({ price }) => price === null).length, 7);
  await desk.details(1);
  const steps = await desk.page.locator(".ladder li").allInnerTexts();
  assert.deepEqual(steps.map((step) => step.replaceAll(/\s+/g, " ")).slice(0, 4), [
    "Retail 200.00",
    "Wholesale (this quote's tier) 150.00",
    "Distributor 135.5555",
    "Tier 4 not priced",
  ]);
  assert.equal(steps.filter((step) => step.includes("not priced")).length, 7);
});

row("P04_a_zero_tier_is_not_a_price", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Harbour Hotels");
  await desk.add("LAMP-02");
  await desk.shows(desk.page.locator(".line-reason").first(), "no price on Distributor");
  assert.equal((await desk.view(LINK)).totals.complete, false);
  await desk.page.getByText("Not complete: a line has no price and is left out.").waitFor();
  await desk.isStopped(sandbox, "LAMP-02: No price on Distributor. Type a price or choose another tier.");
  // A price that is typed, or another tier, unblocks the total.
  await desk.set(1, "Price", "55");
  await desk.totals({ net: "55.00", tax: "11.00", gross: "66.00" });
  await desk.button("Reset").click();
  await desk.shows(desk.page.locator(".line-reason").first(), "no price on Distributor");
  await desk.control("Price tier").selectOption("Retail");
  await desk.totals({ net: "60.00", tax: "12.00", gross: "72.00" });
});

row("P04_a_customers_own_price_beats_its_tier_and_says_what_the_tier_would_give", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("LAMP-02");
  await desk.shows(desk.ofLine(1, "Price"), "41.25");
  await desk.shows(desk.page.locator(".line-reason").first(), "customer price");
  await desk.details(1);
  const trail = (await desk.page.locator(".detail .trail li").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " ").trim());
  assert.ok(trail.includes("Customer's own price used 41.25"), trail.join("; "));
  assert.ok(trail.includes("Customer's tier Wholesale · outranked 45.00"), trail.join("; "));
});

row("S03_a_typed_price_survives_travels_as_it_stands_and_changes_no_later_quote", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { price: "139.9950" });
  await desk.add("BOLT-03");
  await desk.control("Price tier").selectOption("Retail");
  await desk.shows(desk.ofLine(1, "Price"), "139.995");
  await desk.set(1, "Quantity", "2");
  await desk.shows(desk.ofLine(1, "Price"), "139.995");
  await desk.ordered(LINK);
  const [{ Lines }] = await sandbox.posted("/sale/order");
  assert.equal(Lines[0].Price, 139.995);
  assert.deepEqual(
    (await sandbox.writes()).map(({ path }) => path.toLowerCase()),
    ["/sale", "/sale/order"],
  );
  assert.equal((await sandbox.posted("/sale"))[0].PriceTier, "Retail");
  await desk.open(OTHER);
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.shows(desk.ofLine(1, "Price"), "150.00");
});

row("S03_another_tier_moves_the_lines_that_were_not_priced_by_hand", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { price: "139.995" });
  await desk.add("NUT-04");
  await desk.add("CHAIR-01");
  await desk.shows(desk.ofLine(3, "Price"), "150.00");
  await desk.control("Price tier").selectOption("Retail");
  await desk.shows(desk.ofLine(3, "Price"), "200.00");
  await desk.shows(desk.ofLine(1, "Price"), "139.995");
});

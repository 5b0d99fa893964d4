// P03 and P04: which price a line gets, and why.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";

const row = rows();

row("P04_a_customers_tier_prices_the_line_and_the_ladder_shows_all_ten", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.shows(desk.ofLine(1, "Price"), "150.00");
  const { lines: [line] } = await desk.view(LINK);
  assert.deepEqual(line.ladder.map(({ ordinal, price }) => [ordinal, price]).slice(0, 4), [[1, "200.00"], [2, "150.00"], [3, "135.5555"], [4, null]]);
  assert.equal(line.ladder.filter(({ price }) => price === null).length, 7);
});

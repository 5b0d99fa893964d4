// X02, X12 and X14: what stops an order on its way, and what Cin7 made of it.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK, writeQuote10452 } from "../fixture.mjs";

const row = rows();

row("X02_a_half_made_sale_is_finished_and_not_doubled", { link: LINK }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  await sandbox.fault({
    method: "POST",
    path: "/sale/order",
    kind: "status",
    status: 400,
    body: [{ ErrorCode: 400, Exception: "TaxRule not found" }],
  });
  await desk.confirm();
  const stopped = await desk.orderIs(LINK, "needs-attention");
  await desk.page.locator(".timeline").getByText("Header SO-00451 made, lines refused: TaxRule not found").first().waitFor();
  await desk.button("Try again now").click();
  const order = await desk.orderIs(LINK, "confirmed");
  assert.equal(order.saleId, stopped.saleId);
  assert.equal((await sandbox.salesOf(LINK)).length, 1);
  assert.equal((await sandbox.posted("/sale")).length, 1);
});

const locked = (day) => (sandbox) => sandbox.mutate({ collection: "company", set: { LockDate: `${day}T00:00:00` } });

row(
  "X12_locked_books_are_said_before_anything_is_posted",
  { link: LINK, clock: "2026-03-30T15:00:00Z", world: locked("2026-03-30") },
  async ({ desk, sandbox }) => {
    await writeQuote10452(desk);
    await desk.isStopped(sandbox, "Cin7’s books are locked up to 30 Mar 2026: an order of today would be refused.");
  },
);

row(
  "X12_books_locked_up_to_yesterday_are_no_hindrance",
  { link: LINK, clock: "2026-03-30T15:00:00Z", world: locked("2026-03-29") },
  async ({ desk }) => {
    await writeQuote10452(desk);
    await desk.page.getByText("Nothing stands in the way.").or(desk.page.getByText("to look at")).first().waitFor();
    assert.deepEqual(
      (await desk.view(LINK)).problems.filter(({ severity }) => severity === "stop"),
      [],
    );
  },
);

row(
  "X14_a_penny_that_cin7_rounds_differently_is_shown",
  { link: LINK, world: (sandbox) => sandbox.switches({ tax_adjustment: "0.01" }) },
  async ({ desk }) => {
    await writeQuote10452(desk);
    const order = await desk.ordered(LINK);
    assert.deepEqual(order.actual, { net: "622.50", tax: "124.51", gross: "747.01" });
    await desk.page.locator(".rail").getByText("Cin7 says 747.01, quote says 747.00").first().waitFor();
  },
);

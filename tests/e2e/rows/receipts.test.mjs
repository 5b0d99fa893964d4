// S13: a receipt taken on the quote is posted once, with a simple sale.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK, writeQuote10452 } from "../fixture.mjs";

const row = rows();
const simple = { salesType: "Simple", receiptAccount: "090" };

async function withReceipt(desk) {
  await writeQuote10452(desk);
  await desk.more();
  await desk.fill("Receipt amount", "200");
  await desk.fill("Receipt reference", "CARD-77");
  await desk.fill("Receipt date", "2026-03-30");
  await desk.page.locator("details.more > summary").getByText("receipt CARD-77").waitFor();
}

const payments = (sandbox) => sandbox.salesOf(LINK).then(([sale]) => sale.Quote?.Prepayments ?? []);
const calls = async (sandbox) =>
  (await sandbox.journal()).filter(({ path }) => path.toLowerCase() === "/sale/payment").map(({ method }) => method);

row("S13_a_receipt_becomes_one_prepayment_after_the_order", { link: LINK, settings: simple }, async ({ desk, sandbox }) => {
  await withReceipt(desk);
  const order = await desk.ordered(LINK);
  const [sale] = await sandbox.salesOf(LINK);
  assert.deepEqual(await sandbox.posted("/sale/payment"), [
    {
      TaskID: sale.ID,
      Type: "PREPAYMENT",
      Reference: "CARD-77",
      Amount: 200,
      DatePaid: "2026-03-30T00:00:00.000",
      Account: "090",
      CurrencyRate: 1,
    },
  ]);
  assert.deepEqual(
    (await payments(sandbox)).map(({ Reference, Amount }) => [Reference, Amount]),
    [["CARD-77", 200]],
  );
  assert.deepEqual(
    (await sandbox.writes()).map(({ path }) => path.toLowerCase()),
    ["/sale", "/sale/order", "/sale/payment"],
  );
  assert.deepEqual([order.steps.at(-1).step, order.steps.at(-1).state], ["receipt", "done"]);
  await desk.page.locator(".timeline").getByText("Receipt CARD-77 of 200.00 posted.").waitFor();
});

row(
  "S13_a_payment_that_was_not_answered_is_looked_for_and_not_posted_again",
  { link: LINK, settings: simple },
  async ({ desk, sandbox }) => {
    await withReceipt(desk);
    await sandbox.fault({ method: "POST", path: "/sale/payment", kind: "drop_after" });
    await desk.ordered(LINK);
    assert.deepEqual(await calls(sandbox), ["GET", "POST", "GET"]);
    assert.equal((await payments(sandbox)).length, 1);
  },
);

const before = (sandbox) => sandbox.switches({ prepayment_after_order: false });

row(
  "S13_a_cin7_that_takes_no_prepayment_after_the_order_is_told_so_and_the_order_stands",
  { link: LINK, settings: simple, world: before },
  async ({ desk, sandbox }) => {
    await withReceipt(desk);
    await desk.confirm();
    const order = await desk.orderIs(LINK, "needs-attention");
    assert.match(
      order.sentence,
      /^SO-00451 stands in Cin7. Its receipt does not: Receipt refused: Prepayment can be added only before/,
    );
    assert.deepEqual(order.actual, { net: "622.50", tax: "124.50", gross: "747.00" });
    await sandbox.switches({ prepayment_after_order: true });
    await desk.button("Try again now").click();
    await desk.orderIs(LINK, "confirmed");
    assert.equal((await payments(sandbox)).length, 1);
  },
);

row(
  "S13_with_an_advanced_sale_no_receipt_is_posted_and_the_timeline_says_so",
  { link: LINK, settings: { ...simple, salesType: "Advanced" } },
  async ({ desk, sandbox }) => {
    await withReceipt(desk);
    await desk.says("The receipt of GBP 200.00 will not be posted: advanced sale. Enter it in Cin7.");
    await desk.ordered(LINK);
    assert.deepEqual(await calls(sandbox), []);
    await desk.page.locator(".timeline").getByText("receipt not posted: advanced sale").waitFor();
  },
);

// A rep's tab dies in the middle of an order: closed, crashed, or its worker ended.

import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmUntil, killed, PLACES, RECEIPT_PLACES, rep, stage, standsOnce, writeQuote } from "./stage.mjs";

/** How a tab can die; each returns the tab that the rep goes on in. */
export const DEATHS = {
  "tab closed": async (desk, settings) => {
    const next = await desk.anotherTab();
    await desk.page.close();
    await next.open(undefined, settings);
    return next;
  },
  "page crashed": async (desk, settings) => {
    const next = await desk.anotherTab();
    const gone = desk.page.waitForEvent("crash");
    void desk.page.goto("chrome://crash").catch(() => undefined);
    await gone;
    await desk.page.close();
    await next.open(undefined, settings);
    return next;
  },
  "worker ended": async (desk) => {
    const [worker] = desk.page.workers();
    const gone = worker.waitForEvent("close");
    // As when the browser ends it: nothing tells the page.
    await worker.evaluate(() => self.close());
    await gone;
    return desk;
  },
};

for (const [death, die] of Object.entries(DEATHS)) {
  test(`${death}, at every step of an order`, async (context) => {
    let desk = await rep();
    for (const place of PLACES) {
      await context.test(place.name, async () => {
        const link = await writeQuote(desk);
        const held = await confirmUntil(desk, link, place);
        desk = await die(desk);
        killed(death);
        held.letGo();
        await standsOnce(desk, link);
      });
    }
    await desk.close();
  });
}

test("tab closed, at every step of a receipt", async (context) => {
  const settings = { salesType: "Simple", receiptAccount: "090" };
  let desk = await rep({ settings });
  for (const place of RECEIPT_PLACES) {
    await context.test(place.name, async () => {
      const link = await writeQuote(desk, { receipt: "CARD-77" });
      const held = await confirmUntil(desk, link, place);
      desk = await DEATHS["tab closed"](desk, settings);
      killed("tab closed");
      held.letGo();
      const sale = await standsOnce(desk, link);
      assert.deepEqual(
        sale.Quote.Prepayments.map(({ Reference, Amount }) => [Reference, Amount]),
        [["CARD-77", 200]],
      );
    });
  }
  await desk.close();
});

test("worker ended over an edit that is not yet written down: it is, and the sync goes on", async () => {
  const desk = await rep();
  const link = await writeQuote(desk);
  await desk.set(1, "Quantity", "6");
  await DEATHS["worker ended"](desk);
  killed("worker ended");
  await desk.until(async () => (await desk.view(link)).lines[0].quantity === "6", "the edit is written down");
  const { startedAt } = await desk.page.evaluate(() => window.quoteDesk.sync.state());
  await stage.clock.advance(20 * 60);
  await desk.until(
    async () => (await desk.page.evaluate(() => window.quoteDesk.sync.state())).startedAt !== startedAt,
    "the next run has begun",
  );
  await desk.close();
});

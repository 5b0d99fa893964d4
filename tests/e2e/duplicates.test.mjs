// A sale that Cin7 makes too late, of a call that was long given up: the order that stands is looked up once more, and both
// numbers are said.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { launch } from "./browser.mjs";
import { ScenarioClock } from "./clock.mjs";
import { Desk } from "./desk.mjs";
import { LINK, writeQuote10452 } from "./fixture.mjs";
import { openOrders } from "./sales.mjs";
import { Servers } from "./servers.mjs";

let servers;
let browser;

before(async () => {
  servers = await Servers.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await servers?.stop();
});
beforeEach(async () => {
  await servers.sandbox.reset();
  await servers.sandbox.switches({ calls_per_minute: 100_000 });
});

/** A desk at three o'clock whose order of quote 10452 stands as SO-00451. */
async function confirmedAtThree() {
  const desk = await Desk.fresh(browser, servers);
  const clock = await ScenarioClock.install(desk.page.context(), servers.sandbox, "2026-03-30T15:00:00Z");
  await desk.open(LINK);
  await desk.synced();
  await writeQuote10452(desk);
  await desk.ordered(LINK);
  return { desk, clock };
}

/** Cin7 carries the same order out once more, as SO-00452. */
async function doubled() {
  const [sale] = await servers.sandbox.salesOf(LINK);
  const again = { ...sale, ID: "6222cb47-0000-4000-8000-00000000d0b1", Order: { ...sale.Order, SaleOrderNumber: "SO-00452" } };
  await servers.sandbox.mutate({ collection: "sales", add: again });
}

test("a second sale is found five minutes after the order stood, also by a tab that was loaded since", async () => {
  const { desk, clock } = await confirmedAtThree();
  await doubled();
  await clock.set("15:04:59");
  assert.equal((await desk.order(LINK)).state, "confirmed");
  await desk.page.reload();
  await desk.until(() => desk.page.evaluate(() => window.quoteDesk !== undefined), "the desk is open again");
  // The fresh worker's clock begins where the scenario did.
  await clock.set("15:05:01");
  const order = await desk.orderIs(LINK, "needs-attention");
  assert.match(order.sentence, /SO-00451 and SO-00452 bear this quote's link/);
  await desk.page.locator(".rail").getByText("SO-00451 and SO-00452 bear this quote's link").first().waitFor();
  await openOrders(desk);
  await desk.page.getByText("SO-00451 and SO-00452 bear this quote's link").first().waitFor();

  // One of them is voided, as the screen says; what is left is this quote's order.
  await servers.sandbox.act("sales", "SO-00452", "void");
  for (const number of ["SO-00451", "SO-00452"]) await desk.page.locator(".twins").getByRole("link", { name: number }).waitFor();
  await desk.button("Look again").click();
  assert.equal((await desk.orderIs(LINK, "confirmed")).orderNumber, "SO-00451");
  await desk.close();
});

test("a second sale is found by the list of sales however late it comes", async () => {
  const { desk, clock } = await confirmedAtThree();
  await clock.set("15:05:01");
  await desk.until(
    async () => (await desk.order(LINK)).steps.some(({ step, state }) => step === "second-look" && state === "done"),
    "the order has been looked up once more",
  );
  await clock.set("15:10:00");
  await doubled();
  await desk.syncNow();
  const order = await desk.orderIs(LINK, "needs-attention");
  assert.match(order.sentence, /SO-00451 and SO-00452/);
  assert.equal((await servers.sandbox.posted("/sale")).length, 1);
  await desk.close();
});

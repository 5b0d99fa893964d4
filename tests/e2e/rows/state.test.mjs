// G02: the page on which anyone sees how the desk stands with Cin7.

import assert from "node:assert/strict";
import { LINK, writeQuote10452 } from "../fixture.mjs";
import { hold, rows } from "./scenario.mjs";

const row = rows();

const state = (desk) => desk.page.evaluate(() => window.quoteDesk.sync.state());

let run;
const holdProducts = async (_, desk) =>
  (run = await hold(desk, (url) => url.pathname === "/cin7/product" && url.searchParams.has("ModifiedSince")));

row(
  "G02_an_ended_run_tells_its_counts_its_error_and_when_the_next_is_due",
  { clock: "2026-03-30T13:00:00Z", world: holdProducts },
  async ({ desk, sandbox, clock }) => {
    await desk.until(async () => (await state(desk)).phase === "idle", "the first run has ended");
    // British summer time: 15:00 on the wall.
    await clock.set("14:00:00");
    for (const id of ["Bayside Club", "Harbour Hotels", "Corner Shop"])
      await sandbox.mutate({ collection: "customers", id, set: { Comments: "Changed" } });
    for (const id of ["LAMP-02", "CHAIR-01"]) await sandbox.mutate({ collection: "products", id, set: { Comment: "Changed" } });
    const sales = [];
    for (let number = 452; number <= 456; number++) {
      sales.push(
        await sandbox.mutate({
          collection: "sales",
          add: {
            Customer: "Bayside Club",
            OrderNumber: `SO-00${number}`,
            OrderStatus: "AUTHORISED",
            Lines: [{ SKU: "CHAIR-01", Quantity: 1 }],
          },
        }),
      );
    }
    // Cin7 lists this one, but does not give it.
    await sandbox.fault({
      method: "GET",
      path: "/sale",
      query: { ID: sales[2].ID },
      times: 9,
      kind: "error200",
      text: "SKU not found",
    });
    // The clock has made the next run due; asking only hastens it.
    await desk.page.evaluate(() => window.quoteDesk.sync.now());
    await run.there;
    await clock.set("14:12:00");
    run.letGo();
    await desk.until(async () => (await state(desk)).endedAt === "2026-03-30T14:12:00.000Z", "the run has ended");

    await clock.set("14:20:00");
    await desk.page.getByRole("button", { name: /^Synced/ }).click();
    await desk.page.getByRole("link", { name: "Errors and history" }).click();
    const region = (name) => desk.page.getByRole("region", { name });
    await desk.shows(region("State"), "Idle");
    await desk.shows(region("State"), "Last run ended15:12");
    await desk.shows(desk.control("Next run"), "15:27 (in 7 min)");
    const last = region("Earlier runs").getByRole("listitem").first();
    await desk.shows(last, "15:00 to 15:12");
    await desk.shows(last, "3 customers, 2 products");
    await desk.shows(last, "5 sales");
    await desk.shows(last, "1 error");
    await desk.shows(last, "SO-00454 SKU not found");
    await desk.shows(region("Not taken over"), "SO-00454SKU not found");
    const { lists } = await state(desk);
    assert.deepEqual(
      lists.flatMap(({ bad }) => bad).map(({ record, problem }) => [record, problem]),
      [["SO-00454", "SKU not found"]],
    );
    const cells = async (list) =>
      (await region("Lists").getByRole("row", { name: list }).getByRole("cell").allTextContents()).slice(0, 3);
    assert.deepEqual((await cells(/^Customers/))[1], "3");
    assert.deepEqual((await cells(/^Products/))[1], "2");
    assert.deepEqual((await cells(/^Sales/)).slice(1), ["5", "1"]);
    // The sale itself is in the list all the same; only what its list row does not tell is missing.
    const kept = await desk.page.evaluate(() => window.quoteDesk.sales.list({ text: "SO-0045" }));
    assert.equal(kept.total, 5);
  },
);

row(
  "G02_the_age_of_prices_and_stock_stands_on_the_quote_and_is_a_warning_past_45_minutes",
  { clock: "2026-03-30T15:00:00Z", link: LINK },
  async ({ desk, clock }) => {
    await desk.until(async () => (await state(desk)).phase === "idle", "the first run has ended");
    await desk.page.evaluate(() => window.quoteDesk.sync.stop());
    await writeQuote10452(desk);
    const age = desk.page.locator(".lines-count .stock-age");
    await desk.shows(age, "prices and stock read just now");
    assert.equal(await age.locator(".warn").count(), 0);
    for (const [time, words, warns] of [
      ["15:44:00", "read 44 min ago", false],
      ["15:46:00", "read 1 hr ago", true],
    ]) {
      await clock.set(time);
      // An edit draws the lines anew.
      await desk.set(1, "Quantity", warns ? "5" : "6");
      await desk.shows(age, words);
      assert.equal((await age.locator(".warn").count()) > 0, warns, time);
    }
    // Read anew for these lines alone, stock is young again, and prices are as old as they were.
    await desk.button("Read the stock of these lines again").click();
    await desk.shows(age, "prices read 1 hr ago");
    await desk.shows(age, "stock read just now");
    assert.equal(await age.locator(".warn").count(), 1);
  },
);

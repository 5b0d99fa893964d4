// G06 and P05: stock as Cin7 states it, read whole and swapped at once.

import assert from "node:assert/strict";
import { hold, rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";

const row = rows();
const CHAIR = "c4a10000-0000-4000-8000-000000000001";
const LAMP = "c4a10000-0000-4000-8000-000000000002";

const stock = (desk, id) =>
  desk.page.evaluate(async (key) => {
    const { stock, stockTotal } = await window.quoteDesk.products.get(key);
    return {
      total: stockTotal.available,
      at: Object.fromEntries(stock.warehouses.map(({ warehouse, available }) => [warehouse, available])),
      sentence: stock.sentence,
    };
  }, id);
const part = (desk, heading) => desk.page.getByRole("region", { name: heading });

/** Availability rows of 766 more products in three places: with the fixture's own, more than two pages of 1,000. */
async function manyRows(sandbox) {
  const adding = [];
  for (let number = 0; number < 2296; number++) {
    if (adding.length === 32) await Promise.all(adding.splice(0));
    const id = `ab000000-0000-4000-8000-${String(Math.floor(number / 3)).padStart(12, "0")}`;
    adding.push(
      sandbox.mutate({
        collection: "availability",
        add: {
          ID: id,
          SKU: `BULK-${Math.floor(number / 3)}`,
          Name: "Bulk",
          Location: ["Main Warehouse", "North Depot", "Old Shed"][number % 3],
          Bin: null,
          OnHand: 1,
          Allocated: 0,
          Available: 1,
          OnOrder: 0,
          InTransit: 0,
          StockOnHand: 9.5,
          NextDeliveryDate: null,
        },
      }),
    );
  }
  await Promise.all(adding);
}

/** Stock calls of the journal, each as its page and status. */
const stockCalls = async (sandbox) =>
  (await sandbox.journal())
    .filter(({ path }) => path === "/ref/productavailability")
    .map(({ query, status }) => `${query.Page} ${status}`);

row("G06_the_whole_of_stock_is_swapped_at_once_or_not_at_all", { world: manyRows }, async ({ desk, sandbox }) => {
  await sandbox.clearJournal();
  await sandbox.mutate({ collection: "availability", id: "LAMP-02", set: { OnHand: 5, Available: 5 } });
  await sandbox.fault({ path: "/ref/productavailability", query: { Page: "3" }, kind: "status", status: 503, times: 2 });
  const third = await hold(
    desk,
    (url) => url.pathname.endsWith("ref/productavailability") && url.searchParams.get("Page") === "3",
  );
  await desk.syncNow();
  await third.there;
  assert.equal((await stock(desk, LAMP)).total, "8", "two pages of three change nothing");
  third.letGo();
  await desk.until(async () => (await stock(desk, LAMP)).total === "5", "the third page has come", 60_000);
  assert.deepEqual(await stockCalls(sandbox), ["1 200", "2 200", "3 503", "3 503", "3 200"]);

  // A third page that never comes leaves every figure as it was, and the state says so.
  await sandbox.mutate({ collection: "availability", id: "LAMP-02", set: { OnHand: 1, Available: 1 } });
  await sandbox.fault({ path: "/ref/productavailability", query: { Page: "3" }, kind: "status", status: 400, times: 50 });
  await desk.syncNow();
  await desk.until(
    () => desk.page.evaluate(async () => (await window.quoteDesk.sync.state()).failure !== null),
    "the run has failed",
    60_000,
  );
  assert.equal((await stock(desk, LAMP)).total, "5");
  const { failure } = await desk.page.evaluate(() => window.quoteDesk.sync.state());
  await desk.goTo("/sync");
  await desk.shows(desk.page.locator("main"), failure);
});

row("G06_a_product_that_vanishes_from_stock_has_none_and_says_why", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("LAMP-02");
  assert.equal((await stock(desk, LAMP)).total, "8");
  await sandbox.mutate({ collection: "availability", id: "LAMP-02", remove: true });
  await desk.sync();
  assert.deepEqual(await stock(desk, LAMP), { total: "0", at: {}, sentence: "no movements" });
  await desk.goTo(`/product/${LAMP}`);
  await desk.shows(part(desk, "Stock"), "no movements");
  await desk.shows(desk.control("Available in all"), "0");
});

row("P05_bins_are_summed_and_the_value_of_stock_is_never_a_figure", {}, async ({ desk, sandbox }) => {
  assert.deepEqual(await stock(desk, CHAIR), {
    total: "15",
    at: { "Main Warehouse": "12", "North Depot": "3" },
    sentence: "Main Warehouse 12. North Depot 3.",
  });
  await desk.goTo(`/product/${CHAIR}`);
  await desk.shows(desk.control("Available in all"), "15");
  await desk.shows(part(desk, "Stock"), "Main Warehouse 12 available");
  await desk.shows(part(desk, "Stock"), "North Depot 3 available");
  const text = await desk.text();
  for (const money of ["793", "1498", "1,498", "440.62"]) assert.ok(!text.includes(money), `${money} is money, not stock`);

  // Less than nothing is real, and so is stock in a place that is no longer used.
  await sandbox.mutate({ collection: "availability", id: "LAMP-02", set: { OnHand: 1, Allocated: 4, Available: -3 } });
  await sandbox.mutate({
    collection: "availability",
    add: {
      ID: LAMP,
      SKU: "LAMP-02",
      Name: "Desk Lamp",
      Location: "Old Shed",
      Bin: null,
      OnHand: 2,
      Allocated: 0,
      Available: 2,
      OnOrder: 0,
      InTransit: 0,
      StockOnHand: 55,
      NextDeliveryDate: null,
    },
  });
  await desk.sync();
  assert.deepEqual((await stock(desk, LAMP)).at, { "Main Warehouse": "-3", "Old Shed": "2" });
});

row("P05_a_quote_for_more_than_its_warehouse_has_warns_before_it_is_confirmed", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.control("Warehouse").selectOption("Main Warehouse");
  await desk.add("CHAIR-01", { quantity: "14" });
  await desk.says(/Main Warehouse has 12/);
  await desk.says(/North Depot 3/);
  assert.deepEqual(await sandbox.writes(), []);
});

row("P05_an_answer_by_prefix_adds_nothing_of_another_product", { link: LINK }, async ({ desk, sandbox }) => {
  await sandbox.mutate({
    collection: "products",
    add: {
      ID: "c4a10000-0000-4000-8000-000000000010",
      SKU: "CHAIR-010",
      Name: "Beech Chair",
      Category: "Seating",
      Type: "Stock",
      Status: "Active",
      Sellable: true,
      PriceTier1: 10,
    },
  });
  await sandbox.mutate({
    collection: "availability",
    add: {
      ID: "c4a10000-0000-4000-8000-000000000010",
      SKU: "CHAIR-010",
      Name: "Beech Chair",
      Location: "Main Warehouse",
      Bin: null,
      OnHand: 70,
      Allocated: 0,
      Available: 70,
      OnOrder: 0,
      InTransit: 0,
      StockOnHand: 1,
      NextDeliveryDate: null,
    },
  });
  await sandbox.mutate({ collection: "availability", id: "CHAIR-01", where: { Bin: "Bin B" }, set: { OnHand: 6, Available: 6 } });
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.view(LINK);
  await sandbox.clearJournal();
  const quote = await desk.page.evaluate(async (link) => {
    const opened = await window.quoteDesk.quotes.open(link);
    await opened.refreshStock();
    return opened.view().lines[0].stock.totalAvailable;
  }, LINK);
  assert.equal(quote, "16");
  assert.deepEqual(
    (await sandbox.journal()).map(({ path, query }) => [path, query.Sku]),
    [["/ref/productavailability", "CHAIR-01"]],
  );
});

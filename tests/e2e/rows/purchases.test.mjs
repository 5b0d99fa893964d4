// P06: when more of a product comes, by the purchases that are on their way.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";

const row = rows();
/** Later than the world's own clock can be when its purchases are made: one of the future is not listed yet. */
const NOW = "2026-03-30T15:10:00Z";
const CHAIR = "c4a10000-0000-4000-8000-000000000001";
const LAMP = "c4a10000-0000-4000-8000-000000000002";

const product = (desk, id) => desk.page.evaluate((key) => window.quoteDesk.products.get(key), id);
const stock = (desk) => desk.page.getByRole("region", { name: "Stock" });
/** The numbers of the purchases whose lines Cin7 was asked for, in order. */
async function asked(sandbox) {
  const calls = (await sandbox.journal()).filter(({ path }) => path === "/advanced-purchase");
  return calls.map(({ query }) => Number.parseInt(query.ID.slice(-2), 10)).sort();
}
/** What a product says of its next day and of what arrives, once `holds`. */
async function told(desk, id, holds) {
  return desk.until(async () => {
    const { nextAvailable, arriving } = await product(desk, id);
    return holds(nextAvailable, arriving) ? { nextAvailable, arriving } : false;
  }, "the purchases have been read");
}
let minute = 10;
/** Has the desk read Cin7 again, a minute later: a run is told from another by when it began. */
async function sync(desk, clock) {
  minute += 1;
  await clock.set(`15:${String(minute).padStart(2, "0")}:00`);
  await desk.sync();
}
/** The product's page says nothing of goods on their way. */
async function noneArrives(desk) {
  assert.equal(await stock(desk).getByRole("heading", { name: "Arriving" }).count(), 0);
  assert.equal(await desk.page.getByLabel("Next available").count(), 0);
}
const receive = (sandbox, number, lines) =>
  sandbox.mutate({ collection: "purchases", id: number, do: "receive", with: lines === undefined ? {} : { lines } });

row(
  "P06_the_product_has_the_earliest_day_of_its_advanced_purchases_and_no_warehouse_has_one",
  { clock: NOW },
  async ({ desk, sandbox }) => {
    const north = (day, number) => ({ warehouse: "North Depot", quantity: "20", day, late: false, purchases: [number] });
    const both = await told(desk, CHAIR, (_, arriving) => arriving.length === 2);
    assert.deepEqual(both, {
      nextAvailable: "2026-04-17",
      arriving: [north("2026-04-17", "PO-00101"), north("2026-04-24", "PO-00102")],
    });
    // Cin7's stock list names 17 April for the depot, and what comes into it is due then: the depot has no day for all that.
    const {
      stock: { warehouses },
    } = await product(desk, CHAIR);
    assert.ok(warehouses.length >= 2);
    for (const at of warehouses) assert.ok(!JSON.stringify(at).includes("2026"), JSON.stringify(at));
    assert.deepEqual(await asked(sandbox), [1, 2], "one call for each open advanced purchase, none for the simple one");
    const { lists } = await desk.page.evaluate(() => window.quoteDesk.sync.state());
    assert.equal(lists.find(({ list }) => list === "purchases").rows, 2);

    await desk.goTo(`/product/${CHAIR}`);
    await desk.shows(desk.control("Next available"), "17 Apr");
    await desk.shows(stock(desk), "20 into North Depot on 17 Apr PO-00101");
    await desk.shows(stock(desk), "20 into North Depot on 24 Apr");
    assert.ok(!(await desk.shown(stock(desk))).includes("next 17 Apr"));
  },
);

row("P06_a_simple_purchase_gives_no_day", { clock: NOW }, async ({ desk }) => {
  await told(desk, CHAIR, (_, arriving) => arriving.length === 2);
  const { nextAvailable, arriving } = await product(desk, LAMP);
  assert.deepEqual({ nextAvailable, arriving }, { nextAvailable: null, arriving: [] });
  await desk.goTo(`/product/${LAMP}`);
  await desk.shows(stock(desk), "On hand");
  await noneArrives(desk);
  assert.ok(!(await desk.shown(stock(desk))).includes("Apr"), "Cin7's stock list names 10 April");
});

row(
  "P06_with_the_setting_off_nothing_has_a_day_and_no_purchase_is_opened",
  { clock: NOW, settings: { standardStock: false } },
  async ({ desk, sandbox, clock }) => {
    await sync(desk, clock);
    assert.ok((await sandbox.journal()).some(({ path }) => path === "/purchaseList"));
    const { nextAvailable, arriving } = await product(desk, CHAIR);
    assert.deepEqual({ nextAvailable, arriving }, { nextAvailable: null, arriving: [] });
    assert.deepEqual(await asked(sandbox), []);
    await desk.goTo(`/product/${CHAIR}`);
    await desk.shows(stock(desk), "On hand");
    await noneArrives(desk);
    assert.ok(!(await desk.shown(stock(desk))).includes("Apr"));
  },
);

row(
  "P06_what_was_received_counts_no_longer_and_the_day_moves_on_and_clears",
  { clock: NOW },
  async ({ desk, sandbox, clock }) => {
    await told(desk, CHAIR, (day) => day === "2026-04-17");
    await sandbox.clearJournal();
    await receive(sandbox, "PO-00101", [{ SKU: "CHAIR-01", Quantity: 5 }]);
    await sync(desk, clock);
    const part = await told(desk, CHAIR, (_, arriving) => arriving[0].quantity !== "20");
    assert.equal(part.nextAvailable, "2026-04-17");
    assert.equal(part.arriving[0].quantity, "15");
    assert.deepEqual(await asked(sandbox), [1], "only the one that has changed");

    await desk.goTo(`/product/${CHAIR}`);
    await desk.shows(stock(desk), "15 into North Depot on 17 Apr");
    await receive(sandbox, "PO-00101");
    await sync(desk, clock);
    await desk.shows(desk.control("Next available"), "24 Apr");
    assert.equal((await product(desk, CHAIR)).nextAvailable, "2026-04-24");

    await receive(sandbox, "PO-00102");
    await sync(desk, clock);
    const { nextAvailable, arriving } = await product(desk, CHAIR);
    assert.deepEqual({ nextAvailable, arriving }, { nextAvailable: null, arriving: [] });
    await desk.until(
      () =>
        noneArrives(desk).then(
          () => true,
          () => false,
        ),
      "the page has no day any more",
    );
  },
);

row(
  "P06_a_void_a_draft_a_drop_shipped_and_a_late_purchase_give_no_day",
  {
    clock: NOW,
    world: async (sandbox) => {
      const buy = (number, day, more) =>
        sandbox.mutate({
          collection: "purchases",
          add: {
            Supplier: "Nordic Timber",
            OrderNumber: number,
            RequiredBy: day,
            Location: "Main Warehouse",
            Lines: [{ SKU: "LAMP-02", Quantity: 6, Price: 1 }],
            ...more,
          },
        });
      await buy("PO-00111", "2026-04-01", { Status: "DRAFT" });
      await buy("PO-00112", "2026-04-02", { RelatedDropShipSaleTask: "6222cb47-0000-4000-8000-000000000001" });
      await buy("PO-00113", "2026-04-03");
      await buy("PO-00114", "2026-03-27");
      await buy("PO-00115", undefined);
      await sandbox.mutate({ collection: "purchases", id: "PO-00113", do: "void" });
    },
  },
  async ({ desk, sandbox, clock }) => {
    const { nextAvailable, arriving } = await told(desk, LAMP, (_, coming) => coming.length === 2);
    assert.equal(nextAvailable, null);
    const main = { warehouse: "Main Warehouse", quantity: "6" };
    assert.deepEqual(arriving, [
      { ...main, day: "2026-03-27", late: true, purchases: ["PO-00114"] },
      { ...main, day: null, late: false, purchases: ["PO-00115"] },
    ]);
    await desk.goTo(`/product/${LAMP}`);
    await desk.shows(stock(desk), "6 into Main Warehouse late since 27 Mar");
    await desk.shows(stock(desk), "6 into Main Warehouse, day not known");
    await sandbox.mutate({ collection: "purchases", id: "PO-00114", do: "reschedule", with: { date: "2026-04-03" } });
    await sync(desk, clock);
    await desk.shows(desk.control("Next available"), "3 Apr");
  },
);

row(
  "P06_a_line_says_what_comes_into_which_warehouse_when_and_by_which_purchase",
  { clock: NOW, link: LINK },
  async ({ desk, sandbox, clock }) => {
    await desk.pickCustomer("Bayside Club");
    await told(desk, CHAIR, (_, arriving) => arriving.length === 2);
    await desk.add("CHAIR-01", { quantity: "4" });
    await desk.add("LAMP-02");
    await desk.details(1);
    const coming = desk.page.getByRole("list", { name: "Arriving of CHAIR-01" }).getByRole("listitem");
    await desk.shows(coming.nth(0), "20 into North Depot on 17 Apr PO-00101");
    await desk.shows(coming.nth(1), "20 into North Depot on 24 Apr PO-00102");
    // It follows while the quote is open, and what only simple purchases bring has no day.
    await receive(sandbox, "PO-00101", [{ SKU: "CHAIR-01", Quantity: 5 }]);
    await sync(desk, clock);
    await desk.shows(coming.nth(0), "15 into North Depot on 17 Apr PO-00101");
    await desk.details(2);
    assert.equal(await desk.page.getByRole("list", { name: "Arriving of LAMP-02" }).count(), 0);
  },
);

// What Cin7 writes oddly, and what it writes wrongly: the first is the same world, the second is told by record and field.

import assert from "node:assert/strict";
import { Desk } from "../desk.mjs";
import { rows } from "./scenario.mjs";

const row = rows();

const state = (desk) => desk.page.evaluate(() => window.quoteDesk.sync.state());

/** Everything that a desk holds, by the change feed; when something was read is no part of it. */
async function everything(desk) {
  await desk.until(async () => {
    const { sales } = await desk.page.evaluate(() => window.quoteDesk.sales.list({ limit: 500 }));
    const views = await Promise.all(sales.map(({ id }) => desk.page.evaluate((key) => window.quoteDesk.sales.get(key), id)));
    const arriving = (await desk.page.evaluate(() => window.quoteDesk.products.get("CHAIR-01"))).arriving;
    return views.every(({ current }) => current) && arriving.length === 2;
  }, "all details are read");
  const { changes, more } = await desk.page.evaluate(() => window.quoteDesk.changes.read({ limit: 5000 }));
  assert.equal(more, false);
  return Object.fromEntries(
    changes.map(({ kind, key, record }) => {
      if (kind === "sale") record.sale.detailsAsOf = null;
      return [`${kind} ${key}`, record];
    }),
  );
}

const DRESSES = [
  {
    numbers_as_strings: true,
    booleans_as_strings: true,
    upper_case_ids: true,
    empty_values: "null",
    instants: "bare",
    list_total: false,
  },
  { numbers_as_strings: true, empty_values: "missing", instants: "seven_digits", flagged_arrays: "missing" },
  { booleans_as_strings: true, upper_case_ids: true, empty_values: "blank" },
];

row(
  "G02_a_world_that_is_written_oddly_is_the_same_world",
  {
    world: async (sandbox) => {
      for (const scene of ["bayside-invoices", "part-shipped", "typed-orders"]) await sandbox.scene(scene);
      await sandbox.mutate({
        collection: "products",
        id: "BOLT-03",
        set: { Name: "<b>M8</b> <img src=x onerror=alert(1)> Bolt" },
      });
    },
  },
  async ({ desk, sandbox, servers, browser }) => {
    const plain = await everything(desk);
    assert.ok(Object.keys(plain).length > 20, "the world is small");
    for (const dress of DRESSES) {
      await sandbox.switches({
        numbers_as_strings: false,
        booleans_as_strings: false,
        upper_case_ids: false,
        list_total: true,
        instants: "as_stored",
        flagged_arrays: "empty",
        ...dress,
      });
      const other = await Desk.fresh(browser, servers);
      try {
        await other.open();
        await other.synced();
        assert.deepEqual(await everything(other), plain, JSON.stringify(dress));
        const { failure, lists } = await state(other);
        assert.deepEqual([failure, lists.flatMap(({ bad }) => bad)], [null, []], JSON.stringify(dress));
      } finally {
        await other.close();
      }
    }
    // Markup in a name is text.
    await desk.page.evaluate(() => history.pushState(null, "", "/products") ?? dispatchEvent(new Event("qd-route")));
    await desk.page.getByText("<b>M8</b> <img src=x onerror=alert(1)> Bolt").first().waitFor();
  },
);

/** One record of each list spoiled: what of it, and what is reported. */
const SPOILED = [
  ["products", "LAMP-02", { PriceTier1: "a lot" }, ["LAMP-02", "PriceTier1", "“a lot” is not a number"]],
  ["products", "CHAIR-01", { Weight: "heavy" }, ["CHAIR-01", "Weight", "“heavy” is not a number"]],
  ["customers", "Corner Shop", { CreditLimit: "plenty" }, ["Corner Shop", "CreditLimit", "“plenty” is not a number"]],
  ["suppliers", "Nordic Timber", { Discount: {} }, ["Nordic Timber", "Discount", "is not a number"]],
  ["availability", "LAMP-02", { Available: "some" }, ["LAMP-02", "Available", "“some” is not a number"]],
  [
    "sales",
    "SO-00440",
    { SaleOrderDate: "soon" },
    ["SO-00440", "SaleOrderDate", "“soon” is not a day that can be read for certain"],
  ],
  ["taxRules", "Zero Rated Income", { TaxPercent: "none" }, ["Zero Rated Income", "TaxPercent", "“none” is not a number"]],
  ["paymentTerms", "7 days", { IsActive: "perhaps" }, ["7 days", "IsActive", "“perhaps” is neither true nor false"]],
];

row(
  "G02_a_bad_record_of_any_list_is_told_by_record_and_field_and_the_run_goes_on",
  { world: (sandbox) => sandbox.scene("bayside-invoices") },
  async ({ desk, sandbox }) => {
    await everything(desk);
    const price = (sku) =>
      desk.page.evaluate(async (text) => (await window.quoteDesk.products.search(text, { priceTier: 1 }))[0]?.price, sku);
    const lamp = await price("LAMP-02");
    for (const [collection, id, set] of SPOILED) await sandbox.mutate({ collection, id, set });
    // New ones that nothing is known of yet: one cannot be priced, one is of a kind that nobody knows.
    const [chair] = (await sandbox.state("products")).filter(({ SKU }) => SKU === "CHAIR-01");
    await sandbox.mutate({
      collection: "products",
      add: { ...chair, ID: "00000000-0000-0000-0000-0000000000f1", SKU: "ODD-01", PriceTier2: [], Weight: 1 },
    });
    await sandbox.mutate({
      collection: "products",
      add: {
        ...chair,
        ID: "00000000-0000-0000-0000-0000000000f2",
        SKU: "ODD-02",
        Type: "Bill of Dreams",
        DropShipMode: "By Pigeon",
        Weight: 1,
      },
    });
    await desk.sync();
    // What is wrong with a whole sale is known once it has been read.
    await desk.until(
      async () => (await state(desk)).lists.flatMap((list) => list.bad).some(({ field }) => field === "SaleOrderDate"),
      "the sale is read",
    );
    const { failure, lists } = await state(desk);
    assert.equal(failure, null, "one bad record stops no run");
    const bad = lists.flatMap((list) => list.bad);
    for (const [, , , [record, field, problem]] of SPOILED) {
      const told = bad.find((one) => one.record.startsWith(record) && one.field === field);
      assert.ok(told?.problem.includes(problem), `${record} ${field}: ${JSON.stringify(bad)}`);
    }
    for (const [record, field] of [
      ["ODD-01", "PriceTier2"],
      ["ODD-02", "DropShipMode"],
    ])
      assert.ok(
        bad.some((one) => one.record === record && one.field === field),
        JSON.stringify(bad),
      );
    assert.equal(bad.length, SPOILED.length + 2, JSON.stringify(bad));

    // An unreadable price is no price of zero, and no reason to forget the good one.
    assert.equal(await price("LAMP-02"), lamp);
    assert.ok((await desk.page.evaluate(() => window.quoteDesk.products.search("ODD-01"))).every(({ sku }) => sku !== "ODD-01"));
    assert.equal((await desk.page.evaluate(() => window.quoteDesk.products.get("ODD-02"))).sku, "ODD-02");
    assert.equal(lists.find(({ list }) => list === "sales").rows, 2, "the sales are there");

    // The page says all of it.
    await desk.page.evaluate(() => history.pushState(null, "", "/sync") ?? dispatchEvent(new Event("qd-route")));
    const region = desk.page.getByRole("region", { name: "Not taken over" });
    for (const [, , , [record, field, problem]] of SPOILED) {
      const told = region.getByRole("listitem").filter({ hasText: record }).filter({ hasText: field });
      await desk.shows(told.first(), problem);
    }

    // Put right in Cin7, they come in and nothing is told any more.
    for (const [collection, id, set] of SPOILED) {
      const good = Object.fromEntries(
        Object.keys(set).map((field) => [
          field,
          {
            PriceTier1: 61,
            Weight: 7.5,
            CreditLimit: 0,
            Discount: 0,
            Available: 5,
            SaleOrderDate: "2026-03-02T00:00:00Z",
            TaxPercent: 0,
            IsActive: true,
          }[field],
        ]),
      );
      await sandbox.mutate({ collection, id, set: good });
    }
    for (const id of ["ODD-01", "ODD-02"])
      await sandbox.mutate({ collection: "products", id, set: { PriceTier2: 9, DropShipMode: "No Drop Ship" } });
    await desk.sync();
    await desk.until(async () => (await state(desk)).lists.flatMap((list) => list.bad).length === 0, "nothing is told any more");
    assert.equal(Number(await price("LAMP-02")), 61);
  },
);

// A CRM's server keeps its copy by the change feed alone; it is what the desk holds, through edits, a lost cache and a fresh
// start.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes();

/** A server's copy. It knows nothing but what the feed says. */
class Copy {
  records = new Map();
  last = 0;
  resets = 0;

  async follow(desk, limit) {
    for (let more = true; more; ) {
      const part = await desk.page.evaluate((ask) => window.quoteDesk.changes.read(ask), { after: this.last, limit });
      if (part.reset) {
        this.records.clear();
        this.resets += 1;
      }
      for (const { kind, key, record } of part.changes) {
        if (record === null) this.records.delete(`${kind} ${key}`);
        else this.records.set(`${kind} ${key}`, record);
      }
      ({ last: this.last, more } = part);
    }
  }

  all(kind) {
    return [...this.records].filter(([name]) => name.startsWith(`${kind} `)).map(([, record]) => record);
  }
}

/** What the desk itself says, as far as its other answers tell, must be what the copy holds. */
async function assertSame(copy, desk) {
  const held = await desk.page.evaluate(async () => {
    const { quoteDesk } = window;
    const customers = (
      await Promise.all(["bayside", "harbour", "corner"].map((text) => quoteDesk.customers.search(text)))
    ).flat();
    return {
      references: await quoteDesk.references(),
      customers: await Promise.all(customers.map(({ id }) => quoteDesk.customers.get(id))),
      hits: (
        await Promise.all(
          ["chair", "lamp", "bolt", "nut", "washer", "pin"].map((text) => quoteDesk.products.search(text, { priceTier: 1 })),
        )
      ).flat(),
      sales: await quoteDesk.sales.list({ limit: 500 }),
      transactions: (await quoteDesk.sales.transactions({ limit: 2000 })).rows,
      rows: Object.fromEntries((await quoteDesk.sync.state()).lists.map(({ list, rows }) => [list, rows])),
    };
  });
  assert.deepEqual(copy.records.get("references references"), held.references);
  assert.ok(held.customers.length >= 3 && held.hits.length >= 5);
  for (const customer of held.customers) {
    const { own, cin7 } = copy.records.get(`company ${customer.id}`);
    assert.deepEqual(
      [own.name, cin7.priceTier, cin7.onHold, cin7.creditLimit],
      [customer.name, customer.priceTier, customer.onHold, customer.creditLimit],
    );
  }
  for (const hit of held.hits) {
    const record = copy.records.get(`product ${hit.id}`);
    assert.deepEqual(
      [record.sku, record.name, record.tiers[0] === null ? null : Number(record.tiers[0])],
      [hit.sku, hit.name, hit.price === null ? null : Number(hit.price)],
    );
    const levels = copy.records.get(`stock ${hit.id}`)?.levels ?? [];
    const available = levels.reduce((sum, level) => sum + Number(level.available), 0);
    if (hit.availableElsewhere !== null) assert.equal(available, Number(hit.availableElsewhere));
  }
  assert.equal(copy.all("product").length, held.rows.products);
  // Every product by itself: what is on its way, and the SKUs that it had before.
  const views = await desk.page.evaluate(
    (ids) => Promise.all(ids.map((id) => window.quoteDesk.products.get(id))),
    copy.all("product").map(({ id }) => id),
  );
  const today = new Date().toISOString().slice(0, 10);
  for (const { id, arriving, nextAvailable, formerly } of views) {
    const coming = copy.records.get(`stock ${id}`)?.arriving ?? [];
    assert.deepEqual(
      coming,
      arriving.map(({ warehouse, quantity, day, purchases }) => ({ location: warehouse, quantity, day, purchases })),
    );
    assert.equal(
      coming
        .map(({ day }) => day)
        .filter((day) => day !== null && day >= today)
        .sort()[0] ?? null,
      nextAvailable,
    );
    assert.deepEqual(
      (copy.records.get(`renamed ${id}`)?.records ?? []).map(({ sku }) => sku),
      formerly,
    );
  }
  assert.equal(copy.all("sale").length, held.sales.total);
  for (const summary of held.sales.sales) {
    const { sale } = copy.records.get(`sale ${summary.id}`);
    assert.deepEqual(sale.summary, summary);
  }
  const inOrder = (rows) => rows.map((row) => JSON.stringify(row)).sort();
  assert.deepEqual(inOrder(copy.all("sale").flatMap(({ transactions }) => transactions)), inOrder(held.transactions));
  assert.equal(copy.all("company").length, held.rows.customers + held.rows.suppliers);
}

scene("a copy built from the feed alone is what the desk holds", {}, async ({ desk, sandbox }) => {
  const copy = new Copy();
  await copy.follow(desk, 3);
  await assertSame(copy, desk);
  assert.equal(copy.resets, 0);

  // A rename, a retirement, a tier, a hold, stock that moved and stock that is gone.
  await sandbox.mutate({ collection: "products", id: "BOLT-03", set: { SKU: "BOLT-03B", Name: "M8 Bolt, zinc" } });
  await sandbox.mutate({ collection: "products", id: "NUT-04", set: { Status: "Deprecated", Sellable: false } });
  await sandbox.mutate({ collection: "customers", id: "Bayside Club", set: { PriceTier: "Retail", IsOnCreditHold: true } });
  await sandbox.mutate({ collection: "availability", id: "LAMP-02", remove: true });
  const before = copy.last;
  await desk.sync();
  const named = await desk.page.evaluate(
    async (after) =>
      (await window.quoteDesk.changes.read({ after })).changes.map(
        ({ kind, record }) => `${kind} ${record === null ? "gone" : "is"}`,
      ),
    before,
  );
  assert.deepEqual(named.sort(), ["company is", "product is", "product is", "renamed is", "stock gone"]);
  await copy.follow(desk, 1);
  await assertSame(copy, desk);
  assert.equal(copy.all("product").find(({ sku }) => sku === "NUT-04").sellable, false);

  // A run in which nothing changed adds nothing.
  const unchanged = copy.last;
  await desk.sync();
  await copy.follow(desk, 500);
  assert.equal(copy.last, unchanged);

  // The cache is lost: the feed begins anew with larger numbers, and says so.
  const page = desk.page.context().newPage();
  await desk.page.goto("about:blank");
  await (await page).close();
  await desk.open();
  await desk.page.evaluate(() => window.quoteDesk.close());
  await desk.page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) {
      if (!/cache/.test(name)) continue;
      await new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = resolve;
        request.onerror = reject;
      });
    }
  });
  await sandbox.mutate({ collection: "products", id: "CHAIR-01", set: { Name: "Oak Chair, oiled" } });
  await desk.open();
  await desk.synced();
  await desk.until(
    async () => (await desk.page.evaluate(() => window.quoteDesk.sync.state())).phase === "idle",
    "the run has ended",
  );
  await copy.follow(desk, 4);
  assert.equal(copy.resets, 1);
  assert.ok(copy.last > unchanged);
  await assertSame(copy, desk);
  const bad = await desk.page.evaluate(() =>
    window.quoteDesk.changes.read({ after: 1.5, limit: 0, since: 1 }).catch(({ code, details }) => [code, details.length]),
  );
  assert.deepEqual(bad, ["invalid-input", 3]);
});

scene(
  "sales that come, change, go and come back, renamed products and customers, and purchases are in the copy after a long history",
  {},
  async ({ desk, sandbox }) => {
    const copy = new Copy();
    const settled = () =>
      desk.until(async () => {
        const { sales } = await desk.page.evaluate(() => window.quoteDesk.sales.list({ limit: 500 }));
        const views = await Promise.all(sales.map(({ id }) => desk.page.evaluate((key) => window.quoteDesk.sales.get(key), id)));
        return views.every(({ current }) => current);
      }, "the details of every sale are read");
    const step = async (change) => {
      await change();
      await desk.sync();
      await settled();
      await copy.follow(desk, 3);
      await assertSame(copy, desk);
    };
    const sale = (text) =>
      copy
        .all("sale")
        .map(({ sale }) => sale)
        .find(({ summary }) => summary.number === text);
    for (const scene of ["bayside-invoices", "part-shipped", "typed-orders"]) await sandbox.scene(scene);
    await step(() => sandbox.act("sales", "SO-00440", "pay", { amount: 100, reference: "CARD-3" }));
    assert.equal(sale("SO-00440").payments.length, 2);
    await step(() => sandbox.act("sales", "SO-00452", "void"));
    assert.equal(sale("SO-00452"), undefined, "a void order that was typed into Cin7 goes");
    await step(() => sandbox.act("sales", "SO-00452", "undo"));
    assert.equal(sale("SO-00452").summary.voided, false);
    // A text that comes to the same figures is a change as well.
    await step(() => sandbox.mutate({ collection: "sales", id: "SO-00460", set: { Note: "Leave at the gate" } }));
    assert.equal(sale("SO-00460").note, "Leave at the gate");
    await step(() => sandbox.mutate({ collection: "customers", id: "Bayside Club", set: { Name: "Bayside Club Ltd" } }));
    assert.equal(sale("SO-00460").summary.customerName, "Bayside Club", "a company's name does not travel by itself");
    await step(() =>
      desk.page.evaluate(async () => {
        const [{ id }] = await window.quoteDesk.customers.search("bayside");
        await window.quoteDesk.companies.accept(id, "name");
      }),
    );
    assert.equal(sale("SO-00460").summary.customerName, "Bayside Club Ltd", "taken over, it stands at its sales too");
    await step(() => sandbox.mutate({ collection: "products", id: "BOLT-03", set: { SKU: "BOLT-03B", Name: "M8 Bolt, zinc" } }));
    const [
      {
        records: [bolt],
      },
    ] = copy.all("renamed");
    assert.deepEqual([bolt.sku, bolt.name], ["BOLT-03", "M8 Bolt"]);
    await step(() =>
      sandbox.mutate({
        collection: "purchases",
        add: {
          Supplier: "Nordic Timber",
          Lines: [{ SKU: "LAMP-02", Quantity: 30, Price: 12 }],
          Location: "North Depot",
          RequiredBy: "2099-04-01",
        },
      }),
    );
    await desk.until(
      async () => (await desk.page.evaluate(() => window.quoteDesk.products.get("LAMP-02"))).nextAvailable === "2099-04-01",
      "the lamps have a day",
    );
    await copy.follow(desk, 2);
    await assertSame(copy, desk);
    assert.equal(copy.all("stock").find(({ arriving }) => arriving.some(({ day }) => day === "2099-04-01")).arriving.length, 1);
    assert.equal(copy.resets, 0);
  },
);

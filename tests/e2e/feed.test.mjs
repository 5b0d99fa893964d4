// A CRM's server keeps its copy by the change feed alone; it is what the desk holds, through edits, a lost cache and a fresh start.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
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
    const customers = (await Promise.all(["bayside", "harbour", "corner"].map((text) => quoteDesk.customers.search(text)))).flat();
    return {
      references: await quoteDesk.references(),
      customers: await Promise.all(customers.map(({ id }) => quoteDesk.customers.get(id))),
      hits: (await Promise.all(["chair", "lamp", "bolt", "nut", "washer", "pin"].map((text) => quoteDesk.products.search(text, { priceTier: 1 })))).flat(),
      rows: Object.fromEntries((await quoteDesk.sync.state()).lists.map(({ list, rows }) => [list, rows])),
    };
  });
  assert.deepEqual(copy.records.get("references references"), held.references);
  assert.ok(held.customers.length >= 3 && held.hits.length >= 5);
  for (const customer of held.customers) {
    const { own, cin7 } = copy.records.get(`company ${customer.id}`);
    assert.deepEqual([own.name, cin7.priceTier, cin7.onHold, cin7.creditLimit], [customer.name, customer.priceTier, customer.onHold, customer.creditLimit]);
  }
  for (const hit of held.hits) {
    const record = copy.records.get(`product ${hit.id}`);
    assert.deepEqual([record.sku, record.name, record.tiers[0] === null ? null : Number(record.tiers[0])], [hit.sku, hit.name, hit.price === null ? null : Number(hit.price)]);
    const levels = copy.records.get(`stock ${hit.id}`)?.levels ?? [];
    const available = levels.reduce((sum, level) => sum + Number(level.available), 0);
    if (hit.availableElsewhere !== null) assert.equal(available, Number(hit.availableElsewhere));
  }
  assert.equal(copy.all("product").length, held.rows.products);
  assert.equal(copy.all("company").length, held.rows.customers + held.rows.suppliers);
}

test("a copy built from the feed alone is what the desk holds", async () => {
  const desk = await Desk.fresh(browser, servers);
  await desk.open();
  await desk.synced();
  const copy = new Copy();
  await copy.follow(desk, 3);
  await assertSame(copy, desk);
  assert.equal(copy.resets, 0);

  // A rename, a retirement, a tier, a hold, stock that moved and stock that is gone.
  const { sandbox } = servers;
  await sandbox.mutate({ collection: "products", id: "BOLT-03", set: { SKU: "BOLT-03B", Name: "M8 Bolt, zinc" } });
  await sandbox.mutate({ collection: "products", id: "NUT-04", set: { Status: "Deprecated", Sellable: false } });
  await sandbox.mutate({ collection: "customers", id: "Bayside Club", set: { PriceTier: "Retail", IsOnCreditHold: true } });
  await sandbox.mutate({ collection: "availability", id: "LAMP-02", remove: true });
  const before = copy.last;
  await desk.sync();
  const named = await desk.page.evaluate(async (after) => (await window.quoteDesk.changes.read({ after })).changes.map(({ kind, record }) => `${kind} ${record === null ? "gone" : "is"}`), before);
  assert.deepEqual(named.sort(), ["company is", "product is", "product is", "stock gone"]);
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
  await desk.until(async () => (await desk.page.evaluate(() => window.quoteDesk.sync.state())).phase === "idle", "the run has ended");
  await copy.follow(desk, 4);
  assert.equal(copy.resets, 1);
  assert.ok(copy.last > unchanged);
  await assertSame(copy, desk);
  const bad = await desk.page.evaluate(() => window.quoteDesk.changes.read({ after: 1.5, limit: 0, since: 1 }).catch(({ code, details }) => [code, details.length]));
  assert.deepEqual(bad, ["invalid-input", 3]);
  assert.deepEqual(desk.wire.complaints, []);
  await desk.close();
});

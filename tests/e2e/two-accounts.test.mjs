// One address, two Cin7 accounts: first one's proxy answers there, then the other's. Nothing of one is shown or sent under the
// other.

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { LINK, moneyOf, writeQuote10452 } from "./fixture.mjs";
import { Servers } from "./servers.mjs";

const FIXTURE = join(dirname(dirname(fileURLToPath(import.meta.url))), "sandbox", "worlds", "fixture");
const SECOND_LINK = "https://crm.prospect365.com/view/Quote/10453";

let browser;
/** The world of the second account: the same customers, so that an order of the first one would be taken there. */
let otherWorld;
let servers;
let url;
let desk;

before(async () => {
  browser = await launch();
  otherWorld = join(await mkdtemp(join(tmpdir(), "quote-desk-world-")), "other");
  await cp(FIXTURE, otherWorld, { recursive: true });
  const warehouses = JSON.parse(await readFile(join(FIXTURE, "locations.json"), "utf8")).map(({ ID }) => ID);
  for (const file of await readdir(otherWorld)) {
    let text = await readFile(join(otherWorld, file), "utf8");
    for (const id of warehouses) text = text.replaceAll(id, `0e${id.slice(2)}`);
    await writeFile(
      join(otherWorld, file),
      text.replaceAll("Fixture Trading Ltd", "Other Trading Ltd").replaceAll("CHAIR-01", "STOOL-01"),
    );
  }
});
after(async () => {
  await browser?.close();
  if (otherWorld !== undefined) await rm(dirname(otherWorld), { recursive: true, force: true });
});
beforeEach(async () => {
  url = undefined;
  await serve("fixture");
  desk = await Desk.fresh(browser, servers);
});
afterEach(async () => {
  await desk?.close();
  await servers?.stop();
});

/** From now on the address answers for this account. */
async function serve(world) {
  await servers?.stop();
  servers = await Servers.start({ world, env: url === undefined ? {} : { PORT: new URL(url).port } });
  ({ url } = servers);
}

/** Writes quote 10452 and confirms it while Cin7 answers nothing that its order asks. */
async function orderThatWaits() {
  await desk.open(LINK);
  await desk.synced();
  await writeQuote10452(desk);
  await servers.sandbox.fault({
    method: "GET",
    path: "/saleList",
    query: { ExternalID: LINK },
    times: 1000,
    kind: "status",
    status: 503,
  });
  await desk.confirm();
  await desk.orderIs(LINK, "queued");
}

const companyOf = () => desk.page.evaluate(async () => (await window.quoteDesk.references()).company);
const found = (text) =>
  desk.page.evaluate(
    async (text) => (await window.quoteDesk.products.search(text, { priceTier: 1 })).map(({ sku }) => sku),
    text,
  );
const keptHere = () =>
  desk.page.evaluate(async () => [(await window.quoteDesk.quotes.list()).length, (await window.quoteDesk.orders.list()).length]);

/** Nothing of the first account's order has come to the account that is served. */
async function nothingCame() {
  assert.deepEqual(
    (await servers.sandbox.writes()).map(({ path }) => path),
    [],
  );
  assert.deepEqual(
    (await servers.sandbox.journal()).filter(({ query }) => query?.ExternalID !== undefined),
    [],
  );
}

/** The order waits under the second account, and says for whom. */
async function waitsForTheFirst() {
  await desk.goTo("/orders");
  const card = desk.page.getByRole("region", { name: "Waiting for another Cin7 account" });
  await desk.shows(card, "Fixture Trading Ltd");
  await desk.shows(card, "Order of quote 10452, Bayside Club, GBP 747.00");
  await desk.shows(card, "It is never sent to the one that is open");
}

/** The first account is served again, and the order arrives there once. */
async function arrivesAtTheFirst() {
  await serve("fixture");
  await desk.open(LINK);
  assert.equal(await companyOf(), "Fixture Trading Ltd");
  await desk.page.evaluate((link) => window.quoteDesk.orders.retry(link), LINK);
  await desk.orderIs(LINK, "confirmed");
  const sales = await servers.sandbox.salesOf(LINK);
  assert.deepEqual(sales.map(moneyOf), [{ TotalBeforeTax: 622.5, Tax: 124.5, Total: 747 }]);
}

test("an order that waits for one account never reaches another at its address", async () => {
  await orderThatWaits();
  await serve(otherWorld);
  // The tab that was open: its next call is refused before anything of it reaches the other account.
  await desk.page.evaluate((link) => window.quoteDesk.orders.retry(link), LINK);
  await desk.shows(desk.page.getByRole("alert"), "The server works for another Cin7 account now.");
  assert.deepEqual(await servers.sandbox.journal().then((calls) => calls.filter(({ path }) => path !== "/me")), []);
  const refused = await desk.page.evaluate(
    (link) => window.quoteDesk.orders.lookUp(link).catch(({ code, retryable }) => ({ code, retryable })),
    LINK,
  );
  assert.deepEqual(refused, { code: "other-account", retryable: false });
  assert.equal((await desk.order(LINK)).state, "queued");

  await desk.button("Open the other account").click();
  await desk.until(() => desk.page.evaluate(() => window.quoteDesk !== undefined), "the desk is open");
  await desk.synced();
  assert.equal(await companyOf(), "Other Trading Ltd");
  assert.deepEqual([await found("CHAIR-01"), await found("STOOL-01")], [[], ["STOOL-01"]]);
  assert.deepEqual(await keptHere(), [0, 0]);
  await waitsForTheFirst();
  await desk.page.waitForTimeout(1000);
  await nothingCame();
  assert.equal(await desk.page.getByText("Work that was kept in this browser may be lost").count(), 0);

  // The second account works as any does.
  await desk.open(SECOND_LINK);
  await desk.pickCustomer("Bayside Club");
  await desk.add("STOOL-01", { quantity: "1" });
  await desk.ordered(SECOND_LINK);
  assert.deepEqual(await servers.sandbox.salesOf(LINK), []);

  await arrivesAtTheFirst();
  assert.deepEqual([await found("CHAIR-01"), await found("STOOL-01")], [["CHAIR-01"], []]);
  assert.equal(
    await desk.page.evaluate((link) => window.quoteDesk.orders.get(link).catch(({ code }) => code), SECOND_LINK),
    "unknown-order",
  );
  assert.deepEqual(desk.wire.complaints, []);
});

test("a desk opened without the proxy's word shows the account of last time and sends nothing to another", async () => {
  await orderThatWaits();
  await serve(otherWorld);
  const context = desk.page.context();
  await context.route("**/cin7/**", (route) => route.abort());
  await desk.open(LINK);
  assert.equal(await companyOf(), "Fixture Trading Ltd");
  assert.equal((await desk.order(LINK)).state, "queued");
  await context.unroute("**/cin7/**");
  await desk.page.evaluate((link) => window.quoteDesk.orders.retry(link), LINK);
  await desk.shows(desk.page.getByRole("alert"), "The server works for another Cin7 account now.");
  await nothingCame();
  await arrivesAtTheFirst();
});

test("what was stored before accounts were told apart waits until its account proves to be its own", async () => {
  await orderThatWaits();
  const before = await found("CHAIR-01");
  await desk.page.evaluate(async () => {
    window.quoteDesk.close();
    await new Promise((resolve, reject) =>
      Object.assign(indexedDB.deleteDatabase("default/accounts"), { onsuccess: resolve, onerror: reject }),
    );
  });
  await serve(otherWorld);
  await desk.open();
  await desk.synced();
  assert.equal(await companyOf(), "Other Trading Ltd");
  assert.deepEqual(await keptHere(), [0, 0]);
  await waitsForTheFirst();
  await nothingCame();
  await arrivesAtTheFirst();
  assert.deepEqual(await found("CHAIR-01"), before);
  const names = await desk.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  assert.deepEqual(names.map((name) => name.replace(/[0-9a-f]{32}/, "account")).sort(), [
    "default/account/cache",
    "default/account/vault",
    "default/accounts",
    "default/cache",
    "default/vault",
  ]);
});

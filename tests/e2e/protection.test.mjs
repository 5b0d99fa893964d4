// What is not protected on this device is said plainly, and no device is left without a word about what would be lost.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, test } from "node:test";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { LINK, writeQuote10452 } from "./fixture.mjs";
import { Servers } from "./servers.mjs";

const DRAFT = "https://crm.prospect365.com/view/Quote/10453";

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

/** Puts some lines in front of the worker's script: init scripts do not reach workers. */
async function inWorker(desk, lines) {
  await desk.page.context().route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${lines}\n${await response.text()}` });
  });
}

/** Counts what the page asks the browser to keep, and answers it. */
function answerPersist(answer) {
  window.asked = 0;
  navigator.storage.persisted = async () => answer && window.asked > 0;
  navigator.storage.persist = async () => {
    window.asked += 1;
    return answer;
  };
}

const asked = (desk) => desk.page.evaluate(() => window.asked);
const kept = (desk) => desk.page.getByRole("region", { name: "What is kept here" });

test("a browser that stores nothing is said plainly, and the tab is not closed unasked", async () => {
  const desk = await Desk.fresh(browser, servers);
  await inWorker(
    desk,
    `IDBFactory.prototype.open = () => { throw new DOMException("The user has blocked it.", "SecurityError"); };`,
  );
  await desk.open(LINK);
  await desk.synced();
  await desk.shows(kept(desk), "this browser stores nothing for this page");
  await writeQuote10452(desk);
  await desk.page.getByText("Keep this tab open until the order stands in Cin7.").first().waitFor();
  await servers.sandbox.fault({
    method: "GET",
    path: "/saleList",
    query: { ExternalID: LINK },
    times: 100,
    kind: "status",
    status: 503,
  });
  await desk.confirm();
  const order = await desk.orderIs(LINK, "queued");
  assert.match(order.steps[0].text, /lost when the tab is closed/);
  await desk.page.getByText("it is lost with the tab").first().waitFor();
  assert.equal(await desk.page.getByText("Closing the tab is safe").count(), 0);

  const question = desk.page.waitForEvent("dialog");
  void desk.page.close({ runBeforeUnload: true });
  const dialog = await question;
  assert.equal(dialog.type(), "beforeunload");
  await dialog.dismiss();

  // What is kept in the tab goes its way all the same.
  await servers.sandbox.clearFaults();
  await desk.page.evaluate((link) => window.quoteDesk.orders.retry(link), LINK);
  await desk.orderIs(LINK, "confirmed");
  assert.equal((await servers.sandbox.salesOf(LINK)).length, 1);
  await desk.close();
});

test("the browser is asked to keep things when there is first something to keep, and its answer is said", async () => {
  for (const answer of [false, true]) {
    const desk = await Desk.fresh(browser, servers);
    await desk.page.addInitScript(answerPersist, answer);
    if (answer) await inWorker(desk, "StorageManager.prototype.persisted = async () => true;");
    await desk.open(LINK);
    await desk.synced();
    assert.equal(await asked(desk), 0, "it was asked for on load");
    assert.equal(await kept(desk).getByText("has not promised").count(), 0, "there is nothing to keep yet");
    await writeQuote10452(desk);
    await desk.until(() => asked(desk), "the browser was asked");
    if (answer) assert.equal((await desk.page.evaluate(() => window.quoteDesk.storage())).protection, "protected");
    else {
      await desk.shows(kept(desk), "This browser has not promised to keep your quotes and waiting orders.");
      await desk.button("Ask it to keep them").click();
      await desk.button("Ask again").waitFor();
    }
    await desk.confirm();
    await desk.orderIs(LINK, "confirmed");
    assert.equal(await asked(desk), answer ? 1 : 2, "only a rep asks a second time");
    await desk.goTo("/settings");
    await desk.page.getByText(answer ? "the browser has promised" : "Kept, without a promise").waitFor();
    await desk.close();
    await servers.sandbox.reset();
    await servers.sandbox.switches({ calls_per_minute: 100_000 });
  }
});

test("storage that is nearly full is said", async () => {
  const desk = await Desk.fresh(browser, servers);
  // Chromium reports a fixed quota, whatever is true; other browsers tell.
  await inWorker(desk, "StorageManager.prototype.estimate = async () => ({ usage: 95e6, quota: 100e6 });");
  await desk.open();
  await desk.shows(kept(desk), "storage is full, or nearly so: 95 MB of 100 MB");
  await desk.close();
});

test("an order that storage has no room for is not sent, and the notice goes when there is room again", async () => {
  const desk = await Desk.fresh(browser, servers);
  await inWorker(
    desk,
    `let room = true;
    new BroadcastChannel("test-room").onmessage = ({ data }) => (room = data);
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...given) {
      if (!room) throw new DOMException("no room", "QuotaExceededError");
      return put.apply(this, given);
    };`,
  );
  const room = (free) =>
    desk.page.evaluate((free) => {
      const told = new BroadcastChannel("test-room");
      told.postMessage(free);
      told.close();
    }, free);
  await desk.open(LINK);
  await desk.synced();
  await writeQuote10452(desk);
  await desk.view(LINK);
  await desk.until(async () => (await desk.page.evaluate(() => window.quoteDesk.sync.state())).phase === "idle", "no run is on");
  await room(false);
  await servers.sandbox.clearJournal();
  await desk.confirm();
  await desk.page
    .getByText(/Not confirmed\. .*storage is full/)
    .first()
    .waitFor();
  await desk.shows(kept(desk), "storage is full, or nearly so");
  assert.deepEqual(await servers.sandbox.writes(), []);
  await room(true);
  await desk.confirm();
  await desk.orderIs(LINK, "confirmed");
  await kept(desk).getByText("storage is full").waitFor({ state: "detached" });
  assert.equal((await servers.sandbox.salesOf(LINK)).length, 1);
  await desk.close();
});

test("an order that cannot be read is said, hides no other, and can be saved as it is", async () => {
  const desk = await Desk.fresh(browser, servers);
  await desk.open(LINK);
  await desk.synced();
  await writeQuote10452(desk);
  await servers.sandbox.fault({
    method: "GET",
    path: "/saleList",
    query: { ExternalID: LINK },
    times: 100,
    kind: "status",
    status: 503,
  });
  await desk.confirm();
  await desk.orderIs(LINK, "queued");
  await desk.page.evaluate(async () => {
    window.quoteDesk.close();
    const wait = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.endsWith("/vault"));
    const database = await wait(indexedDB.open(name));
    await wait(
      database
        .transaction("orders", "readwrite")
        .objectStore("orders")
        .put(new TextEncoder().encode('{"format":1,"torn'), "https://crm.example/view/Quote/7"),
    );
    database.close();
  });
  await desk.open();
  await desk.shows(kept(desk), "1 order or quote kept here cannot be read.");
  const saving = desk.page.waitForEvent("download");
  await kept(desk).getByRole("button", { name: "Save as a file" }).click();
  const text = readFileSync(await (await saving).path(), "utf8");
  assert.match(text, /THIS ORDER CANNOT BE READ\nhttps:\/\/crm\.example\/view\/Quote\/7/);
  assert.match(text, /"torn/);
  await desk.page.getByRole("link", { name: "Orders", exact: true }).click();
  await desk.page.getByText("Quote 10452").first().waitFor();
  await desk.page.getByRole("link", { name: "1 order waiting" }).waitFor();
  await desk.close();
});

test("a device is left only with a word about what would be lost, and then nothing of it stays", async () => {
  const desk = await Desk.fresh(browser, servers);
  await desk.open(DRAFT);
  await desk.synced();
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "3" });
  await desk.until(
    () => desk.page.evaluate(async () => (await window.quoteDesk.quotes.list())[0]?.gross === "540.00"),
    "the quote is saved",
  );
  await desk.open(LINK);
  await writeQuote10452(desk);
  await servers.sandbox.fault({
    method: "GET",
    path: "/saleList",
    query: { ExternalID: LINK },
    times: 100,
    kind: "status",
    status: 503,
  });
  await desk.confirm();
  await desk.orderIs(LINK, "queued");
  const refused = await desk.page.evaluate(() => window.quoteDesk.leave().catch(({ code, details }) => ({ code, details })));
  assert.equal(refused.code, "unsent-work");
  assert.deepEqual(
    refused.details
      .map(({ field }) => field)
      .filter((field) => field !== "")
      .sort(),
    [LINK, DRAFT].sort(),
  );
  const other = await desk.anotherTab();
  await other.open();

  await desk.page.getByRole("link", { name: "Settings", exact: true }).click();
  await desk.button("Leave this device …").click();
  const leaving = desk.page.getByRole("group", { name: "Leave this device" });
  await desk.shows(leaving, "Order of quote 10452 Bayside Club, GBP 747.00: has not arrived in Cin7");
  await desk.shows(leaving, "Quote 10453 Bayside Club, GBP 540.00: not ordered");
  const away = leaving.getByRole("button", { name: "Delete these and leave" });
  assert.ok(await away.isDisabled(), "it can be deleted before it was saved");
  const files = [];
  desk.page.on("download", (download) => files.push(download));
  await leaving.getByRole("button", { name: "Save these as files" }).click();
  await desk.until(() => files.length === 2, "both files are saved");
  const [orders, quotes] = await Promise.all(files.map(async (file) => JSON.parse(readFileSync(await file.path(), "utf8"))));
  assert.equal(orders.orders[0].order.key, LINK);
  assert.deepEqual(
    orders.orders[0].lines.map(({ sku, total }) => [sku, total]),
    [
      ["CHAIR-01", "540.00"],
      ["LAMP-02", "82.50"],
    ],
  );
  assert.equal(JSON.parse(orders.orders[0].saleBody).ExternalID, LINK);
  assert.deepEqual(
    quotes.quotes.map(({ document, prices }) => [document.link, prices]),
    [[DRAFT, ["150.00"]]],
  );
  await away.click();
  await desk.page.getByText("You have left this device.").waitFor();
  await other.page.getByText("You have left this device.").waitFor();
  const rest = await desk.page.evaluate(async () => {
    const rows = {};
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((resolve) => (indexedDB.open(name).onsuccess = (event) => resolve(event.target.result)));
      for (const store of database.objectStoreNames)
        rows[`${name} ${store}`] = await new Promise(
          (resolve) =>
            (database.transaction(store).objectStore(store).count().onsuccess = (event) => resolve(event.target.result)),
        );
      database.close();
    }
    return [rows, localStorage.length];
  });
  assert.ok(Object.keys(rest[0]).length >= 5);
  assert.ok(
    Object.values(rest[0]).every((count) => count === 0),
    JSON.stringify(rest[0]),
  );
  assert.equal(rest[1], 0);
  assert.deepEqual(desk.wire.complaints, []);
  await desk.close();
});

test("what waits may stay on a device that is left, and goes on when the desk is opened again", async () => {
  const desk = await Desk.fresh(browser, servers);
  await desk.open(LINK);
  await desk.synced();
  await writeQuote10452(desk);
  await servers.sandbox.fault({
    method: "GET",
    path: "/saleList",
    query: { ExternalID: LINK },
    times: 100,
    kind: "status",
    status: 503,
  });
  await desk.confirm();
  await desk.orderIs(LINK, "queued");
  await desk.goTo("/settings");
  await desk.button("Leave this device …").click();
  await desk.button("Leave, keep these here").click();
  await desk.page.getByText("You have left this device.").waitFor();
  await servers.sandbox.clearFaults();
  await desk.button("Open it again").click();
  await desk.until(() => desk.page.evaluate(() => window.quoteDesk !== undefined), "the desk is open");
  await desk.page.evaluate((link) => window.quoteDesk.orders.retry(link), LINK);
  await desk.orderIs(LINK, "confirmed");
  assert.equal((await servers.sandbox.salesOf(LINK)).length, 1);
  await desk.close();
});

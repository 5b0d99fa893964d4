// The browser's storage goes away under an order: deleted, full, or upgraded by a newer page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmUntil, killed, orderOf, PLACES, rep, stage, standsNowhere, standsOnce, writeQuote } from "./stage.mjs";

const WRITES = PLACES.filter(({ method, when }) => method === "POST" && when === "after");

/** Deletes a database of the page's origin, whoever has it open. */
function deleteDatabase(desk, kind) {
  return desk.page.evaluate(async (ending) => {
    const { name } = (await indexedDB.databases()).find((database) => database.name.endsWith(ending));
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    });
  }, `/${kind}`);
}

/** How many segments the cache holds. */
function segments(desk) {
  return desk.page.evaluate(async () => {
    const { name } = (await indexedDB.databases()).find((database) => database.name.endsWith("/cache")) ?? {};
    if (name === undefined) return 0;
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    if (!database.objectStoreNames.contains("segments")) return database.close();
    const count = await new Promise(
      (resolve) =>
        (database.transaction("segments").objectStore("segments").count().onsuccess = ({ target }) => resolve(target.result)),
    );
    database.close();
    return count;
  });
}

test("cache deleted under the desk, while a write of an order is unanswered", async (context) => {
  const desk = await rep();
  for (const place of WRITES) {
    await context.test(place.name, async () => {
      const link = await writeQuote(desk);
      const held = await confirmUntil(desk, link, place);
      await deleteDatabase(desk, "cache");
      killed("cache deleted");
      held.letGo();
      // The quote can be shown again once its customer has been.
      await desk.page.evaluate(() => window.quoteDesk.sync.now());
      await desk.until(async () => (await segments(desk)) > 0, "the catalogue has been read again");
      await desk.synced();
      await standsOnce(desk, link);
    });
  }
  await desk.close();
});

test("vault deleted under the desk while an order's write is unanswered: a person is told, one sale", async (context) => {
  const desk = await rep();
  for (const place of WRITES) {
    await context.test(place.name, async () => {
      const link = await writeQuote(desk);
      const held = await confirmUntil(desk, link, place);
      await desk.until(
        () =>
          desk.page.evaluate(
            (key) =>
              Object.entries(localStorage).some(([name, kept]) => name.startsWith("quote-desk-kept-here") && kept.includes(key)),
            link,
          ),
        "the order is remembered",
      );
      await deleteDatabase(desk, "vault");
      killed("vault deleted");
      held.letGo();
      await desk.open();
      const alert = desk.page.getByRole("alert", { name: "Local work" });
      await desk.shows(alert, "may be lost");
      await desk.shows(alert, `Quote ${link.split("/").at(-1)}`);
      await desk.shows(alert, "stands in Cin7 as SO-");
      // Even one who writes it again makes no second sale.
      await alert.getByRole("button", { name: "I have read this" }).click();
      await writeQuote(desk, { link });
      await desk.confirm();
      await standsOnce(desk, link);
    });
  }
  await desk.close();
});

/**
 * A rep whose browser gives the desk little room; `fill` uses it up, `widen` ends that. Once for each: Chromium remembers for
 * half a minute how much room there was.
 */
async function repWithLittleRoom() {
  let session;
  const allow = (quotaSize) =>
    session.send("Storage.overrideQuotaForOrigin", { origin: new URL(stage.servers.url).origin, ...quotaSize });
  const desk = await rep({
    prepared: async ({ page }) => {
      session = await page.context().newCDPSession(page);
      await allow({ quotaSize: 2_000_000 });
    },
  });
  const fill = async () => {
    await allow({ quotaSize: 2_000_000 });
    const written = await desk.page.evaluate(async () => {
      const request = indexedDB.open("somebody else's", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("bytes", { autoIncrement: true });
      const database = await new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
      const write = (size) =>
        new Promise((resolve) => {
          const writing = database.transaction("bytes", "readwrite", { durability: "strict" });
          // Noise, since what is alike may be packed.
          const bytes = new Uint8Array(size);
          for (let at = 0; at < size; at += 60_000) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 60_000)));
          writing.objectStore("bytes").add(bytes);
          writing.oncomplete = () => resolve(true);
          writing.onabort = () => resolve(false);
        });
      let written = 0;
      for (let size = 500_000; size > 100; size = Math.floor(size / 2)) while (await write(size)) written += size;
      database.close();
      return written;
    });
    assert.ok(written > 0, "it was full before");
    killed("storage filled");
  };
  return { desk, fill, widen: () => allow({}) };
}

test("storage full when the order is confirmed: it is not said to be saved, and nothing is sent", async () => {
  const { desk, fill, widen } = await repWithLittleRoom();
  const link = await writeQuote(desk);
  await fill();
  await desk.confirm();
  await desk.shows(desk.page.getByRole("alert").filter({ hasText: "Not confirmed" }), "storage is full");
  assert.equal(await desk.page.getByText("Closing the tab is safe").count(), 0);
  await widen();
  await standsNowhere(desk, link);
  await desk.confirm();
  await standsOnce(desk, link);
  await desk.close();
});

for (const place of WRITES) {
  test(`storage full while ${place.name}: the order goes on once there is room`, async () => {
    const { desk, fill, widen } = await repWithLittleRoom();
    const link = await writeQuote(desk);
    const held = await confirmUntil(desk, link, place);
    await fill();
    held.letGo();
    for (let tries = 0; tries < 3; tries++) {
      await stage.clock.advance(6);
      await desk.page.waitForTimeout(100);
    }
    assert.notEqual((await orderOf(desk, link)).state, "confirmed", "it was written down without room");
    await widen();
    await standsOnce(desk, link);
    await desk.close();
  });
}

/** Serves the worker of tomorrow's page from now on: its databases are some versions ahead. */
async function tomorrow(desk) {
  const ahead = () => {
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (name, version) {
      return version === undefined ? open.call(this, name) : open.call(this, name, version + 100);
    };
  };
  await desk.page.context().route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${ahead})();\n${stage.clock.workerScript}${await response.text()}` });
  });
}

test("schema upgraded by tomorrow's page, while a write of an order is unanswered", async (context) => {
  for (const place of WRITES) {
    await context.test(place.name, async () => {
      const desk = await rep();
      const link = await writeQuote(desk);
      const held = await confirmUntil(desk, link, place);
      await tomorrow(desk);
      const next = await desk.anotherTab();
      await next.open();
      killed("schema upgraded");
      held.letGo();
      await standsOnce(next, link);
      await next.until(
        async () => (await next.page.evaluate(() => window.quoteDesk.sync.state())).leader,
        "the new tab reads from Cin7",
      );
      // The old tab says so, and is of tomorrow once it is reloaded.
      await desk.page.getByRole("alert").getByText("Another tab has a newer version of this page.").waitFor();
      await desk.button("Reload").click();
      await desk.page.waitForURL("**");
      await desk.until(() => desk.page.evaluate(() => window.quoteDesk !== undefined), "the desk is open");
      await standsOnce(desk, link);
      await desk.close();
    });
  }
});

// What is kept in the browser, damaged or of another version: found out, said, and fetched again; nobody's orders are lost.

import assert from "node:assert/strict";
import { LINK, writeQuote10452 } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const asked = async (sandbox, path) => (await sandbox.journal()).filter((call) => call.path.toLowerCase() === path);
/** Whether a call asked for a whole list, not for what has changed. */
const isWhole = ({ query }) => query?.ModifiedSince === undefined;
const chair = (desk) =>
  desk.page.evaluate(async () => (await window.quoteDesk.products.search("CHAIR-01", { priceTier: 1 }))[0] ?? null);

/** Runs `change` over the database of a kind, in the page; `change` is source and sees `wait`, `database` and `given`. */
function inDatabase(page, kind, change, given) {
  return page.evaluate(`(async () => {
    const given = ${JSON.stringify(given ?? null)};
    const wait = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await wait(indexedDB.open("default/${kind}"));
    try {
      return await (${change})({ wait, database, given });
    } finally {
      database.close();
    }
  })()`);
}

/** Ends the desk, so that nobody has the databases open. */
const closed = (desk) => desk.page.evaluate(() => window.quoteDesk.close());

/** How a stored segment of products can be spoiled; each gets its bytes and gives what stands there afterwards. */
const DAMAGE = {
  "one bit is another": (bytes) => {
    bytes[bytes.length >> 1] ^= 4;
    return bytes;
  },
  "the end is missing": (bytes) => bytes.slice(0, bytes.length - 7),
  "nothing is left": () => new Uint8Array(),
  "it is of another format": (bytes) => {
    bytes[4] += 1;
    return bytes;
  },
  "it was written by somebody else": () => new TextEncoder().encode('{"not":"ours"}'),
  "it is no bytes at all": () => "text",
  "it is gone": () => undefined,
};

for (const [damage, spoil] of Object.entries(DAMAGE)) {
  scene(`a segment of products of which ${damage} is fetched again, and only that list`, {}, async ({ desk, sandbox }) => {
    const before = await chair(desk);
    await desk.until(
      async () => (await desk.page.evaluate(() => window.quoteDesk.sync.state())).phase === "idle",
      "the first run has ended",
    );
    await closed(desk);
    const spoiled = await inDatabase(
      desk.page,
      "cache",
      `async ({ wait, database }) => {
      const segments = database.transaction("segments", "readwrite").objectStore("segments");
      const keys = (await wait(segments.getAllKeys())).filter((key) => key.startsWith("products/"));
      for (const key of keys) {
        const spoiled = (${spoil})(await wait(segments.get(key)));
        await wait(spoiled === undefined ? segments.delete(key) : segments.put(spoiled, key));
      }
      return keys.length;
    }`,
    );
    assert.ok(spoiled > 0, "there was no segment to spoil");
    await sandbox.clearJournal();
    await desk.open();
    await desk.until(async () => (await chair(desk)) !== null, "the products have been read again");
    assert.deepEqual(await chair(desk), before);
    await desk.until(async () => (await asked(sandbox, "/customer")).length > 0, "the run goes on");
    assert.deepEqual((await asked(sandbox, "/product")).map(isWhole), [true]);
    assert.deepEqual(
      (await asked(sandbox, "/customer")).map(isWhole),
      [false],
      "a list that was not spoiled was read again as a whole",
    );
  });
}

scene("a cache whose notes are gone or nonsense is filled again", {}, async ({ desk }) => {
  const before = await chair(desk);
  for (const value of ["new TextEncoder().encode('[]')", "new Uint8Array([255, 0, 1])", "17"]) {
    await closed(desk);
    await inDatabase(
      desk.page,
      "cache",
      `async ({ wait, database }) => {
      const manifests = database.transaction("manifests", "readwrite").objectStore("manifests");
      for (const key of await wait(manifests.getAllKeys())) await wait(manifests.put(${value}, key));
    }`,
    );
    await desk.open();
    await desk.synced();
    assert.deepEqual(await chair(desk), before, value);
  }
});

/** The vault as the first version of this package made it, with the records of now. */
async function yesterdaysVault(desk) {
  const tables = { quotes: [], orders: [] };
  const kept = await inDatabase(
    desk.page,
    "vault",
    `async ({ wait, database, given }) => {
    for (const table of Object.keys(given)) {
      const rows = database.transaction(table).objectStore(table);
      const all = wait(database.transaction(table).objectStore(table).getAll());
      const [keys, values] = await Promise.all([wait(rows.getAllKeys()), all]);
      given[table] = keys.map((key, at) => [key, [...values[at]]]);
    }
    return given;
  }`,
    tables,
  );
  await desk.page.evaluate(async (kept) => {
    const wait = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    await wait(indexedDB.deleteDatabase("default/vault"));
    const opening = indexedDB.open("default/vault", 1);
    opening.onupgradeneeded = () => {
      for (const [table, rows] of Object.entries(kept)) {
        const store = opening.result.createObjectStore(table);
        for (const [key, bytes] of rows) store.put(new Uint8Array(bytes), key);
      }
    };
    (await wait(opening)).close();
  }, kept);
}

/** A page of this origin without a desk, such as yesterday's that has the vault open. */
async function yesterdaysTab(desk, givesWay) {
  const page = await desk.page.context().newPage();
  await page.goto(new URL("/cin7/status", desk.url).href);
  await page.evaluate(async (givesWay) => {
    const opening = indexedDB.open("default/vault", 1);
    window.database = await new Promise((resolve, reject) => {
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    if (givesWay) window.database.onversionchange = () => window.database.close();
  }, givesWay);
  return page;
}

for (const givesWay of [true, false]) {
  scene(
    `yesterday's tab ${givesWay ? "gives way" : "stays"} beside today's: yesterday's quote and order are there`,
    { link: LINK },
    async ({ desk, sandbox }) => {
      await writeQuote10452(desk);
      await desk.ordered(LINK);
      await closed(desk);
      await yesterdaysVault(desk);
      const old = await yesterdaysTab(desk, givesWay);
      if (givesWay) {
        await desk.open(LINK);
      } else {
        await desk.page.goto(`${desk.url}?link=${encodeURIComponent(LINK)}`);
        const alert = desk.page.getByRole("alert");
        await desk.shows(alert, "The quote desk did not open.");
        await desk.shows(alert, "Another tab holds the stored data open in an older version; close or reload the other tabs.");
        await old.close();
        await desk.button("Try again").click();
      }
      await desk.page.getByText("SO-00451").first().waitFor();
      assert.equal((await desk.order(LINK)).state, "confirmed");
      assert.equal((await sandbox.salesOf(LINK)).length, 1);
    },
  );
}

scene(
  "tomorrow's tab takes the stored data over: today's says that it has to be reloaded, and loses nothing that was saved",
  { link: LINK },
  async ({ desk }) => {
    await writeQuote10452(desk);
    await desk.view(LINK);
    const tomorrow = await desk.page.context().newPage();
    await tomorrow.goto(new URL("/cin7/status", desk.url).href);
    await tomorrow.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const opening = indexedDB.open("default/vault", 1000);
          opening.onsuccess = () => resolve(opening.result.close());
          opening.onerror = () => reject(opening.error);
        }),
    );
    const alert = desk.page.getByRole("alert").filter({ hasText: "Another tab has a newer version of this page." });
    await desk.shows(alert, "Nothing more can be saved here. Reload this tab to go on; what was saved before is kept.");
    await desk.page.setViewportSize({ width: 800, height: 900 });
    // An edit is not said to be saved, and confirming does not pretend to.
    await desk.set(1, "Quantity", "5");
    await desk.page.getByText("The last changes are not written down yet.").waitFor();
    await desk.page.getByText("Note them before you do.").waitFor();
    await desk.confirm();
    await desk.button("Confirm anyway").click();
    await desk.page
      .getByText(/Not confirmed/)
      .first()
      .waitFor();
    await alert.getByRole("button", { name: "Reload" }).click();
    // This page is no newer than before.
    await desk.shows(desk.page.getByRole("alert"), "written by a newer version of this page");
  },
);

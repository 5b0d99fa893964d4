// X03 to X07: what goes wrong between the screen and Cin7, and in this browser's own storage.

import assert from "node:assert/strict";
import { holdsCredential, storedText } from "../browser.mjs";
import { LINK, writeQuote10452 } from "../fixture.mjs";
import { rows } from "./scenario.mjs";

const row = rows();
const CUSTOMER_WORDS = "Customer not found";

const state = (desk) => desk.page.evaluate(() => window.quoteDesk.sync.state());
const callsOf = async (sandbox, path, method = "GET") =>
  (await sandbox.journal()).filter((call) => call.method === method && call.path.toLowerCase() === path);

/** Leaves the screen, so that no tab has them open, and deletes databases of its origin whose name `which` says yes to. */
async function deleteDatabases(desk, which) {
  await desk.page.goto(new URL("cin7/status", desk.url).href);
  return desk.page.evaluate(async (pattern) => {
    const gone = [];
    for (const { name } of await indexedDB.databases()) {
      if (!new RegExp(pattern).test(name)) continue;
      await new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = resolve;
        request.onerror = reject;
      });
      gone.push(name);
    }
    return gone;
  }, which);
}

/** Confirms and syncs while Cin7 answers in this way: both fail, with its words where it gave any. */
const failsWith =
  (fault, words) =>
  async ({ desk, sandbox }) => {
    await writeQuote10452(desk);
    await sandbox.fault({ method: "POST", path: "/sale", times: 1, ...fault });
    await desk.confirm();
    const order = await desk.until(async () => {
      const order = await desk.order(LINK).catch(() => null);
      return order?.steps.some(({ state }) => state === "failed") && order;
    }, "the header has failed");
    assert.notEqual(order.state, "confirmed");
    assert.equal(order.orderNumber, null);
    assert.notEqual(order.steps.find(({ step }) => step === "header").text, "");
    if (words !== null) await desk.page.getByText(words).first().waitFor();
    assert.ok(!(await desk.text()).includes("<html"));

    await sandbox.fault({ method: "GET", path: "/product", times: 20, ...fault });
    await desk.syncNow();
    const failure = await desk.until(async () => (await state(desk)).failure, "the run has failed", 60_000);
    if (words !== null) assert.match(failure, new RegExp(words));
    const [chair] = await desk.page.evaluate(() => window.quoteDesk.products.search("CHAIR-01"));
    assert.equal(chair.sku, "CHAIR-01");
  };

row(
  "X03_an_error_object_with_status_200_is_a_failure",
  { link: LINK },
  failsWith({ kind: "error200", text: CUSTOMER_WORDS }, CUSTOMER_WORDS),
);
row("X03_a_web_page_with_status_200_is_a_failure", { link: LINK }, failsWith({ kind: "html" }, null));

row(
  "X04_after_a_429_nothing_leaves_before_the_named_moment_and_a_503_loses_no_step",
  { clock: "2026-03-30T15:00:00Z" },
  async ({ desk, sandbox, clock }) => {
    await desk.until(async () => (await state(desk)).phase === "idle", "the first run has ended");
    await sandbox.clearJournal();
    await sandbox.fault({ method: "GET", path: "/product", times: 1, kind: "rate_limit", variant: "429", retry_after: "7" });
    await desk.syncNow();
    await desk.until(async () => (await state(desk)).phase === "waiting", "the run waits");
    const asked = (await sandbox.journal()).length;
    await clock.set("15:00:06");
    await desk.page.waitForTimeout(400);
    assert.equal((await sandbox.journal()).length, asked, "a call left before the seven seconds were over");
    // Seven seconds are the least; up to fifteen are waited, so that many desks do not come back together.
    await clock.set("15:00:16");
    await desk.until(async () => (await state(desk)).phase === "idle", "the run has ended", 60_000);
    const [, again] = await callsOf(sandbox, "/product");
    assert.ok(again !== undefined, "the page that was throttled was not asked for again");
    assert.equal((await state(desk)).failure, null);

    await sandbox.clearJournal();
    await clock.set("15:01:00");
    await sandbox.fault({ method: "GET", path: "/customer", times: 1, kind: "status", status: 503 });
    await desk.syncNow();
    await desk.until(
      async () => (await callsOf(sandbox, "/customer")).length === 1 && (await state(desk)).phase === "waiting",
      "the try has failed",
      60_000,
    );
    assert.equal((await callsOf(sandbox, "/product")).length, 0, "the step after a failed one was taken");
    await clock.set("15:02:30");
    await desk.until(async () => (await state(desk)).phase === "idle", "the run has ended", 120_000);
    assert.equal((await state(desk)).failure, null);
    for (const path of ["/customer", "/product", "/ref/productavailability"])
      assert.ok(
        (await callsOf(sandbox, path)).some(({ status }) => status === 200),
        `${path} was lost`,
      );
  },
);

row(
  "X04_a_create_that_was_throttled_is_looked_up_before_it_is_sent_again",
  { link: LINK, clock: "2026-03-30T15:00:00Z" },
  async ({ desk, sandbox, clock }) => {
    await writeQuote10452(desk);
    await sandbox.clearJournal();
    await sandbox.fault({ method: "POST", path: "/sale", times: 1, kind: "status", status: 503 });
    await desk.confirm();
    // A header that may yet turn up is looked for during two minutes before it is sent again.
    let minute = 0;
    await desk.until(
      async () => {
        minute += 1;
        await clock.set(`15:${String(minute).padStart(2, "0")}:00`);
        await desk.page.waitForTimeout(300);
        return (await desk.order(LINK).catch(() => null))?.state === "confirmed";
      },
      "the order is confirmed",
      60_000,
    );
    const calls = (await sandbox.journal())
      .filter(({ path, query }) => /^\/sale$/i.test(path) || query?.ExternalID !== undefined)
      .map(({ method, path }) => `${method} ${path.toLowerCase()}`);
    const posts = calls.flatMap((call, at) => (call === "POST /sale" ? [at] : []));
    assert.equal(posts.length, 2, calls.join(", "));
    for (const at of posts) assert.equal(calls[at - 1], "GET /salelist", calls.join(", "));
    assert.equal((await sandbox.salesOf(LINK)).length, 1);
  },
);

row("X05_no_credential_is_in_a_script_in_storage_or_in_a_request", { link: LINK }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  await desk.confirm();
  await desk.orderIs(LINK, "confirmed");
  const scripts = await desk.page.evaluate(async () => {
    const addresses = [...document.scripts]
      .map(({ src }) => src)
      .concat(performance.getEntriesByType("resource").map(({ name }) => name));
    const texts = await Promise.all(
      [...new Set(addresses)]
        .filter((address) => /\.(js|css|html)(\?|$)/.test(address))
        .map((address) => fetch(address).then((answer) => answer.text())),
    );
    return [document.documentElement.outerHTML, ...texts];
  });
  assert.ok(scripts.length > 3, "hardly a script was read");
  for (const text of [...scripts, await storedText(desk.page), await desk.wire.text()]) assert.ok(!holdsCredential(text));
  for (const { headers } of desk.wire.requests) assert.ok(!Object.keys(headers).some((name) => /api-auth/i.test(name)));
  // The proxy did add them: Cin7 let the calls in.
  assert.ok((await sandbox.journal()).some(({ method, status }) => method === "POST" && status === 200));
});

row("X06_a_lost_cache_loses_no_order_and_is_filled_again", { link: LINK }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  await sandbox.fault({ method: "GET", path: "/saleList", query: { ExternalID: LINK }, times: 100, kind: "status", status: 503 });
  await desk.confirm();
  await desk.orderIs(LINK, "queued");
  assert.equal((await deleteDatabases(desk, "cache")).length, 1);
  await desk.open();
  const kept = await desk.order(LINK);
  assert.notEqual(kept.state, "confirmed");
  await desk.page.getByRole("link", { name: "Orders" }).click();
  await desk.page.getByText("10452").first().waitFor();
  await desk.synced();
  const [chair] = await desk.page.evaluate(() => window.quoteDesk.products.search("CHAIR-01"));
  assert.equal(chair.sku, "CHAIR-01");
  assert.equal(await desk.page.getByText("may be lost").count(), 0);
  await sandbox.clearFaults();
  await desk.page.evaluate((link) => window.quoteDesk.orders.retry(link), LINK);
  await desk.orderIs(LINK, "confirmed");
  assert.equal((await sandbox.salesOf(LINK)).length, 1);
});

row(
  "X06_after_everything_is_wiped_each_waiting_quote_is_looked_up_before_it_can_be_ordered_again",
  { link: LINK },
  async ({ desk, sandbox }) => {
    await writeQuote10452(desk);
    // Cin7 makes the sale, but the browser never hears of it.
    await sandbox.fault({ method: "POST", path: "/sale", times: 1, kind: "drop_after" });
    await desk.confirm();
    await desk.until(async () => (await sandbox.salesOf(LINK)).length === 1, "Cin7 has made the sale");
    await desk.until(
      () =>
        desk.page.evaluate(() =>
          Object.entries(localStorage).some(([key, kept]) => key.startsWith("quote-desk-kept-here") && /10452/.test(kept)),
        ),
      "the order is remembered",
    );
    await desk.orderIs(LINK, "unknown");
    assert.ok((await deleteDatabases(desk, ".")).length >= 2);
    await sandbox.clearJournal();
    await desk.open();
    const alert = desk.page.getByRole("alert", { name: "Local work" });
    await desk.shows(alert, "may be lost");
    await desk.shows(alert, "Quote 10452 Bayside Club: stands in Cin7 as SO-00451");
    assert.ok(
      (await sandbox.journal()).some(({ path, query }) => path.toLowerCase() === "/salelist" && query?.ExternalID === LINK),
    );
    assert.deepEqual(await sandbox.writes(), []);
    await alert.getByRole("button", { name: "I have read this" }).click();
    assert.equal(await alert.count(), 0);
    // Even one who writes the quote again makes no second sale.
    await desk.open(LINK);
    await desk.synced();
    await writeQuote10452(desk);
    await desk.confirm();
    await desk.until(
      async () => ["confirmed", "needs-attention"].includes((await desk.order(LINK).catch(() => null))?.state),
      "the order has settled",
      60_000,
    );
    assert.equal((await sandbox.salesOf(LINK)).length, 1);
  },
);

row("X07_offline_a_quote_is_written_on_what_is_here_and_posted_once_on_return", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.until(async () => (await state(desk)).phase === "idle", "the run has ended");
  const context = desk.page.context();
  await context.setOffline(true);
  await context.route("**/cin7/**", (route) => route.abort("internetdisconnected"));
  await sandbox.clearJournal();
  await writeQuote10452(desk);
  await desk.page.getByText("You are offline.").waitFor();
  await desk.page.getByText("Quoting goes on with what was read").waitFor();
  await desk.page
    .getByText(/stock read/)
    .first()
    .waitFor();
  await desk.confirm();
  await desk.until(
    async () => (await desk.order(LINK).catch(() => null))?.steps.some(({ state }) => state === "failed"),
    "the first try has failed",
  );
  assert.equal((await desk.order(LINK)).state, "queued");
  await desk.page
    .getByText(/waiting for the network/)
    .first()
    .waitFor();
  assert.deepEqual(await sandbox.journal(), []);

  await context.unroute("**/cin7/**");
  await context.setOffline(false);
  await desk.until(
    async () => {
      if ((await desk.order(LINK)).state === "confirmed") return true;
      const again = desk.button(/try again/i).first();
      if (await again.isVisible()) await again.click({ timeout: 1000 }).catch(() => undefined);
      return false;
    },
    "the order is confirmed",
    60_000,
  );
  const calls = (await sandbox.journal()).filter(
    ({ method, path, query }) => method === "POST" || (path.toLowerCase() === "/salelist" && query?.ExternalID === LINK),
  );
  assert.equal(calls[0].method, "GET", "it was not looked up first");
  assert.equal(calls.filter(({ method, path }) => method === "POST" && path.toLowerCase() === "/sale").length, 1);
  assert.equal((await sandbox.salesOf(LINK)).length, 1);
});

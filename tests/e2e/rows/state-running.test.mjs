// G02: what the page on the sync shows while a run is on.

import assert from "node:assert/strict";
import { hold, rows } from "./scenario.mjs";

const row = rows({ world: "bulk", worldArgs: "--products 7500 --customers 20 --locations 1" });

let page3;
const holdPage3 = async (_, desk) =>
  (page3 = await hold(desk, (url) => url.pathname === "/cin7/product" && url.searchParams.get("Page") === "3"));

row("G02_a_run_in_progress_tells_its_page_and_no_next_time", { world: holdPage3, synced: false }, async ({ desk }) => {
  await page3.there;
  await desk.page.evaluate(() => history.pushState(null, "", "/sync") ?? dispatchEvent(new Event("qd-route")));
  await desk.shows(desk.page.getByRole("region", { name: "State" }), "Running");
  await desk.shows(desk.page.getByRole("region", { name: "State" }), "Products, page 3 of 8");
  await desk.shows(desk.button(/^Products 3 of 8/), "Products 3 of 8");
  assert.equal(await desk.shown(desk.control("Next run")), "");
  page3.letGo();
  await desk.synced();
  await desk.shows(desk.page.getByRole("region", { name: "State" }), "Idle");
  await desk.shows(desk.control("Next run"), "in 15 min");
});

row(
  "G01_a_run_that_a_closed_tab_left_goes_on_at_its_page",
  {
    synced: false,
    // The third page takes its time, and the tab is gone before it comes.
    world: (sandbox) =>
      sandbox.fault({ method: "GET", path: "/product", query: { Page: "3" }, times: 1, kind: "delay", ms: 4000 }),
  },
  async ({ desk, sandbox }) => {
    const pages = async () =>
      (await sandbox.journal()).filter(({ path }) => path.toLowerCase() === "/product").map(({ query }) => query.Page);
    await desk.until(async () => (await pages()).at(-1) === "3", "the third page is asked for");
    const next = await desk.anotherTab();
    await desk.page.close();
    assert.deepEqual(await pages(), ["1", "2", "3"]);
    desk.page = next.page;
    await desk.open();
    await desk.synced();
    const calls = await sandbox.journal();
    assert.deepEqual(await pages(), ["1", "2", "3", "3", "4", "5", "6", "7", "8"], "the run goes on at the page that was lost");
    for (const path of ["/me", "/customer", "/supplier"])
      assert.equal(calls.filter((call) => call.path.toLowerCase() === path).length, 1, `${path} was read again`);
    const { lists, failure } = await desk.page.evaluate(() => window.quoteDesk.sync.state());
    assert.deepEqual([failure, lists.find(({ list }) => list === "products").rows], [null, 7500]);
  },
);

// G02: what the page on the sync shows while a run is on.

import assert from "node:assert/strict";
import { hold, rows } from "./scenario.mjs";

const row = rows({ world: "bulk", worldArgs: "--products 7500 --customers 20 --locations 1" });

let page3;
const holdPage3 = async (_, desk) => (page3 = await hold(desk, (url) => url.pathname === "/cin7/product" && url.searchParams.get("Page") === "3"));

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

// G02: the page on which anyone sees how the desk stands with Cin7.

import assert from "node:assert/strict";
import { hold, rows } from "./scenario.mjs";

const row = rows();

const state = (desk) => desk.page.evaluate(() => window.quoteDesk.sync.state());

let run;
const holdProducts = async (_, desk) => (run = await hold(desk, (url) => url.pathname === "/cin7/product" && url.searchParams.has("ModifiedSince")));

row("G02_an_ended_run_tells_its_counts_its_error_and_when_the_next_is_due", { clock: "2026-03-30T13:00:00Z", world: holdProducts }, async ({ desk, sandbox, clock }) => {
  await desk.until(async () => (await state(desk)).phase === "idle", "the first run has ended");
  // British summer time: 15:00 on the wall.
  await clock.set("14:00:00");
  for (const id of ["Bayside Club", "Harbour Hotels", "Corner Shop"]) await sandbox.mutate({ collection: "customers", id, set: { Comments: "Changed" } });
  await sandbox.mutate({ collection: "products", id: "LAMP-02", set: { PriceTier1: "a lot" } });
  await sandbox.mutate({ collection: "products", id: "CHAIR-01", set: { Comment: "Changed" } });
  // The clock has made the next run due; asking only hastens it.
  await desk.page.evaluate(() => window.quoteDesk.sync.now());
  await run.there;
  await clock.set("14:12:00");
  run.letGo();
  await desk.until(async () => (await state(desk)).endedAt === "2026-03-30T14:12:00.000Z", "the run has ended");

  await clock.set("14:20:00");
  await desk.page.getByRole("button", { name: /^Synced/ }).click();
  await desk.page.getByRole("link", { name: "Errors and history" }).click();
  const region = (name) => desk.page.getByRole("region", { name });
  await desk.shows(region("State"), "Idle");
  await desk.shows(region("State"), "Last run ended15:12");
  await desk.shows(desk.control("Next run"), "15:27 (in 7 min)");
  await desk.shows(region("Earlier runs").getByRole("listitem").first(), "15:00 to 15:12");
  await desk.shows(region("Earlier runs").getByRole("listitem").first(), "3 customers, 2 products");
  await desk.shows(region("Earlier runs").getByRole("listitem").first(), "1 error");
  await desk.shows(region("Earlier runs").getByRole("listitem").first(), "LAMP-02 PriceTier1 “a lot” is not a number");
  const { lists } = await state(desk);
  const [bad] = lists.find(({ list }) => list === "products").bad;
  assert.deepEqual([bad.record, bad.field], ["LAMP-02", "PriceTier1"]);
  await desk.shows(region("Not taken over"), `LAMP-02 PriceTier1${bad.problem}`);
  await desk.shows(region("Lists").getByRole("row", { name: /^Products/ }), "2");
});

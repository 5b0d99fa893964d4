// The whole browser is killed in the middle of an order, and started again on the same profile.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ProfileBrowser, Wire } from "../browser.mjs";
import { Desk } from "../desk.mjs";
import { confirmUntil, killed, PLACES, stage, standsOnce, writeQuote } from "./stage.mjs";

/** Starts a browser on a profile and opens the desk in it. */
async function start(folder) {
  const browser = await ProfileBrowser.start(folder);
  await stage.clock.join(browser.context);
  const desk = new Desk(await browser.context.newPage(), stage.servers.url);
  desk.wire = new Wire(browser.context);
  await desk.open();
  return { browser, desk };
}

test("browser killed, at every write of an order, and started again on its profile", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "quote-desk-profile-"));
  let { browser, desk } = await start(folder);
  try {
    await desk.synced();
    for (const place of PLACES.filter(({ method, when }) => method === "POST" || when === "after")) {
      await context.test(place.name, async () => {
        const link = await writeQuote(desk);
        const held = await confirmUntil(desk, link, place);
        await browser.kill();
        killed("browser killed");
        ({ browser, desk } = await start(folder));
        held.letGo();
        await standsOnce(desk, link);
      });
    }
  } finally {
    await browser.kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
});

// A tab dies at any moment after the rep has asked to confirm: what was said to be saved arrives, once; else nothing was sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DEATHS } from "./tabs.mjs";
import { killed, orderOf, rep, show, standsNowhere, standsOnce, writeQuote } from "./stage.mjs";

const KILLS = 12;
/** From pressing the button to a confirmed order, about, in milliseconds. Most kills come early, when it is not yet kept. */
const SPAN = 250;
const SEED = Number(process.env.KILL_SEED ?? 1);

/** Mulberry32: the same moments for the same seed. */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test(`killed at any moment of confirming (KILL_SEED=${SEED})`, async (context) => {
  const next = chance(SEED);
  let desk = await rep();
  let kept = 0;
  for (let number = 0; number < KILLS; number++) {
    const [death, die] = Object.entries(DEATHS)[number % 3];
    const moment = Math.round(next() ** 3 * SPAN);
    await context.test(`${death} after ${moment} ms`, async () => {
      const link = await writeQuote(desk);
      // Not awaited: the kill may come before the press has been handled.
      void desk.confirm().catch(() => undefined);
      await desk.page.waitForTimeout(moment);
      const said = await desk.page.getByText("Closing the tab is safe.", { exact: true }).isVisible();
      desk = await die(desk);
      killed(`${death} at any moment`);
      // The page of an ended worker goes on by itself; any other may have left before anything was kept.
      if (death === "worker ended") await desk.until(() => orderOf(desk, link), "the order is kept");
      const order = await orderOf(desk, link);
      assert.ok(order !== null || !said, "it was said to be saved");
      if (order === null) {
        await standsNowhere(desk, link);
        await show(desk, link);
        await desk.confirm();
        await desk.until(() => orderOf(desk, link), "the order is kept");
      } else {
        kept += 1;
      }
      await standsOnce(desk, link);
    });
  }
  context.diagnostic(`${kept} of ${KILLS} orders were kept when the tab died`);
  await desk.close();
});

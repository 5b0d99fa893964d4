// A tab dies in the middle of the first sync; the next one goes on, and holds what Cin7 has.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../desk.mjs";
import { killed, rep, stage } from "./stage.mjs";

/**
 * Everything that a desk holds of Cin7 but its sales and what arrives, whose details come between runs: record by record, as
 * text.
 */
async function held(desk) {
  const { changes, more } = await desk.page.evaluate(() => window.quoteDesk.changes.read({ limit: 5000 }));
  assert.ok(!more);
  const lasting = changes.filter(({ kind }) => kind !== "sale");
  // The feed gives a record once for each change that is not yet compacted: a set.
  return [
    ...new Set(lasting.map(({ kind, key, record }) => `${kind} ${key} ${JSON.stringify({ ...record, arriving: undefined })}`)),
  ].sort();
}

test("tab closed in the middle of the first sync: the next one holds what an undisturbed one does", async (context) => {
  const undisturbed = await rep();
  const wanted = await held(undisturbed);
  await undisturbed.close();
  assert.ok(wanted.length > 15);
  for (const path of ["ref/location", "customer", "product", "ref/productavailability"]) {
    for (const when of ["before", "after"]) {
      await context.test(`${when} Cin7 has answered a page of ${path}`, async () => {
        const desk = await Desk.fresh(stage.browser, stage.servers);
        await stage.clock.join(desk.page.context());
        const page = stage.servers.line.hold({ method: "GET", path, when });
        await desk.open();
        await page.there;
        const next = await desk.anotherTab();
        await desk.page.close();
        killed("sync killed");
        page.letGo();
        await next.open();
        await next.synced();
        assert.deepEqual(await held(next), wanted);
        await next.close();
      });
    }
  }
});

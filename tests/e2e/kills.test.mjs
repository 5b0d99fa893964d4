// Whatever dies while an order is on its way, and whenever: one sale stands in Cin7 with its lines and its money, or nobody
// was told that it was saved, or a person is asked. The quote is never lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { kills, links, stage } from "./kills/stage.mjs";
import "./kills/tabs.mjs";
import "./kills/browsers.mjs";
import "./kills/network.mjs";
import "./kills/rivals.mjs";
import "./kills/storage.mjs";
import "./kills/syncs.mjs";
import "./kills/moments.mjs";

test("no quote stands in Cin7 twice, and enough has been killed", async (context) => {
  const keys = (await stage.servers.sandbox.sales()).map(({ ExternalID }) => ExternalID).filter((key) => links.has(key));
  assert.equal(new Set(keys).size, keys.length);
  const total = [...kills.values()].reduce((sum, count) => sum + count, 0);
  context.diagnostic(`${total} kills: ${[...kills].map(([what, count]) => `${what} ${count}`).join(", ")}`);
  assert.ok(total >= 50, `only ${total} kills`);
});

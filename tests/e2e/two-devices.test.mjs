// Two devices write the same quote and confirm it in the same second: one sale stands, and both know it.

import assert from "node:assert/strict";
import { Desk } from "./desk.mjs";
import { LINK, LINK_AS_OPENED, moneyOf, writeQuote10452 } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();

/** Two browsers with quote 10452, that of the scene and one more, so far unaware of each other. */
async function twoDevices({ desk, sandbox, servers, browser }) {
  const other = await Desk.fresh(browser, servers);
  await other.open(LINK_AS_OPENED);
  await other.synced();
  for (const device of [desk, other]) await writeQuote10452(device);
  await sandbox.clearJournal();
  // Cin7 takes its time over the first header, so that the second device has looked, and found nothing, before it is there.
  await sandbox.fault({ method: "POST", path: "/sale", times: 1, kind: "delay", ms: 2000 });
  // And it shows no sale by its key for a while.
  await sandbox.switches({ external_id_lag_seconds: 3600 });
  return [desk, other];
}

const posts = async (sandbox, path) =>
  (await sandbox.journal()).filter((call) => call.method === "POST" && call.path.toLowerCase() === path);

scene("the second device gets the first one's sale", { link: LINK_AS_OPENED }, async (stage) => {
  const { sandbox } = stage;
  const [one, other] = await twoDevices(stage);
  await Desk.confirmAtOnce(one, other);
  const orders = await Promise.all([one.orderIs(LINK, "confirmed"), other.orderIs(LINK, "confirmed")]);
  assert.equal(orders[0].orderNumber, orders[1].orderNumber);
  assert.equal((await posts(sandbox, "/sale")).length, 1, "one header was sent");
  const sales = await sandbox.salesOf(LINK);
  assert.equal(sales.length, 1);
  assert.deepEqual(moneyOf(sales[0]), { TotalBeforeTax: 622.5, Tax: 124.5, Total: 747 });
  await other.close();
});

scene("a second device with other lines is told that the quote is ordered already", { link: LINK_AS_OPENED }, async (stage) => {
  const { sandbox } = stage;
  const [one, other] = await twoDevices(stage);
  await other.add("BOLT-03", { quantity: "10" });
  await Desk.confirmAtOnce(one, other);
  // Whose lines come first is chance; the other one is told, and changes nothing.
  const ends = await Promise.all(
    [one, other].map((desk) =>
      desk.until(
        async () => {
          const order = await desk.order(LINK).catch(() => null);
          return order !== null && ["confirmed", "needs-attention"].includes(order.state) && order;
        },
        "the order has come to an end",
        60_000,
      ),
    ),
  );
  assert.deepEqual(ends.map(({ state }) => state).sort(), ["confirmed", "needs-attention"]);
  const stopped = ends.find(({ state }) => state === "needs-attention");
  assert.match(
    JSON.stringify(stopped),
    /Another order of this quote was confirmed|has other lines than this quote|lines refused/,
  );
  assert.equal((await posts(sandbox, "/sale")).length, 1, "one header was sent");
  const sales = await sandbox.salesOf(LINK);
  assert.equal(sales.length, 1);
  const confirmed = ends.find(({ state }) => state === "confirmed");
  assert.equal(moneyOf(sales[0]).Total, Number(confirmed.actual.gross));
  await other.close();
});

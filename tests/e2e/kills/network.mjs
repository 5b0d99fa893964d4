// What stands between the rep and Cin7 dies in the middle of an order: the proxy, the line behind it, the network before it.

import { test } from "node:test";
import { Cable } from "./cable.mjs";
import { confirmUntil, killed, orderOf, PLACES, rep, stage, standsOnce, writeQuote } from "./stage.mjs";

test("proxy killed, at every step of an order, and started again with its ledger", async (context) => {
  const desk = await rep();
  for (const place of PLACES) {
    await context.test(place.name, async () => {
      const link = await writeQuote(desk);
      const held = await confirmUntil(desk, link, place);
      await stage.servers.killProxy();
      killed("proxy killed");
      // What had left it still arrives; its answer has nobody to go to.
      held.letGo();
      await stage.servers.startProxy();
      await standsOnce(desk, link);
    });
  }
  await desk.close();
});

test("proxy killed together with the tab, while a write stands in Cin7 unanswered", async (context) => {
  let desk = await rep();
  for (const place of PLACES.filter(({ method, when }) => method === "POST" && when === "after")) {
    await context.test(place.name, async () => {
      const link = await writeQuote(desk);
      const held = await confirmUntil(desk, link, place);
      const next = await desk.anotherTab();
      await Promise.all([stage.servers.killProxy(), desk.page.close()]);
      killed("proxy and tab killed");
      held.letGo();
      await stage.servers.startProxy();
      await next.open();
      await standsOnce(next, link);
      desk = next;
    });
  }
  await desk.close();
});

test("line to Cin7 torn, before and after each write of an order", async (context) => {
  const desk = await rep();
  for (const place of PLACES.filter(({ method }) => method === "POST")) {
    await context.test(place.name, async () => {
      const link = await writeQuote(desk);
      const held = await confirmUntil(desk, link, place);
      held.cut();
      killed("line torn");
      await standsOnce(desk, link);
    });
  }
  await desk.close();
});

test("network gone before the header leaves the browser, and the tab with it", async () => {
  const desk = await rep();
  const link = await writeQuote(desk);
  const page = desk.page;
  let left;
  const there = new Promise((resolve) => (left = resolve));
  await page.context().route("**/cin7/sale", () => left());
  await desk.confirm();
  await there;
  const next = await desk.anotherTab();
  await page.close();
  killed("tab closed");
  await page.context().unroute("**/cin7/sale");
  await next.open();
  await standsOnce(next, link);
  await next.close();
});

test("network dropped at every answer of an order", async (context) => {
  const cable = await Cable.start(new URL(stage.servers.url).port);
  const desk = await rep({ url: cable.url });
  for (const place of PLACES.filter(({ when }) => when === "after")) {
    await context.test(place.name, async () => {
      const link = await writeQuote(desk);
      const held = await confirmUntil(desk, link, place);
      cable.pull();
      await desk.page.context().setOffline(true);
      killed("network dropped");
      held.letGo();
      await desk.until(
        async () => (await orderOf(desk, link)).steps.some(({ state }) => state === "failed"),
        "the step has failed",
      );
      await desk.page.getByText("You are offline.").waitFor();
      cable.plug();
      await desk.page.context().setOffline(false);
      await standsOnce(desk, link);
    });
  }
  await desk.close();
  await cable.stop();
});

// One quote, confirmed in two places at once, and one of them dies.

import assert from "node:assert/strict";
import { test } from "node:test";
import { killed, orderOf, rep, show, stage, standsOnce, writeQuote } from "./stage.mjs";

const headers = (link) => stage.servers.line.calls.filter((call) => call.method === "POST" && call.path === "sale" && call.link === link).length;

for (const when of ["before", "after"]) {
  test(`two tabs confirm one quote and both die ${when} Cin7 has the header`, async () => {
    const one = await rep();
    const link = await writeQuote(one);
    const other = await one.anotherTab();
    await other.open();
    await show(other, link);
    const held = stage.servers.line.hold({ method: "POST", path: "sale", when, link });
    await Promise.all([one.confirm(), other.confirm()]);
    await held.there;
    await one.page.close();
    killed("one of two tabs closed");
    const again = await other.anotherTab();
    await other.page.close();
    killed("the other tab closed");
    await again.open();
    held.letGo();
    await standsOnce(again, link);
    await again.close();
  });

  test(`two devices confirm one quote and the one that sends dies ${when} Cin7 has the header`, async () => {
    const [one, other] = await Promise.all([rep(), rep()]);
    const link = await writeQuote(one);
    await writeQuote(other, { link });
    const held = stage.servers.line.hold({ method: "POST", path: "sale", when, link });
    await one.confirm();
    await held.there;
    await other.confirm();
    await other.until(async () => (await orderOf(other, link)) !== null, "the other device keeps the order");
    await one.page.close();
    killed("one of two devices gone");
    held.letGo();
    await standsOnce(other, link);
    assert.equal(headers(link), 1, "the header was sent twice");
    await one.close();
    await other.close();
  });
}

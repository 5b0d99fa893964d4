// One quote, confirmed in two places at once, and one of them dies.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../desk.mjs";
import { killed, orderOf, rep, show, stage, standsOnce, writeQuote } from "./stage.mjs";

const headers = (link) =>
  stage.servers.line.calls.filter((call) => call.method === "POST" && call.path === "sale" && call.link === link).length;

test("two tabs confirm one quote and both die", async (context) => {
  let one = await rep();
  for (const when of ["before", "after"]) {
    await context.test(`${when} Cin7 has the header`, async () => {
      const link = await writeQuote(one);
      const other = await one.anotherTab();
      await other.open();
      await show(other, link);
      const held = stage.servers.line.hold({ method: "POST", path: "sale", when, link });
      await Desk.confirmAtOnce(one, other);
      await held.there;
      await one.page.close();
      killed("one of two tabs closed");
      const again = await other.anotherTab();
      await other.page.close();
      killed("the other tab closed");
      await again.open();
      held.letGo();
      await standsOnce(again, link);
      one = again;
    });
  }
  await one.close();
});

test("two devices confirm one quote and the one that sends dies", async (context) => {
  const [first, other] = await Promise.all([rep(), rep()]);
  let one = first;
  for (const when of ["before", "after"]) {
    await context.test(`${when} Cin7 has the header`, async () => {
      const link = await writeQuote(one);
      await writeQuote(other, { link });
      const held = stage.servers.line.hold({ method: "POST", path: "sale", when, link });
      await one.confirm();
      await held.there;
      await other.confirm();
      await other.until(() => orderOf(other, link), "the other device keeps the order");
      const next = await one.anotherTab();
      await one.page.close();
      killed("one of two devices gone");
      held.letGo();
      await standsOnce(other, link);
      assert.equal(headers(link), 1, "the header was sent twice");
      // The one that is back finds it too.
      await next.open();
      await standsOnce(next, link);
      one = next;
    });
  }
  await one.close();
  await other.close();
});

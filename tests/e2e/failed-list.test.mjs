// A list that Cin7 does not give whole fails the run by its name, in a rep's words, and is read whole when Cin7 has come to
// itself.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes({ world: "bulk", worldArgs: "--products 2500 --customers 10" });

scene(
  "a list that gives a page twice is not taken for whole, and the screen says which it is",
  { opened: false },
  async ({ desk, sandbox, servers }) => {
    const first = await (await fetch(`${servers.url}cin7/product?Page=1&Limit=1000&IncludeDeprecated=true`)).json();
    await sandbox.fault({
      method: "GET",
      path: "/product",
      query: { Page: "2" },
      times: 100,
      kind: "status",
      status: 200,
      body: first,
    });
    await desk.open();
    const state = () => desk.page.evaluate(() => window.quoteDesk.sync.state());
    await desk.until(async () => (await state()).failure !== null, "the run has failed");
    const { ready, failedList, lists } = await state();
    assert.deepEqual([ready, failedList, lists.find(({ list }) => list === "products").asOf], [false, "products", null]);
    const words = "The products could not be read. Cin7 gave a page of its list product twice, so that some of it is missing.";
    await desk.shows(desk.page.getByRole("region", { name: "Notices" }), `The first sync did not finish. ${words}`);
    await desk.goTo("/sync");
    await desk.shows(desk.page.getByRole("region", { name: "State" }), `The last run failed. ${words}`);
    await desk.shows(desk.page.getByRole("region", { name: "Earlier runs" }), words);

    await sandbox.clearFaults();
    await desk.sync();
    const after = await state();
    assert.deepEqual([after.ready, after.failure, after.failedList], [true, null, null]);
    assert.equal(after.lists.find(({ list }) => list === "products").rows, 2500);
  },
);

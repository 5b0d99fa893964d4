// Which day it is: the account's own, wherever the device is and however long a quote has been open.

import assert from "node:assert/strict";
import { LINK, writeQuote10452 } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const account = (set) => (sandbox) => sandbox.mutate({ collection: "company", set });
const LOS_ANGELES = { timezone: "America/Los_Angeles", world: account({ TimeZone: "America/Los_Angeles" }), link: LINK };
const HELD = "The quote held until";

/** Writes the quote, so that it holds until a day. */
async function holdsUntil(desk, day) {
  await writeQuote10452(desk);
  await desk.more();
  await desk.fill("Quote holds until", day);
}
const dates = async (sandbox) => (await sandbox.posted("/sale")).map(({ SaleOrderDate }) => SaleOrderDate);
/** What is said of the whole quote. */
const said = (desk) => desk.page.locator("qd-problem-list").textContent();

scene(
  "at 19:44 in Los Angeles on 30 November a quote valid to that day is ordered, and dated that day",
  { ...LOS_ANGELES, clock: "2026-12-01T03:44:00Z" },
  async ({ desk, sandbox }) => {
    await holdsUntil(desk, "2026-11-30");
    await desk.ordered(LINK);
    assert.deepEqual(await dates(sandbox), ["2026-11-30T00:00:00.000"]);
    // The order's own page and the list of sales date it alike.
    const sales = await desk.page.evaluate(async () =>
      (await window.quoteDesk.sales.list()).sales.map(({ orderedOn }) => orderedOn),
    );
    assert.ok(sales.includes("2026-11-30") && !sales.includes("2026-12-01"), JSON.stringify(sales));
  },
);

scene(
  "in Auckland on the morning of 30 November a quote valid to the 29th has run out, though the device is in London",
  {
    link: LINK,
    clock: "2026-11-29T20:00:00Z",
    world: account({ TimeZone: "Pacific/Auckland" }),
  },
  async ({ desk, sandbox }) => {
    await holdsUntil(desk, "2026-11-29");
    await desk.isStopped(sandbox, `${HELD} 29 Nov 2026.`);
    await desk.button("Let it hold until today").click();
    await desk.ordered(LINK);
    assert.deepEqual(await dates(sandbox), ["2026-11-30T00:00:00.000"]);
  },
);

scene(
  "a quote left open over midnight runs out by itself, at the account's midnight and not at Greenwich's",
  { ...LOS_ANGELES, clock: "2026-11-30T23:50:00Z" },
  async ({ desk, clock }) => {
    await holdsUntil(desk, "2026-11-30");
    await desk.until(async () => (await desk.view(LINK)).header.endDate !== null, "the day is saved");
    await desk.page.evaluate(async (link) => {
      window.opened = await window.quoteDesk.quotes.open(link);
      window.days = [];
      window.quoteDesk.on("day", ({ today }) => window.days.push(today));
    }, LINK);
    await clock.set("2026-12-01T00:05:00Z");
    await desk.page.waitForTimeout(1000);
    assert.ok(!(await said(desk)).includes(HELD));
    await clock.set("2026-12-01T08:01:30Z");
    await desk.says(`${HELD} 30 Nov 2026.`);
    // So does a quote that the host has opened by itself.
    await desk.until(
      () => desk.page.evaluate(() => window.opened.problems().some(({ code }) => code === "expired")),
      "the host's quote has run out",
    );
    assert.deepEqual(await desk.page.evaluate(() => window.days), ["2026-12-01"]);
  },
);

for (const zone of ["(UTC-08:00) Pacific Time (US & Canada)", "UTC-8"]) {
  scene(
    `an account whose time zone reads ${zone} is eight hours behind`,
    { link: LINK, clock: "2026-12-01T03:44:00Z", world: account({ TimeZone: zone }) },
    async ({ desk, sandbox }) => {
      await holdsUntil(desk, "2026-11-30");
      await desk.ordered(LINK);
      assert.deepEqual(await dates(sandbox), ["2026-11-30T00:00:00.000"]);
    },
  );
}

scene(
  "a time zone that nobody knows is said, and the device's own day counts",
  {
    link: LINK,
    timezone: "America/Los_Angeles",
    clock: "2026-12-01T03:44:00Z",
    world: account({ TimeZone: "Shire Standard Time" }),
  },
  async ({ desk, sandbox }) => {
    await holdsUntil(desk, "2026-11-30");
    await desk.says(
      "“Shire Standard Time” is not a time zone that this browser knows. Today counts as 30 Nov 2026, as on this device.",
    );
    await desk.ordered(LINK);
    assert.deepEqual(await dates(sandbox), ["2026-11-30T00:00:00.000"]);
  },
);

scene(
  "books locked up to 05/12/2026 are locked up to the fifth of December",
  { link: LINK, clock: "2026-11-30T12:00:00Z", world: account({ LockDate: "05/12/2026" }) },
  async ({ desk, sandbox }) => {
    await writeQuote10452(desk);
    await desk.isStopped(sandbox, "Cin7’s books are locked up to 5 Dec 2026: an order of today would be refused.");
  },
);

scene(
  "a lock date that cannot be read stops the order until somebody decides",
  { link: LINK, clock: "2026-11-30T12:00:00Z", world: account({ LockDate: "end of year" }) },
  async ({ desk, sandbox }) => {
    await writeQuote10452(desk);
    await desk.isStopped(
      sandbox,
      "Cin7’s lock date “end of year” cannot be read, so nobody can tell whether an order of today would be refused.",
    );
    await desk.button("Send anyway").click();
    await desk.ordered(LINK);
  },
);

scene("what an order of another tab takes is seen at once on a quote that stays open", { link: LINK }, async ({ desk }) => {
  await writeQuote10452(desk);
  const other = "https://crm.prospect365.com/view/Quote/10453";
  const shown = () =>
    desk.page.evaluate((link) => window.quoteDesk.quotes.open(link).then(() => undefined), LINK).then(() => said(desk));
  assert.ok(!(await shown()).includes("short"));
  const second = await desk.anotherTab();
  await second.open(other);
  await second.pickCustomer("Bayside Club");
  await second.add("LAMP-02", { quantity: "8" });
  await second.ordered(other);
  const promised = desk.page.evaluate.bind(desk.page);
  await desk.until(
    () => promised(() => document.querySelector("qd-quote-lines").session.lines[1].stock.promise?.waiting === "8"),
    "the open quote knows of it",
  );
  await desk.until(
    () => promised(() => document.querySelector("qd-quote-lines").session.customer.credit.waiting !== "0.00"),
    "its credit too",
  );
});

// Numbers as people type them into the screen, by the screen's language and the reader's.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";
import { Desk } from "./desk.mjs";

const scene = scenes();
const LINK = "https://crm.example.com/view/Quote/20002";

scene("`65,50`, `1.500,00`, `£65.50` and `10%` are taken for what they say", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  for (const [typed, shown] of [
    ["65,50", "65.50"],
    ["1.500,00", "1500.00"],
    ["£65.50", "65.50"],
    ["1,500", "1500.00"],
    ["GBP 12", "12.00"],
  ]) {
    await desk.set(1, "Price", typed);
    await desk.shows(desk.ofLine(1, "Price"), shown);
  }
  await desk.set(1, "Quantity", "1,5");
  await desk.shows(desk.ofLine(1, "Quantity"), "1.5");
  await desk.set(1, "Discount", "10%");
  await desk.shows(desk.ofLine(1, "Discount"), "10");
  await desk.shows(desk.control("Net"), "16.20");
  await desk.page.getByText("10% → 10", { exact: true }).waitFor();
});

scene("`2*12` and another currency's sign are refused with what to type", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "4" });
  await desk.set(1, "Quantity", "2*12");
  await desk.page.getByText("“2*12” is not worked out here. Type 24.").waitFor();
  await desk.set(1, "Price", "€65.50");
  await desk.page.getByText("The quote is in GBP. Type an amount in GBP.").waitFor();
  await desk.totals({ net: "600.00", tax: "120.00", gross: "720.00" });
});

scene("in a German browser `1.500` is refused, as it can be 1500 and 1.5", { opened: false }, async ({ servers, browser }) => {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "de-DE",
    timezoneId: "Europe/Berlin",
  });
  context.setDefaultTimeout(20_000);
  const desk = new Desk(await context.newPage(), servers.url);
  try {
    await desk.open(LINK);
    await desk.synced();
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "2,5" });
    await desk.shows(desk.ofLine(1, "Quantity"), "2.5");
    await desk.set(1, "Quantity", "1.500");
    await desk.page.getByText("“1.500” can be two numbers. Type 1.5 or 1500.").waitFor();
    await desk.says("Quantity: “1.500” could not be read. It is still 2.5.");
    await desk.set(1, "Quantity", "1500");
    await desk.shows(desk.ofLine(1, "Quantity"), "1500");
    // What the field has shown itself is no riddle.
    await desk.set(1, "Price", "1,1750");
    await desk.shows(desk.ofLine(1, "Price"), "1.175");
    await desk.set(1, "Price", "1.175");
    await desk.shows(desk.ofLine(1, "Price"), "1.175");
    assert.equal(await desk.ofLine(1, "Price").getAttribute("aria-invalid"), "false");
  } finally {
    await context.close();
  }
});

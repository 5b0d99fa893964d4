// One quote open in two tabs, and the way back from every change.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const link = (number) => `https://crm.prospect365.com/view/Quote/${number}`;

/** A tab that writes its edits down much later than usual, so that the other tab's are written first. */
async function slowTab(desk) {
  const other = await desk.anotherTab();
  await other.page.addInitScript(() => {
    const wait = window.setTimeout;
    window.setTimeout = (call, after, ...rest) => wait(call, after === 250 ? 4000 : after, ...rest);
  });
  return other;
}

/** A quote of one chair, 4 of it, open in both tabs. */
async function inBoth(desk, number, other) {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "4" });
  await desk.view(link(number));
  await other.open(link(number));
  await other.shows(other.ofLine(1, "Quantity"), "4");
}

const net = (desk) => desk.shown(desk.control("Net"));

scene("9 pieces in one tab and a discount in the other both stand, in both tabs", { link: link(10510) }, async ({ desk }) => {
  const other = await slowTab(desk);
  await inBoth(desk, 10510, other);
  await other.set(1, "Discount", "10");
  await desk.set(1, "Quantity", "9");
  await other.shows(other.ofLine(1, "Quantity"), "9");
  await desk.shows(desk.ofLine(1, "Discount"), "10");
  // 9 x 150.00 less 10 %
  for (const tab of [desk, other]) await tab.shows(tab.control("Net"), "1,215.00");
  const kept = await desk.page.evaluate(async (key) => (await window.quoteDesk.quotes.open(key)).view(), link(10510));
  assert.deepEqual([kept.lines[0].quantity, kept.lines[0].discount, kept.totals.net], ["9", "10", "1215.00"]);
});

scene("9 and 5 for one quantity are both shown, and the user picks", { link: link(10511) }, async ({ desk }) => {
  const other = await slowTab(desk);
  await inBoth(desk, 10511, other);
  await other.set(1, "Quantity", "9");
  await other.fill("Reference", "PO 7");
  await desk.set(1, "Quantity", "5");
  const banner = other.page.getByRole("alert", { name: "Changed in another tab" });
  await banner.getByText("the quantity of CHAIR-01 is 5 there, 9 here.").waitFor();
  // What clashes with nothing is written all the same.
  await desk.shows(desk.control("Reference"), "PO 7");
  await other.shows(other.ofLine(1, "Quantity"), "9");
  // Nothing is ordered before somebody has chosen.
  const refused = await other.page.evaluate(() => {
    const { quote } = document.querySelector("qd-quote-lines").session;
    return window.quoteDesk.orders.confirm(quote).then(
      () => null,
      ({ code, details }) => ({ code, details }),
    );
  });
  assert.equal(refused.code, "conflict");
  assert.equal(refused.details.length, 1);
  assert.match(refused.details[0].field, /^lines\..*\.quantity$/);
  assert.equal(refused.details[0].problem, "here 9, there 5");
  await banner.getByRole("button", { name: "Keep 9" }).click();
  await banner.waitFor({ state: "detached" });
  await desk.shows(desk.ofLine(1, "Quantity"), "9");
  assert.equal(await net(desk), "1,350.00");
});

scene(
  "an order made in one tab locks the other, which says what came too late",
  { link: link(10512) },
  async ({ desk, sandbox }) => {
    const other = await slowTab(desk);
    await inBoth(desk, 10512, other);
    await other.set(1, "Quantity", "9");
    await desk.ordered(link(10512));
    const told = other.page.getByRole("alert", { name: "Ordered in another tab" });
    await told.getByText("The quantity of CHAIR-01 was 9 here; ordered was 4.").waitFor();
    await other.shows(other.ofLine(1, "Quantity"), "4");
    assert.equal(await other.ofLine(1, "Quantity").getAttribute("readonly"), "");
    assert.equal(await other.button("Confirm order").count(), 0);
    await other.page.getByText("ordered in another tab", { exact: true }).waitFor();
    await other.page
      .getByText(/SO-\d+ stands in Cin7|stands in Cin7 as SO-\d+|SO-\d+/)
      .first()
      .waitFor();
    const sales = await sandbox.salesOf(link(10512));
    assert.deepEqual(
      sales.flatMap(({ Order }) => Order?.Lines?.map(({ Quantity }) => Quantity) ?? []),
      [4],
    );
  },
);

scene("a quote that another tab changed a moment ago is not ordered unseen", { link: link(10513) }, async ({ desk, sandbox }) => {
  const other = await desk.anotherTab();
  await inBoth(desk, 10513, other);
  // Opened twice on one page: the one that confirms has heard nothing yet.
  const refused = await desk.page.evaluate(async (key) => {
    const mine = await window.quoteDesk.quotes.open(key);
    const theirs = await window.quoteDesk.quotes.open(key);
    theirs.setQuantity(theirs.lines()[0].id, "7");
    const [, confirmed] = await Promise.allSettled([theirs.save(), window.quoteDesk.orders.confirm(mine)]);
    const shown = mine.lines()[0].quantity;
    return { code: confirmed.reason?.code, shown };
  }, link(10513));
  assert.deepEqual(refused, { code: "conflict", shown: "7" });
  assert.deepEqual(await sandbox.writes(), []);
});

scene("every change of a quote is undone and done again by keys", { link: link(10514) }, async ({ desk }) => {
  const { keyboard } = desk.page;
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "4", discount: "10" });
  await desk.add("LAMP-02", { quantity: "2" });
  await desk.totals({ net: "622.50", tax: "124.50", gross: "747.00" });
  // Just after typing, a line is taken off: the number that was typed is on it when it comes back.
  await desk.ofLine(1, "Quantity").fill("7");
  await desk.ofLine(1, "Quantity").press("Control+Delete");
  await desk.shows(desk.control("Net"), "82.50");
  await keyboard.press("Control+z");
  await desk.shows(desk.control("Net"), "1,027.50");
  assert.equal(await desk.shown(desk.ofLine(1, "Quantity")), "7");
  await keyboard.press("Control+z");
  await desk.shows(desk.control("Net"), "622.50");
  await keyboard.press("Control+Shift+z");
  await desk.shows(desk.control("Net"), "1,027.50");
  await keyboard.press("Control+y");
  await desk.shows(desk.control("Net"), "82.50");
  for (let presses = 0; presses < 2; presses++) await desk.page.locator(".history").getByRole("button", { name: "Undo" }).click();
  await desk.shows(desk.control("Net"), "622.50");
  // The way back that the removal offered is still in sight, and harmless.
  await desk.page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await desk.shows(desk.control("Net"), "622.50");
  // A price is one change, however many keys it took.
  await desk.ofLine(2, "Price").click();
  await keyboard.press("Control+a");
  await keyboard.type("39.95", { delay: 20 });
  await keyboard.press("Tab");
  await desk.shows(desk.control("Net"), "619.90");
  await keyboard.press("Control+z");
  await desk.shows(desk.control("Net"), "622.50");
  await desk.shows(desk.ofLine(2, "Price"), "41.25");
  // In a text that is being typed, undoing is the browser's.
  const reference = desk.control("Reference");
  await reference.click();
  await keyboard.type("PO 7");
  await keyboard.press("Control+z");
  await desk.shows(desk.control("Net"), "622.50");
  assert.notEqual(await reference.inputValue(), "PO 7");
  await desk.fill("Reference", "PO 8");
  await keyboard.press("Control+z");
  await desk.shows(reference, "");
  // All the way back, and forth again.
  for (let presses = 0; presses < 12; presses++) await keyboard.press("Control+z");
  await desk.shows(desk.page.locator(".lines-count"), "No lines yet");
  for (let presses = 0; presses < 12; presses++) await keyboard.press("Control+Shift+z");
  await desk.totals({ net: "622.50", tax: "124.50", gross: "747.00" });
  await desk.shows(reference, "PO 8");
});

scene(
  "Text refused in one tab leaves the 9 pieces that came from the other meanwhile",
  { link: link(10518) },
  async ({ desk }) => {
    const other = await desk.anotherTab();
    await inBoth(desk, 10518, other);
    const quantity = desk.ofLine(1, "Quantity");
    await quantity.focus();
    await other.set(1, "Quantity", "9");
    await desk.shows(quantity, "9");
    await desk.page.keyboard.press("Control+A");
    await desk.page.keyboard.type("x");
    await desk.page.keyboard.press("Tab");
    await desk.says("Quantity: “x” could not be read. It is still 9.");
    await quantity.press("Escape");
    for (const tab of [desk, other]) await tab.shows(tab.ofLine(1, "Quantity"), "9");
  },
);

// What is typed and cannot be taken: the order waits for it, it is never dropped in silence, and there is a way back.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const LINK = "https://crm.example.com/view/Quote/20001";

/** What was posted, as method and path. */
const posted = async (sandbox) => (await sandbox.writes()).map(({ method, path }) => `${method} ${path}`);

/** Presses Ctrl+Enter where the focus is, and proves that nothing was posted for it. */
async function sendsNothing(desk, sandbox) {
  await desk.page.keyboard.press("Control+Enter");
  await desk.page.locator("qd-problem-list section").waitFor();
  await desk.page.waitForTimeout(300);
  assert.deepEqual(await posted(sandbox), []);
}

async function chairs(desk, quantity = "4") {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity });
}

/** The number of problems that stop the order because a text was not taken. */
const refusals = (desk, link = LINK) =>
  desk.page.evaluate(async (key) => {
    const quote = await window.quoteDesk.quotes.open(key);
    const problems = quote.problems().filter(({ code }) => code === "input-refused");
    await quote.close();
    return problems.map(({ severity, field, text, fixes }) => ({
      severity,
      field,
      text,
      actions: fixes.map(({ action }) => action),
    }));
  }, link);

for (const [field, typed, words] of [
  ["Quantity", "1,5x0", "Quantity: “1,5x0” could not be read. It is still 4."],
  ["Quantity", "-3", "Quantity: “-3” is negative. It is still 4."],
  ["Price", "6 5.5", "Price: “6 5.5” could not be read. It is still 150.00."],
  ["Discount", "101", "Discount: “101” is not between 0 and 100. It is still 0 %."],
]) {
  scene(
    `${field} “${typed}” and Ctrl+Enter: nothing is sent, the text stays and stops the order`,
    { link: LINK },
    async ({ desk, sandbox }) => {
      await chairs(desk);
      const control = desk.ofLine(1, field);
      await control.fill(typed);
      await sendsNothing(desk, sandbox);
      await desk.says(words);
      await desk.shows(control, typed);
      assert.equal(await control.getAttribute("aria-invalid"), "true");
      await desk.totals({ net: "600.00", tax: "120.00", gross: "720.00" });
      await desk.button(/^Put .* back$/).click();
      assert.notEqual(await desk.shown(control), typed);
      assert.equal(await control.getAttribute("aria-invalid"), "false");
      await desk.ordered(LINK);
      assert.equal((await sandbox.posted("/sale/order"))[0].Lines[0].Quantity, 4);
    },
  );
}

for (const key of ["Tab", "Enter"]) {
  scene(`${key} after a price that cannot be read keeps the text in its field`, { link: LINK }, async ({ desk }) => {
    await chairs(desk);
    const price = desk.ofLine(1, "Price");
    await price.fill("65,5o");
    await price.press(key);
    await desk.says("Price: “65,5o” could not be read. It is still 150.00.");
    await desk.shows(price, "65,5o");
    await desk.page.getByText("“65,5o” is not a number. Type one such as 1.5.").waitFor();
    // Mended, it stops nothing any more.
    await price.fill("65.50");
    await price.press("Tab");
    await desk.shows(desk.control("Gross"), "314.40");
    assert.deepEqual(await refusals(desk), []);
  });
}

scene("Escape puts a refused quantity back", { link: LINK }, async ({ desk }) => {
  await chairs(desk);
  const quantity = desk.ofLine(1, "Quantity");
  await quantity.fill("4 5");
  await quantity.press("Tab");
  await desk.says("Quantity: “4 5” could not be read. It is still 4.");
  await quantity.press("Escape");
  await desk.shows(quantity, "4");
  assert.deepEqual(await refusals(desk), []);
});

scene("a refused text is still there after a reload, and in another tab", { link: LINK }, async ({ desk }) => {
  await chairs(desk);
  await desk.set(1, "Quantity", "4x");
  await desk.says("Quantity: “4x” could not be read. It is still 4.");
  await desk.until(async () => (await refusals(desk)).length === 1, "the refusal is kept");
  await desk.page.reload();
  await desk.shows(desk.ofLine(1, "Quantity"), "4x");
  await desk.says("Quantity: “4x” could not be read. It is still 4.");
  const other = await desk.anotherTab();
  await other.open(LINK);
  await other.shows(other.ofLine(1, "Quantity"), "4x");
});

scene("leaving the page in the middle of “4x” keeps it, as does leaving the site", { link: LINK }, async ({ desk }) => {
  await chairs(desk);
  await desk.ofLine(1, "Quantity").fill("4x");
  await desk.goTo("/");
  await desk.until(
    async () => (await refusals(desk))[0]?.text === "Quantity: “4x” could not be read. It is still 4.",
    "the refusal is kept",
  );
  await desk.open(LINK);
  await desk.shows(desk.ofLine(1, "Quantity"), "4x");
  // It need not have been left: the text is kept once typing rests.
  await desk.ofLine(1, "Quantity").fill("5x");
  await desk.until(async () => (await refusals(desk))[0]?.text.includes("5x"), "it is kept while the cursor is in it");
  await desk.shows(desk.ofLine(1, "Quantity"), "5x");
  await desk.page.reload();
  await desk.shows(desk.ofLine(1, "Quantity"), "5x");
});

scene("an overall discount and a rate that are refused stop the order", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Harbour Hotels");
  await desk.add("CHAIR-01", { quantity: "1" });
  await desk.more();
  await desk.control("Overall discount %").fill("1o");
  await sendsNothing(desk, sandbox);
  await desk.says("Overall discount: “1o” could not be read. It is still 0 %.");
  await desk.shows(desk.control("Overall discount %"), "1o");
  const [{ severity, field, actions }] = await desk.until(async () => {
    const kept = await refusals(desk);
    return kept.length > 0 && kept;
  }, "it is kept");
  assert.deepEqual([severity, field, actions], ["stop", "overallDiscount", ["put-back:overallDiscount"]]);
  await desk.fill("Overall discount %", "10%");
  await desk.shows(desk.control("Overall discount %"), "10");
  await desk.fill("Rate: EUR for one GBP", "0");
  await desk.says("Exchange rate: “0” is not between");
  await desk.fill("Rate: EUR for one GBP", "1,17");
  await desk.shows(desk.control("Rate: EUR for one GBP"), "1.17");
  await desk.until(async () => (await refusals(desk)).length === 0, "nothing is refused any more");
});

scene(
  "a receipt that is half written stops the order and stays as it was typed",
  { link: LINK, settings: { salesType: "Simple", receiptAccount: "090" } },
  async ({ desk, sandbox }) => {
    await chairs(desk);
    await desk.more();
    await desk.fill("Receipt amount", "2oo");
    await desk.fill("Receipt reference", "CARD-77");
    await sendsNothing(desk, sandbox);
    await desk.says("Receipt: A receipt needs an amount, a reference and a date; date is missing.");
    await desk.until(async () => (await refusals(desk)).length === 1, "it is kept once");
    await desk.page.reload();
    await desk.more();
    await desk.shows(desk.control("Receipt amount"), "2oo");
    await desk.shows(desk.control("Receipt reference"), "CARD-77");
    await desk.fill("Receipt date", "2026-03-30");
    await desk.says("Receipt: “2oo” is not a number.");
    await desk.fill("Receipt amount", "£200.00");
    await desk.until(async () => (await refusals(desk)).length === 0, "the receipt is taken");
    assert.deepEqual((await desk.view(LINK)).header.receipt, { amount: "200.00", reference: "CARD-77", date: "2026-03-30" });
  },
);

scene("a day that is left unfinished stops the order; the day from before stays", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.more();
  await desk.fill("Quote holds until", "2026-12-31");
  await desk.control("Quote holds until").focus();
  await desk.page.keyboard.press("Delete");
  await sendsNothing(desk, sandbox);
  await desk.says("Quote holds until: The date is not complete. It is still 31 Dec 2026.");
  assert.equal((await desk.view(LINK)).header.endDate, "2026-12-31");
  await desk.button("Put 31 Dec 2026 back").click();
  await desk.shows(desk.control("Quote holds until"), "2026-12-31");
});

scene("`confirm` of the package meets a refused text too", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.set(1, "Discount", "ten");
  await desk.until(async () => (await refusals(desk)).length === 1, "the refusal is kept");
  const thrown = await desk.page.evaluate(async (link) => {
    const quote = await window.quoteDesk.quotes.open(link);
    return window.quoteDesk.orders.confirm(quote).then(
      () => null,
      ({ code, details }) => ({ code, details }),
    );
  }, LINK);
  assert.equal(thrown?.code, "cannot-confirm");
  assert.deepEqual(
    thrown.details.map(({ problem }) => problem),
    ["Discount: “ten” could not be read. It is still 0 %."],
  );
  assert.deepEqual(await posted(sandbox), []);
});

scene("Ctrl+Enter in the open address dialog sends nothing", { link: LINK }, async ({ desk, sandbox }) => {
  await chairs(desk);
  await desk.control("Delivery").selectOption("typed");
  await desk.control("Address").fill("5 Festival Site");
  await desk.page.keyboard.press("Control+Enter");
  await desk.page.waitForTimeout(500);
  assert.deepEqual(await posted(sandbox), []);
});

for (const [field, typed, kept] of [
  ["Quantity", "1,500", "1500"],
  ["Overall discount %", "7,5", "7.5"],
]) {
  scene(`${field} “${typed}” that rests in its field is kept when the page is reloaded`, { link: LINK }, async ({ desk }) => {
    await chairs(desk);
    if (field !== "Quantity") await desk.more();
    const control = () => (field === "Quantity" ? desk.ofLine(1, field) : desk.control(field));
    await control().fill(typed);
    await desk.page.waitForTimeout(1_600);
    // What is being typed is not written over.
    assert.equal(await desk.shown(control()), typed);
    await desk.page.reload();
    if (field !== "Quantity") await desk.more();
    await desk.shows(control(), kept);
    await control().fill("8,5");
    await desk.page.waitForTimeout(1_600);
    await control().press("Escape");
    await desk.shows(control(), kept);
    await desk.shows(desk.control("Net"), field === "Quantity" ? "225,000.00" : "555.00");
  });
}

// System settings: shown, checked by the desk, kept in this browser, and in force after the desk has opened anew.

import assert from "node:assert/strict";
import { LINK, writeQuote10452 } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();

scene("settings are checked, saved and in force, and the quote under way is still there", { link: LINK }, async ({ desk }) => {
  await writeQuote10452(desk);
  await desk.page.getByRole("link", { name: "Settings", exact: true }).click();
  const save = desk.button("Save settings");
  await desk.control("Standard price tier").waitFor();
  assert.ok(await save.isDisabled(), "nothing has changed yet");
  await desk.shows(desk.control("Standard price tier"), "Retail");

  // Both descriptions at one field: said at once, not refused.
  await desk.control("Cin7's short description goes to").selectOption("extendedDescription");
  await desk.page.getByText("The long one wins").waitFor();
  await desk.control("Cin7's short description goes to").selectOption("internalNotes");

  // Everything wrong is said at once, each beside its field, and nothing is saved.
  await desk.control("Least margin, per cent").fill("100");
  await desk.button("Add a person").click();
  await desk.control("Code of person 1").fill("ALE");
  await save.click();
  await desk.page.getByText("is not from 0 to under 100").waitFor();
  await desk.page.getByText("has no code or no name").waitFor();
  assert.equal(await desk.page.evaluate(() => localStorage.getItem("quote-desk-settings")), null);

  await desk.control("Least margin, per cent").fill("12.5");
  await desk.control("Name of person 1").fill("Ann Lee");
  await desk.control("Sales type").selectOption("Simple");
  await desk.control("Standard price tier").selectOption("3");
  await desk.page.evaluate(() => (window.before = true));
  await save.click();
  await desk.until(
    () => desk.page.evaluate(() => window.before === undefined && window.quoteDesk !== undefined),
    "the desk has opened anew",
  );
  const held = await desk.page.evaluate(() => window.quoteDesk.settings.current());
  assert.deepEqual(
    [held.salesType, held.standardTier, held.minimumMargin, held.shortDescription, held.salesPeople],
    ["Simple", 3, "12.5", "internalNotes", [{ code: "ALE", name: "Ann Lee" }]],
  );
  await desk.shows(desk.control("Sales type"), "Simple");
  const lines = await desk.page.evaluate(async (link) => (await window.quoteDesk.quotes.open(link)).view().lines.length, LINK);
  assert.equal(lines, 2);
});

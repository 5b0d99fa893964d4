// What asks before it is done, and what can be taken back.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const LINK = "https://crm.example.com/view/Quote/20003";
const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";
const posted = async (sandbox) => (await sandbox.writes()).map(({ method, path }) => `${method} ${path}`);
const onHold = (sandbox) => sandbox.mutate({ collection: "customers", id: BAYSIDE, set: { IsOnCreditHold: true } });
const question = (desk) => desk.page.getByRole("dialog", { name: /before this order is sent/ });

async function shortOnHold(desk) {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "4" });
}

scene(
  "Ctrl+Enter on credit hold and short of stock asks once and names both",
  { link: LINK, world: onHold },
  async ({ desk, sandbox }) => {
    await shortOnHold(desk);
    await desk.page.keyboard.press("Control+Enter");
    const text = await question(desk).innerText();
    assert.match(text, /2 warnings before this order is sent/);
    assert.match(text, /Bayside Club is on credit hold in Cin7/);
    assert.match(text, /4 CHAIR-01 wanted/);
    assert.deepEqual(await posted(sandbox), []);
    await desk.button("Back to the quote").click();
    await question(desk).waitFor({ state: "hidden" });
    await desk.page.waitForTimeout(300);
    assert.deepEqual(await posted(sandbox), []);
    await desk.page.keyboard.press("Control+Enter");
    await desk.button("Confirm anyway").click();
    await desk.orderIs(LINK, "confirmed");
  },
);

scene("Ctrl+Enter that is held down answers no question", { link: LINK, world: onHold }, async ({ desk, sandbox }) => {
  await shortOnHold(desk);
  await desk.page.keyboard.down("Control");
  for (let repeats = 0; repeats < 20; repeats++) await desk.page.keyboard.down("Enter");
  await desk.page.keyboard.up("Enter");
  await desk.page.keyboard.up("Control");
  await question(desk).waitFor();
  await desk.page.waitForTimeout(300);
  assert.deepEqual(await posted(sandbox), []);
});

scene("Ctrl+Enter without a warning sends at once", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "1" });
  await desk.page.keyboard.press("Control+Enter");
  await desk.orderIs(LINK, "confirmed");
});

scene(
  "on a phone Confirm asks too, as the warnings are out of sight",
  { link: LINK, viewport: { width: 390, height: 844 } },
  async ({ desk, sandbox }) => {
    await shortOnHold(desk);
    await desk.confirm();
    await question(desk).waitFor();
    assert.deepEqual(await posted(sandbox), []);
    await desk.button("Back to the quote").click();
    // With the sheet open they are in sight.
    await desk.page.locator(".bar-problems").click();
    await desk.ordered(LINK);
  },
);

scene("shipping the whole quote from another warehouse is undone from its message", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "4" });
  await desk.add("LAMP-02", { quantity: "1" });
  await desk.details(2);
  await desk.control("Ships from").selectOption("Main Warehouse");
  await desk.button("Use Main Warehouse").first().click();
  await desk.shows(desk.control("Warehouse"), "Main Warehouse");
  await desk.page.getByText("The whole quote ships from Main Warehouse now.").waitFor();
  await desk.page.locator("qd-toasts").getByRole("button", { name: "Undo" }).click();
  await desk.shows(desk.control("Warehouse"), "North Depot");
  await desk.until(async () => (await desk.view(LINK)).header.warehouse === "North Depot", "the quote is saved");
  assert.deepEqual(
    (await desk.view(LINK)).lines.map(({ warehouse }) => warehouse),
    [null, "Main Warehouse"],
  );
});

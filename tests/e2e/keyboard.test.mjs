// A whole quote without a mouse.

import assert from "node:assert/strict";
import { LINK, LINK_AS_OPENED, moneyOf } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();

/** The accessible name of what has the focus, through shadow roots. */
function focused(page) {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const label = element?.getAttribute("aria-label") ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? "";
    return label.replaceAll(/\s+/g, " ").trim();
  });
}

/** Presses Tab until the control of this name has the focus. */
async function tabTo(desk, name, most = 60) {
  for (let presses = 0; presses < most; presses++) {
    if ((await focused(desk.page)) === name) return;
    await desk.page.keyboard.press("Tab");
  }
  assert.fail(`${name} is not reached by ${most} presses of Tab`);
}

scene("quote 10452 is written and confirmed by keyboard alone", { link: LINK_AS_OPENED }, async ({ desk, sandbox }) => {
  const { keyboard } = desk.page;
  await tabTo(desk, "Customer");
  await keyboard.type("Bayside");
  await desk.page.getByRole("option", { name: "Bayside Club" }).first().waitFor();
  await keyboard.press("Enter");

  await desk.control("Add product").waitFor();
  await desk.shows(desk.control("Warehouse"), "North Depot");
  await tabTo(desk, "Add product");
  await keyboard.type("CHAIR-01");
  await desk.page.getByRole("option", { name: "CHAIR-01" }).first().waitFor();
  await keyboard.press("Enter");
  // Enter adds and moves to the quantity; Tab walks price and discount; Enter goes back to the search.
  await desk.ofLine(1, "Quantity").waitFor();
  assert.equal(await focused(desk.page), "Quantity");
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type("4");
  await tabTo(desk, "Discount", 6);
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type("10");
  await keyboard.press("Enter");
  assert.equal(await focused(desk.page), "Add product");

  await keyboard.type("LAMP");
  await desk.page.getByRole("option", { name: "LAMP-02" }).first().waitFor();
  // Enter takes what has been in sight for the whole text: who types a part looks before taking.
  await desk.page.waitForTimeout(400);
  await keyboard.press("Enter");
  await desk.ofLine(2, "Quantity").waitFor();
  assert.equal(await focused(desk.page), "Quantity");
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type("2");
  await keyboard.press("Enter");
  await desk.totals({ net: "622.50", tax: "124.50", gross: "747.00" });

  // North Depot has too few of both: that is asked about once, and the same key says yes.
  await keyboard.press("ControlOrMeta+Enter");
  await desk.page.getByRole("dialog", { name: "2 warnings before this order is sent" }).waitFor();
  await keyboard.press("ControlOrMeta+Enter");
  await desk.orderIs(LINK, "confirmed");
  const sales = await sandbox.salesOf(LINK);
  assert.deepEqual(sales.map(moneyOf), [{ TotalBeforeTax: 622.5, Tax: 124.5, Total: 747 }]);
});

scene(
  "a slash focuses the search, Escape leaves it",
  { link: "https://crm.prospect365.com/view/Quote/10460" },
  async ({ desk }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.control("Add product").waitFor();
    await desk.page.locator("body").click({ position: { x: 2, y: 400 } });
    await desk.page.keyboard.press("/");
    assert.equal(await focused(desk.page), "Add product");
    await desk.page.keyboard.type("lamp");
    await desk.page.getByRole("option", { name: "LAMP-02" }).first().waitFor();
    await desk.page.keyboard.press("Escape");
    await desk.page.getByRole("option", { name: "LAMP-02" }).first().waitFor({ state: "hidden" });
  },
);

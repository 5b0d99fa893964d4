// Whoever types sees what they type: no bar lies over the field that has the focus, by measure, at every size.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes({ world: "demo" });
const SIZES = [
  [1440, 900],
  [1280, 640],
  [800, 600],
  [390, 844],
];

/** What of the focused field is covered by something else, or out of sight; empty when nothing is. */
const covered = (desk) =>
  desk.page.evaluate(() => {
    const field = document.activeElement;
    const { left, right, top, bottom } = field.getBoundingClientRect();
    const points = [
      [(left + right) / 2, top + 2],
      [(left + right) / 2, bottom - 2],
      [left + 4, (top + bottom) / 2],
      [right - 4, (top + bottom) / 2],
    ];
    const over = points
      .map(([x, y]) => document.elementFromPoint(x, y))
      .filter((element) => element !== field && !field.contains(element));
    return over.map(
      (element) =>
        `${field.getAttribute("aria-label")} at ${Math.round(top)} to ${Math.round(bottom)} of ${innerHeight} lies under ` +
        `${element === null ? "nothing: out of sight" : `${element.localName}.${element.className}`}`,
    );
  });

scene("at every size each field is in sight that is typed into, in 9 lines", {}, async ({ desk }) => {
  const [customer, skus] = await desk.page.evaluate(async () => {
    const [{ name }] = await window.quoteDesk.customers.search("a");
    const hits = await window.quoteDesk.products.search("a", { limit: 30 });
    return [name, hits.map(({ sku }) => sku)];
  });
  const wrong = [];
  for (const [width, height] of SIZES) {
    const look = async (when) => wrong.push(...(await covered(desk)).map((words) => `${width} x ${height}, ${when}: ${words}`));
    await desk.page.setViewportSize({ width, height });
    await desk.open(`https://crm.example.com/view/Quote/${width}`);
    await desk.pickCustomer(customer);
    for (const sku of skus.slice(0, 9)) {
      const number = await desk.add(sku);
      await desk.until(
        () =>
          desk.page.evaluate(
            (at) => document.activeElement === document.querySelectorAll('[aria-label="Quantity"]')[at],
            number - 1,
          ),
        "the cursor is in the new quantity",
      );
      await look(`line ${number} added`);
    }
    for (const [key, times] of [
      ["ArrowUp", 8],
      ["ArrowDown", 8],
    ]) {
      for (let press = 0; press < times; press++) {
        await desk.page.keyboard.press(key);
        await desk.page.waitForTimeout(30);
        await look(`${key} ${press + 1}`);
      }
    }
    await desk.ofLine(1, "Quantity").focus();
    for (let press = 0; press < 30; press++) {
      await desk.page.keyboard.press("Tab");
      if (await desk.page.evaluate(() => document.activeElement?.matches(".line input") ?? false)) await look(`Tab ${press + 1}`);
    }
  }
  assert.deepEqual(wrong, []);
});

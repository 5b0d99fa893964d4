// What is typed faster than the page answers, and what a scanner types where the focus happens to be: the product that was
// meant, in the quantity that was meant, or nothing and a word about it.

import assert from "node:assert/strict";
import { LINK, LINK_AS_OPENED } from "./fixture.mjs";
import { keysOf, pressInARow } from "./keys.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const CHAIR_CODE = "5012345678900";
const LAMP_CODE = "96385074";

async function barcodes(sandbox) {
  await sandbox.mutate({ collection: "products", id: "CHAIR-01", set: { Barcode: CHAIR_CODE } });
  await sandbox.mutate({ collection: "products", id: "LAMP-02", set: { Barcode: LAMP_CODE } });
}

/** An empty quote with the cursor in its search, then these keys, 4 ms each. */
async function typed(desk, keys, gap = 4) {
  await desk.pickCustomer("Bayside Club");
  const search = desk.control("Add product");
  await search.click();
  await pressInARow(desk.page, keysOf(keys), gap);
}

/** The lines as `SKU quantity`, once the page has come to rest. */
async function lines(desk, count) {
  await desk
    .until(async () => (await desk.control("Quantity").count()) === count, `there are ${count} lines`, 8000)
    .catch(() => undefined);
  await desk.page.waitForTimeout(400);
  return desk.page.evaluate(() =>
    [...document.querySelectorAll("qd-quote-line")].map(({ line }) => `${line.sku} ${Number(line.quantity)}`),
  );
}

const searchSays = (desk) => desk.page.locator("qd-product-search [role=alert]").innerText();

scene(
  "a SKU, its quantity and the next SKU, at 4 ms a key, are two lines as typed",
  { link: LINK_AS_OPENED },
  async ({ desk }) => {
    await typed(desk, "LAMP-02⏎7⏎CHAIR-01⏎12⏎");
    assert.deepEqual(await lines(desk, 2), ["LAMP-02 7", "CHAIR-01 12"]);
    assert.equal(await desk.control("Add product").inputValue(), "");
  },
);

scene("Tab after a quantity typed ahead goes on to the line's price", { link: LINK_AS_OPENED }, async ({ desk }) => {
  await typed(desk, "LAMP-02⏎7⇥39⏎");
  assert.deepEqual(await lines(desk, 1), ["LAMP-02 7"]);
  await desk.shows(desk.ofLine(1, "Price"), "39.00");
});

scene(
  "a part of a name and Enter before its matches are seen adds nothing, Enter again does",
  { link: LINK_AS_OPENED },
  async ({ desk }) => {
    await typed(desk, "bolt⏎7⏎");
    assert.deepEqual(await lines(desk, 0), []);
    assert.match(await searchSays(desk), /No product has exactly “bolt” for its SKU or barcode\. Nothing was added\. “7”/);
    await desk.page.keyboard.press("Enter");
    assert.deepEqual(await lines(desk, 1), ["BOLT-03 1"]);
  },
);

const notForSale = {
  link: LINK_AS_OPENED,
  world: (sandbox) => sandbox.mutate({ collection: "products", id: "NUT-04", set: { SKU: "OLD-055" } }),
};
scene("the SKU of a product that is not for sale adds no look-alike and says why", notForSale, async ({ desk }) => {
  await typed(desk, "OLD-05⏎");
  assert.deepEqual(await lines(desk, 0), []);
  assert.match(await searchSays(desk), /^OLD-05 Retired Stool is not for sale\. Nothing was added\.$/);
  // As slowly as a person: what is seen is that it is not for sale, and nothing else is marked.
  await desk.control("Add product").fill("");
  await pressInARow(desk.page, keysOf("OLD-05"), 60);
  await desk.page.getByRole("option", { name: "OLD-055" }).waitFor();
  await desk.page.waitForTimeout(200);
  await desk.page.keyboard.press("Enter");
  assert.deepEqual(await lines(desk, 0), []);
});

scene("a scan with one wrong digit adds nothing", { link: LINK_AS_OPENED, world: barcodes }, async ({ desk }) => {
  await typed(desk, "5012345678901⏎");
  assert.deepEqual(await lines(desk, 0), []);
  assert.match(await searchSays(desk), /No product has exactly “5012345678901”/);
});

scene(
  "scans one after the other are a line each, wherever the focus went",
  { link: LINK_AS_OPENED, world: barcodes },
  async ({ desk }) => {
    await typed(desk, `${CHAIR_CODE}⏎${LAMP_CODE}⏎${CHAIR_CODE}⏎`);
    assert.deepEqual(await lines(desk, 3), ["CHAIR-01 1", "LAMP-02 1", "CHAIR-01 1"]);
    // The cursor stands in the last line's quantity.
    await pressInARow(desk.page, keysOf(`${LAMP_CODE}⏎`));
    assert.deepEqual(await lines(desk, 4), ["CHAIR-01 1", "LAMP-02 1", "CHAIR-01 1", "LAMP-02 1"]);
    await desk.ofLine(1, "Price").focus();
    await pressInARow(desk.page, keysOf(`${LAMP_CODE}⇥`));
    assert.equal((await lines(desk, 5)).length, 5);
    await desk.shows(desk.ofLine(1, "Price"), "150.00");
    await desk.page.locator("h1").click();
    await pressInARow(desk.page, keysOf(`${CHAIR_CODE}⏎`));
    assert.equal((await lines(desk, 6)).at(-1), "CHAIR-01 1");
  },
);

scene(
  "an unknown code scanned into a quantity leaves the quantity and is said",
  { link: LINK_AS_OPENED, world: barcodes },
  async ({ desk }) => {
    await typed(desk, "CHAIR-01⏎3");
    assert.deepEqual(await lines(desk, 1), ["CHAIR-01 3"]);
    await desk.ofLine(1, "Quantity").focus();
    await desk.page.waitForTimeout(200);
    await pressInARow(desk.page, keysOf("96385075⏎"));
    assert.deepEqual(await lines(desk, 1), ["CHAIR-01 3"]);
    assert.match(await searchSays(desk), /No product has exactly “96385075”/);
    assert.equal(await desk.control("Add product").inputValue(), "96385075");
  },
);

scene("the third match stays marked when a sync ends", { link: LINK_AS_OPENED }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.control("Add product").click();
  await desk.page.keyboard.type("M8");
  await desk.page.locator("qd-product-search .option").nth(2).waitFor();
  await desk.page.keyboard.press("ArrowDown");
  await desk.page.keyboard.press("ArrowDown");
  const marked = desk.page.locator('qd-product-search [aria-selected="true"] .sku');
  assert.equal(await marked.innerText(), "WASH-06");
  await sandbox.mutate({ collection: "products", id: "NUT-04", set: { Name: "M8 Nut, zinc" } });
  await sandbox.mutate({ collection: "products", id: "PIN-07", set: { Name: "M8 Anchor", SKU: "ANCHOR-07" } });
  await desk.sync();
  await desk.page.getByRole("option", { name: "ANCHOR-07" }).waitFor();
  assert.equal(await marked.innerText(), "WASH-06");
  await desk.page.keyboard.press("Enter");
  assert.deepEqual(await lines(desk, 1), ["WASH-06 1"]);
});

scene("an arrow key pressed before the matches are there moves among them", { link: LINK_AS_OPENED }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.control("Add product").click();
  await pressInARow(desk.page, ["M", "8", "ArrowDown"]);
  await desk.page.locator("qd-product-search .option").nth(2).waitFor();
  await desk.page.waitForTimeout(300);
  assert.equal(await desk.page.locator('qd-product-search [aria-selected="true"] .sku').innerText(), "NUT-04");
});

scene("a customer's whole name and Enter at 4 ms a key is that customer", { link: LINK_AS_OPENED }, async ({ desk }) => {
  await desk.control("Customer").click();
  await pressInARow(desk.page, keysOf("Bayside Club⏎LAMP-02⏎5⏎"));
  assert.deepEqual(await lines(desk, 1), ["LAMP-02 5"]);
  assert.match(await desk.page.locator("h1").innerText(), /Bayside Club/);
});

scene("text left in the search stops the order until it is gone", { link: LINK_AS_OPENED }, async ({ desk, sandbox }) => {
  await typed(desk, "CHAIR-01⏎4⏎");
  assert.deepEqual(await lines(desk, 1), ["CHAIR-01 4"]);
  await desk.page.keyboard.type("LAMP");
  await desk.page.keyboard.press("ControlOrMeta+Enter");
  await desk.says("Search: “LAMP” is on no line. Add it, or leave it out.");
  assert.deepEqual(await sandbox.writes(), []);
  // It is the quote's, and there again when the page is.
  const kept = () =>
    desk.page.evaluate(async (link) => (await window.quoteDesk.quotes.open(link)).header().refusedInputs.length, LINK);
  await desk.until(async () => (await kept()) === 1, "the quote is saved");
  await desk.page.reload();
  await desk.says("Search: “LAMP” is on no line.");
  assert.equal(await desk.control("Add product").inputValue(), "LAMP");
  await desk.control("Add product").fill("");
  await desk.ordered(LINK);
});

scene(
  "a scan that was not taken is kept and stops the order when the next scan is taken",
  { link: LINK_AS_OPENED, world: barcodes },
  async ({ desk, sandbox }) => {
    await typed(desk, `5012345678901⏎${LAMP_CODE}⏎2⏎`);
    assert.deepEqual(await lines(desk, 1), ["LAMP-02 2"]);
    await desk.says("Search: “5012345678901” is on no line.");
    await desk.page.keyboard.press("ControlOrMeta+Enter");
    assert.deepEqual(await sandbox.writes(), []);
    await desk.button("Leave it out").click();
    await desk.ordered(LINK);
  },
);

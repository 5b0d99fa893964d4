// Names that differ in letter case alone, and characters that look like syntax, in the real package and on the real screen.

import assert from "node:assert/strict";
import { LINK_AS_OPENED } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();

/** Two products whose SKUs are one but for their letter case; the second is edited last. */
async function twoCases(sandbox) {
  await sandbox.mutate({ collection: "products", id: "BOLT-03", set: { SKU: "kx-9", Name: "Small case" } });
  await sandbox.mutate({ collection: "products", id: "NUT-04", set: { SKU: "KX-9", Name: "Large case" } });
}

const skus = (page) => page.evaluate(() => [...document.querySelectorAll("qd-quote-line")].map(({ line }) => line.sku));

/** The words of the error that a call in the page ends with. */
const refusal = (page, call) =>
  page.evaluate(`(${call})().then(() => null, ({ code, details }) => ({ code, problem: details[0]?.problem }))`);

scene(
  "of SKUs that differ in letter case the package takes the exact one, or names both",
  { link: LINK_AS_OPENED, world: twoCases },
  async ({ desk }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.control("Add product").waitFor();
    const found = await desk.page.evaluate(async () => {
      const { products, quotes } = window.quoteDesk;
      const quote = await quotes.open("https://crm.prospect365.com/view/Quote/10452");
      const names = {};
      for (const sku of ["kx-9", "KX-9"]) {
        const [hit] = await products.search(sku);
        names[sku] = [(await products.get(sku)).name, (await quote.addLine({ sku })).description, `${hit.name} ${hit.fit}`];
      }
      return { names, neither: (await products.search("Kx-9")).map(({ fit }) => fit) };
    });
    assert.deepEqual(found, {
      names: {
        "kx-9": ["Small case", "Small case", "Small case exact"],
        "KX-9": ["Large case", "Large case", "Large case exact"],
      },
      neither: ["several", "several"],
    });
    for (const call of [
      '() => window.quoteDesk.products.get("Kx-9")',
      'async () => (await window.quoteDesk.quotes.open("https://crm.prospect365.com/view/Quote/10452")).addLine({ sku: "Kx-9" })',
    ]) {
      const { code, problem } = await refusal(desk.page, call);
      assert.equal(code, "invalid-input");
      assert.match(problem, /^“Kx-9” can mean “kx-9” or “KX-9”\.|^“Kx-9” can mean “KX-9” or “kx-9”\./);
    }
  },
);

scene(
  "of SKUs that differ in letter case Enter takes the exact one, or has one chosen",
  { link: LINK_AS_OPENED, world: twoCases },
  async ({ desk }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("kx-9");
    await desk.add("KX-9");
    assert.deepEqual(await skus(desk.page), ["kx-9", "KX-9"]);
    await desk.control("Add product").fill("Kx-9");
    await desk.page.locator("qd-product-search .option").nth(1).waitFor();
    await desk.control("Add product").press("Enter");
    await desk.page
      .locator("qd-product-search [role=alert]")
      .getByText(/^“Kx-9” can mean (kx-9 or KX-9|KX-9 or kx-9)\. Choose one\./)
      .waitFor();
    assert.equal((await skus(desk.page)).length, 2);
  },
);

const signs = {
  link: LINK_AS_OPENED,
  world: async (sandbox) => {
    await sandbox.mutate({ collection: "products", id: "BOLT-03", set: { Name: "Paint #40" } });
    await sandbox.mutate({ collection: "products", id: "NUT-04", set: { SKU: "#8-WS" } });
    await sandbox.mutate({ collection: "products", id: "WASH-06", set: { SKU: "/6" } });
  },
};
scene("a number sign or a slash in a SKU or name is found as it is typed", signs, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  const { keyboard } = desk.page;
  await desk.control("Add product").click();
  await keyboard.type("#40");
  await desk.page.locator("qd-product-search .option").getByText("Paint #40").waitFor();
  await keyboard.press("Enter");
  await desk.ofLine(1, "Quantity").waitFor();
  await keyboard.press("Enter");
  await keyboard.type("#8-WS");
  await keyboard.press("Enter");
  await desk.ofLine(2, "Quantity").waitFor();
  await keyboard.press("Enter");
  await keyboard.type("/6");
  await keyboard.press("Enter");
  await desk.ofLine(3, "Quantity").waitFor();
  assert.deepEqual(await skus(desk.page), ["BOLT-03", "#8-WS", "/6"]);
});

const twoTiers = {
  link: LINK_AS_OPENED,
  world: (sandbox) => sandbox.mutate({ collection: "priceTiers", id: "5", set: { Name: "Wholesale" } }),
};
scene("two price tiers of one name are both shown by their ordinals and none is picked", twoTiers, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  const problem = desk.page.locator("qd-problem-list li").filter({ hasText: "two of that name" });
  await problem.getByText("“Wholesale” (tier 2) and “Wholesale” (tier 5)").waitFor();
  assert.equal(await problem.getByRole("button", { name: /^Use / }).count(), 0);
  const shown = await desk.control("Price tier").locator("option").allInnerTexts();
  assert.deepEqual(
    shown.filter((name) => name.includes("(tier")),
    ["Wholesale (tier 2)", "Wholesale (tier 5)"],
  );
  await desk.control("Price tier").selectOption({ label: "Wholesale (tier 2)" });
  await problem.waitFor({ state: "hidden" });
});

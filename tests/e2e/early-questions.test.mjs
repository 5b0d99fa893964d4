// Lists that are asked before their records have arrived: they hear of them, and ask again.

import assert from "node:assert/strict";
import { LINK_AS_OPENED } from "./fixture.mjs";
import { hold, scenes } from "./scenario.mjs";

const scene = scenes();
const QUOTE = { link: LINK_AS_OPENED };

/**
 * Delays the first answer of a search of the desk until it is let go: it was asked before the records came, and is told after.
 */
function delayFirst(desk, list) {
  return desk.page.evaluate((name) => {
    const searches = window.quoteDesk[name];
    const { search } = searches;
    let first = true;
    searches.search = async (...asked) => {
      const wait = first;
      first = false;
      const hits = await search(...asked);
      if (wait) await new Promise((resolve) => (window.letGo = resolve));
      return hits;
    };
  }, list);
}

scene("a customer typed before the customers have arrived is offered when they have", { opened: false }, async ({ desk }) => {
  const customers = await hold(desk, (url) => url.pathname.toLowerCase().endsWith("/customer"));
  await desk.open(LINK_AS_OPENED);
  await customers.there;
  await desk.control("Customer").waitFor();
  await delayFirst(desk, "customers");
  await desk.control("Customer").fill("Bayside");
  await desk.until(() => desk.page.evaluate(() => window.letGo !== undefined), "the early answer is there");
  customers.letGo();
  await desk.synced();
  await desk.page.evaluate(() => window.letGo());
  await desk.page.getByRole("option", { name: "Bayside Club" }).first().click();
  await desk.control("Add product").waitFor();
});

scene(
  "a customer's list that is empty while the customers are read fills when they have arrived",
  { opened: false },
  async ({ desk }) => {
    const customers = await hold(desk, (url) => url.pathname.toLowerCase().endsWith("/customer"));
    await desk.open(LINK_AS_OPENED);
    await customers.there;
    await desk.control("Customer").fill("Bayside");
    await desk.page.getByText("Customers are being read from Cin7.").waitFor();
    customers.letGo();
    await desk.page.getByRole("option", { name: "Bayside Club" }).first().waitFor();
  },
);

scene("a product typed before its list has arrived is offered when it has", QUOTE, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.control("Add product").waitFor();
  await delayFirst(desk, "products");
  await desk.control("Add product").fill("LATE-99");
  await desk.until(() => desk.page.evaluate(() => window.letGo !== undefined), "the early answer is there");
  await sandbox.mutate({ collection: "products", id: "NUT-04", set: { SKU: "LATE-99" } });
  await desk.sync();
  await desk.page.evaluate(() => window.letGo());
  await desk.page.locator("qd-product-search .option").getByText("LATE-99").first().waitFor();
});

scene("warehouses, terms, tiers and people that arrive late are offered on an open quote", QUOTE, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.control("Warehouse").waitFor();
  await sandbox.mutate({ collection: "locations", id: "Main Warehouse", set: { Name: "South Depot" } });
  await sandbox.mutate({ collection: "paymentTerms", id: "7 days", set: { Name: "60 days" } });
  await sandbox.mutate({ collection: "priceTiers", id: "4", set: { Name: "Partners" } });
  await sandbox.mutate({ collection: "contacts", id: "Bob Stone", set: { Name: "Rob Stone" } });
  await desk.sync();
  await desk.more();
  const offered = (name) => desk.control(name).locator("option").allInnerTexts();
  for (const [list, entry] of [
    ["Warehouse", "South Depot"],
    ["Terms", "60 days"],
    ["Price tier", "Partners"],
    ["Sales person", "Rob Stone"],
  ]) {
    await desk.until(async () => (await offered(list)).includes(entry), `${list} offers ${entry}`, 8000);
  }
  assert.ok(!(await offered("Warehouse")).includes("Main Warehouse"));
});

// Whatever a caller without TypeScript may pass: a typed error that lists everything wrong at once, and nothing changed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { Servers } from "./servers.mjs";

let servers;
let browser;
let desk;

before(async () => {
  servers = await Servers.start();
  browser = await launch();
  desk = await Desk.fresh(browser, servers);
  await desk.open();
  await desk.synced();
});
after(async () => {
  await browser?.close();
  await servers?.stop();
});

/** Runs `body` in the page and gives what it threw, as plain data. The page's policy allows no `eval`, so it goes as source. */
function thrown(body, argument) {
  return desk.page.evaluate(`(async () => {
    try {
      await (${body})(${JSON.stringify(argument)});
      return null;
    } catch (caught) {
      const { name, code, message, details } = caught;
      return { name, code, message, fields: details?.map(({ field }) => field), isError: caught instanceof Error };
    }
  })()`);
}

test("options that are unknown or mistyped are refused, all at once", async () => {
  const error = await thrown(() =>
    window.quoteDesk.constructor.open({
      proxyURL: "/cin7/",
      databaseName: "a b",
      settings: { salesType: "Big", standardTier: "2", colour: 1 },
    }),
  );
  assert.equal(error.name, "QuoteDeskError");
  assert.ok(error.isError);
  assert.equal(error.code, "invalid-options");
  assert.deepEqual(error.fields.sort(), [
    "databaseName",
    "proxyURL",
    "proxyUrl",
    "settings.colour",
    "settings.salesType",
    "settings.standardTier",
  ]);
});

test("a customer or product that is not known is named", async () => {
  const link = "https://crm.example/view/Quote/77";
  const unknown = await thrown(
    (link) => window.quoteDesk.quotes.create({ link, customerId: "00000000-0000-4000-8000-000000000000" }),
    link,
  );
  assert.equal(unknown.code, "unknown-customer");
  const notALink = await thrown(() =>
    window.quoteDesk.quotes.create({ link: "not a link", customerId: "7a8f439b-fa87-4795-a085-385ce8b133f9" }),
  );
  assert.equal(notALink.code, "invalid-input");
  const product = await thrown(async (link) => {
    const quote = await window.quoteDesk.quotes.create({ link, customerId: "7a8f439b-fa87-4795-a085-385ce8b133f9" });
    await quote.addLine({ sku: "NO-SUCH-SKU" });
  }, link);
  assert.equal(product.code, "unknown-product");
  assert.match(product.message, /NO-SUCH-SKU/);
});

test("numbers that are floats, negative, too precise or out of range change nothing", async () => {
  const results = await desk.page.evaluate(async () => {
    const quote = await window.quoteDesk.quotes.create({
      link: "https://crm.example/view/Quote/78",
      customerId: "7a8f439b-fa87-4795-a085-385ce8b133f9",
    });
    const { id } = await quote.addLine({ sku: "CHAIR-01", quantity: "4" });
    const before = JSON.stringify(quote.view().lines);
    const tries = {
      floatQuantity: () => quote.setQuantity(id, 4.5),
      missingQuantity: () => quote.setQuantity(id),
      negativeQuantity: () => quote.setQuantity(id, "-1"),
      zeroQuantity: () => quote.setQuantity(id, "0"),
      wordsForQuantity: () => quote.setQuantity(id, "four"),
      floatPrice: () => quote.setPrice(id, 150),
      negativePrice: () => quote.setPrice(id, "-150"),
      overPreciseQuantity: () => quote.setQuantity(id, "1.23456"),
      discountAbove: () => quote.setDiscount(id, "101"),
      discountBelow: () => quote.setDiscount(id, "-5"),
      noSuchLine: () => quote.setQuantity("nobody", "1"),
      noSuchTier: () => quote.setPriceTier(11),
      floatTier: () => quote.setPriceTier(1.5),
      noSuchWarehouse: () => quote.setWarehouse("Atlantis"),
      header: () => quote.editHeader({ memo: 1, endDate: "soon", exchangeRate: 1.25, colour: "red" }),
    };
    const thrown = {};
    for (const [name, attempt] of Object.entries(tries)) {
      try {
        attempt();
        thrown[name] = null;
      } catch (caught) {
        thrown[name] = { code: caught.code, name: caught.name, fields: (caught.details ?? []).map(({ field }) => field) };
      }
    }
    const after = JSON.stringify(quote.view().lines);
    await quote.close();
    return { thrown, same: before === after };
  });
  for (const [name, error] of Object.entries(results.thrown)) {
    assert.equal(error?.name, "QuoteDeskError", name);
    assert.equal(error.code, name === "noSuchLine" ? "unknown-line" : "invalid-input", name);
  }
  assert.deepEqual(results.thrown.header.fields.sort(), ["colour", "endDate", "exchangeRate", "memo"]);
  assert.ok(results.same, "the lines are as they were");
});

test("a quantity and a discount settle on the account's decimals", async () => {
  const settled = await desk.page.evaluate(async () => {
    const quote = await window.quoteDesk.quotes.create({
      link: "https://crm.example/view/Quote/79",
      customerId: "7a8f439b-fa87-4795-a085-385ce8b133f9",
    });
    const { id } = await quote.addLine({ sku: "CHAIR-01" });
    const settled = [quote.setQuantity(id, "1.234").quantity, quote.setDiscount(id, "12.345").discount];
    await quote.close();
    return settled;
  });
  assert.deepEqual(settled, ["1.23", "12.35"]);
});

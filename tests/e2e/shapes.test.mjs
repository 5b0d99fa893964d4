// What really crosses to the page has exactly the shapes that the package's types promise: no field more, none less, no
// number where a decimal string is due, no word outside a closed list. The compiler judges.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { Servers } from "./servers.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join(root, "test-results", "shapes");
const FIRST = "https://crm.example/view/Quote/1";
const SECOND = "https://crm.example/view/Quote/2";

let servers;
let browser;

before(async () => {
  servers = await Servers.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await servers?.stop();
});

/** Compiles values as literals of their types; returns what the compiler says. */
function compile(name, values) {
  const types = [...new Set(values.map(([type]) => type.replace(/\[.*/, "")))];
  const lines = values.map(([type, value]) => `(${JSON.stringify(value, null, 1)}) satisfies ${type};`);
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, `import type { ${types.join(", ")} } from "../../pkg/index.js";\n${lines.join("\n")}\n`);
  const { status, stdout, error } = spawnSync(
    join(root, "node_modules", ".bin", "tsc"),
    [
      "--noEmit",
      "--ignoreConfig",
      "--strict",
      "--target",
      "es2022",
      "--module",
      "es2022",
      "--moduleResolution",
      "bundler",
      "--lib",
      "es2022,dom",
      "--types",
      "",
      file,
    ],
    { cwd: folder, encoding: "utf8" },
  );
  if (error) throw error;
  return status === 0 ? "" : stdout || "the compiler failed without a word";
}

test("every view that crosses satisfies its type", async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const desk = await Desk.fresh(browser, servers);
  // What another device has handed over.
  const elsewhere = {
    key: `${SECOND}9`,
    content: "a1",
    about: { quoteNumber: "29", customerName: "Bayside Club", currency: "GBP", gross: "747.00" },
    order: {},
  };
  await fetch(new URL("cin7/custody/orders", servers.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(elsewhere),
  });
  await desk.open(undefined, { receivableAccount: "610", revenueAccount: "200" });
  await desk.synced();
  for (const scene of ["bayside-invoices", "part-shipped", "typed-orders"]) await servers.sandbox.scene(scene);
  await servers.sandbox.act("sales", "SO-00440", "credit", { amount: 200, invoice: "INV-00501" });
  await servers.sandbox.mutate({ collection: "products", id: "NUT-04", set: { SKU: "NUT-04B" } });
  await desk.sync();
  await servers.sandbox.fault({
    method: "POST",
    path: "/sale/order",
    times: 1,
    kind: "status",
    status: 400,
    body: [{ ErrorCode: 400, Exception: "TaxRule not found" }],
  });
  const values = await desk.page.evaluate(
    async ([first, second]) => {
      const seen = [];
      const see = (type, value) => seen.push([type, structuredClone(value)]);
      const { quoteDesk } = window;
      quoteDesk.on("sync", (state) => see("SyncView", state));
      see("OrderElsewhere", (await quoteDesk.orders.elsewhere())[0]);
      quoteDesk.on("order", (order) => see("OrderView", order));
      quoteDesk.on("records", (records) => see("DeskEvents['records']", records));
      see("ReferenceView", await quoteDesk.references());
      see("LedgerAccount[]", await quoteDesk.settings.accounts());
      see("StorageView", await quoteDesk.storage());
      see("SyncView", await quoteDesk.sync.state());
      const everyone = [];
      for (const text of ["bayside", "harbour", "corner", "nordic"]) everyone.push(...(await quoteDesk.customers.search(text)));
      see("CustomerHit[]", everyone);
      see("CustomerHit[]", await quoteDesk.customers.search("bay"));
      for (const { id } of everyone) see("CustomerView", await quoteDesk.customers.get(id));
      const companies = await quoteDesk.companies.search("");
      see("CompanyList", companies);
      const [chair] = await quoteDesk.products.search("CHAIR-01");
      see("ProductView", await quoteDesk.products.edit(chair.id, { description: "Our best chair" }));
      see("CompanyList", await quoteDesk.companies.search("nordic", { kind: "supplier", limit: 3 }));
      for (const { id } of companies.rows) see("CompanyView", await quoteDesk.companies.get(id));
      quoteDesk.on("company", (changed) => see("DeskEvents['company']", changed));
      see(
        "CompanyView",
        await quoteDesk.companies.edit(companies.rows.at(-1).id, { name: "Another name", mainAddress: null, contacts: [] }),
      );
      see("CompanyView", await quoteDesk.companies.accept(companies.rows.at(-1).id, "name"));
      quoteDesk.on("account", (account) => see("AccountView", account));
      const account = {
        currency: "GBP",
        paymentTerm: "30 days",
        taxRule: "20% (VAT on Income)",
        salesRepresentative: "ann lee",
        address: { line1: "1 Quay", country: "United Kingdom" },
      };
      for (const name of ["Quay Cafe", "Corner Shop"]) see("AccountView", await quoteDesk.companies.create({ ...account, name }));
      for (
        let tries = 0;
        tries < 200 && (await quoteDesk.companies.accounts()).some(({ state }) => state !== "made" && state !== "asks");
        tries++
      )
        await new Promise((resolve) => setTimeout(resolve, 50));
      see("AccountView[]", await quoteDesk.companies.accounts());
      const [bayside] = await quoteDesk.customers.search("bayside");
      for (const text of ["chair", "LAMP-02", "e", "delivery"])
        see("ProductHit[]", await quoteDesk.products.search(text, { customerId: bayside.id }));

      quoteDesk.on("matrix", (change) => see("DeskEvents['matrix']", change));
      const quote = await quoteDesk.quotes.create({ link: first, customerId: bayside.id });
      see("QuoteView", quote.view());
      for (const sku of ["CHAIR-01", "LAMP-02", "BOLT-03", "DELIVERY"])
        see("LineView", await quote.addLine({ sku, quantity: "4" }));
      const lines = quote.lines();
      see("LineView", quote.setPrice(lines[1].id, "40"));
      see("LineView", quote.resetPrice(lines[1].id));
      see("LineView", quote.setDiscount(lines[0].id, "10"));
      quote.setPriceTier(3);
      see("QuoteView", quote.view());
      quote.setPriceTier(null);
      see("QuoteHeader", quote.editHeader({ customerReference: "PO 1", memo: "m", overallDiscount: "5", endDate: "2030-01-31" }));
      see(
        "QuoteHeader",
        quote.editHeader({
          delivery: {
            typed: { company: "C", line1: "1", line2: "", city: "Hull", state: "", postcode: "HU1", country: "United Kingdom" },
          },
        }),
      );
      see("QuoteHeader", quote.editHeader({ delivery: { main: true }, overallDiscount: "0", endDate: null }));
      see("LineView", quote.setLineWarehouse(lines[0].id, "Main Warehouse"));
      see("LineView", quote.setLineDeliveryDate(lines[0].id, "2030-01-31"));
      see("LineView", quote.setLineWarehouse(lines[0].id, null));
      see("LineView", quote.resetDiscount(lines[0].id));
      see(
        "QuoteHeader",
        quote.editHeader({ receipt: { amount: "20", reference: "CARD-1", date: "2026-03-30" }, reserveStock: true }),
      );
      see("QuoteFigures", quote.figures());
      see("Totals", quote.totals());
      see("Problem[]", quote.problems());
      quote.refuseInputs(lines[0].id, [{ field: "quantity", text: "4x" }]);
      quote.refuseInputs(null, [
        { field: "overallDiscount", text: "-1", read: "-1" },
        { field: "receiptAmount", text: "2oo" },
      ]);
      see("QuoteView", quote.view());
      see("Problem[]", quote.problems());
      for (const { code, fixes, lineId } of quote.problems())
        if (code === "input-refused") quote.applyFix(fixes[0].action, lineId);
      await quote.save();
      const empty = await quoteDesk.quotes.create({ link: second, customerId: everyone.at(-1).id });
      see("QuoteView", empty.view());
      await empty.close();
      see("QuoteSummary[]", await quoteDesk.quotes.list());

      for (const until of ["needs-attention", "confirmed"]) {
        if (until === "confirmed") {
          const { orderNumber } = await quoteDesk.orders.get(quote.link);
          see(
            "OrderView",
            await quoteDesk.orders.enteredByHand(quote.link, { number: orderNumber, by: "Ann Lee", despite: true }),
          );
          see("OrderView", await quoteDesk.orders.undoByHand(quote.link, { by: "Ann Lee", despite: true }));
        }
        see(
          "OrderView",
          until === "confirmed" ? await quoteDesk.orders.retry(quote.link) : await quoteDesk.orders.confirm(quote),
        );
        for (let tries = 0; tries < 200 && (await quoteDesk.orders.get(quote.link)).state !== until; tries++)
          await new Promise((resolve) => setTimeout(resolve, 50));
        see("OrderView", await quoteDesk.orders.get(quote.link));
      }
      see("OrderView[]", await quoteDesk.orders.list());
      see("UnsentWork", await quoteDesk.unsent());
      see("WorkExport", JSON.parse((await quoteDesk.orders.export({ keys: [quote.link] })).text));
      see("WorkExport", JSON.parse((await quoteDesk.quotes.export()).text));
      see("MatrixCell[]", await quoteDesk.companies.matrix(bayside.id));
      see("QuoteView", quote.view());
      see("StandingSale[]", await quoteDesk.orders.lookUp(first));
      see("RunView[]", await quoteDesk.sync.history());
      see("Changes", await quoteDesk.changes.read({ limit: 5000 }));
      const listed = await quoteDesk.sales.list({ customerId: bayside.id, text: "SO-", open: true, offset: 0, limit: 10 });
      see("SaleList", listed);
      for (const { id } of listed.sales) see("SaleView", await quoteDesk.sales.refresh(id));
      see("SaleList", await quoteDesk.sales.list());
      see("SaleView", await quoteDesk.sales.get((await quoteDesk.orders.get(quote.link)).saleId));
      see("Transactions", await quoteDesk.sales.transactions({ customerId: bayside.id }));
      see("ExposureView", await quoteDesk.sales.exposure(bayside.id));
      await quoteDesk.sync.now();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return seen;
    },
    [FIRST, SECOND],
  );
  await desk.close();

  const ledger = values.find(([type]) => type === "Transactions")[1];
  assert.deepEqual([...new Set(ledger.rows.map(({ kind }) => kind))].sort(), ["credit", "invoice", "order"]);
  const last = values.filter(([type]) => type === "OrderView").at(-1)[1];
  assert.equal(last.state, "confirmed", JSON.stringify(last));
  assert.ok(values.length > 30, "hardly anything crossed");
  assert.equal(compile("views", values), "");
});

test("the compiler notices a number, a missing field, a field too many and a strange word", async () => {
  mkdirSync(folder, { recursive: true });
  const totals = { currency: "GBP", net: "1.00", tax: "0.20", gross: "1.20", taxes: [], complete: true };
  assert.equal(compile("right", [["Totals", totals]]), "");
  assert.match(compile("number", [["Totals", { ...totals, net: 1 }]]), /'number' is not assignable to type 'string'/);
  assert.match(compile("missing", [["Totals", { ...totals, complete: undefined }]]), /complete/);
  assert.match(compile("more", [["Totals", { ...totals, rounding: "0" }]]), /rounding/);
  assert.match(compile("word", [["StorageView", { protection: "safe" }]]), /safe/);
});

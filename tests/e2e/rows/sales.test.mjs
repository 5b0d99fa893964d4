// G07, G08, S01, S08 and S14: sales orders of any origin come back from Cin7.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";
import {
  allRead,
  BAYSIDE,
  confirm10452,
  kept,
  ledger,
  openOrders,
  openSale,
  part,
  says,
  saysSo,
  syncUntil,
  tableRows,
} from "../sales.mjs";

const row = rows();

row(
  "G07_an_order_that_was_confirmed_here_comes_back_as_that_one_order_and_one_typed_into_cin7_beside_it",
  { link: LINK },
  async ({ desk, sandbox }) => {
    const order = await confirm10452(desk);
    assert.equal(order.orderNumber, "SO-00451");
    await openOrders(desk);
    // It stands among the orders at once, as it was read back: no run has listed it yet.
    await desk.until(async () => (await tableRows(desk))[0]?.[0] === "SO-00451 quote 10452", "the order is in the table");
    assert.ok(
      (await tableRows(desk))[0].some((cell) => cell.includes("747.00")),
      JSON.stringify(await tableRows(desk)),
    );
    assert.equal(await desk.page.locator(".order-card").count(), 0);
    assert.ok(
      (await sandbox.journal())
        .filter(({ path }) => path.toLowerCase() === "/salelist")
        .slice(1)
        .every(({ query }) => query.ExternalID !== undefined),
      "a run was on",
    );
    await sandbox.scene("typed-orders");
    await desk.sync();
    await allRead(desk);
    const { sales, total } = await kept(desk);
    assert.equal(total, 3);
    const own = sales.filter((sale) => sale.quoteLink === LINK);
    assert.deepEqual(
      own.map(({ number, crmStatus, origin }) => [number, crmStatus, origin]),
      [["SO-00451", "Confirmed Order", "crm"]],
    );
    assert.equal(own[0].total, "747.00");
    const typed = sales.find((sale) => sale.number === "SO-00452");
    assert.deepEqual([typed.quoteLink, typed.crmStatus, typed.origin], [null, null, "cin7"]);

    // On the screen: one row each, and no card for the order that Cin7 has listed.
    await desk.until(async () => (await tableRows(desk)).length === 3, "three rows");
    assert.equal(await desk.page.locator(".order-card").count(), 0);
    const shown = await tableRows(desk);
    assert.ok(
      shown.some(([number]) => number === "SO-00451 quote 10452"),
      JSON.stringify(shown),
    );
    assert.ok(
      shown.some(([number]) => number === "SO-00452 typed into Cin7"),
      JSON.stringify(shown),
    );
    assert.ok(shown.every(([, customer]) => customer.startsWith("Bayside Club")));
    await desk.page.getByRole("searchbox", { name: "Find an order" }).fill("10452");
    await desk.until(async () => (await tableRows(desk)).length === 1, "found by its quote's number");

    await openSale(desk, "SO-00451");
    await desk.page.getByText("Confirmed Order").waitFor();
    await desk.page.getByRole("link", { name: "Quote 10452" }).click();
    await desk.page.locator("qd-quote-page").waitFor();
    assert.equal((await sandbox.salesOf(LINK)).length, 1);
  },
);

row("S01_an_order_typed_into_cin7_appears_once_and_follows_it", {}, async ({ desk, sandbox }) => {
  await sandbox.scene("typed-orders");
  await sandbox.mutate({
    collection: "sales",
    add: { Customer: "Bayside Club", OrderNumber: "SO-00461", OrderStatus: "NOT AVAILABLE", stock: false },
  });
  await sandbox.mutate({
    collection: "sales",
    add: {
      Customer: "Bayside Club",
      OrderNumber: "SO-00462",
      OrderStatus: "DRAFT",
      stock: false,
      Lines: [{ SKU: "CHAIR-01", Quantity: 1 }],
    },
  });
  await desk.sync();
  await allRead(desk);
  await openOrders(desk);
  await desk.until(async () => (await tableRows(desk)).length === 2, "two orders");
  assert.deepEqual(
    (await kept(desk)).sales.map(({ number }) => number).sort(),
    ["SO-00452", "SO-00460"],
    "a quote and a draft are no orders",
  );
  const lines = async () =>
    (await ledger(desk)).rows
      .filter((line) => line.orderNumber === "SO-00460")
      .map(({ sku, quantity, price, quoteLink }) => [sku, quantity, price, quoteLink]);
  assert.deepEqual(await lines(), [["CHAIR-01", "2", "150.00", null]]);

  await sandbox.act("sales", "SO-00460", "change_line", { SKU: "CHAIR-01", Quantity: 3 });
  await syncUntil(desk, "the change has come", async () => (await lines())[0]?.[1] === "3");
  assert.equal((await lines()).length, 1);
  assert.equal((await kept(desk, { text: "SO-00460" })).total, 1);
  await openSale(desk, "SO-00460");
  await saysSo(desk, part(desk, "Lines"), "CHAIR-01 Oak Chair 3");
  await saysSo(desk, part(desk, "Order"), "none: typed into Cin7");
});

row("S01_an_order_of_a_customer_who_is_not_known_waits_and_is_not_lost", {}, async ({ desk, sandbox }) => {
  const stranger = "7a8f439b-0000-4000-8000-0000000000aa";
  const [bayside] = (await sandbox.state("customers")).filter(({ ID }) => ID === BAYSIDE);
  // The customer's list was read a moment before the customer was made, and the order after it.
  await sandbox.mutate({
    collection: "sales",
    add: { Customer: "Bayside Club", OrderNumber: "SO-00470", stock: false, Lines: [{ SKU: "CHAIR-01", Quantity: 1 }] },
  });
  await sandbox.mutate({ collection: "sales", id: "SO-00470", set: { CustomerID: stranger, Customer: "Quay Cafe" } });
  await desk.sync();
  await openOrders(desk);
  await desk.page.getByText("waits for its customer").waitFor();
  const waiting = (await kept(desk, { text: "quay" })).sales;
  assert.deepEqual(
    waiting.map(({ number, customerKnown, customerId }) => [number, customerKnown, customerId]),
    [["SO-00470", false, stranger]],
  );
  await sandbox.mutate({ collection: "customers", add: { ...bayside, ID: stranger, Name: "Quay Cafe", ProductPrices: [] } });
  await sandbox.mutate({ collection: "customers", id: stranger, set: { Phone: "" } });
  await desk.sync();
  await desk.until(async () => (await kept(desk, { customerId: stranger })).sales[0]?.customerKnown, "the customer is known");
  assert.equal(await desk.page.getByText("waits for its customer").count(), 0);
});

row("G08_an_order_tells_how_much_of_it_has_gone_and_when", {}, async ({ desk, sandbox }) => {
  await sandbox.scene("part-shipped");
  await desk.sync();
  await allRead(desk);
  const [sale] = (await kept(desk, { text: "SO-00448" })).sales;
  assert.deepEqual([sale.shipping, sale.shippedOn], ["Partly shipped, 3 of 4", "2026-04-02"]);
  await openSale(desk, "SO-00448");
  const shipments = part(desk, "Shipments");
  await saysSo(desk, shipments, "Partly shipped, 3 of 4");
  assert.equal(await shipments.locator(".shipping time").getAttribute("datetime"), "2026-04-02");
  // A tracking number is a link where there is somewhere to go.
  const link = shipments.getByRole("link", { name: "JD0001" });
  assert.equal(await link.getAttribute("href"), "https://track.example/JD0001");
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");

  await sandbox.act("sales", "SO-00448", "ship", { fulfilment: 2, shipped: true, date: "2026-04-09" });
  await desk.sync();
  await saysSo(desk, shipments, "Shipped, 4 of 4");
  assert.equal(await shipments.locator(".shipping time").getAttribute("datetime"), "2026-04-09");
  const rows = (await ledger(desk)).rows.filter((line) => line.orderNumber === "SO-00448");
  assert.deepEqual(
    rows.map(({ quantity, quantityDelivered }) => [quantity, quantityDelivered]),
    [["4", "4"]],
  );
});

row("S08_tracking_numbers_are_joined_whole_replaced_and_never_cut", {}, async ({ desk, sandbox }) => {
  const ship = (numbers) =>
    sandbox.act("sales", "SO-00460", "ship", {
      fulfilment: 1,
      boxes: numbers.map((trackingNumber, at) => ({ box: `Box ${at + 1}`, carrier: "DHL", trackingNumber })),
    });
  await sandbox.scene("typed-orders");
  await ship(["JD0001", "JD0002"]);
  await desk.sync();
  await openSale(desk, "SO-00460");
  const tracking = desk.page.getByLabel("Tracking references");
  await desk.shows(tracking, "JD0001, JD0002");
  await ship(["JD0001", "JD0003"]);
  await desk.sync();
  await desk.until(async () => (await says(tracking)) === "JD0001, JD0003", "JD0002 is gone");

  const twenty = Array.from({ length: 20 }, (_, at) => `JD${String(at).padStart(18, "0")}`);
  await ship([...twenty, twenty[0]]);
  await desk.sync();
  await desk.until(async () => (await says(tracking)) === twenty.slice(0, 11).join(", "), "the first eleven whole");
  assert.equal((await says(tracking)).length, 240);
  await saysSo(desk, part(desk, "Shipments"), "and 9 more");
});

row("S14_voided_orders_lose_their_transactions_and_only_the_crms_own_stays", { link: LINK }, async ({ desk, sandbox }) => {
  await confirm10452(desk);
  await sandbox.scene("typed-orders");
  await sandbox.mutate({
    collection: "sales",
    add: { Customer: "Bayside Club", OrderNumber: "SO-00480", stock: false, Lines: [{ SKU: "CHAIR-01", Quantity: 1 }] },
  });
  await sandbox.act("sales", "SO-00480", "void");
  await desk.sync();
  await allRead(desk);
  const numbers = async () => [...new Set((await ledger(desk)).rows.map(({ orderNumber }) => orderNumber))].sort();
  assert.deepEqual(await numbers(), ["SO-00451", "SO-00452", "SO-00460"]);
  assert.equal((await kept(desk, { text: "SO-00480" })).total, 0, "a voided sale that was never kept is not added");

  await sandbox.act("sales", "SO-00451", "void");
  await sandbox.act("sales", "SO-00460", "void");
  await desk.sync();
  await desk.until(async () => (await numbers()).join() === "SO-00452", "neither has transactions");
  await openOrders(desk);
  await desk.page.getByText("voided in Cin7").waitFor();
  const shown = await tableRows(desk);
  assert.ok(
    shown.some(([number]) => number.startsWith("SO-00451")) && !shown.some(([number]) => number.startsWith("SO-00460")),
    JSON.stringify(shown),
  );
  assert.equal((await desk.order(LINK)).voidedInCin7, true);
  await openSale(desk, "SO-00451");
  await desk.page.getByText("This order was voided in Cin7.").waitFor();
  await desk.page.getByText("Confirmed Order").waitFor();

  await sandbox.act("sales", "SO-00451", "undo");
  await sandbox.act("sales", "SO-00460", "undo");
  await desk.sync();
  await desk.until(async () => (await numbers()).join() === "SO-00451,SO-00452,SO-00460", "their rows are back");
  assert.equal((await ledger(desk)).rows.filter(({ orderNumber }) => orderNumber === "SO-00451").length, 2, "all of them");
  await desk.until(
    async () => (await desk.page.getByText("This order was voided in Cin7.").count()) === 0,
    "the page has taken it back",
  );
  assert.equal((await sandbox.salesOf(LINK)).length, 1);
});

// P05, X08, C12, S09 and S17: what orders on their way and other quotes claim, and ordering again after a void.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { Desk } from "../desk.mjs";
import { LINK, writeQuote10452 } from "../fixture.mjs";

const row = rows();
const SECOND = "https://crm.prospect365.com/view/Quote/10454";
const THIRD = "https://crm.prospect365.com/view/Quote/10455";

/** A quote for Bayside Club with so many chairs. */
async function chairs(desk, link, quantity, more = async () => {}) {
  await desk.open(link);
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity });
  await more();
  await desk.view(link);
}

/** Reserves a quote's stock until a day. */
const reserved = (desk, until) => async () => {
  await desk.more();
  await desk.fill("Quote holds until", until);
  await desk.page.getByLabel("Reserve for this quote").check();
};

const lineOf = (desk, link) => desk.page.evaluate(async (key) => (await window.quoteDesk.quotes.open(key)).lines()[0], link);

row(
  "P05_what_can_be_promised_is_less_what_waits_and_what_other_quotes_reserve",
  { link: LINK, settings: { standardStock: true } },
  async ({ desk, sandbox }) => {
    // Four on an order that cannot reach Cin7, two reserved on a quote that holds.
    await sandbox.fault({ method: "GET", path: "/saleList", kind: "status", status: 503, times: 50 });
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "4" });
    await desk.confirm();
    await desk.page.getByText("Saved here").first().waitFor();
    await chairs(desk, SECOND, "2", reserved(desk, "2099-12-31"));
    await desk.page.waitForTimeout(500);
    await chairs(desk, THIRD, "1");
    const line = await lineOf(desk, THIRD);
    assert.deepEqual(line.stock.promise, { available: "15", waiting: "4", reserved: "2", promise: "9" });
    await desk.details(1);
    await desk.shows(
      desk.page.locator(".promise"),
      "9 to promise: 15 available, less 4 on orders on their way and 2 reserved on other quotes.",
    );
  },
);

row(
  "X08_a_reservation_that_ran_out_is_free_at_once_and_its_quote_is_stopped",
  { link: LINK, settings: { standardStock: true } },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "2" });
    await reserved(desk, "2020-01-31")();
    await desk.isStopped(sandbox, "The quote held until 31 Jan 2020.");
    await desk.page.waitForTimeout(500);
    await chairs(desk, SECOND, "1");
    assert.equal((await lineOf(desk, SECOND)).stock.promise, null);
  },
);

row("X08_a_setting_lets_an_expired_quote_be_ordered", { link: LINK, settings: { expiredQuotes: "allow" } }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.more();
  await desk.fill("Quote holds until", "2020-01-31");
  await desk.says("The quote held until 31 Jan 2020.");
  await desk.ordered(LINK);
});

row("S09_an_open_order_with_the_same_reference_is_told", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.fill("Reference", "PO 000123 / A");
  await desk.ordered(LINK);
  await chairs(desk, SECOND, "1");
  await desk.fill("Reference", "PO 000123 / A");
  await desk.says("Bayside Club has an open order with the reference “PO 000123 / A” already: SO-00451.");
  await desk.ordered(SECOND);
});

row("S17_a_voided_order_is_made_again_only_when_asked_under_a_key_of_its_own", { link: LINK }, async ({ desk, sandbox }) => {
  await writeQuote10452(desk);
  await desk.ordered(LINK);
  // While it stands, nothing opens it again.
  const refused = await desk.page.evaluate(
    async (link) =>
      (await window.quoteDesk.quotes.open(link)).orderAgain().then(
        () => "opened",
        (error) => error.message,
      ),
    LINK,
  );
  assert.equal(refused, "SO-00451 of this quote stands in Cin7. Void it there first.");
  const [sale] = await sandbox.salesOf(LINK);
  await sandbox.mutate({ collection: "sales", id: sale.ID, do: "void" });
  await desk.sync();
  await desk.until(async () => (await desk.order(LINK)).voidedInCin7, "the order is known to be voided");
  await desk.open(LINK);
  await desk.button("Order again").click();
  await desk.set(1, "Quantity", "3");
  await desk.totals({ net: "487.50", tax: "97.50", gross: "585.00" });
  await desk.confirm();
  const order = await desk.orderIs(`${LINK}#2`, "confirmed");
  assert.equal(order.orderNumber, "SO-00452");
  assert.deepEqual(
    (await sandbox.posted("/sale")).map(({ ExternalID }) => ExternalID),
    [LINK, `${LINK}#2`],
  );
  const looked = (await sandbox.journal()).filter(
    ({ path, query }) => path.toLowerCase() === "/salelist" && query.ExternalID === `${LINK}#2`,
  );
  assert.ok(looked.length >= 1, "the new key is looked up like any other");
  // The key still opens the quote.
  await desk.open(`${LINK}#2`);
  await desk.page.locator(".rail").getByText("SO-00452").first().waitFor();
});

row(
  "S17_a_quote_that_another_device_ordered_says_so_when_it_is_begun_and_after_a_void_orders_again_on_purpose",
  { link: LINK },
  async ({ desk, sandbox, servers, browser }) => {
    await writeQuote10452(desk);
    await desk.ordered(LINK);
    const other = await Desk.fresh(browser, servers);
    try {
      await other.open(LINK);
      await other.synced();
      await other.pickCustomer("Bayside Club");
      const banner = other.page.locator(".quote-main .banner");
      await other.shows(banner.first(), "This quote stands in Cin7 already, as SO-00451 (backordered).");
      await other.says("SO-00451 of this quote stands in Cin7 already.");
      const { header } = await other.view(LINK);
      assert.deepEqual([header.standing.orderNumber, header.standing.key, header.standing.voided], ["SO-00451", LINK, false]);
      await other.page.getByRole("link", { name: "Open SO-00451" }).click();
      await other.shows(other.page.locator("main h1"), "SO-00451");

      await sandbox.mutate({ collection: "sales", id: "SO-00451", do: "void" });
      await other.sync();
      await other.open(LINK);
      await other.shows(banner.first(), "This quote was ordered as SO-00451, which was voided in Cin7.");
      await other.add("CHAIR-01", { quantity: "3" });
      await other.view(LINK);
      await other.confirm();
      await other.says("SO-00451 of this quote was voided in Cin7.");
      assert.equal(
        (await sandbox.sales()).filter(({ ExternalID }) => ExternalID?.startsWith(LINK)).length,
        1,
        "nothing was sent",
      );
      await other.button("Order again").click();
      await banner.first().waitFor({ state: "detached" });
      await other.confirm();
      const order = await other.orderIs(`${LINK}#2`, "confirmed");
      assert.equal(order.orderNumber, "SO-00452");
      assert.deepEqual(
        (await sandbox.posted("/sale")).map(({ ExternalID }) => ExternalID),
        [LINK, `${LINK}#2`],
      );
    } finally {
      await other.close();
    }
  },
);

const scene = (sandbox) => sandbox.scene("bayside-invoices");

row("C12_a_quote_beyond_the_credit_limit_is_told_by_how_much", { link: LINK, world: scene }, async ({ desk }) => {
  await desk.until(
    () =>
      desk.page.evaluate(async (id) => {
        const exposure = await window.quoteDesk.sales.exposure(id);
        return exposure.complete && exposure.amount === "3700.00";
      }, "7a8f439b-fa87-4795-a085-385ce8b133f9"),
    "the sales have been read with their details",
  );
  await writeQuote10452(desk);
  await desk.shows(desk.control("Credit used"), "3,700.00 of 5,000.00");
  assert.equal(await desk.page.getByText("of its credit limit").count(), 0, "747.00 passes");
  await desk.set(2, "Price", "0");
  await desk.set(2, "Discount", "0");
  // 1,400.00 with its tax: one chair at 1,166.67 less nothing.
  await desk.set(1, "Discount", "0");
  await desk.set(1, "Quantity", "1");
  await desk.set(1, "Price", "1166.67");
  await desk.shows(desk.control("Gross"), "1,400.00");
  await desk.says("With this quote Bayside Club uses GBP 5,100.00 of its credit limit of GBP 5,000.00: over by GBP 100.00.");
});

row("C12_a_hold_is_said_before_any_line_is_typed", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Harbour Hotels");
  await desk.page.getByText("Harbour Hotels is on credit hold in Cin7.").first().waitFor();
  assert.equal(await desk.control("Quantity").count(), 0);
});

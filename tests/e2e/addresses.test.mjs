// Quotes whose address is more than its path.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const SEVEN = "https://crm.example.com/app.php?rec=7";
const EIGHT = "https://crm.example.com/app.php?rec=8";
/** All that earlier versions kept of either. */
const SHORT = "https://crm.example.com/app.php";
const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";

const keys = async (sandbox) => (await sandbox.posted("/sale")).map(({ ExternalID }) => ExternalID);

scene(
  "app.php?rec=7 and ?rec=8 are two quotes, and each becomes an order of its own",
  { link: SEVEN },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "4" });
    await desk.ordered(SEVEN);
    await desk.open(EIGHT);
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "1" });
    assert.equal(await desk.page.getByText("confirmed", { exact: true }).count(), 0);
    await desk.ordered(EIGHT);
    assert.deepEqual(await keys(sandbox), [SEVEN, EIGHT]);
    // Each opens from the list, under its own address.
    await desk.goTo("/");
    assert.deepEqual(
      await desk.page
        .locator("a[href*='rec%3D']")
        .evaluateAll((links) => links.map((link) => new URL(link.href).searchParams.get("link")).sort()),
      [SEVEN, EIGHT],
    );
  },
);

scene(
  "an order made under the short address stops the quote until somebody says that it is another's",
  {},
  async ({ desk, sandbox }) => {
    // As an earlier version left it: a quote and its order under the path alone.
    await desk.page.evaluate(
      async ([link, customerId]) => {
        const quote = await window.quoteDesk.quotes.create({ link, customerId });
        await quote.addLine({ sku: "CHAIR-01", quantity: "4" });
        await quote.save();
        await window.quoteDesk.orders.confirm(quote);
      },
      [SHORT, BAYSIDE],
    );
    const { orderNumber } = await desk.orderIs(SHORT, "confirmed");
    await desk.open(SEVEN);
    const named = desk.page.getByRole("alert").filter({ hasText: "A quote for Bayside Club is kept under" });
    await named.getByRole("link", { name: "Open it" }).click();
    await desk.page.getByText("confirmed", { exact: true }).first().waitFor();
    await desk.page.goBack();
    await desk.pickCustomer("Bayside Club");
    await desk.add("LAMP-02", { quantity: "2" });
    await sandbox.clearJournal();
    await desk.isStopped(sandbox, `${orderNumber} of Bayside Club was made under ${SHORT}`);
    await desk.button("It is another quote’s order").click();
    await desk.ordered(SEVEN);
    assert.deepEqual(await keys(sandbox), [SEVEN]);
  },
);

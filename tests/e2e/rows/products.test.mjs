// P01, P02, P07 to P10, P13 and P14: what a product is, in the list, on its page and on a quote.

import assert from "node:assert/strict";
import { rows } from "./scenario.mjs";
import { LINK } from "../fixture.mjs";

const row = rows();
const CHAIR = "c4a10000-0000-4000-8000-000000000001";

/** Opens a product's page, by SKU or id. */
async function openProduct(desk, named) {
  await desk.goTo(`/product/${named}`);
  await desk.page.locator("qd-product-page h1").waitFor();
}

/** The rows of the list of products that a text finds, each as its SKU and state. */
async function listed(desk, text) {
  await desk.goTo("/products");
  await desk.control("Find a product").fill(text);
  await desk.page.waitForTimeout(150);
  return desk.page.locator("table.products tbody tr").evaluateAll((rows) =>
    rows.map((row) => {
      const cells = [...row.querySelectorAll("td")].map((cell) => cell.textContent.trim());
      return cells.length === 1 ? cells[0] : `${cells[1]} ${cells[6]}`.trim();
    }),
  );
}

/** The SKUs that the product search of a quote offers for a text. */
const offered = (desk, text) =>
  desk.page.evaluate(async (typed) => (await window.quoteDesk.products.search(typed)).map(({ sku }) => sku), text);

const part = (desk, heading) => desk.page.getByRole("region", { name: heading });
const change = (sandbox, sku, set) => sandbox.mutate({ collection: "products", id: sku, set });
const product = (desk, named) => desk.page.evaluate((key) => window.quoteDesk.products.get(key), named);

row(
  "P01_a_renamed_product_leaves_its_old_record_behind_and_its_quote_is_ordered_under_the_new_sku",
  { link: LINK },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01");
    await desk.view(LINK);
    await change(sandbox, "CHAIR-01", { SKU: "CHAIR-01B" });
    await desk.sync();
    await change(sandbox, "CHAIR-01B", { Name: "Oak Chair Mk2", PriceTier2: 155 });
    await desk.sync();
    assert.deepEqual(await listed(desk, "chair"), ["CHAIR-01 renamed to CHAIR-01B", "CHAIR-01B"]);
    assert.deepEqual(await offered(desk, "chair"), ["CHAIR-01B"], "the old one is not offered on new lines");

    await openProduct(desk, "CHAIR-01");
    await desk.shows(desk.page.locator("main"), "Renamed to CHAIR-01B.");
    await desk.shows(desk.page.locator("h1"), "Oak Chair");
    assert.equal(await desk.shown(desk.page.locator("h1")), "Oak Chair", "it receives no updates");
    await desk.page.getByRole("link", { name: "Open CHAIR-01B" }).click();
    await desk.shows(desk.page.locator("h1"), "Oak Chair Mk2");
    await desk.shows(desk.page.locator("main"), "It was called CHAIR-01 before.");

    await desk.open(LINK);
    await desk.says("CHAIR-01B");
    await desk.ordered(LINK);
    const [{ Lines }] = await sandbox.posted("/sale/order");
    assert.deepEqual(
      Lines.map(({ ProductID, SKU }) => [ProductID, SKU]),
      [[CHAIR, "CHAIR-01B"]],
    );
    assert.equal((await sandbox.salesOf(LINK)).length, 1);
  },
);

row("P01_a_line_whose_product_was_renamed_switches_to_the_new_sku_at_a_press", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.view(LINK);
  await change(sandbox, "CHAIR-01", { SKU: "CHAIR-01B" });
  await desk.sync();
  const line = desk.page.locator("qd-quote-line").first();
  await line.getByRole("button", { name: "Switch to CHAIR-01B" }).click();
  await desk.shows(line.locator(".sku"), "CHAIR-01B");
  assert.equal(
    await desk.page.getByRole("button", { name: "Switch to CHAIR-01B" }).count(),
    0,
    "neither the line nor the checks offer it any more",
  );
  await desk.until(async () => (await desk.view(LINK)).lines[0].sku === "CHAIR-01B", "the line is kept so");
  await desk.shows(desk.ofLine(1, "Price"), "150.00");
  await desk.ordered(LINK);
  const [{ Lines }] = await sandbox.posted("/sale/order");
  assert.deepEqual(
    Lines.map(({ ProductID, SKU, Price }) => [ProductID, SKU, Price]),
    [[CHAIR, "CHAIR-01B", 150]],
  );
});

row("P02_the_description_follows_cin7_and_a_line_keeps_its_own", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.view(LINK);
  await change(sandbox, "CHAIR-01", { Name: "Oak Chair Mk2" });
  await desk.sync();
  await desk.add("CHAIR-01");
  const { lines } = await desk.view(LINK);
  assert.deepEqual(
    lines.map(({ description }) => description),
    ["Oak Chair", "Oak Chair Mk2"],
  );
  await openProduct(desk, CHAIR);
  await desk.shows(desk.page.locator("h1"), "Oak Chair Mk2");
});

/** Hangs a sheet and two pictures on the chair. */
async function attach(sandbox) {
  for (const file of ["spec.pdf", "side.jpg", "front.jpg"]) {
    await sandbox.mutate({ collection: "products", id: "CHAIR-01", do: "attach", with: { file, default: file === "front.jpg" } });
  }
}

/** The file that the large picture of the open product page shows. */
const shownFile = (desk) => desk.page.locator(".gallery-large img").evaluate((image) => image.src);

row(
  "P07_no_picture_is_asked_for_or_shown_unless_pictures_are_on",
  { world: attach, settings: { pictures: false }, link: LINK },
  async ({ desk, sandbox }) => {
    const asked = (await sandbox.journal()).filter(({ query }) =>
      Object.keys(query ?? {}).some((name) => name.toLowerCase() === "includeattachments"),
    );
    assert.deepEqual(asked, []);
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01");
    await openProduct(desk, CHAIR);
    assert.equal(await desk.page.locator("main img").count(), 0);
  },
);

/** The default picture shows, on the line and on the page, and follows Cin7. */
async function playPictures({ desk, sandbox }) {
  const onLine = () => desk.page.locator("qd-quote-line img").first().getAttribute("src");
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.until(async () => /front\.jpg/.test(await onLine()), "the default picture is on the line");
  await openProduct(desk, CHAIR);
  await desk.until(async () => /front\.jpg/.test(await shownFile(desk)), "the default picture is on the page");
  assert.equal((await product(desk, CHAIR)).images.length, 2, "a sheet is no picture");
  await desk.button("Picture 2").click();
  assert.match(await shownFile(desk), /side\.jpg/);
  await sandbox.mutate({ collection: "products", id: "CHAIR-01", do: "set_default", with: { file: "side.jpg" } });
  await desk.sync();
  await desk.until(async () => (await product(desk, CHAIR)).images[0].includes("side.jpg"), "the default has moved");
  await desk.until(async () => /side\.jpg/.test(await shownFile(desk)), "and shows");
  const asked = (await sandbox.journal()).filter(({ path }) => path === "/product/attachments").length;
  await openProduct(desk, "CHAIR-01");
  assert.equal(
    (await sandbox.journal()).filter(({ path }) => path === "/product/attachments").length,
    asked,
    "a product is asked about once",
  );
  return asked;
}

row(
  "P07_the_default_picture_shows_and_follows_and_a_broken_one_harms_nothing",
  { world: attach, settings: { pictures: true }, link: LINK },
  async ({ desk, sandbox }) => {
    assert.equal(await playPictures({ desk, sandbox }), 2, "one call for each state of the product");
    await sandbox.mutate({
      collection: "products",
      id: "CHAIR-01",
      do: "attach",
      with: { file: "lost.jpg", default: true, broken: true },
    });
    await desk.sync();
    await desk.shows(desk.page.locator(".gallery-large"), "The picture cannot be shown.");
    await desk.open(LINK, { pictures: true });
    await desk.shows(desk.ofLine(1, "Price"), "150.00");
    await desk.until(
      () =>
        desk.page
          .locator("qd-quote-line img")
          .first()
          .evaluate((image) => image.hidden),
      "the broken picture is gone from the line",
    );
  },
);

const expired = (sandbox) =>
  sandbox.mutate({
    collection: "products",
    id: "CHAIR-01",
    do: "attach",
    with: { file: "front.jpg", default: true, broken: true },
  });

row(
  "P07_a_picture_whose_link_expired_is_shown_by_a_fresh_one_in_search_line_and_list",
  { world: expired, settings: { pictures: true }, link: LINK },
  async ({ desk, sandbox }) => {
    // What Cin7 gives today loads; what was synced does not any more.
    await sandbox.mutate({ collection: "products", id: "CHAIR-01", do: "detach", with: { file: "front.jpg" } });
    await sandbox.mutate({ collection: "products", id: "CHAIR-01", do: "attach", with: { file: "front.jpg", default: true } });
    const asked = async () => (await sandbox.journal()).filter(({ path }) => path === "/product/attachments").length;
    const before = await asked();
    const shown = (selector) =>
      desk.page
        .locator(selector)
        .first()
        .evaluate((image) => !image.hidden && image.complete && image.naturalWidth > 0);
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01");
    await desk.until(() => shown("qd-quote-line img"), "the picture is on the line");
    await desk.goTo("/products");
    await desk.page.locator("table.products img").first().waitFor({ state: "attached" });
    await desk.until(() => shown("table.products img"), "the picture is in the list");
    assert.equal(await asked(), before + 1, "Cin7 is asked once for all of them");
  },
);

const nested = async (sandbox) => {
  await sandbox.switches({ nested_is_default: true });
  await attach(sandbox);
};

row(
  "P07_a_default_that_comes_with_the_product_costs_no_call",
  { world: nested, settings: { pictures: true }, link: LINK },
  async (play) => {
    assert.equal(await playPictures(play), 0);
  },
);

row("P08_a_tag_is_found_whole_in_any_case_and_only_while_cin7_has_it", {}, async ({ desk, sandbox }) => {
  assert.deepEqual(await offered(desk, "indoor"), ["CHAIR-01"]);
  assert.deepEqual(await listed(desk, "#indoor"), ["CHAIR-01"]);
  assert.match((await listed(desk, "#door")).join(), /^No product matches/);
  assert.deepEqual(await listed(desk, "#SALE-2026"), ["CHAIR-01"]);
  await openProduct(desk, CHAIR);
  assert.deepEqual(await desk.page.locator(".tags .tag").allTextContents(), ["oak", "Indoor", "sale-2026"]);
  await desk.page.getByRole("link", { name: "Indoor", exact: true }).click();
  await desk.shows(desk.page.locator("table.products tbody"), "CHAIR-01");
  assert.equal(await desk.control("Find a product").inputValue(), "#Indoor");
  await change(sandbox, "CHAIR-01", { Tags: "oak, Indoor" });
  await desk.sync();
  assert.match((await listed(desk, "#sale-2026")).join(), /^No product matches/);
  assert.deepEqual(await offered(desk, "sale-2026"), []);
  await change(sandbox, "CHAIR-01", { Tags: `${"long tag ".repeat(27).trim()}, half, whole` });
  await desk.sync();
  const { tags } = await product(desk, CHAIR);
  assert.ok(
    tags.join(",").length <= 256 && tags.every((tag) => ["half", "whole"].includes(tag) || tag.length === 242),
    JSON.stringify(tags),
  );
});

const oak = (sandbox) => change(sandbox, "CHAIR-01", { Description: "<p>Solid <b>oak</b></p>" });

row("P09_the_long_description_is_the_text_of_new_lines_as_plain_text", { world: oak, link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  const {
    lines: [line],
  } = await desk.view(LINK);
  assert.equal(line.extendedDescription, "Solid oak");
  await desk.details(1);
  assert.equal(await desk.control("Extended description").inputValue(), "Solid oak");
  await openProduct(desk, CHAIR);
  await desk.shows(desk.page.locator('[data-text="extended"]'), "Solid oak");
  await desk.open(LINK);
  await desk.ordered(LINK);
  assert.equal((await sandbox.posted("/sale/order"))[0].Lines[0].Comment, "Solid oak");

  // The setting moves to the specification: the text moves along and leaves nothing behind.
  await desk.open(undefined, { longDescription: "specification", shortDescription: "internalNotes" });
  await desk.sync();
  await openProduct(desk, CHAIR);
  await desk.shows(desk.page.locator('[data-text="specification"]'), "Solid oak");
  assert.equal(await desk.page.locator('[data-text="extended"]').count(), 0);
  assert.equal((await product(desk, CHAIR)).extendedDescription, "");
});

const slow = (sandbox) => change(sandbox, "CHAIR-01", { Description: "Supplier slow in May" });

row(
  "P09_internal_notes_are_in_no_quote_and_no_payload",
  { world: slow, settings: { longDescription: "internalNotes" }, link: LINK },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01");
    const quote = await desk.page.evaluate(async (link) => {
      const opened = await window.quoteDesk.quotes.open(link);
      return JSON.stringify([opened.view(), opened.document()]);
    }, LINK);
    assert.ok(!quote.includes("Supplier slow"), "the quote has it");
    await desk.ordered(LINK);
    assert.ok(!JSON.stringify(await sandbox.writes()).includes("Supplier slow"), "a payload has it");
    await openProduct(desk, CHAIR);
    await desk.shows(desk.page.locator('[data-text="notes"]'), "Supplier slow in May");
  },
);

const scripted = (sandbox) =>
  change(sandbox, "CHAIR-01", {
    ShortDescription:
      "<b style='color: red' title='a > b'>New</b><style>b { opacity: 0 }</style><img src=x onerror=alert(1)><script>alert(2)</script><ul><li onclick='alert(3)'>5 &lt; 6 &amp; more <3</ul><h2>Care</h2>i < you",
    Description: "<p>Solid <b>oak</b></p>",
  });

row("P10_the_specification_keeps_bold_text_and_runs_nothing", { world: scripted }, async ({ desk }) => {
  const dialogs = [];
  desk.page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await openProduct(desk, CHAIR);
  const specification = desk.page.locator('[data-text="specification"]');
  await desk.shows(specification.locator("b"), "New");
  assert.equal(
    await specification.evaluate((part) => part.firstElementChild.innerHTML),
    "<b>New</b><ul><li>5 &lt; 6 &amp; more &lt;3</li></ul><div>Care</div>i &lt; you",
  );
  await desk.page.waitForTimeout(200);
  assert.deepEqual(dialogs, []);
});

row(
  "P10_the_long_description_wins_where_both_are_aimed_at_one_field_and_a_lines_own_text_stays",
  { world: scripted, settings: { shortDescription: "extendedDescription" }, link: LINK },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01");
    const {
      lines: [line],
    } = await desk.view(LINK);
    assert.equal(line.extendedDescription, "Solid oak");
    const { specification, internalNotes } = await product(desk, CHAIR);
    assert.deepEqual([specification, internalNotes], ["", ""]);

    await desk.details(1);
    await desk.control("Extended description").fill("Solid oak, oiled");
    await desk.page.keyboard.press("Tab");
    const kept = async () => (await desk.view(LINK)).lines[0].extendedDescription;
    await desk.until(async () => (await kept()) === "Solid oak, oiled", "the line's own text is saved");
    await change(sandbox, "CHAIR-01", { Description: "Solid ash" });
    await desk.sync();
    assert.equal(await kept(), "Solid oak, oiled");
    assert.equal((await product(desk, CHAIR)).extendedDescription, "Solid ash", "the product is Cin7's");
  },
);

row("P13_what_is_not_sold_is_obsolete_until_cin7_sells_it_again", {}, async ({ desk, sandbox }) => {
  assert.deepEqual(await offered(desk, "OLD-05"), []);
  assert.deepEqual(await listed(desk, "OLD-05"), ["OLD-05 not sold"]);
  await change(sandbox, "OLD-05", { Sellable: true });
  await desk.sync();
  assert.deepEqual(await offered(desk, "OLD-05"), ["OLD-05"]);
  assert.deepEqual(await listed(desk, "OLD-05"), ["OLD-05"]);
  await change(sandbox, "OLD-05", { Status: "Deprecated" });
  await desk.sync();
  assert.deepEqual(await listed(desk, "OLD-05"), ["OLD-05 retired in Cin7"]);
  assert.deepEqual(await offered(desk, "OLD-05"), []);
});

row("P13_a_line_whose_product_is_no_longer_sold_stays_flagged_and_confirming_asks", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01");
  await desk.view(LINK);
  await change(sandbox, "CHAIR-01", { Sellable: false });
  await desk.sync();
  assert.equal((await desk.view(LINK)).lines.length, 1);
  await desk.isStopped(sandbox, "CHAIR-01");
});

row("P14_a_service_has_no_stock_figure", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("DELIVERY");
  const {
    lines: [line],
  } = await desk.view(LINK);
  assert.deepEqual([line.stock.kind, line.stock.sentence], ["service", "service"]);
  await desk.goTo("/products");
  await desk.control("Find a product").fill("DELIVERY");
  await desk.shows(desk.page.locator("table.products tbody"), "service");
  await desk.page.getByRole("link", { name: "DELIVERY" }).click();
  await desk.shows(part(desk, "Stock"), "service");
  assert.doesNotMatch(await desk.shown(part(desk, "Stock")), /\d/);
});

row(
  "P15_a_products_page_shows_its_cost_to_those_who_may_see_it_and_an_unknown_one_as_such",
  { settings: { showCost: true } },
  async ({ desk, sandbox }) => {
    await openProduct(desk, CHAIR);
    await desk.shows(desk.control("Average cost"), "GBP 88.1234");
    await change(sandbox, "CHAIR-01", { AverageCost: 0 });
    await desk.sync();
    await desk.shows(part(desk, "Details"), "Average costunknown");
    await desk.open(undefined, { showCost: false });
    await openProduct(desk, "LAMP-02");
    assert.deepEqual(
      [(await product(desk, "LAMP-02")).cost, /cost/i.test(await desk.shown(part(desk, "Details")))],
      [null, false],
    );
  },
);

row(
  "G03_a_description_edited_on_the_products_page_goes_nowhere_and_the_next_sync_puts_it_back",
  { link: LINK },
  async ({ desk, sandbox }) => {
    await openProduct(desk, CHAIR);
    const field = desk.control("Description");
    await desk.button("Change the description").press("Enter");
    await desk.shows(field, "Oak Chair");
    await field.fill("  ");
    await field.press("Enter");
    await desk.shows(desk.page.getByRole("alert"), "A product needs a description.");
    await field.press("Escape");
    await desk.shows(desk.page.locator("h1"), "Oak Chair");
    await desk.page.keyboard.press("Enter");
    await field.fill("Our best chair");
    await field.press("Enter");
    await desk.shows(desk.page.locator("h1"), "Our best chair");
    await desk.sync();
    await desk.until(async () => (await desk.shown(desk.page.locator("h1"))) === "Oak Chair", "Cin7's text is back");
    assert.deepEqual(await sandbox.writes(), []);
  },
);

// The states of the screen: usable by everyone, nothing scrolls sideways, and a picture of each to look at.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { LINK, LINK_AS_OPENED, writeQuote10452 } from "./fixture.mjs";
import { allRead, BAYSIDE, goTo, kept } from "./sales.mjs";
import { Servers } from "./servers.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = "test-results/screenshots";

let servers;
let browser;

before(async () => {
  mkdirSync(PICTURES, { recursive: true });
  servers = await Servers.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await servers?.stop();
});

/**
 * What can be pressed, smaller than a finger or a tired hand finds: 24 px. A link within a line of text is as high as its line.
 */
function smallTargets() {
  const small = [];
  for (const element of document.querySelectorAll("button, input, select, textarea, summary, a[href]")) {
    const { width, height } = element.getBoundingClientRect();
    if (
      width === 0 ||
      height === 0 ||
      element.closest(".unseen") !== null ||
      !element.checkVisibility({ visibilityProperty: true })
    )
      continue;
    const alone = ![...element.parentElement.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "",
    );
    const inText = element.matches("a, button.link") && getComputedStyle(element).display === "inline" && !alone;
    // A box and its label are one target.
    const label = element.matches("input[type=checkbox], input[type=radio]")
      ? element.closest("label")?.getBoundingClientRect()
      : undefined;
    const [wide, high] = [Math.max(width, label?.width ?? 0), Math.max(height, label?.height ?? 0)];
    if (!inText && (wide < 23.5 || high < 23.5)) {
      const name = (element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 30);
      const place = `${element.tagName.toLowerCase()}.${element.className}`;
      small.push(`${place} “${name}” ${Math.round(wide)} x ${Math.round(high)}`);
    }
  }
  return [...new Set(small)];
}

/**
 * Checks what is on screen at three widths, light and dark, and takes its picture; in whole, where `tall`, so that no bar lies
 * over a part of it.
 */
async function examine(desk, state, tall = false) {
  const { page } = desk;
  const found = [];
  for (const [width, height] of [
    [1440, 900],
    [800, 1000],
    [390, 844],
  ]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: tall ? 2_000 : height });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.waitForTimeout(150);
      await page.screenshot({ path: `${PICTURES}/${state}-${width}-${colorScheme}.png` });
      const where = `${state} at ${width} px, ${colorScheme}`;
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (sideways > 0) found.push(`${where}: scrolls sideways by ${sideways} px`);
      // Neither the colours of a phone's screen nor its small targets are others than those of the widths between.
      if (colorScheme === "light")
        for (const small of await page.evaluate(smallTargets)) found.push(`${where}: a small target: ${small}`);
      if (width === 390) continue;
      await page.evaluate(axe);
      const { violations, passes } = await page.evaluate(() =>
        window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
      );
      assert.ok(passes.length > 5, "axe looked at nothing");
      for (const { id, help, nodes } of violations) {
        found.push(
          `${where}: ${id} (${help}): ${nodes
            .map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary.replaceAll(/\s+/g, " ")}`)
            .slice(0, 3)
            .join(" | ")}`,
        );
      }
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  assert.deepEqual(found, []);
}

test("the empty screen", async () => {
  const desk = await Desk.fresh(browser, servers);
  await desk.open();
  await desk.synced();
  await examine(desk, "empty");
  await desk.close();
});

test("a quote, the search over it, and its order", async (context) => {
  const desk = await Desk.fresh(browser, servers);
  await desk.open(LINK_AS_OPENED);
  await desk.synced();
  await context.test("a quote without a customer", () => examine(desk, "new-quote"));
  await writeQuote10452(desk);
  await context.test("a full quote", () => examine(desk, "quote"));
  await desk.control("Add product").fill("a");
  await desk.page.getByRole("option", { name: "LAMP-02" }).first().waitFor();
  await context.test("the search", () => examine(desk, "search"));
  // Text that is left in the search would stop the order.
  await desk.control("Add product").fill("");
  await desk.confirm();
  await desk.orderIs(LINK, "confirmed");
  await context.test("a confirmed order", () => examine(desk, "confirmed"));
  await desk.close();
});

test("a quote with problems and a failed step", async (context) => {
  const link = "https://crm.prospect365.com/view/Quote/10470";
  const desk = await Desk.fresh(browser, servers);
  await desk.open(link);
  await desk.synced();
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "400" });
  await desk.add("DELIVERY");
  await context.test("short stock", () => examine(desk, "problems"));
  await servers.sandbox.fault({
    method: "POST",
    path: "/sale/order",
    times: 1,
    kind: "status",
    status: 400,
    body: [{ ErrorCode: 400, Exception: "TaxRule not found" }],
  });
  await desk.confirm();
  await desk.orderIs(link, "needs-attention");
  await desk.page.getByText("TaxRule not found").first().waitFor();
  await context.test("a failed step", () => examine(desk, "failed-step"));
  await desk.goTo("/orders?show=waiting");
  await desk.button("Entered by hand …").click();
  await desk.control("Your name").waitFor();
  await context.test("a waiting order, about to be marked", () => examine(desk, "waiting"));
  await desk.goTo("/settings");
  await desk.button("Leave this device …").click();
  await desk.page.getByRole("group", { name: "Leave this device" }).waitFor();
  await context.test("leaving the device", () => examine(desk, "leaving"));
  await desk.close();
});

test("every page", async (context) => {
  const desk = await Desk.fresh(browser, servers);
  await desk.open(LINK_AS_OPENED);
  await desk.synced();
  for (const scene of ["bayside-invoices", "part-shipped", "typed-orders"]) await servers.sandbox.scene(scene);
  await writeQuote10452(desk);
  await desk.details(1);
  await context.test("the detail of a line", () => examine(desk, "line-detail", true));
  await desk.sync();
  await allRead(desk);
  const {
    sales: [sale],
  } = await kept(desk, { text: "SO-00448" });
  const product = await desk.page.evaluate(async () => (await window.quoteDesk.products.get("CHAIR-01")).id);
  const pages = {
    quotes: ["/", "Quotes"],
    companies: ["/companies", "Companies"],
    company: [`/company/${BAYSIDE}`, "Bayside Club"],
    "create-customer": ["/companies/new", "Create customer"],
    products: ["/products", "Products"],
    product: [`/product/${product}`, "Oak Chair"],
    orders: ["/orders", "Orders"],
    order: [`/order/${sale.id}`, "SO-00448"],
    sync: ["/sync", undefined],
    settings: ["/settings", "Settings"],
    unknown: ["/nothing/here", undefined],
  };
  for (const [state, [address, name]] of Object.entries(pages)) {
    await goTo(desk, address);
    await desk.page
      .getByRole("heading", { level: 1, ...(name === undefined ? {} : { name }) })
      .first()
      .waitFor();
    await desk.page.locator(".loading").waitFor({ state: "detached" });
    await context.test(`the page ${state}`, () => examine(desk, state));
  }
  await desk.close();
});

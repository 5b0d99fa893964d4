// The screen for those who read it by ear, in colours of their own, on paper, or come by a wrong address.

import assert from "node:assert/strict";
import { goTo } from "./sales.mjs";
import { LINK, writeQuote10452 } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const SHORT = ["BOLT-03", "NUT-04", "PIN-07", "WASH-06"];

/** Everything that a screen reader is told, from now on. */
async function listen(desk) {
  await desk.page.evaluate(() => {
    window.heard = [];
    new MutationObserver((all) => {
      for (const { target } of all) {
        const live = (target instanceof Element ? target : target.parentElement)?.closest(
          "[role=status], [aria-live=polite], [role=alert], output:not([aria-live=off])",
        );
        const text = live?.textContent.replaceAll(/\s+/g, " ").trim() ?? "";
        if (text !== "" && window.heard.at(-1) !== text) window.heard.push(text);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}
const heard = (desk) => desk.page.evaluate(() => window.heard);

scene("forced colours leave confirm, the credit used and the current page to be seen", { link: LINK }, async ({ desk }) => {
  await writeQuote10452(desk);
  await desk.page.emulateMedia({ forcedColors: "active" });
  const seen = await desk.page.evaluate(() => {
    const style = (selector) => getComputedStyle(document.querySelector(selector));
    const plain = style(".button:not(.primary)").backgroundColor;
    const line = ({ borderBottomWidth, borderBottomColor }) => `${borderBottomWidth} ${borderBottomColor}`;
    return {
      confirm: style(".button.confirm").backgroundColor !== plain && style(".button.confirm").borderTopWidth !== "0px",
      credit: style(".credit .stock-bar i.available").backgroundColor !== style(".credit .stock-bar").backgroundColor,
      page: line(style(".top nav a[aria-current]")) !== line(style(".top nav a:not([aria-current])")),
    };
  });
  assert.deepEqual(seen, { confirm: true, credit: true, page: true });
});

scene("a problem is said when it comes up and the gross once the quote rests", { link: LINK }, async ({ desk }) => {
  await writeQuote10452(desk);
  await desk.page.waitForTimeout(1_500);
  await listen(desk);
  await desk.ofLine(1, "Quantity").fill("");
  await desk.ofLine(1, "Quantity").pressSequentially("4000", { delay: 60 });
  await desk.until(
    async () => (await heard(desk)).some((text) => text.includes("over by")),
    "it is said that the quote is over the credit limit",
  );
  const gross = (await heard(desk)).filter((text) => /Gross/.test(text));
  assert.equal(gross.length, 1, `said at each key: ${JSON.stringify(await heard(desk))}`);
  assert.match(gross[0], /^Gross GBP 648,099\.00\./);
});

scene(
  "after confirming the keyboard stands on the order and after creating a customer on the account",
  { link: LINK, settings: { receivableAccount: "610", revenueAccount: "200" } },
  async ({ desk }) => {
    const at = () =>
      desk.page.evaluate(
        () => document.activeElement.closest("[aria-label]")?.getAttribute("aria-label") ?? document.activeElement.tagName,
      );
    await writeQuote10452(desk);
    await desk.button("Confirm order").focus();
    await desk.page.keyboard.press("Enter");
    await desk.orderIs(LINK, "confirmed");
    await desk.until(async () => (await at()) === "Order", "the keyboard stands on the order");
    await goTo(desk, "/companies/new");
    await desk.control("Name").fill("Quay Cafe");
    await desk.control("Contact name").fill("Mia Quay");
    await desk.control("Address line 1").fill("1 Quay");
    await desk.control("Country").fill("United Kingdom");
    await desk.page.locator("form").getByRole("button", { name: "Create customer" }).focus();
    await desk.page.keyboard.press("Enter");
    await desk.until(async () => (await at()) === "Account Quay Cafe", "the keyboard stands on the account");
  },
);

scene("one kind of problem on many lines is one entry with one fix for all", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  for (const sku of SHORT) await desk.add(sku, { quantity: "5" });
  const list = desk.page.locator("qd-problem-list");
  await list.getByText("4 lines want more than their warehouse has. The rest becomes backorders.").waitFor();
  assert.equal(await list.locator(".problem.warn").count(), 1, "one entry");
  await list.getByRole("button", { name: "Show the lines" }).click();
  assert.equal(await list.locator(".problem-lines > .problem").count(), 4, "each line is a press away");
  await list.getByRole("button", { name: /^(Keep|Accept backorder) all 4$/ }).click();
  await desk.until(
    async () =>
      (await desk.page.evaluate(async (link) => (await window.quoteDesk.quotes.open(link)).problems(), LINK)).every(
        ({ severity }) => severity === "note",
      ),
    "all four are accepted",
  );
});

scene("on paper a quote has its lines and totals and nothing that is for the company alone", { link: LINK }, async ({ desk }) => {
  await writeQuote10452(desk);
  await desk.fill("Reference", "PO 000123");
  await desk.page.emulateMedia({ media: "print" });
  const words = await desk.page.evaluate(() => document.body.innerText);
  for (const shown of ["10452", "Bayside Club", "Oak Chair", "540.00", "622.50", "747.00"])
    assert.ok(words.includes(shown), `${shown} is printed`);
  for (const internal of [
    "Margin",
    "34.72",
    "215.01",
    "Credit",
    "North Depot 3",
    "wanted",
    "things to look at",
    "Confirm",
    "Settings",
    "Wholesale",
  ]) {
    assert.ok(!words.includes(internal), `${internal} is printed: ${words}`);
  }
  const cut = await desk.page
    .locator(".line-name .one-line")
    .evaluateAll((all) =>
      all.filter((name) => name.scrollWidth > name.clientWidth || name.clientWidth < 40).map((name) => name.textContent),
    );
  assert.deepEqual(cut, [], "descriptions are printed whole");
  await desk.page.screenshot({ path: "test-results/print.png", fullPage: true });
});

scene("the overall discount is told on the lines and at the totals", { link: LINK }, async ({ desk }) => {
  await writeQuote10452(desk);
  await desk.more();
  await desk.fill("Overall discount %", "7.5");
  await desk.page.locator(".totals").getByText("Overall discount, in every line").waitFor();
  assert.match(await desk.page.locator(".totals").textContent(), /Overall discount, in every line\s*7\.5 %/);
  assert.match(await desk.page.locator("qd-quote-line").first().textContent(), /7\.5% overall/);
});

scene("an address that is none says so in words and leads back", {}, async ({ desk, servers }) => {
  const response = await desk.page.goto(new URL("/qoute/10452/x", servers.url).href);
  assert.equal(response.status(), 404);
  await desk.page.getByRole("heading", { level: 1 }).waitFor();
  assert.ok(!(await desk.page.locator("body").innerText()).includes("{"), "no JSON");
  await desk.page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Quotes" }).click();
  await desk.page.getByRole("heading", { name: "Quotes", level: 1 }).waitFor();
});

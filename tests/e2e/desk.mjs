// The quote screen as a rep sees it: everything is found by its accessible name.

import assert from "node:assert/strict";
import { Wire } from "./browser.mjs";

/** A size at which the screen must look right. */
export const WIDE = { width: 1440, height: 900 };

export class Desk {
  /** @param {import("playwright-core").Page} page */
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  /** A tab in a browser profile of its own. */
  static async fresh(browser, servers, { viewport = WIDE, timezone = "Europe/London", prepare, serviceWorkers = "block" } = {}) {
    // Requests that pass through a service worker cannot be held up by a test; what is about one allows it.
    const context = await browser.newContext({ viewport, locale: "en-GB", timezoneId: timezone, serviceWorkers });
    context.setDefaultTimeout(20_000);
    const wire = new Wire(context);
    if (prepare) await context.addInitScript(prepare);
    const desk = new Desk(await context.newPage(), servers.url);
    desk.wire = wire;
    return desk;
  }

  /** Another tab of the same profile. */
  async anotherTab() {
    const desk = new Desk(await this.page.context().newPage(), this.url);
    desk.wire = this.wire;
    return desk;
  }

  close() {
    return this.page.context().close();
  }

  /** Opens the screen, on the quote with this link if one is given, with these system settings. */
  async open(link, settings = {}) {
    const set = Object.keys(settings).length === 0 ? {} : { settings: JSON.stringify(settings) };
    const query = new URLSearchParams({ ...set, ...(link === undefined ? {} : { link }) }).toString();
    await this.page.goto(query === "" ? this.url : `${this.url}?${query}`);
    await this.until(() => this.page.evaluate(() => window.quoteDesk !== undefined), "the desk is open");
  }

  /** Goes to a page of the screen without loading it anew. */
  goTo(address) {
    return this.page.evaluate((to) => {
      history.pushState(null, "", to);
      dispatchEvent(new Event("qd-route"));
    }, address);
  }

  /** Waits until every list has been read at least once. */
  synced(timeout = 60_000) {
    return this.until(
      () => this.page.evaluate(async () => (await window.quoteDesk.sync.state()).ready),
      "every list has been read",
      timeout,
    );
  }

  /** Asks again and again until the answer is yes; returns it. A question that a navigation cuts short has no answer yet. */
  async until(ask, what, timeout = 30_000) {
    const end = Date.now() + timeout;
    for (;;) {
      const answer = await Promise.resolve(ask()).catch((error) => {
        if (!/Execution context was destroyed/.test(error.message)) throw error;
      });
      if (answer) return answer;
      assert.ok(Date.now() < end, `waited ${timeout / 1000} s until ${what}`);
      await this.page.waitForTimeout(50);
    }
  }

  /** A control by its exact accessible name. */
  control(name) {
    return this.page.getByLabel(name, { exact: true });
  }

  button(name) {
    return this.page.getByRole("button", { name });
  }

  /** A control of the `number`th line, counted from 1. */
  ofLine(number, name) {
    return this.control(name).nth(number - 1);
  }

  /** Picks a customer as a rep does: types, and takes the row that says so. */
  async pickCustomer(name) {
    await this.control("Customer").click();
    await this.page.keyboard.type(name);
    await this.page.getByRole("option", { name }).first().click();
  }

  /** Adds a product through the search, then sets its quantity, discount and price where they are given. */
  async add(sku, { quantity, discount, price } = {}) {
    const before = await this.control("Quantity").count();
    const search = this.control("Add product");
    await search.click();
    await search.fill(sku);
    await this.page.getByRole("option", { name: sku }).first().waitFor();
    await search.press("Enter");
    await this.control("Quantity").nth(before).waitFor();
    const number = before + 1;
    if (quantity !== undefined) await this.set(number, "Quantity", quantity);
    if (price !== undefined) await this.set(number, "Price", price);
    if (discount !== undefined) await this.set(number, "Discount", discount);
    return number;
  }

  /** Types a value into a field of a line and leaves it. */
  async set(number, field, value) {
    const control = this.ofLine(number, field);
    await control.fill(value);
    await control.press("Tab");
  }

  /** What a control or an output shows, with white space tidied; of a list, the chosen entry. */
  shown(locator) {
    return locator.evaluate((element) => {
      const text =
        element instanceof HTMLSelectElement
          ? element.selectedOptions[0]?.textContent
          : element instanceof HTMLInputElement
            ? element.value
            : element.textContent;
      return (text ?? "").replaceAll(/\s+/g, " ").trim();
    });
  }

  /** Waits until a control or output shows this text, or something that holds it. */
  async shows(locator, text, timeout = 10_000) {
    const end = Date.now() + timeout;
    let last;
    do {
      last = await this.shown(locator).catch((error) => String(error));
      if (last.includes(text)) return;
      await this.page.waitForTimeout(50);
    } while (Date.now() < end);
    assert.fail(`wanted ${JSON.stringify(text)}, the screen shows ${JSON.stringify(last)}`);
  }

  /** Waits for the totals. */
  async totals({ net, tax, gross }) {
    await this.shows(this.control("Net"), net);
    await this.shows(this.control("Tax"), tax);
    await this.shows(this.control("Gross"), gross);
  }

  /** Asks to confirm, by the button. */
  async confirm() {
    await this.button("Confirm order").click();
  }

  /**
   * Presses Confirm order in several tabs at one moment: an order of one locks the others, whose button goes while Playwright
   * waits for it to be still.
   */
  static async confirmAtOnce(...desks) {
    const buttons = await Promise.all(desks.map((desk) => desk.button("Confirm order").elementHandle()));
    await Promise.all(buttons.map((button) => button.evaluate((element) => element.click())));
  }

  /** Confirms and waits until the order stands in Cin7. */
  async ordered(link) {
    await this.confirm();
    return this.orderIs(link, "confirmed");
  }

  /** Opens the detail of the `number`th line. */
  async details(number) {
    await this.button(new RegExp(`^Details of Line ${number},`)).click();
    await this.page.getByRole("group", { name: `More about line ${number}` }).waitFor();
  }

  /** Opens the part of the header that is folded away. */
  async more() {
    await this.page.locator("details.more > summary").click();
  }

  /** Types into a field of the header and leaves it. */
  async fill(name, value) {
    const field = this.control(name);
    await field.fill(value);
    await field.press("Tab");
  }

  /** Waits until the list of problems says this. */
  async says(words) {
    await this.page.locator("qd-problem-list").getByText(words).first().waitFor();
  }

  /** Presses confirm and proves that nothing was posted for it. */
  async isStopped(sandbox, words) {
    await this.confirm();
    await this.says(words);
    await this.page.waitForTimeout(200);
    assert.deepEqual(
      (await sandbox.writes()).map(({ method, path }) => `${method} ${path}`),
      [],
    );
  }

  /** A quote as it is kept, once every line on the screen has been saved. */
  async view(link) {
    const lines = await this.control("Quantity").count();
    return this.until(async () => {
      const view = await this.page.evaluate(async (key) => (await window.quoteDesk.quotes.open(key)).view(), link);
      return view.lines.length === lines && view;
    }, "the quote on the screen is saved");
  }

  /**
   * Asks for a run, and returns when the one before it started. A run never overlaps another: one that is on would swallow the
   * wish.
   */
  async syncNow(timeout = 60_000) {
    await this.until(
      () => this.page.evaluate(async () => (await window.quoteDesk.sync.state()).phase === "idle"),
      "no run is on",
      timeout,
    );
    return this.page.evaluate(async () => {
      const { startedAt } = await window.quoteDesk.sync.state();
      await window.quoteDesk.sync.now();
      return startedAt;
    });
  }

  /** A run of the sync from now to its end. */
  async sync(timeout = 60_000) {
    const before = await this.syncNow(timeout);
    await this.until(
      () =>
        this.page.evaluate(async (earlier) => {
          const { phase, startedAt } = await window.quoteDesk.sync.state();
          return startedAt !== earlier && phase === "idle";
        }, before),
      "the run has ended",
      timeout,
    );
  }

  /** The order of a link, as the desk reports it. */
  order(link) {
    return this.page.evaluate((key) => window.quoteDesk.orders.get(key), link);
  }

  /** Waits until the order of a link is in this state. */
  async orderIs(link, state, timeout = 30_000) {
    const end = Date.now() + timeout;
    let last;
    do {
      last = await this.order(link).catch((error) => ({ state: String(error) }));
      if (last.state === state) return last;
      await this.page.waitForTimeout(100);
    } while (Date.now() < end);
    assert.fail(`wanted the order ${state}, it is ${JSON.stringify(last, null, 1)}`);
  }

  /** The text of the whole page, as a reader sees it. Reaches into shadow roots. */
  text() {
    return this.page
      .locator("body")
      .innerText()
      .then(async (light) => {
        const inner = await this.page.evaluate(() => {
          const parts = [];
          const walk = (node) => {
            if (node.nodeType === Node.TEXT_NODE) parts.push(node.textContent);
            if (node.nodeName === "STYLE" || node.nodeName === "SCRIPT") return;
            for (const child of node.shadowRoot?.childNodes ?? []) walk(child);
            for (const child of node.childNodes) walk(child);
          };
          walk(document.body);
          return parts.join(" ");
        });
        return `${light}\n${inner.replaceAll(/\s+/g, " ")}`;
      });
  }
}

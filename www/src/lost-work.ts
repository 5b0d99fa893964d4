import { html, nothing, type TemplateResult } from "lit";
import type { OrderView, StandingSale } from "cin7-quote-desk";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { plural } from "./figure.js";
import { icon } from "./icon.js";
import { isSettled } from "./order-timeline.js";
import { addressOf } from "./route.js";

/** Where it is remembered outside the databases what they hold of an account, so that their loss is noticed. */
const REMEMBERED = "quote-desk-kept-here";
/** How many orders on their way are remembered by name. */
const MOST = 50;

interface Kept {
  /** How many quotes and orders were kept. */
  count: number;
  /** Orders that had not arrived. */
  waiting: { link: string; number: string; customer: string }[];
}

type Lost = Kept["waiting"][number] & { found: StandingSale[] | null; problem: string };

async function keyOfAccount(): Promise<string> {
  const account = await theDesk().account();
  return account === null ? REMEMBERED : `${REMEMBERED}/${account}`;
}

function remembered(key: string): Kept {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "") as Kept;
  } catch {
    return { count: 0, waiting: [] };
  }
}

/** Says when what was kept here is gone, and looks up in Cin7 what has become of each order that was on its way. */
class LostWork extends QdElement {
  #lost: Lost[] | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const before = remembered(await keyOfAccount());
    const [quotes, orders] = await this.#kept();
    // Earlier versions remembered an order's key.
    const known = new Set(orders.flatMap(({ key, quoteId }) => [key, quoteId]));
    const gone = before.waiting.filter(({ link }) => !known.has(link));
    if (gone.length > 0 || (before.count > 0 && quotes + orders.length === 0)) {
      this.#lost = gone.map((order) => ({ ...order, found: null, problem: "" }));
      this.requestUpdate();
      await this.#lookUp();
    } else {
      void this.#remember();
    }
    this.hear("order", () => void this.#remember());
    this.listen(window, "qd-route", () => void this.#remember());
    this.listen(window, "online", () => void this.#lookUp());
  }

  async #kept(): Promise<[number, OrderView[]]> {
    const desk = theDesk();
    const [quotes, orders] = await Promise.all([desk.quotes.list(), desk.orders.list()]);
    return [quotes.length, orders];
  }

  /** Nothing is forgotten while the loss has not been read. */
  async #remember(): Promise<void> {
    if (this.#lost !== null) return;
    const [quotes, orders] = await this.#kept().catch(() => [0, null] as const);
    if (orders === null) return;
    const waiting = orders
      .filter((order) => !isSettled(order))
      .slice(0, MOST)
      .map(({ quoteId, quoteNumber, customerName }) => ({ link: quoteId, number: quoteNumber, customer: customerName }));
    localStorage.setItem(await keyOfAccount(), JSON.stringify({ count: quotes + orders.length, waiting } satisfies Kept));
  }

  async #lookUp(): Promise<void> {
    for (const order of this.#lost ?? []) {
      if (order.found !== null) continue;
      try {
        order.found = await theDesk().orders.lookUp(order.link);
        order.problem = "";
      } catch (caught) {
        order.problem = inWords(caught);
      }
      this.requestUpdate();
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const lost = this.#lost;
    if (lost === null) return nothing;
    return html`<div class="notices"><section class="banner stop lost-work" role="alert"
      aria-label="Local work">${icon("stop")}<span>
        <b>Work that was kept in this browser may be lost.</b> Its storage was cleared: quotes that were not ordered have to be
          written again.
        ${
          lost.length === 0
            ? nothing
            : html`${plural(lost.length, "order")} had not arrived in Cin7 when it was last looked at:
          <ul>${lost.map((order) => html`<li><b>Quote ${order.number}</b> ${order.customer}: ${this.#fate(order)}</li>`)}</ul>`
        }</span>
      <button class="button small" ?disabled=${lost.some(
        (order) => order.found === null && order.problem === "",
      )} @click=${this.#read}>I have read this</button></section></div>`;
  }

  #fate(order: Lost): TemplateResult {
    if (order.problem !== "")
      return html`Cin7 could not be asked yet. ${order.problem} <button class="link" @click=${() => void this.#lookUp()}>Ask
        again</button>`;
    if (order.found === null) return html`<span class="soft">looking it up in Cin7 …</span>`;
    const [sale] = order.found.filter(({ status }) => !/^void/i.test(status));
    if (sale !== undefined)
      return html`stands in Cin7 as <a href="/order/${sale.saleId}">${
        sale.orderNumber === "" ? "a sale without a number" : sale.orderNumber
      }</a> (${sale.status.toLowerCase()}). Do not order it again.`;
    return html`is not in Cin7. <a href=${addressOf(order.link)}>Write it again</a>`;
  }

  #read(): void {
    this.#lost = null;
    void this.#remember();
    this.requestUpdate();
  }
}
customElements.define("qd-lost-work", LostWork);

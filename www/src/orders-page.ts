import { html, nothing, type TemplateResult } from "lit";
import type { OrderView, SaleList, SaleSummary } from "cin7-quote-desk";
import "./order-actions.js";
import "./orders-elsewhere.js";
import "./other-accounts.js";
import "./sale-transactions.js";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { amount, count, plural } from "./figure.js";
import { icon } from "./icon.js";
import { isSettled, orderSentence, orderState, orderTimeline, readBack } from "./order-timeline.js";
import { addressOf, go } from "./route.js";
import { FILE_KINDS, saveFile } from "./save-file.js";
import { paidTag, quoteNumberOf, saleTags } from "./sale-words.js";
import { at, day } from "./time.js";
import { toast } from "./toast.js";

const AT_ONCE = 50;
/** What of the orders is shown. */
type Shown = "all" | "open" | "waiting" | "lines";
const SHOWN: [Shown, string][] = [
  ["all", "All"],
  ["open", "Open"],
  ["waiting", "Waiting here"],
  ["lines", "Line by line"],
];

/** Orders of any origin: those of this device on their way into Cin7, and every one that stands there. */
class OrdersPage extends QdElement {
  #orders: OrderView[] | null = null;
  #sales: SaleList | null = null;
  #failure = "";
  #wanted = "";
  #shown: Shown = "all";
  #limit = AT_ONCE;
  #asked = 0;
  readonly #opened = new Map<string, boolean>();

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Orders";
    this.#asWanted();
    this.listen(window, "qd-route", () => this.#asWanted());
    this.hear("order", (order) => this.#changed(order));
    this.hear("records", ({ lists }) => {
      if (lists.includes("sales") || lists.includes("customers")) void this.#read();
    });
    this.every(20_000, () => this.requestUpdate());
    void this.#read();
  }

  /** The address may ask for those that wait. */
  #asWanted(): void {
    if (new URLSearchParams(location.search).get("show") === "waiting" && this.#shown !== "waiting") this.#show("waiting");
  }

  async #read(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const [orders, sales] = await Promise.all([
        theDesk().orders.list(),
        theDesk().sales.list({ text: this.#wanted, open: this.#shown === "open", limit: this.#limit }),
      ]);
      if (asked !== this.#asked) return;
      [this.#orders, this.#sales, this.#failure] = [orders, sales, ""];
    } catch (caught) {
      this.#failure = inWords(caught);
    }
    this.requestUpdate();
  }

  #changed(order: OrderView): void {
    const orders = this.#orders ?? [];
    const known = orders.some((one) => one.key === order.key);
    this.#orders = known ? orders.map((one) => (one.key === order.key ? order : one)) : [order, ...orders];
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`<main class="page orders-page"><header class="page-title"><h1>Orders</h1>
        ${
          this.#shown === "waiting" || this.#shown === "lines"
            ? nothing
            : html`<input class="input filter" type="search" aria-label="Find an order" placeholder="Order, customer or reference"
              .value=${this.#wanted} @input=${this.#typed} />`
        }
        <div class="segments" role="group" aria-label="Show">${SHOWN.map(
          ([shown, name]) =>
            html`<button class="segment" aria-pressed=${this.#shown === shown}
              @click=${() => this.#show(shown)}>${name}${this.#waitingCount(shown)}</button>`,
        )}</div></header>
      ${
        this.#failure !== ""
          ? html`<p class="banner stop" role="alert">${icon("stop")}<span>The orders could not be read.
            ${this.#failure}</span></p>`
          : this.#orders === null || this.#sales === null
            ? html`<p class="loading">Reading the orders …</p>`
            : html`${
                this.#shown === "lines"
                  ? nothing
                  : html`<qd-orders-elsewhere></qd-orders-elsewhere><qd-other-accounts></qd-other-accounts>`
              }${this.#content(this.#orders, this.#sales)}`
      }
    </main>`;
  }

  #waitingCount(shown: Shown): TemplateResult | typeof nothing {
    const waiting = shown === "waiting" ? (this.#orders ?? []).filter((order) => !isSettled(order)).length : 0;
    return waiting === 0 ? nothing : html` <b>${count(waiting)}</b>`;
  }

  #content(orders: OrderView[], sales: SaleList): TemplateResult {
    if (this.#shown === "lines") return html`<qd-sale-transactions></qd-sale-transactions>`;
    const search = this.#wanted.toLowerCase();
    // An order that stands in Cin7 is in the table below; here are those that wait for something.
    const own = orders
      .filter((order) => !isSettled(order) || (this.#shown !== "waiting" && !order.listedInCin7))
      .filter(
        (order) =>
          search === "" || `${order.quoteNumber} ${order.customerName} ${order.orderNumber ?? ""}`.toLowerCase().includes(search),
      );
    const cards = own.length === 0 ? nothing : html`<ul class="orders">${own.map((order) => this.#order(order))}</ul>`;
    if (this.#shown === "waiting")
      return own.length === 0
        ? html`<section class="card teach big"><h2>Nothing waits on this device.</h2><p class="soft">An order that is still on its
          way into Cin7 stands here, with every step it takes.</p></section>`
        : html`${this.#waiting(own)}${cards}`;
    if (own.length === 0 && sales.total === 0 && search === "" && this.#shown === "all") return this.#empty();
    return html`${cards}${this.#table(sales)}`;
  }

  /** What all that waits comes to, and the way to take it along. */
  #waiting(orders: OrderView[]): TemplateResult {
    const sums = new Map<string, number>();
    // For reading alone: each order has its exact figures.
    for (const { expected } of orders) sums.set(expected.currency, (sums.get(expected.currency) ?? 0) + Number(expected.gross));
    const stuck = orders.filter(({ state }) => state === "needs-attention").length;
    return html`<div class="waiting-sum"><p><b>${plural(orders.length, "order")} waiting</b>, ${[...sums]
      .map(([currency, sum]) => `${currency} ${amount(sum.toFixed(2))}`)
      .join(" and ")}.
        ${
          stuck === 0
            ? html`<span class="soft">They go their way by themselves.</span>`
            : html`<span class="stop">${stuck === 1 ? "1 needs" : `${stuck} need`} you.</span>`
        }</p>
      <span class="save-as" role="group" aria-label="Save all waiting orders"><span class="soft small">Save all
        as</span>${FILE_KINDS.map(
          ({ as, name, hint }) =>
            html`<button class="link small" title=${hint} @click=${() => void this.#save(as)}>${name}</button>`,
        )}</span></div>`;
  }

  async #save(as: (typeof FILE_KINDS)[number]["as"]): Promise<void> {
    await theDesk()
      .orders.export({ as })
      .then(saveFile, (caught: unknown) => toast({ text: inWords(caught) }));
  }

  #empty(): TemplateResult {
    return html`<section class="card teach big"><h2>No orders yet.</h2>
      <p class="soft">A confirmed quote appears here at once, with every step of its way into Cin7. Orders typed into Cin7 appear
        with the next sync.</p>
      <p><a class="button" href="/">Go to the quotes</a></p></section>`;
  }

  #table({ sales, total }: SaleList): TemplateResult {
    return html`<table class="records card sales">
      <thead><tr><th scope="col">Order</th><th scope="col">Customer</th><th scope="col">Date</th><th scope="col"
        class="wide-only">Reference</th><th scope="col">Shipping</th><th scope="col" class="number">Total</th><th scope="col"
          class="number">Open</th><th scope="col">Paid</th></tr></thead>
      <tbody>${sales.map((sale) => this.#sale(sale))}
      ${
        sales.length === 0
          ? html`<tr><td colspan="8" class="soft">${
              this.#wanted === ""
                ? this.#shown === "open"
                  ? "No order is open."
                  : "Cin7 has listed no order yet."
                : "No order matches."
            }</td></tr>`
          : nothing
      }</tbody>
    </table>
    <p class="soft small table-note" role="status">${
      sales.length < total
        ? html`The newest ${count(sales.length)} of ${count(total)}. <button class="link" @click=${this.#more}>Show more</button>`
        : total === 1
          ? "1 order."
          : `${count(total)} orders.`
    }</p>`;
  }

  #sale(sale: SaleSummary): TemplateResult {
    const quote = quoteNumberOf(sale.quoteLink);
    return html`<tr class=${sale.voided ? "voided" : ""} @click=${(event: MouseEvent) => this.#openRow(event, sale)}>
      <td class="sale-number"><a href=${`/order/${sale.id}`}>${sale.number === "" ? "without a number" : sale.number}</a>
        <span class="soft small">${
          quote === null ? "typed into Cin7" : html`<a href=${addressOf(sale.quoteLink ?? "")}>quote ${quote}</a>`
        }</span></td>
      <td class="one-line">${
        sale.customerKnown && sale.customerId !== null
          ? html`<a class="quiet" href=${`/company/${sale.customerId}`}>${sale.customerName}</a>`
          : sale.customerName
      }${
        sale.customerKnown
          ? nothing
          : html` <span class="tag"
            title="The order is kept, and joins the company once it has been read from Cin7.">${icon("clock")} waits for its
              customer</span>`
      }</td>
      <td>${sale.orderedOn === null ? nothing : html`<time datetime=${sale.orderedOn}>${day(sale.orderedOn)}</time>`}</td>
      <td class="wide-only soft reference">${sale.reference}</td>
      <td>${sale.voided ? nothing : sale.shipping}${saleTags(sale)}${
        sale.shippedOn === null
          ? nothing
          : html` <time class="soft small" datetime=${sale.shippedOn}>${day(sale.shippedOn)}</time>`
      }</td>
      <td class="number total-cell">${
        sale.total === null
          ? sale.voided
            ? nothing
            : html`<span class="soft" title="The details are still to be read.">…</span>`
          : html`<span class="soft small">${sale.currency}</span> ${amount(sale.total)}`
      }</td>
      <td class="number" data-name="Open">${
        sale.voided
          ? nothing
          : sale.open !== null
            ? amount(sale.open)
            : sale.total === null
              ? nothing
              : html`<span class="soft small">not invoiced</span>`
      }</td>
      <td data-name="Paid">${sale.voided ? nothing : paidTag(sale.paid)}</td>
    </tr>`;
  }

  #order(order: OrderView): TemplateResult {
    const open = this.#opened.get(order.key) ?? !isSettled(order);
    return html`<li class="card order-card">
      <div class="order-head">
        ${orderState(order)}
        <h2><a href=${addressOf(order.quoteId)}>Quote ${order.quoteNumber}</a> <span>${order.customerName}</span></h2>
        <span class="order-number">${
          order.orderNumber === null
            ? nothing
            : order.saleId === null
              ? order.orderNumber
              : html`<a href=${`/order/${order.saleId}`}>${order.orderNumber}</a>`
        }${order.saleStatus === null ? nothing : html` <span class="tag">${order.saleStatus.toLowerCase()}</span>`}</span>
        <span class="number"><span class="soft small">${order.expected.currency}</span> ${amount(order.expected.gross)}</span>
        <span class="soft small wide-only">confirmed ${at(order.confirmedAt)}</span>
        <button class="icon-button" aria-expanded=${open} aria-label=${`Steps of the order of quote ${order.quoteNumber}`}
          @click=${() => this.#toggle(order, open)}>${icon(open ? "up" : "down")}</button>
      </div>
      <div class="order-body">${orderSentence(order)}
        <qd-order-actions .order=${order}></qd-order-actions>
        ${open ? html`<div class="order-steps">${orderTimeline(order)}${readBack(order)}</div>` : nothing}
      </div></li>`;
  }

  #typed(event: Event): void {
    this.#wanted = (event.target as HTMLInputElement).value.trim();
    this.#limit = AT_ONCE;
    void this.#read();
  }

  #show(shown: Shown): void {
    this.#shown = shown;
    this.#limit = AT_ONCE;
    if (shown === "waiting" || shown === "lines") this.#wanted = "";
    this.requestUpdate();
    void this.#read();
  }

  #more(): void {
    this.#limit += AT_ONCE * 3;
    void this.#read();
  }

  #openRow(event: MouseEvent, sale: SaleSummary): void {
    if ((event.target as Element).closest("a, button") === null && getSelection()?.isCollapsed !== false) go(`/order/${sale.id}`);
  }

  #toggle(order: OrderView, open: boolean): void {
    this.#opened.set(order.key, !open);
    this.requestUpdate();
  }
}
customElements.define("qd-orders-page", OrdersPage);

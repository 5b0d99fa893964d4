import { html, nothing, type TemplateResult } from "lit";
import type { OrderView } from "cin7-quote-desk";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { amount } from "./figure.js";
import { icon } from "./icon.js";
import { canRetry, orderSentence, orderState, orderTimeline, readBack } from "./order-timeline.js";
import { addressOf } from "./route.js";
import { at } from "./time.js";
import { toast } from "./toast.js";

/** Every order of this device, from the moment it was confirmed. */
class OrdersPage extends QdElement {
  #orders: OrderView[] | null = null;
  #failure = "";
  readonly #opened = new Map<string, boolean>();
  readonly #retrying = new Set<string>();

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Orders";
    this.hear("order", (order) => this.#changed(order));
    this.every(20_000, () => this.requestUpdate());
    void this.#read();
  }

  async #read(): Promise<void> {
    try {
      this.#orders = await theDesk().orders.list();
      this.#failure = "";
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
    return html`<main class="page"><header class="page-title"><h1>Orders</h1></header>
      ${this.#failure !== "" ? html`<p class="banner stop" role="alert">${icon("stop")}<span>The orders could not be read. ${this.#failure}</span></p>`
        : this.#orders === null ? html`<p class="loading">Reading the orders …</p>` : this.#orders.length === 0 ? this.#empty()
        : html`<ul class="orders">${this.#orders.map((order) => this.#order(order))}</ul>`}
    </main>`;
  }

  #empty(): TemplateResult {
    return html`<section class="card teach big"><h2>No orders yet.</h2>
      <p class="soft">A confirmed quote appears here at once, with every step of its way into Cin7. Nothing is sent twice: each try looks in Cin7 first.</p>
      <p><a class="button" href="/">Go to the quotes</a></p></section>`;
  }

  #order(order: OrderView): TemplateResult {
    const open = this.#opened.get(order.key) ?? order.state !== "confirmed";
    return html`<li class="card order-card">
      <div class="order-head">
        ${orderState(order)}
        <h2><a href=${addressOf(order.key)}>Quote ${order.quoteNumber}</a> <span>${order.customerName}</span></h2>
        <span class="order-number">${order.orderNumber ?? nothing}${order.saleStatus === null ? nothing : html` <span class="tag">${order.saleStatus.toLowerCase()}</span>`}</span>
        <span class="number"><span class="soft small">${order.expected.currency}</span> ${amount(order.expected.gross)}</span>
        <span class="soft small wide-only">confirmed ${at(order.confirmedAt)}</span>
        <button class="icon-button" aria-expanded=${open} aria-label=${`Steps of the order of quote ${order.quoteNumber}`} @click=${() => this.#toggle(order, open)}>${icon(open ? "up" : "down")}</button>
      </div>
      <div class="order-body">${orderSentence(order)}
        ${canRetry(order) ? html`<p><button class="button" ?disabled=${this.#retrying.has(order.key)} @click=${() => void this.#retry(order)}>${icon("refresh")} Try again now</button>
          <span class="soft small">It is looked up in Cin7 first, so it cannot be made twice.</span></p>` : nothing}
        ${open ? html`<div class="order-steps">${orderTimeline(order)}${readBack(order)}</div>` : nothing}
      </div></li>`;
  }

  #toggle(order: OrderView, open: boolean): void {
    this.#opened.set(order.key, !open);
    this.requestUpdate();
  }

  async #retry(order: OrderView): Promise<void> {
    this.#retrying.add(order.key);
    this.requestUpdate();
    try {
      this.#changed(await theDesk().orders.retry(order.key));
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    this.#retrying.delete(order.key);
    this.requestUpdate();
  }
}
customElements.define("qd-orders-page", OrdersPage);

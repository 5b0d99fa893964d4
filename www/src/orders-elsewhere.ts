import { html, nothing, type TemplateResult } from "lit";
import type { OrderElsewhere } from "cin7-quote-desk";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { amount } from "./figure.js";
import { icon } from "./icon.js";
import { ago, at, due } from "./time.js";
import { toast } from "./toast.js";

/**
 * Orders that were confirmed on another device and have not arrived: the server keeps them, and this device can go on with
 * them.
 */
class OrdersElsewhere extends QdElement {
  #orders: OrderElsewhere[] = [];
  readonly #taking = new Set<string>();

  override connectedCallback(): void {
    super.connectedCallback();
    this.hear("elsewhere", ({ orders }) => this.#show(orders));
    this.every(20_000, () => this.requestUpdate());
    void theDesk()
      .orders.elsewhere()
      .then((orders) => this.#show(orders));
  }

  #show(orders: OrderElsewhere[]): void {
    this.#orders = orders;
    this.requestUpdate();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#orders.length === 0) return nothing;
    return html`<section class="elsewhere" aria-label="Confirmed on another device">
      <ul class="orders">${this.#orders.map((order) => this.#order(order))}</ul></section>`;
  }

  #order(order: OrderElsewhere): TemplateResult {
    const by = order.confirmedBy === null ? "" : ` by ${order.confirmedBy}`;
    return html`<li class="card order-card">
      <div class="order-head">
        <span class="tag ${order.refused ? "stop" : ""}">${icon(order.refused ? "stop" : "clock")} ${
          order.refused ? "refused, on another device" : "on another device"
        }</span>
        <h2>Quote ${order.quoteNumber} <span>${order.customerName}</span></h2>
        <span class="number"><span class="soft small">${order.currency}</span> ${amount(order.gross)}</span>
        <span class="soft small wide-only">confirmed ${at(order.confirmedAt)}</span>
      </div>
      <div class="order-body">
        <p class="order-sentence">${icon("note")}<span>Confirmed${by} on another device ${ago(order.confirmedAt)}. The server
          keeps it, and has not heard that it stands in Cin7. ${
            order.refused
              ? "Cin7 refused it: it waits for somebody to change it, there or here."
              : html`If nothing more is heard of that device, this one goes on with it ${due(order.takenOverAt)}.`
          }</span></p>
        <p><button class="button" ?disabled=${this.#taking.has(order.key)}
          @click=${() => void this.#takeOver(order)}>${icon("refresh")} Go on with it here</button>
          <span class="soft small">It is looked up in Cin7 first, so it cannot be made twice.</span></p>
      </div></li>`;
  }

  async #takeOver(order: OrderElsewhere): Promise<void> {
    this.#taking.add(order.key);
    this.requestUpdate();
    try {
      await theDesk().orders.takeOver(order.key);
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    this.#taking.delete(order.key);
    this.requestUpdate();
  }
}
customElements.define("qd-orders-elsewhere", OrdersElsewhere);

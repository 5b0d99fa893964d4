import { html, nothing, type TemplateResult } from "lit";
import type { OtherAccountWork } from "cin7-quote-desk";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { amount, count, plural } from "./figure.js";
import { icon } from "./icon.js";

/** What waits on this device for another Cin7 account than the one that is open. */
class OtherAccounts extends QdElement {
  #waiting: OtherAccountWork[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    void theDesk()
      .otherAccounts()
      .then((waiting) => {
        this.#waiting = waiting;
        this.requestUpdate();
      });
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#waiting.length === 0) return nothing;
    return html`<section class="elsewhere" aria-label="Waiting for another Cin7 account"><ul class="orders">${this.#waiting.map(
      (waiting) => this.#account(waiting),
    )}</ul></section>`;
  }

  #account({ company, work }: OtherAccountWork): TemplateResult {
    const rest = [
      work.quotes.length === 0 ? "" : plural(work.quotes.length, "quote"),
      work.accounts.length === 0 ? "" : plural(work.accounts.length, "new customer"),
      work.unreadable === 0 ? "" : `${count(work.unreadable)} that cannot be read`,
    ].filter((words) => words !== "");
    return html`<li class="card order-card">
      <div class="order-head"><span class="tag">${icon("clock")} another Cin7 account</span><h2>${
        company === "" ? "An account that is not known" : company
      }</h2></div>
      <div class="order-body">
        <p class="order-sentence">${icon("note")}<span>This waits on this device for its own Cin7 account. It is never sent to the
          one that is open, and goes on when the server works for its account again.</span></p>
        ${
          work.orders.length === 0
            ? nothing
            : html`<ul class="order-notes">${work.orders.map(
                (order) =>
                  html`<li>${icon("truck")}<span>Order of quote ${order.quoteNumber}, ${order.customerName},
                    ${order.expected.currency} ${amount(order.expected.gross)}</span></li>`,
              )}</ul>`
        }
        ${rest.length === 0 ? nothing : html`<p class="soft small">Also kept for it: ${rest.join(", ")}.</p>`}
      </div></li>`;
  }
}
customElements.define("qd-other-accounts", OtherAccounts);

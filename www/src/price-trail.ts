import { html, nothing, type TemplateResult } from "lit";
import type { LineView, PriceReason } from "cin7-quote-desk";
import { hide, showBeside } from "./anchored.js";
import { QdElement } from "./element.js";
import { amount } from "./figure.js";
import { icon } from "./icon.js";

const ASKED: Record<PriceReason["source"], string> = {
  typed: "Typed on this line",
  quantity: "Quantity break",
  customer: "Customer's own price",
  quoteTier: "Tier of this quote",
  customerTier: "Customer's tier",
  standard: "Standard price",
};
const OUTCOME: Record<PriceReason["outcome"], string> = {
  used: "used",
  outranked: "outranked",
  "not-priced": "not priced",
  "not-applicable": "does not apply",
};

/** Every source that was asked for a price, in order, losers included. */
export function priceTrail(trail: PriceReason[]): TemplateResult {
  return html`<ol class="trail">
    ${trail.map(
      (reason) => html`<li class=${reason.outcome}>
      <span class="trail-mark">${reason.outcome === "used" ? icon("check") : nothing}</span>
      <span>${ASKED[reason.source]}
        <small>${labelled(reason) ? `${reason.label} · ` : ""}${OUTCOME[reason.outcome]}</small></span>
      <span class="number">${reason.price === null ? "–" : amount(reason.price)}</span>
    </li>`,
    )}
  </ol>`;
}

/** A tier's name says more than its source; "typed" and "customer price" do not. */
function labelled(reason: PriceReason): boolean {
  return (
    reason.label !== "" &&
    reason.outcome !== "not-applicable" &&
    reason.source !== "typed" &&
    reason.source !== "quantity" &&
    reason.source !== "customer"
  );
}

/** The popover with the trail of the price under the pointer or the focus; one for the whole quote. */
class PriceTrailPopover extends QdElement {
  #line: LineView | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows the trail of a line's price beside something, after a moment's rest. */
  show(line: LineView, beside: Element, after: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#line = line;
      this.requestUpdate();
      void this.updateComplete.then(() => {
        const popover = this.querySelector<HTMLElement>("[popover]");
        if (popover !== null && beside.isConnected) showBeside(popover, beside, "end");
      });
    }, after);
  }

  /** Redraws an open trail after its price changed. */
  follow(line: LineView): void {
    if (this.#line?.id !== line.id) return;
    this.#line = line;
    this.requestUpdate();
  }

  hide(): void {
    clearTimeout(this.#timer);
    hide(this.querySelector<HTMLElement>("[popover]"));
  }

  protected override render(): TemplateResult {
    return html`<div popover="manual" class="trail-popover" role="tooltip">
      ${this.#line === null ? nothing : html`<h3>Why this price</h3>${priceTrail(this.#line.trail)}`}
    </div>`;
  }
}
customElements.define("qd-price-trail", PriceTrailPopover);

declare global {
  interface HTMLElementTagNameMap {
    "qd-price-trail": PriceTrailPopover;
  }
}

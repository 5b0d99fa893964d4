import { html, nothing, type TemplateResult } from "lit";
import type { CustomerHit } from "cin7-quote-desk";
import { Combobox } from "./combobox.js";
import { theDesk } from "./desk.js";
import { icon } from "./icon.js";
import { marked } from "./marked.js";

/** Chooses whom a new quote is for. */
class CustomerPicker extends Combobox<CustomerHit> {
  static override properties = { ready: { attribute: false }, quote: { attribute: false } };
  /** Whether every customer has been read from Cin7. */
  declare ready: boolean;
  /** The link of the quote that waits for its customer. */
  declare quote: string;
  /** Takes the customer who is chosen. */
  chosen: (customerId: string) => Promise<void> = () => Promise.resolve();
  protected override readonly label = "Customer";
  protected override readonly placeholder = "Part of the customer's name";
  protected override readonly opensEmpty = true;

  override connectedCallback(): void {
    super.connectedCallback();
    this.hear("records", ({ lists }) => {
      if (lists.includes("customers")) this.again();
    });
  }

  protected override firstUpdated(): void {
    this.enter();
  }

  protected override leading(): TemplateResult {
    return html`<span class="combobox-mark">${icon("search")}</span>`;
  }

  protected override search(text: string): Promise<CustomerHit[]> {
    return theDesk().customers.search(text, { limit: 12 });
  }

  protected override choose(hit: CustomerHit): Promise<void> {
    this.clear();
    return this.chosen(hit.id);
  }

  protected override refuse(text: string): string {
    const several = this.hits.filter(({ fit }) => fit === "several").map(({ name }) => name);
    return several.length > 0
      ? `“${text}” can mean ${several.join(" or ")}. Choose one.`
      : `No customer is called exactly “${text}”. Choose one.`;
  }

  protected override option(hit: CustomerHit): TemplateResult {
    return html`<span class="hit-customer"><b class="one-line">${marked(hit.name, hit.marks)}</b><span
      class="small soft one-line">${hit.city}</span></span>
      ${hit.onHold ? html`<span class="tag warn">${icon("warn")} on hold</span>` : nothing}
      <span class="soft small">${hit.priceTier ?? "no tier"}</span><span class="soft small">${hit.currency}</span>`;
  }

  protected override saysWhenEmpty(): boolean {
    return !this.ready;
  }

  protected override nothingFound(text: string): TemplateResult {
    if (!this.ready)
      return html`<p><b>${
        text === "" ? "No customers yet." : `“${text}” is not here yet.`
      }</b></p><p class="soft">Customers are being read from Cin7. They appear here as they arrive.</p>`;
    return html`<p><b>No customer matches “${text}”.</b></p><p class="soft">Only active customers of Cin7 are offered. Try a
      shorter part of the name.</p>
      <p><a class="button" href=${newAccount(this.quote, text)}>${icon("plus")} Create customer “${text}”</a></p>`;
  }
}
customElements.define("qd-customer-picker", CustomerPicker);

/** The address of the form for a new customer of a quote. */
export function newAccount(quote: string, name = ""): string {
  return `/companies/new?${new URLSearchParams({ ...(name === "" ? {} : { name }), quote }).toString()}`;
}

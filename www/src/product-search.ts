import { html, nothing, type TemplateResult } from "lit";
import type { ProductHit } from "cin7-quote-desk";
import { Combobox } from "./combobox.js";
import { theDesk } from "./desk.js";
import { inWords } from "./fault.js";
import { amount, plain, quantity } from "./figure.js";
import { icon } from "./icon.js";
import { marked } from "./marked.js";
import { productPicture } from "./product-picture.js";
import type { QuoteSession } from "./quote-session.js";
import { toast } from "./toast.js";

/** The search that adds products to the quote; `/` goes to it from anywhere. */
class ProductSearch extends Combobox<ProductHit> {
  static override properties = { session: { attribute: false } };
  declare session: QuoteSession;
  protected override readonly label = "Add product";
  protected override readonly placeholder = "Add product: part of a SKU or name";

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(this.session, "change", () => this.again());
  }

  protected override leading(): TemplateResult {
    return html`<span class="combobox-mark">${icon("plus")}</span><kbd class="combobox-key" aria-hidden="true">/</kbd>`;
  }

  protected override search(text: string): Promise<ProductHit[]> {
    const { customerId, priceTier, priceTierChosen, warehouse } = this.session.header;
    return theDesk().products.search(text, { customerId, priceTier: priceTierChosen ? priceTier : null, warehouse, limit: 30 });
  }

  protected override choose(hit: ProductHit): void {
    this.clear();
    void this.#add(hit);
  }

  async #add(hit: ProductHit): Promise<void> {
    try {
      const line = await this.session.add(hit.id);
      this.dispatchEvent(new CustomEvent("qd-added", { detail: line.id, bubbles: true }));
    } catch (caught) {
      toast({ text: `${hit.sku} was not added. ${inWords(caught)}` });
      this.enter();
    }
  }

  protected override option(hit: ProductHit): TemplateResult {
    return html`${productPicture(hit.image, hit.kind)}
      <span class="hit-product"><b class="sku one-line">${marked(hit.sku, hit.skuMarks)}</b><span class="one-line">${marked(hit.name, hit.nameMarks)}</span></span>
      <span class="hit-stock small">${this.#stock(hit)}</span>
      <span class="hit-price">${hit.price === null ? html`<span class="warn small">${hit.priceReason}</span>`
        : html`<b class="number">${amount(hit.price)}</b><span class="small soft one-line">${hit.priceReason}</span>`}</span>`;
  }

  #stock(hit: ProductHit): TemplateResult {
    if (hit.availableHere === null && hit.availableElsewhere === null) return html`<span class="soft">service</span>`;
    const here = hit.availableHere ?? "0";
    const none = plain(here) === "0" || here.startsWith("-");
    const elsewhere = hit.availableElsewhere;
    if (this.session.header.warehouse === null) return html`<span><b>${quantity(elsewhere ?? here)}</b> in all</span>`;
    return html`<span class=${none ? "warn" : ""}>${none ? icon("warn") : nothing} <b>${quantity(here)}</b> here</span>
      <span class="soft">${elsewhere === null ? nothing : html`${quantity(elsewhere)} elsewhere`}</span>`;
  }

  protected override nothingFound(text: string): TemplateResult {
    return html`<p><b>Nothing matches “${text}”.</b></p>
      <p class="soft">Try fewer letters, or another part of the SKU or name. Products that may not be sold in Cin7 are not offered.</p>`;
  }
}
customElements.define("qd-product-search", ProductSearch);

declare global {
  interface HTMLElementTagNameMap {
    "qd-product-search": ProductSearch;
  }
}

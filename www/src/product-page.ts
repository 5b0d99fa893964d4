import { html, nothing, type TemplateResult } from "lit";
import type { ProductView, QuoteSummary } from "cin7-quote-desk";
import "./product-gallery.js";
import { announce } from "./announcement.js";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { faultOf, inWords, type Fault } from "./fault.js";
import { amount, quantity } from "./figure.js";
import { icon } from "./icon.js";
import { safeMarkup } from "./markup.js";
import { stateTag } from "./product-state.js";
import { newQuoteNumber, quoteLink } from "./quote-number.js";
import { QuoteSession } from "./quote-session.js";
import { addressOf, go } from "./route.js";
import { arrivingList, stockAge, stockBars } from "./stock-bars.js";
import { ago, at, day } from "./time.js";
import { toast } from "./toast.js";

/** Open quotes that a product can be put on from here. */
const MOST_QUOTES = 6;

const DROP_SHIP: Record<ProductView["dropShip"], string> = { no: "Never", optional: "When the order says so", always: "Always" };

/** One product with everything that is known of it. */
class ProductPage extends QdElement {
  static override properties = { record: { attribute: false } };
  /** Its SKU or id. */
  declare record: string;
  #product: ProductView | null = null;
  #fault: Fault | null = null;
  #quotes: QuoteSummary[] = [];
  /** The description as it is being typed; `null` while nobody changes it. */
  #typed: string | null = null;
  #wrong = "";

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Product";
    this.hear("records", ({ lists }) => {
      if (lists.some((list) => ["products", "stock", "references", "purchases"].includes(list))) void this.#read();
    });
    this.hear("day", () => void this.#read());
    this.every(30_000, () => this.requestUpdate());
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("record")) return;
    [this.#product, this.#typed] = [null, null];
    void this.#read();
  }

  async #read(): Promise<void> {
    const { record } = this;
    try {
      const product = await theDesk().products.get(record);
      if (record !== this.record) return;
      this.#product = product;
      this.#fault = null;
      document.title = `${product.sku} ${product.name}`;
      this.requestUpdate();
      await QuoteSession.left;
      this.#quotes = (await theDesk().quotes.list()).filter((quote) => !quote.confirmed).slice(0, MOST_QUOTES);
    } catch (caught) {
      this.#fault = faultOf(caught);
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    if (this.#product !== null) return this.#page(this.#product);
    if (this.#fault === null) return html`<main class="page"><p class="loading">Reading the product …</p></main>`;
    const unknown = this.#fault.code === "unknown-product" || this.#fault.code === "not-ready";
    return html`<main class="page narrow"><section class="card teach"><h1>${
      unknown ? "This product is not here." : "This product cannot be shown."
    }</h1>
      <p class="soft">${
        unknown ? "No product with this SKU has been read from Cin7." : this.#fault.sentence
      }</p><p><a class="button" href="/products">All products</a></p></section></main>`;
  }

  #page(product: ProductView): TemplateResult {
    return html`<main class="page product">
      <header class="page-title">${
        this.#typed === null
          ? html`<h1>${product.name}</h1>${
              product.state === "renamed"
                ? nothing
                : html`<button class="icon-button edit-name" aria-label="Change the description" title="Change the description"
                  @click=${this.#edit}>${icon("pencil")}</button>`
            }`
          : this.#form(product, this.#typed)
      }<span class="tag sku">${product.sku}</span>${
        product.category === "" ? nothing : html`<span class="tag">${product.category}</span>`
      }
        ${stateTag(product.state, product.renamedTo)}${
          product.setupRequired
            ? html`<span class="tag warn" title="Cin7 may refuse to ship or invoice it until it is set up there">${icon("warn")}
              setup required in Cin7</span>`
            : nothing
        }<span class="spring"></span>${product.state === "offered" ? this.#quoteThis(product) : nothing}</header>
      ${this.#stateBanner(product)}
      <div class="product-columns">
        <div class="product-column">
          ${
            product.images.length === 0
              ? nothing
              : html`<section class="card part" aria-label="Pictures"><qd-product-gallery .images=${product.images}
                .name=${product.name}></qd-product-gallery></section>`
          }
          ${this.#stock(product)}
          ${this.#texts(product)}
        </div>
        <div class="product-column">
          ${this.#prices(product)}
          ${this.#details(product)}
        </div>
      </div>
    </main>`;
  }

  /** Products are Cin7's: what is typed here holds in this tab until they are read again. */
  #form(product: ProductView, typed: string): TemplateResult {
    return html`<form class="name-form" novalidate @submit=${(event: Event) => {
      event.preventDefault();
      void this.#rename(product);
    }} @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#leave()}>
      <input class="input" aria-label="Description" aria-describedby="name-note" aria-invalid=${this.#wrong !== ""}
        autocomplete="off" .value=${typed}
        @input=${(event: Event) => (this.#typed = (event.target as HTMLInputElement).value)} />
      <button class="button primary">Save</button><button class="button plain" type="button" @click=${this.#leave}>Cancel</button>
      ${
        this.#wrong === ""
          ? html`<p class="field-note" id="name-note">Holds in this tab until products are read from Cin7 again. Nothing of it
            goes to Cin7, and quotes keep Cin7's text.</p>`
          : html`<p class="field-error" id="name-note" role="alert">${this.#wrong}</p>`
      }
    </form>`;
  }

  readonly #edit = async (): Promise<void> => {
    [this.#typed, this.#wrong] = [this.#product?.name ?? "", ""];
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLInputElement>(".name-form input")?.select();
  };

  readonly #leave = async (): Promise<void> => {
    this.#typed = null;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>(".edit-name")?.focus();
  };

  async #rename(product: ProductView): Promise<void> {
    try {
      this.#product = await theDesk().products.edit(product.id, { description: (this.#typed ?? "").trim() });
      announce("The description is changed until the next sync.");
      await this.#leave();
    } catch (caught) {
      const { sentence, details } = faultOf(caught);
      this.#wrong = details.map((detail) => detail.problem).join(" ") || sentence;
      this.requestUpdate();
    }
  }

  #stateBanner(product: ProductView): TemplateResult | typeof nothing {
    switch (product.state) {
      case "offered":
        return product.formerly.length === 0
          ? nothing
          : html`<p class="banner">${icon("note")}<span>It was called ${product.formerly.map(
              (sku, index) => html`${index > 0 ? ", " : ""}<a href=${`/product/${encodeURIComponent(sku)}`}>${sku}</a>`,
            )} before.</span></p>`;
      case "renamed":
        return html`<p class="banner warn">${icon("warn")}<span><b>Renamed to ${product.renamedTo}.</b> This is the record as it
          was under its old SKU. It receives no more updates and is not offered on new lines.</span>
          <a class="button small" href=${`/product/${product.id}`}>Open ${product.renamedTo}</a></p>`;
      case "deprecated":
        return html`<p class="banner">${icon("note")}<span>Cin7 has retired this product. It is not offered on new lines; quotes
          that hold it keep it and say so.</span></p>`;
      case "not-sellable":
        return html`<p class="banner">${icon("note")}<span>Cin7 says that this product is not sold. It is not offered on new
          lines; quotes that hold it keep it and say so.</span></p>`;
    }
  }

  #quoteThis(product: ProductView): TemplateResult {
    return html`<button class="button primary" popovertarget="quote-this">${icon("plus")} Put on a quote</button>
      <div popover id="quote-this" class="quote-this" @toggle=${this.#placed}>
        ${
          this.#quotes.length === 0
            ? html`<p class="soft">There is no open quote.</p>`
            : html`<h3>Open quotes</h3>
          <ul>${this.#quotes.map(
            (quote) =>
              html`<li><button class="button plain" @click=${() => void this.#add(product, quote)}><b>${quote.number}</b> <span
                class="one-line">${quote.customerName}</span> <span
                  class="soft small">${ago(quote.changedAt)}</span></button></li>`,
          )}</ul>`
        }
        <button class="button small" @click=${() => go(addressOf(quoteLink(newQuoteNumber())))}>${icon("plus")} New quote</button>
      </div>`;
  }

  #placed(event: Event): void {
    const popover = event.target as HTMLElement;
    const button = this.querySelector('[popovertarget="quote-this"]')?.getBoundingClientRect();
    if (button === undefined || (event as ToggleEvent).newState !== "open") return;
    popover.style.top = `${button.bottom + 4}px`;
    popover.style.left = `${Math.max(8, button.right - popover.offsetWidth)}px`;
  }

  async #add(product: ProductView, { link, number }: QuoteSummary): Promise<void> {
    try {
      const quote = await theDesk().quotes.open(link);
      await quote.addLine({ productId: product.id });
      await quote.close();
      go(addressOf(link));
    } catch (caught) {
      toast({ text: `${product.sku} was not put on quote ${number}. ${inWords(caught)}` });
    }
  }

  #stock(product: ProductView): TemplateResult | typeof nothing {
    if (product.state === "renamed") return nothing;
    const { stock, stockTotal } = product;
    return html`<section class="card part" aria-labelledby="stock-title">
      <header class="part-head"><h2 id="stock-title">Stock</h2>${
        stock.kind === "counted" ? html`<span class="small">${stockAge(stock.asOf)}</span>` : nothing
      }</header>
      ${
        stock.kind !== "counted"
          ? html`<p class="soft">${stock.kind === "service" ? "service: no stock applies" : stock.sentence}</p>`
          : html`
        <dl class="stock-total">
          <div><dt>Available</dt><dd><output aria-label="Available in all">${quantity(stockTotal.available)}</output></dd></div>
          <div><dt>On hand</dt><dd>${quantity(stockTotal.onHand)}</dd></div>
          <div><dt>Allocated</dt><dd>${quantity(stockTotal.allocated)}</dd></div>
          <div><dt>On order</dt><dd>${quantity(stockTotal.onOrder)}</dd></div>
        </dl>
        ${
          stock.warehouses.length === 0
            ? html`<p class="soft">${stock.asOf === null ? stock.sentence : "0 everywhere: no movements"}</p>`
            : stockBars(stock)
        }
        ${this.#arriving(product)}`
      }
    </section>`;
  }

  #arriving({ arriving, nextAvailable }: ProductView): TemplateResult | typeof nothing {
    if (arriving.length === 0) return nothing;
    return html`<div class="coming">
      <h3>Arriving</h3>${
        nextAvailable === null
          ? nothing
          : html`<p>Next available <output aria-label="Next available"><b>${day(nextAvailable)}</b></output></p>`
      }
      ${arrivingList(arriving, "Arriving")}
    </div>`;
  }

  #prices(product: ProductView): TemplateResult {
    return html`<section class="card part" aria-labelledby="prices-title">
      <h2 id="prices-title">Prices</h2>
      <p class="soft small">As Cin7 keeps them. A customer is priced in its own currency with the same numbers.</p>
      <ol class="ladder product-ladder" aria-label="Price tiers">${product.ladder.map(
        (step) => html`<li class=${step.price === null ? "unpriced" : step.ordinal === product.standardTier ? "chosen" : ""}>
        <span>${step.name}${step.ordinal === product.standardTier ? html` <span class="tag">standard</span>` : nothing}</span>
        <span class="number">${step.price === null ? "not priced" : amount(step.price)}</span></li>`,
      )}</ol>
      ${product.discount === null ? nothing : this.#discount(product.discount)}
    </section>`;
  }

  #discount(discount: NonNullable<ProductView["discount"]>): TemplateResult {
    return html`<h3>Discount by quantity</h3><p>${discount.name}${
      discount.active ? nothing : html` <span class="tag warn">${icon("warn")} not in use</span>`
    }</p>
      ${
        discount.steps.length === 0
          ? nothing
          : html`<ul class="small soft">${discount.steps.map(
              (step) =>
                html`<li>${quantity(step.from)}${
                  step.to === null ? " or more" : ` to ${quantity(step.to)}`
                }: ${step.percent === null ? `${step.kind}, worked out in Cin7 alone` : `${quantity(step.percent)}% off`}</li>`,
            )}</ul>`
      }`;
  }

  #details(product: ProductView): TemplateResult {
    const entry = (name: string, value: TemplateResult | string) =>
      value === "" ? nothing : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
    return html`<section class="card part" aria-labelledby="details-title">
      <h2 id="details-title">Details</h2>
      <dl class="properties">
        ${entry("SKU", product.sku)}
        ${entry("Category", product.category)}
        ${entry("Brand", product.brand)}
        ${entry("Barcode", product.barcode)}
        ${entry("Weight", product.weight === "" ? html`<span class="soft">not entered</span>` : product.weight)}
        ${entry(
          "Tags",
          product.tags.length === 0
            ? ""
            : html`<span class="tags">${product.tags.map(
                (tag) =>
                  html`<a class="tag" href=${`/products?find=${encodeURIComponent(`#${tag.replaceAll(" ", "-")}`)}`}>${tag}</a>`,
              )}</span>`,
        )}
        ${entry("Kind", product.kind === "stock" ? "Stock" : product.kind === "service" ? "Service" : "Not counted in stock")}
        ${entry("Tax rule", product.taxRule ?? html`<span class="soft">the customer's</span>`)}
        ${product.kind === "stock" ? entry("Drop shipping", DROP_SHIP[product.dropShip]) : nothing}
        ${
          product.costShown
            ? entry(
                "Average cost",
                product.cost === null
                  ? html`<span class="soft">unknown</span>`
                  : html`<output aria-label="Average cost">${product.baseCurrency} ${amount(product.cost)}</output>`,
              )
            : nothing
        }
        ${product.modified === null ? nothing : entry("Changed in Cin7", at(product.modified))}
      </dl>
    </section>`;
  }

  #texts(product: ProductView): TemplateResult | typeof nothing {
    const { extendedDescription, internalNotes, specification } = product;
    if (extendedDescription === "" && internalNotes === "" && specification === "") return nothing;
    return html`<section class="card part texts" aria-labelledby="texts-title"><h2 id="texts-title">Texts</h2>
      ${
        extendedDescription === ""
          ? nothing
          : html`<h3>Extended description <span class="soft">on quotes</span></h3><p class="plain-text"
            data-text="extended">${extendedDescription}</p>`
      }
      ${
        specification === ""
          ? nothing
          : html`<h3>Specification</h3><div data-text="specification">${safeMarkup(specification)}</div>`
      }
      ${
        internalNotes === ""
          ? nothing
          : html`<h3>${icon("lock")} Internal notes <span class="soft">never leave the company</span></h3><p class="plain-text"
            data-text="notes">${internalNotes}</p>`
      }
    </section>`;
  }
}
customElements.define("qd-product-page", ProductPage);

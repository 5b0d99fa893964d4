import { html, nothing, type TemplateResult } from "lit";
import type { ProductHit, ProductState, ReferenceView } from "cin7-quote-desk";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { faultOf, type Fault } from "./fault.js";
import { amount, count, plain, quantity } from "./figure.js";
import { icon } from "./icon.js";
import { marked } from "./marked.js";
import { productPicture } from "./product-picture.js";
import { stateTag } from "./product-state.js";
import { go } from "./route.js";

const SHOWN = 50;

/** Every product, found by whatever is typed: those that cannot be quoted too, and records under SKUs that were given up. */
class ProductsPage extends QdElement {
  #hits: ProductHit[] | null = null;
  #fault: Fault | null = null;
  #categories: string[] = [];
  #references: ReferenceView | null = null;
  #text = "";
  #category: string | null = null;
  #everything = true;
  #asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Products";
    this.#text = new URL(location.href).searchParams.get("find") ?? "";
    this.hear("records", ({ lists }) => {
      if (lists.some((list) => ["products", "stock", "references"].includes(list))) void this.#readAll();
    });
    void this.#readAll();
  }

  async #readAll(): Promise<void> {
    const desk = theDesk();
    [this.#categories, this.#references] = await Promise.all([desk.products.categories(), desk.references().catch(() => null)]);
    await this.#read();
  }

  async #read(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const hits = await theDesk().products.search(this.#text, {
        limit: SHOWN,
        category: this.#category,
        everything: this.#everything,
      });
      if (asked !== this.#asked) return;
      this.#hits = hits;
      this.#fault = null;
    } catch (caught) {
      if (asked !== this.#asked) return;
      this.#fault = faultOf(caught);
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`<main class="page products-page">
      <header class="page-title"><h1>Products</h1>
        <input class="input filter" type="search" aria-label="Find a product" placeholder="SKU, name or #tag" .value=${this.#text}
          @input=${this.#typed} />
        <select class="input filter-kind" aria-label="Category" @change=${this.#categoryChosen}><option
          value="">All categories</option>
          ${this.#categories.map(
            (category) => html`<option value=${category} ?selected=${category === this.#category}>${category}</option>`,
          )}</select>
        <select class="input filter-kind" aria-label="Which products" @change=${this.#whichChosen}><option
          value="all">All products</option><option value="offered">Only what can be quoted</option></select></header>
      ${this.#body()}
    </main>`;
  }

  #body(): TemplateResult {
    if (this.#fault?.code === "not-ready") {
      return html`<section class="card teach big"><h2>No products yet.</h2><p class="soft">They are read from Cin7 and appear here
        as they arrive.</p></section>`;
    }
    if (this.#fault !== null)
      return html`<p class="banner stop" role="alert">${icon("stop")}<span>The products could not be read.
        ${this.#fault.sentence}</span></p>`;
    if (this.#hits === null) return html`<p class="loading">Reading the products …</p>`;
    return this.#table(this.#hits);
  }

  #table(hits: ProductHit[]): TemplateResult {
    const standard = hits.find((hit) => hit.price !== null)?.priceReason ?? "Price";
    return html`<table class="records card products">
      <thead><tr><th scope="col"><span class="unseen">Picture</span></th><th scope="col">SKU</th><th scope="col">Name</th><th
        scope="col" class="wide-only">Category</th>
        <th scope="col" class="number">${standard}${
          this.#references === null ? nothing : html` <span class="soft">${this.#references.baseCurrency}</span>`
        }</th><th scope="col" class="number">Available</th><th scope="col">State</th></tr></thead>
      <tbody>${hits.map((hit) => this.#row(hit))}
      ${
        hits.length === 0
          ? html`<tr><td colspan="7" class="soft nothing">No product matches${
              this.#text === "" ? "" : html` “${this.#text}”`
            }. A tag is found whole: <code>#indoor</code>, not <code>#door</code>.</td></tr>`
          : nothing
      }</tbody>
    </table>
    <p class="soft small table-note" role="status">${
      hits.length < SHOWN
        ? `${count(hits.length)} found.`
        : this.#text === ""
          ? `The first ${count(hits.length)}, by SKU. Type to find the others.`
          : `The best ${count(hits.length)} matches.`
    }</p>`;
  }

  #row(hit: ProductHit): TemplateResult {
    return html`<tr class=${hit.state === "offered" ? "" : "off"} @click=${(event: MouseEvent) => this.#openRow(event, hit)}>
      <td class="picture">${productPicture(hit.id, hit.image, hit.kind)}</td>
      <td><a class="sku" href=${addressOfProduct(hit)}>${marked(hit.sku, hit.skuMarks)}</a></td>
      <td class="one-line" title=${hit.name}>${marked(hit.name, hit.nameMarks)}</td>
      <td class="wide-only soft">${hit.category}</td>
      <td class="number price-cell">${hit.price === null ? html`<span class="soft">not priced</span>` : amount(hit.price)}</td>
      <td class="number" data-name="Available">${this.#stock(hit)}</td>
      <td>${stateTag(hit.state, hit.renamedTo)}</td>
    </tr>`;
  }

  #stock(hit: ProductHit): TemplateResult | string {
    const all = hit.availableElsewhere;
    if (all === null) return html`<span class="soft">${hit.kind === "service" ? "service" : "–"}</span>`;
    const none = plain(all) === "0" || all.startsWith("-");
    return none ? html`<span class="warn">${quantity(all)}</span>` : quantity(all);
  }

  #typed(event: Event): void {
    this.#text = (event.target as HTMLInputElement).value.trim();
    void this.#read();
  }

  #categoryChosen(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.#category = value === "" ? null : value;
    void this.#read();
  }

  #whichChosen(event: Event): void {
    this.#everything = (event.target as HTMLSelectElement).value === "all";
    void this.#read();
  }

  #openRow(event: MouseEvent, hit: ProductHit): void {
    if ((event.target as Element).closest("a, button") === null && getSelection()?.isCollapsed !== false)
      go(addressOfProduct(hit));
  }
}
customElements.define("qd-products-page", ProductsPage);

/** Where a product is shown: by its id, which a renaming leaves alone; a record under a SKU that was given up by that SKU. */
export function addressOfProduct({ id, sku, state }: { id: string; sku: string; state: ProductState }): string {
  return `/product/${state === "renamed" ? encodeURIComponent(sku) : id}`;
}

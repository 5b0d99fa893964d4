import { html, nothing, type TemplateResult } from "lit";
import type { ProductHit } from "cin7-quote-desk";
import { Combobox } from "./combobox.js";
import { theDesk } from "./desk.js";
import { inWords } from "./fault.js";
import { amount, isDecimal, plain, quantity } from "./figure.js";
import { icon } from "./icon.js";
import { marked } from "./marked.js";
import { productPicture } from "./product-picture.js";
import { stateTag } from "./product-state.js";
import type { QuoteSession } from "./quote-session.js";
import { Scan, SHORTEST_SCAN } from "./scan.js";
import { toast } from "./toast.js";
import { dropHeld, holdKeys, typeAgain } from "./typed-ahead.js";

/** The search that adds products to the quote; `/` goes to it from anywhere, and so does a scan. */
class ProductSearch extends Combobox<ProductHit> {
  static override properties = { session: { attribute: false } };
  declare session: QuoteSession;
  /** Goes to the line that was added. */
  added: (lineId: string) => Promise<void> = () => Promise.resolve();
  protected override readonly label = "Add product";
  protected override readonly placeholder = "Add product: part of a SKU or name";
  readonly #scan = new Scan();
  /** What a scanner has typed before the key that is in hand. */
  #scanned: string | null = null;
  /** Scans that were not taken before the text in the field. */
  #left: string[] = [];
  /** What of them the quote keeps. */
  #kept = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(this.session, "change", () => {
      this.#follow();
      this.again();
    });
    for (const type of ["input", "change", "focusout"])
      this.listen(this, type, () => (type !== "input" || this.text === "") && this.#keep());
    this.hear("records", ({ lists }) => {
      if (lists.includes("products")) this.again();
    });
    this.listen(document, "keydown", (event) => this.#key(event as KeyboardEvent), { capture: true });
  }

  protected override firstUpdated(): void {
    this.#follow();
  }

  protected override clear(): void {
    super.clear();
    this.#keep();
  }

  /** What is left in the field is on no line: the quote keeps it, and it stops the order. */
  #keep(): void {
    const text = [...this.#left, this.text].filter((part) => part !== "").join(" · ");
    if (text === this.#kept || this.session.header.confirmed) return;
    this.#kept = text;
    if (text === "") this.session.putBack(null, "search");
    else this.session.refuse(null, [{ field: "search", text }]);
  }

  /** What the quote kept of an earlier visit, or another tab, is shown; what it gave up is gone. */
  #follow(): void {
    const kept = this.session.header.refusedInputs.find(({ field }) => field === "search")?.text ?? "";
    if (kept === this.#kept || this.input === null) return;
    [this.#kept, this.#left] = [kept, []];
    this.input.value = kept;
    if (kept === "") super.clear();
  }

  protected override leading(): TemplateResult {
    return html`<span class="combobox-mark">${icon("plus")}</span><kbd class="combobox-key" aria-hidden="true">/</kbd>`;
  }

  protected override search(text: string, limit = 30): Promise<ProductHit[]> {
    const { customerId, priceTier, priceTierChosen, warehouse } = this.session.header;
    return theDesk().products.search(text, {
      customerId,
      priceTier: priceTierChosen ? priceTier : null,
      warehouse,
      limit,
      named: true,
    });
  }

  protected override mayChoose({ state }: ProductHit): boolean {
    return state === "offered";
  }

  protected override isBlind(): boolean {
    return this.#scanned !== null && this.#scanned.length >= SHORTEST_SCAN;
  }

  protected override async choose(hit: ProductHit): Promise<void> {
    const { text } = this;
    this.clear();
    try {
      const line = await this.session.add(hit.id);
      await this.added(line.id);
    } catch (caught) {
      toast({ text: `${hit.sku} was not added. ${inWords(caught)}` });
      if (this.input !== null) this.input.value = text;
      this.enter();
    }
  }

  protected override refuse(text: string, hit: ProductHit | undefined): string {
    // A quantity that was typed ahead belongs to no line now.
    const lost = dropHeld((typed) => isDecimal(typed) && typed.length < SHORTEST_SCAN);
    return `${this.#why(text, hit)} Nothing was added.${
      lost === "" ? "" : ` “${lost}”, which was typed after it, is not taken either.`
    }`;
  }

  #why(text: string, hit: ProductHit | undefined): string {
    if (hit?.state === "renamed") return `${text} is called ${hit.renamedTo ?? ""} in Cin7 now.`;
    if (hit !== undefined)
      return `${hit.sku} ${hit.name} ${hit.state === "deprecated" ? "is retired in Cin7" : "is not for sale"}.`;
    const several = this.hits.filter(({ fit }) => fit === "several").map(({ sku }) => sku);
    if (several.length > 0) return `“${text}” can mean ${several.join(" or ")}. Choose one.`;
    return `No product has exactly “${text}” for its SKU or barcode.`;
  }

  #key(event: KeyboardEvent): void {
    const code = this.#scan.key(event);
    this.#scanned = code;
    const target = event.target as HTMLElement;
    const { input } = this;
    if (code === null || input === null) return;
    if (this.contains(target) && code.length >= SHORTEST_SCAN && input.value.endsWith(code)) this.#leave(code);
    const number = target.closest("qd-decimal");
    const isText = target.matches("input, textarea, select") && number === null;
    if (this.contains(target) || isText || (code.length < SHORTEST_SCAN && (number === null || isDecimal(code)))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void holdKeys(this.#scannedElsewhere(code, number, event));
  }

  /** A scan that does not come to the search is a product all the same, and never a quantity. */
  async #scannedElsewhere(code: string, number: Element | null, end: KeyboardEvent): Promise<void> {
    const [hit] = await this.search(code, 1).catch(() => []);
    const isCode =
      hit?.fit === "exact" || hit?.fit === "several" || (number?.matches(".quantity") === true && /^\d+$/.test(code));
    if (number !== null && !isCode) return typeAgain(end);
    if (number !== null) this.#takeOut(code, number);
    this.#leave(code);
    this.enter();
    await this.takeExact(code);
  }

  /** Makes room for a scan. What stood in the field before is not lost. */
  #leave(code: string): void {
    if (this.input === null) return;
    const before = this.text.endsWith(code) ? this.text.slice(0, -code.length).trim() : this.text;
    if (before !== "") this.#left.push(before);
    this.input.value = code;
  }

  /** The number is what was typed before the scan, or what it was before. */
  #takeOut(code: string, number: Element): void {
    const input = number.querySelector("input");
    const before = input?.value.endsWith(code) === true ? input.value.slice(0, -code.length) : "";
    if (input === null || before === "") {
      typeAgain(new KeyboardEvent("keydown", { key: "Escape" }));
      return;
    }
    input.value = before;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  protected override option(hit: ProductHit): TemplateResult {
    return html`${productPicture(hit.id, hit.image, hit.kind)}
      <span class="hit-product"><b class="sku one-line">${marked(hit.sku, hit.skuMarks)}</b><span
        class="one-line">${marked(hit.name, hit.nameMarks)}</span></span>
      ${
        hit.state === "offered"
          ? html`<span class="hit-stock small">${this.#stock(hit)}</span>
      <span class="hit-price">${
        hit.price === null
          ? html`<span class="warn small">${hit.priceReason}</span>`
          : html`<b class="number">${amount(hit.price)}</b><span class="small soft one-line">${hit.priceReason}</span>`
      }</span>`
          : stateTag(hit.state, hit.renamedTo)
      }`;
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
      <p class="soft">Try fewer letters, or another part of the SKU or name. Products that may not be sold in Cin7 are not
        offered.</p>`;
  }
}
customElements.define("qd-product-search", ProductSearch);

declare global {
  interface HTMLElementTagNameMap {
    "qd-product-search": ProductSearch;
  }
}

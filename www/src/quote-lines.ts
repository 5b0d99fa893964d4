import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { SyncView } from "cin7-quote-desk";
import "./price-trail.js";
import "./product-search.js";
import "./quote-line.js";
import { announce } from "./announcement.js";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { count, plural } from "./figure.js";
import { icon } from "./icon.js";
import type { LineField } from "./quote-line.js";
import type { QuoteSession } from "./quote-session.js";
import { stockAge } from "./stock-bars.js";
import { age, ago, STALE_AFTER } from "./time.js";
import { toast } from "./toast.js";
import { holdKeys } from "./typed-ahead.js";

/** So many lines are drawn in one go; a long quote fills up over the next frames, so that the page answers all the while. */
const AT_ONCE = 40;

/** The lines of the quote, and the search that adds to them. */
class QuoteLines extends QdElement {
  static override properties = { session: { attribute: false } };
  declare session: QuoteSession;
  readonly #open = new Set<string>();
  #refreshing = false;
  /** When the products were last known to be whole. */
  #pricesOf: string | null = null;
  #drawn = AT_ONCE;

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(this.session, "change", () => this.requestUpdate());
    this.hear("sync", (sync) => this.#synced(sync));
    theDesk()
      .sync.state()
      .then(
        (sync) => this.#synced(sync),
        () => undefined,
      );
    this.every(30_000, () => this.requestUpdate());
  }

  /** Puts the cursor into a line. */
  async enter(lineId: string, field: LineField): Promise<void> {
    await this.#wholly();
    await this.#line(lineId)?.enter(field);
  }

  /** Resolves once every line is drawn. */
  async #wholly(): Promise<void> {
    if (this.#drawn < this.session.lines.length) {
      this.#drawn = this.session.lines.length;
      this.requestUpdate();
    }
    await this.updateComplete;
  }

  protected override updated(): void {
    if (this.#drawn >= this.session.lines.length) return;
    requestAnimationFrame(() => {
      this.#drawn += AT_ONCE;
      this.requestUpdate();
    });
  }

  /** Opens a line's detail and puts the cursor into its extended description. */
  async enterText(lineId: string): Promise<void> {
    this.#open.add(lineId);
    this.requestUpdate();
    await this.#wholly();
    const line = this.#line(lineId);
    await line?.updateComplete;
    const detail = line?.querySelector("qd-line-detail");
    await detail?.updateComplete;
    detail?.querySelector("textarea")?.focus();
  }

  /** Puts the cursor into the search. */
  async enterSearch(): Promise<void> {
    await this.updateComplete;
    const search = this.querySelector("qd-product-search");
    await search?.updateComplete;
    search?.enter();
  }

  protected override render(): TemplateResult {
    const { lines, header } = this.session;
    const readOnly = header.confirmed;
    return html`<section class="lines card" aria-labelledby="lines-title" @qd-toggle=${this.#toggle} @qd-remove=${this.#remove}
      @qd-to-search=${this.#toSearch} @qd-step=${this.#step}>
      <h2 class="unseen" id="lines-title">Lines</h2>
      <div class="lines-head">
        <span></span><span class="lines-count">${
          lines.length === 0 ? "No lines yet" : plural(lines.length, "line")
        }${this.#age()}</span>
        <span class="number">Quantity</span><span class="number">Price</span><span class="number">Discount %</span><span
          class="number">Net ${header.currency}</span><span></span>
      </div>
      ${
        lines.length === 0
          ? this.#empty()
          : repeat(
              lines.slice(0, this.#drawn),
              (line) => line.id,
              (line) => html`<qd-quote-line .line=${line} .session=${this.session}
        .open=${this.#open.has(line.id)} .readOnly=${readOnly}></qd-quote-line>`,
            )
      }
      ${
        readOnly
          ? nothing
          : html`<qd-product-search .session=${this.session}
            .added=${(id: string) => this.enter(id, "quantity")}></qd-product-search>`
      }
    </section>
    <qd-price-trail></qd-price-trail>`;
  }

  #empty(): TemplateResult {
    return html`<div class="teach">
      <p><b>Add the first product.</b></p>
      <p class="soft">Press <kbd>/</kbd>, type a part of its SKU or name, and press <kbd>Enter</kbd>. Then type the quantity;
        <kbd>Tab</kbd> goes on to price and discount, <kbd>Enter</kbd> back to the search.</p>
    </div>`;
  }

  #age(): TemplateResult | typeof nothing {
    const read = this.session.lines
      .map((line) => line.stock)
      .filter((stock) => stock.kind === "counted")
      .map((stock) => stock.asOf);
    if (read.length === 0) return nothing;
    const oldest = read.reduce((one, other) => (one === null || other === null ? null : one < other ? one : other));
    const prices = this.#pricesOf;
    const together =
      prices !== null &&
      oldest !== null &&
      ago(prices) === ago(oldest) &&
      age(prices) > STALE_AFTER === age(oldest) > STALE_AFTER;
    return html`<span class="stock-age small">${
      together
        ? stockAge(oldest, "prices and stock")
        : html`${prices === null ? nothing : stockAge(prices, "prices")} ${stockAge(oldest)}`
    }
      ${
        this.session.header.confirmed
          ? nothing
          : html`<button class="icon-button" aria-label="Read the stock of these lines again"
            title="Read the stock of these lines again"
        ?disabled=${this.#refreshing} @click=${this.#refresh}>${icon("refresh", this.#refreshing ? "turning" : "")}</button>`
      }</span>`;
  }

  #synced(sync: SyncView): void {
    const read = sync.lists.find(({ list }) => list === "products")?.asOf ?? null;
    if (read === this.#pricesOf) return;
    this.#pricesOf = read;
    this.requestUpdate();
  }

  async #refresh(): Promise<void> {
    this.#refreshing = true;
    this.requestUpdate();
    try {
      await this.session.quote.refreshStock();
      announce("Stock is read anew.");
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    this.#refreshing = false;
    this.requestUpdate();
  }

  #line(id: string) {
    return [...this.querySelectorAll("qd-quote-line")].find((row) => row.line.id === id);
  }

  #toSearch(): void {
    void holdKeys(this.enterSearch());
  }

  #toggle(event: CustomEvent<string>): void {
    if (!this.#open.delete(event.detail)) this.#open.add(event.detail);
    this.requestUpdate();
  }

  #remove(event: CustomEvent<string>): void {
    const id = event.detail;
    const index = this.session.lines.findIndex((line) => line.id === id);
    const line = this.session.lines[index];
    if (line === undefined) return;
    // A number that is still being typed is on the line, should it come back.
    if (this.#line(id)?.contains(document.activeElement))
      document.activeElement?.dispatchEvent(new Event("change", { bubbles: true }));
    this.session.edit((quote) => quote.removeLine(id));
    const neighbour = this.session.lines[index] ?? this.session.lines[index - 1];
    if (neighbour === undefined) this.#toSearch();
    else void this.enter(neighbour.id, "quantity");
    const text = `Line ${count(line.number)}, ${line.sku}, is off the quote.`;
    toast({
      text,
      action: {
        label: "Undo",
        run: () => {
          this.session.restore(id);
          void this.enter(id, "quantity");
        },
      },
    });
  }

  #step(event: CustomEvent<{ id: string; step: number; field: LineField; move: boolean }>): void {
    const { id, step, field, move } = event.detail;
    const index = this.session.lines.findIndex((line) => line.id === id);
    const target = this.session.lines[index + step];
    if (target === undefined) {
      if (step > 0 && !move) this.#toSearch();
      return;
    }
    if (!move) return void this.enter(target.id, field);
    if (this.session.header.confirmed) return;
    this.session.edit((quote) => quote.moveLine(id, target.number));
    announce(`Now line ${target.number}.`);
    void this.enter(id, field);
  }
}
customElements.define("qd-quote-lines", QuoteLines);

declare global {
  interface HTMLElementTagNameMap {
    "qd-quote-lines": QuoteLines;
  }
}

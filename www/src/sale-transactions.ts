import { html, nothing, type TemplateResult } from "lit";
import type { Guid, TransactionRow } from "cin7-quote-desk";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { amount, count, plural, quantity } from "./figure.js";
import { icon } from "./icon.js";
import { paidTag } from "./sale-words.js";
import { day } from "./time.js";

const REMEMBERED = "quote-desk-paid-column";
/** How many rows are read at once. */
const PART = 500;
const KIND: Record<TransactionRow["kind"], string> = { order: "ordered", invoice: "invoiced", credit: "credited" };
type Paid = "all" | "paid" | "unpaid";

/**
 * The ledger line by line: of one customer, or of all. Whether a document is paid is a column that the reader adds; it is
 * remembered on this device.
 */
class SaleTransactions extends QdElement {
  static override properties = { customer: { attribute: false } };
  /** Only the transactions of this customer. */
  declare customer: Guid | undefined;
  #found: { rows: TransactionRow[]; unread: number; more: boolean } | null = null;
  #wanted = PART;
  #failure = "";
  #withPaid = localStorage.getItem(REMEMBERED) === "true";
  #paid: Paid = "all";
  #sorted: "none" | "ascending" | "descending" = "none";

  override connectedCallback(): void {
    super.connectedCallback();
    this.hear("records", ({ lists }) => {
      if (lists.includes("sales")) void this.#read();
    });
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("customer") && this.hasUpdated) return;
    this.#wanted = PART;
    void this.#read();
  }

  async #read(): Promise<void> {
    const { customer } = this;
    const wanted = this.#wanted;
    const found = { rows: [] as TransactionRow[], unread: 0, more: true };
    try {
      for (let offset = 0; found.more && found.rows.length < wanted; ) {
        const part = await theDesk().sales.transactions({
          limit: PART,
          offset,
          ...(customer === undefined ? {} : { customerId: customer }),
        });
        // An order that came meanwhile brings the last one of the part before again.
        const known = new Set(found.rows.slice(-PART).map(({ saleId }) => saleId));
        found.rows.push(...part.rows.filter(({ saleId }) => !known.has(saleId)));
        found.unread += part.unread;
        found.more = part.next !== null;
        offset = part.next ?? 0;
      }
      if (customer !== this.customer || wanted !== this.#wanted) return;
      this.#found = found;
      this.#failure = "";
    } catch (caught) {
      this.#failure = inWords(caught);
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    if (this.#failure !== "")
      return html`<p class="banner stop" role="alert">${icon("stop")}<span>The transactions could not be read.
        ${this.#failure}</span></p>`;
    if (this.#found === null) return html`<p class="loading">Reading the transactions …</p>`;
    const { rows, unread, more } = this.#found;
    const shown = this.#ordered(rows);
    return html`<div class="table-tools"><label class="choice"><input type="checkbox" .checked=${this.#withPaid}
      @change=${this.#add} /> Paid column</label>
        ${
          this.#withPaid
            ? html`<select class="input filter-kind" aria-label="Show paid or unpaid" @change=${this.#filter}><option value="all"
              ?selected=${this.#paid === "all"}>Paid and unpaid</option><option value="unpaid"
                ?selected=${this.#paid === "unpaid"}>Unpaid only</option><option value="paid"
                  ?selected=${this.#paid === "paid"}>Paid only</option></select>`
            : nothing
        }</div>
      ${
        rows.length === 0 && unread === 0
          ? html`<p class="soft part-empty">No transactions.</p>`
          : html`<div class="wide-table" tabindex="0" role="region" aria-label="Transactions"><table
            class="records card transactions" aria-label="Transactions">
      <thead><tr><th scope="col">Order</th>${
        this.customer === undefined ? html`<th scope="col">Customer</th>` : nothing
      }<th scope="col" class="wide-only">Date</th><th scope="col">Product</th><th scope="col" class="number">Quantity</th><th
        scope="col" class="number">Delivered</th><th scope="col" class="number wide-only">Price</th><th scope="col"
          class="number">Total</th>
        ${
          this.#withPaid
            ? html`<th scope="col" aria-sort=${this.#sorted}><button class="sort" @click=${this.#sort}>Paid ${icon(
                this.#sorted === "descending" ? "down" : "up",
                this.#sorted === "none" ? "faint" : "",
              )}</button></th><th scope="col" class="number">Open</th>`
            : nothing
        }</tr></thead>
      <tbody>${shown.map((row) => this.#row(row))}
      ${
        shown.length === 0
          ? html`<tr><td colspan="11" class="soft">${
              rows.length === 0
                ? "The details are still to be read."
                : this.#paid === "paid"
                  ? "Nothing is paid."
                  : "Everything is paid."
            }</td></tr>`
          : nothing
      }</tbody></table></div>`
      }
      ${
        unread > 0
          ? html`<p class="soft small table-note">${icon("clock")} ${plural(unread, "order")} still to be read from Cin7, one
            after the other. Open an order to read it now.</p>`
          : nothing
      }
      ${
        more
          ? html`<p class="soft small table-note">The newest ${count(rows.length)} lines are shown. <button class="button small"
            @click=${this.#more}>Show older ones</button></p>`
          : nothing
      }`;
  }

  #more(): void {
    this.#wanted = (this.#found?.rows.length ?? 0) + PART;
    void this.#read();
  }

  #row(row: TransactionRow): TemplateResult {
    return html`<tr class="still">
      <td class="sale-number"><a href=${`/order/${row.saleId}`}>${row.orderNumber}</a> <span
        class="soft small">${row.kind === "credit" ? "credit " : nothing}${row.document ?? KIND[row.kind]}</span></td>${
          this.customer === undefined ? html`<td class="one-line">${row.customerName}</td>` : nothing
        }
      <td class="wide-only">${row.date === null ? nothing : html`<time datetime=${row.date}>${day(row.date)}</time>`}</td>
      <td title=${row.name}>${row.sku === "" ? row.name : row.sku}</td>
      <td class="number">${quantity(row.quantity)}</td><td class="number">${
        row.kind === "credit" ? nothing : quantity(row.quantityDelivered)
      }</td><td class="number wide-only">${amount(row.price)}</td>
      <td class="number"><span class="soft small wide-only">${row.currency}</span> ${amount(row.total)}</td>
      ${
        this.#withPaid
          ? html`<td>${paidTag(row.paid)}${
              row.paidDate === null
                ? nothing
                : html` <time class="soft small wide-only" datetime=${row.paidDate}>${day(row.paidDate)}</time>`
            }</td><td class="number">${row.open === null ? html`<span class="soft">not invoiced</span>` : amount(row.open)}</td>`
          : nothing
      }
    </tr>`;
  }

  #ordered(rows: TransactionRow[]): TransactionRow[] {
    if (!this.#withPaid) return rows;
    const kept = this.#paid === "all" ? rows : rows.filter((row) => row.paid === (this.#paid === "paid"));
    if (this.#sorted === "none") return kept;
    const sign = this.#sorted === "ascending" ? 1 : -1;
    return kept.toSorted((one, other) => sign * (Number(one.paid) - Number(other.paid)));
  }

  #add(event: Event): void {
    this.#withPaid = (event.target as HTMLInputElement).checked;
    localStorage.setItem(REMEMBERED, String(this.#withPaid));
    this.requestUpdate();
  }

  #filter(event: Event): void {
    this.#paid = (event.target as HTMLSelectElement).value as Paid;
    this.requestUpdate();
  }

  #sort(): void {
    this.#sorted = this.#sorted === "ascending" ? "descending" : this.#sorted === "descending" ? "none" : "ascending";
    this.requestUpdate();
  }
}
customElements.define("qd-sale-transactions", SaleTransactions);

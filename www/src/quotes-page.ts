import { html, nothing, type TemplateResult } from "lit";
import type { QuoteSummary } from "cin7-quote-desk";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { amount, count } from "./figure.js";
import { icon } from "./icon.js";
import { newQuoteNumber, quoteLink } from "./quote-number.js";
import { QuoteSession } from "./quote-session.js";
import { addressOf, go } from "./route.js";
import { ago, at } from "./time.js";
import { toast } from "./toast.js";

/** Quotes that are taken off the list while the way back is still offered. */
const going = new Set<string>();

/** Every quote kept on this device, the last changed first. */
class QuotesPage extends QdElement {
  #quotes: QuoteSummary[] | null = null;
  #failure = "";
  #wanted = "";

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Quotes";
    this.hear("order", () => void this.#read());
    this.every(30_000, () => this.requestUpdate());
    void this.#read();
  }

  async #read(): Promise<void> {
    await QuoteSession.left;
    try {
      this.#quotes = await theDesk().quotes.list();
      this.#failure = "";
    } catch (caught) {
      this.#failure = inWords(caught);
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const kept = this.#quotes?.filter((quote) => !going.has(quote.link)) ?? [];
    return html`<main class="page">
      <header class="page-title"><h1>Quotes</h1>
        ${
          kept.length > 8
            ? html`<input class="input filter" type="search" aria-label="Filter quotes" placeholder="Number or customer"
              @input=${this.#filter} />`
            : nothing
        }
        <button class="button primary" @click=${this.#begin}>${icon("plus")} New quote</button></header>
      ${
        this.#failure !== ""
          ? html`<p class="banner stop" role="alert">${icon("stop")}<span>The quotes could not be read.
            ${this.#failure}</span></p>`
          : this.#quotes === null
            ? html`<p class="loading">Reading the quotes …</p>`
            : kept.length === 0
              ? this.#empty()
              : this.#table(kept)
      }
    </main>`;
  }

  #empty(): TemplateResult {
    return html`<section class="card teach big">
      <h2>Quote with the right price and the right stock, and order it once.</h2>
      <p class="soft">A quote starts with its customer. Type products and see at once what they cost this customer, why, and which
        warehouse has them. Confirm makes one sales order in Cin7.</p>
      <p><button class="button primary" @click=${this.#begin}>${icon("plus")} Start the first quote</button></p>
      <p class="soft small">Quotes are kept on this device until they are ordered. Press <kbd>?</kbd> for all keys.</p>
    </section>`;
  }

  #table(quotes: QuoteSummary[]): TemplateResult {
    const shown = quotes.filter((quote) => `${quote.number} ${quote.customerName}`.toLowerCase().includes(this.#wanted));
    return html`<table class="records card">
      <thead><tr><th scope="col">Quote</th><th scope="col">Customer</th><th scope="col" class="number wide-only">Lines</th><th
        scope="col" class="number">Gross</th><th scope="col" class="wide-only">Changed</th><th scope="col"
          class="wide-only">State</th><th><span class="unseen">Remove</span></th></tr></thead>
      <tbody>${shown.map(
        (quote) => html`<tr @click=${(event: MouseEvent) => this.#openRow(event, quote)}>
        <td><a href=${addressOf(quote.link)}>${quote.number}${
          quote.confirmed ? html` ${icon("lock")}<span class="unseen">, ordered</span>` : nothing
        }</a></td>
        <td class="one-line">${quote.customerName}</td>
        <td class="number wide-only">${count(quote.lines)}</td>
        <td class="number"><span class="soft small">${quote.currency}</span> ${amount(quote.gross)}</td>
        <td class="soft wide-only" title=${at(quote.changedAt)}>${ago(quote.changedAt)}</td>
        <td class="wide-only">${
          quote.confirmed ? html`<span class="tag good">${icon("lock")} ordered</span>` : html`<span class="tag">open</span>`
        }</td>
        <td class="tools">${
          quote.confirmed
            ? nothing
            : html`<button class="icon-button" aria-label=${`Remove quote ${quote.number}`} title="Remove"
              @click=${() => this.#remove(quote)}>${icon("bin")}</button>`
        }</td>
      </tr>`,
      )}
      ${shown.length === 0 ? html`<tr><td colspan="7" class="soft">No quote matches.</td></tr>` : nothing}</tbody>
    </table>`;
  }

  #filter(event: Event): void {
    this.#wanted = (event.target as HTMLInputElement).value.trim().toLowerCase();
    this.requestUpdate();
  }

  #begin(): void {
    go(addressOf(quoteLink(newQuoteNumber())));
  }

  #openRow(event: MouseEvent, quote: QuoteSummary): void {
    if ((event.target as Element).closest("a, button") === null && getSelection()?.isCollapsed !== false)
      go(addressOf(quote.link));
  }

  /** Gone from the list at once, from the device when the way back is no longer offered. */
  #remove(quote: QuoteSummary): void {
    going.add(quote.link);
    this.requestUpdate();
    toast({
      text: `Quote ${quote.number} for ${quote.customerName} is removed.`,
      action: {
        label: "Undo",
        run: () => {
          going.delete(quote.link);
          this.requestUpdate();
        },
      },
      gone: () =>
        void theDesk()
          .quotes.remove(quote.link)
          .then(
            () => this.#read(),
            (caught: unknown) => {
              going.delete(quote.link);
              this.requestUpdate();
              toast({ text: inWords(caught) });
            },
          ),
    });
  }
}
customElements.define("qd-quotes-page", QuotesPage);

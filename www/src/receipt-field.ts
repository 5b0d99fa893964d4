import { html, nothing, type TemplateResult } from "lit";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { priceText } from "./figure.js";
import type { QuoteSession } from "./quote-session.js";

/** What the customer has paid on the quote already: three fields that are taken together, once all of them are there. */
class ReceiptField extends QdElement {
  static override properties = { session: { attribute: false } };
  declare session: QuoteSession;
  /** What is typed and not yet taken. */
  #draft: { amount: string; reference: string; date: string } | null = null;
  #error = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(this.session, "change", () => this.requestUpdate());
  }

  protected override render(): TemplateResult {
    const { receipt, confirmed, currency } = this.session.header;
    const shown = this.#draft ?? { amount: receipt === null ? "" : priceText(receipt.amount), reference: receipt?.reference ?? "", date: receipt?.date ?? "" };
    const input = (part: keyof typeof shown, label: string, extra: { type?: string; hint?: string; look?: string }) => html`<input class="input ${extra.look ?? ""}" name=${part} aria-label=${label}
      type=${extra.type ?? "text"} inputmode=${part === "amount" ? "decimal" : "text"} autocomplete="off" maxlength="128" placeholder=${confirmed ? "" : (extra.hint ?? "")} ?readonly=${confirmed}
      aria-invalid=${this.#error !== ""} .value=${shown[part]} @change=${this.#changed} />`;
    return html`<div class="field wide"><span class="label" aria-hidden="true"><span>Receipt: already paid</span><span class="soft">${currency}</span></span>
      <div class="receipt-parts">${input("amount", "Receipt amount", { hint: "200.00", look: "number" })}${input("reference", "Receipt reference", { hint: "CARD-77" })}${input("date", "Receipt date", { type: "date" })}</div>
      ${this.#error === "" ? nothing : html`<p class="field-error" role="alert">${this.#error}</p>`}</div>`;
  }

  #changed(): void {
    const value = (part: string) => this.querySelector<HTMLInputElement>(`[name="${part}"]`)?.value.trim() ?? "";
    const draft = { amount: value("amount"), reference: value("reference"), date: value("date") };
    const filled = Object.values(draft).filter((part) => part !== "").length;
    this.#error = "";
    this.#draft = draft;
    try {
      // A receipt that is half written is none yet; the one before it no longer holds either.
      if (filled === 3) this.session.editHeader({ receipt: draft });
      else this.session.editHeader({ receipt: null });
      if (filled === 3 || filled === 0) this.#draft = null;
      else this.#error = "A receipt needs its amount, reference and date; until then none is taken.";
    } catch (caught) {
      this.#error = inWords(caught);
    }
    this.requestUpdate();
  }
}
customElements.define("qd-receipt-field", ReceiptField);

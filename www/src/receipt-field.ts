import { html, nothing, type TemplateResult } from "lit";
import { isQuoteDeskError, type InputField, type Receipt } from "cin7-quote-desk";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { priceText } from "./figure.js";
import type { QuoteSession } from "./quote-session.js";
import { toast } from "./toast.js";
import { readTyped } from "./typed-number.js";

type Part = keyof Receipt;
const FIELDS: Record<Part, InputField> = { amount: "receiptAmount", reference: "receiptReference", date: "receiptDate" };

/**
 * What the customer has paid on the quote already: three fields that are taken together, once all of them are there. Until then
 * the quote keeps them as they were typed, and the order waits.
 */
class ReceiptField extends QdElement {
  static override properties = { session: { attribute: false } };
  declare session: QuoteSession;

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(this.session, "change", () => this.requestUpdate());
  }

  protected override render(): TemplateResult {
    const { receipt, confirmed, currency, refusedInputs } = this.session.header;
    const typed = (part: Part) => refusedInputs.find(({ field }) => field === FIELDS[part])?.text;
    const kept = Object.values(FIELDS)
      .map((own) => refusedInputs.find(({ field }) => field === own))
      .filter((input) => input !== undefined);
    const shown: Receipt =
      kept.length > 0
        ? { amount: typed("amount") ?? "", reference: typed("reference") ?? "", date: typed("date") ?? "" }
        : {
            amount: receipt === null ? "" : priceText(receipt.amount),
            reference: receipt?.reference ?? "",
            date: receipt?.date ?? "",
          };
    const input = (
      part: Part,
      label: string,
      extra: { type?: string; hint?: string; look?: string },
    ) => html`<input class="input ${extra.look ?? ""}" name=${part} aria-label=${label}
      type=${extra.type ?? "text"} inputmode=${part === "amount" ? "decimal" : "text"} autocomplete="off"
        placeholder=${confirmed ? "" : (extra.hint ?? "")} ?readonly=${confirmed}
      aria-invalid=${kept.length > 0} .value=${shown[part]} @change=${this.#changed} />`;
    return html`<div class="field wide"><span class="label" aria-hidden="true"><span>Receipt: already paid</span><span
      class="soft">${currency}</span></span>
      <div class="receipt-parts">${input("amount", "Receipt amount", {
        hint: "200.00",
        look: "number",
      })}${input("reference", "Receipt reference", { hint: "CARD-77" })}${input("date", "Receipt date", { type: "date" })}</div>
      ${
        kept.length === 0
          ? nothing
          : html`<p class="field-error" role="alert">${this.#problem(typed("amount")) ?? kept[0]?.problem}</p>`
      }</div>`;
  }

  /** Why the amount cannot be read, where there is one. */
  #problem(amount: string | undefined): string | undefined {
    const reading = amount === undefined ? undefined : readTyped(amount, this.session.header.currency);
    return reading?.value === null ? reading.problem : undefined;
  }

  readonly #changed = (): void => {
    const { session } = this;
    const value = (part: Part) => this.querySelector<HTMLInputElement>(`[name="${part}"]`)?.value.trim() ?? "";
    const typed: Receipt = { amount: value("amount"), reference: value("reference"), date: value("date") };
    const { receipt, currency } = session.header;
    const reading =
      receipt !== null && typed.amount === priceText(receipt.amount)
        ? { value: receipt.amount }
        : readTyped(typed.amount, currency);
    const refuse = () => {
      const parts = (Object.keys(FIELDS) as Part[]).filter((part) => typed[part] !== "");
      session.refuse(
        null,
        parts.map((part) => ({ field: FIELDS[part], text: typed[part], read: part === "amount" ? reading.value : null })),
      );
    };
    try {
      if (Object.values(typed).every((part) => part === "")) session.editHeader({ receipt: null });
      else if (Object.values(typed).some((part) => part === "") || reading.value === null) refuse();
      else session.editHeader({ receipt: { ...typed, amount: reading.value } });
    } catch (caught) {
      if (isQuoteDeskError(caught) && caught.code === "invalid-input") refuse();
      else toast({ text: inWords(caught) });
    }
    this.requestUpdate();
  };
}
customElements.define("qd-receipt-field", ReceiptField);

import { html, nothing, type TemplateResult } from "lit";
import { isQuoteDeskError, type HeaderEdit, type InputField, type Problem, type RefusedInput } from "cin7-quote-desk";
import "./day-field.js";
import "./decimal-field.js";
import "./delivery-field.js";
import "./receipt-field.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { plain } from "./figure.js";
import type { QuoteSession } from "./quote-session.js";
import { tierName } from "./tier-name.js";
import { toast } from "./toast.js";

type TextField = "customerReference" | "deliveryNotes1" | "deliveryNotes2" | "memo" | "phone" | "contact";

/** Where a problem of the quote is put right. */
const FIELD_OF: Record<string, string> = {
  "no-warehouse": "warehouse",
  "unknown-warehouse": "warehouse",
  "warehouse-retired": "warehouse",
  "unknown-tier": "priceTier",
  "tier-changed": "priceTier",
  "term-inactive": "paymentTerm",
  "unknown-term": "paymentTerm",
  "no-exchange-rate": "exchangeRate",
  "rate-too-small": "exchangeRate",
  "rate-imprecise": "exchangeRate",
  "rate-rounded": "exchangeRate",
  "receipt-rate-imprecise": "exchangeRate",
  "no-delivery-address": "delivery",
  "no-country": "delivery",
  "no-address-line": "delivery",
  "postcode-too-long": "delivery",
  "address-too-long": "delivery",
  "address-company-too-long": "delivery",
  "delivery-address-changed": "delivery",
  "delivery-address-gone": "delivery",
  expired: "endDate",
  "memo-too-long": "memo",
  "notes-too-long": "deliveryNotes1",
  "phone-too-long": "phone",
  "contact-too-long": "contact",
  "representative-unknown": "salesPerson",
  "receipt-stays": "receipt",
  "receipt-too-large": "receipt",
  "reference-too-long": "customerReference",
};
/** What goes to Cin7 first, with the order itself, and stays once it is there. */
const SENT_FIRST = new Set([
  "priceTier",
  "warehouse",
  "delivery",
  "customerReference",
  "paymentTerm",
  "exchangeRate",
  "phone",
  "contact",
  "salesPerson",
  "deliveryNotes1",
  "deliveryNotes2",
]);
const IN_MORE = new Set([
  "deliveryNotes1",
  "deliveryNotes2",
  "memo",
  "phone",
  "contact",
  "endDate",
  "overallDiscount",
  "salesPerson",
  "receipt",
]);

/** The field where a problem of the quote is put right, when the header has it. */
export function fieldFor(code: string): string | undefined {
  return FIELD_OF[code];
}

/** The header of the quote: what prices it, where it ships from and to, and what else the order carries. */
class QuoteHeaderForm extends QdElement {
  static override properties = { session: { attribute: false } };
  declare session: QuoteSession;
  #more = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(this.session, "change", () => this.requestUpdate());
  }

  /** Puts the cursor into the field where a problem is put right. */
  async enter({ code, field: typed }: Pick<Problem, "code" | "field">): Promise<void> {
    const field = fieldFor(code) ?? (typed?.startsWith("receipt") === true ? "receipt" : typed);
    if (field === undefined || field === null) return;
    if (IN_MORE.has(field)) this.#more = true;
    this.requestUpdate();
    await this.updateComplete;
    const place = this.querySelector<HTMLElement>(`[data-field="${field}"]`);
    (place?.matches("input, select, textarea") === true ? place : place?.querySelector<HTMLElement>("select, input"))?.focus();
  }

  protected override render(): TemplateResult {
    const { session } = this;
    const { header, customer, references } = session;
    const off = header.confirmed;
    const foreign = references !== null && references.baseCurrency !== header.currency;
    return html`<section class="quote-header card" aria-label="Quote details">
      <div class="fields main-fields">
        ${this.#select(
          "priceTier",
          "Price tier",
          header.priceTierChosen && header.priceTier !== null ? String(header.priceTier) : "",
          [
            { value: "", label: `${customer.priceTier ?? "Standard price"} (default)` },
            ...(references?.priceTiers ?? []).map((tier) => ({
              value: String(tier.ordinal),
              label: tierName(tier, references?.priceTiers ?? []),
            })),
          ],
          (value) => session.edit((quote) => quote.setPriceTier(value === "" ? null : Number(value))),
        )}
        ${this.#select(
          "warehouse",
          "Warehouse",
          header.warehouse ?? "",
          [
            ...(header.warehouse === null ? [{ value: "", label: "Choose a warehouse" }] : []),
            ...kept(references?.warehouses ?? [], header.warehouse),
          ],
          (value) => session.edit((quote) => quote.setWarehouse(value === "" ? null : value)),
        )}
        <qd-delivery-field data-field="delivery" .session=${session}></qd-delivery-field>
        ${this.#text("customerReference", "Reference", { hint: "Their order number" })}
        ${this.#select(
          "paymentTerm",
          "Terms",
          header.paymentTerm ?? "",
          [
            ...(header.paymentTerm === null ? [{ value: "", label: "The customer's own" }] : []),
            ...kept(references?.paymentTerms ?? [], header.paymentTerm),
          ],
          (value) => session.editHeader({ paymentTerm: value === "" ? null : value }),
        )}
        ${
          foreign
            ? this.#number(
                "exchangeRate",
                `Rate: ${header.currency} for one ${references.baseCurrency}`,
                "such as 1.25",
                "",
                null,
              )
            : nothing
        }
      </div>
      <details class="more" .open=${this.#more} @toggle=${this.#toggled}>
        <summary>More <span class="soft">${this.#summary()}</span></summary>
        <div class="fields">
          ${this.#text("phone", "Phone")}
          ${this.#text("contact", "Contact")}
          ${this.#select(
            "salesPerson",
            "Sales person",
            header.salesPerson ?? "",
            [{ value: "", label: "None" }, ...this.#salesPeople()],
            (value) => session.editHeader({ salesPerson: value === "" ? null : value }),
          )}
          <div class="field"><label for="endDate">Quote holds until</label>
            <qd-day data-field="endDate" .inputId=${"endDate"} .label=${"Quote holds until"} .session=${session}
              .refused=${this.#refused("endDate")} .value=${header.endDate} .readOnly=${off}
              .take=${(endDate: string | null) => session.editHeader({ endDate })}></qd-day></div>
          <div class="field"><span class="label" aria-hidden="true">Stock</span>
            <label class="check"><input type="checkbox" data-field="reserveStock" .checked=${header.reserveStock} ?disabled=${off}
              @change=${(event: Event) =>
                session.edit((quote) =>
                  quote.editHeader({ reserveStock: (event.target as HTMLInputElement).checked }),
                )} /> Reserve for this quote</label></div>
          ${this.#number("overallDiscount", "Overall discount %", "", "%", "0")}
          <div class="field wide"><label for="deliveryNotes1">Delivery notes</label>
            ${this.#input("deliveryNotes1", {
              hint: "Ring the bell",
            })}${this.#input("deliveryNotes2", { label: "Delivery notes, second line" })}</div>
          <div class="field wide"><label for="memo"><span>Memo</span>${
            header.memo.length > 800
              ? html`<span class=${header.memo.length > 1024 ? "warn" : ""}>${header.memo.length} of 1,024</span>`
              : nothing
          }</label>
            <textarea class="input" id="memo" aria-label="Memo" data-field="memo" rows="3" ?readonly=${off}
              aria-invalid=${this.#refused("memo") !== undefined} .value=${this.#refused("memo")?.text ?? header.memo} @input=${(
                event: Event,
              ) => this.#write("memo", (event.target as HTMLTextAreaElement).value)}></textarea>
            ${this.#error("memo")}</div>
          <qd-receipt-field .session=${session} data-field="receipt"></qd-receipt-field>
        </div>
      </details>
    </section>`;
  }

  /** The CRM's own people by their codes, where the settings name any; else Cin7's sales representatives. */
  #salesPeople(): { value: string; label: string }[] {
    const { header, references } = this.session;
    const people = (references?.people ?? []).map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }));
    const known = people.length > 0 ? people : kept(references?.salesPeople ?? [], null);
    if (header.salesPerson === null || known.some(({ value }) => value === header.salesPerson)) return known;
    return [{ value: header.salesPerson, label: header.salesPersonName ?? header.salesPerson }, ...known];
  }

  #select(
    name: string,
    label: string,
    value: string,
    options: { value: string; label: string }[],
    take: (value: string) => void,
  ): TemplateResult {
    return html`<div class="field"><label for=${name}>${label}</label>
      <select class="input" id=${name} data-field=${name} ?disabled=${this.#stays(name)} @change=${(event: Event) => {
        try {
          take((event.target as HTMLSelectElement).value);
        } catch (caught) {
          // What holds is shown again at once: a choice that was refused is none.
          toast({ text: inWords(caught) });
        }
        this.requestUpdate();
      }}>${options.map(
        (option) => html`<option value=${option.value} .selected=${option.value === value}>${option.label}</option>`,
      )}</select></div>`;
  }

  /** Whether a field cannot be changed: the quote is an order, or this part of it is in Cin7. */
  #stays(name: string): boolean {
    const { confirmed, begun } = this.session.header;
    return confirmed || (begun !== null && SENT_FIRST.has(name));
  }

  /** A number, which settles when the field is left; `none` is what an empty field means. */
  #number(
    name: "exchangeRate" | "overallDiscount",
    label: string,
    hint: string,
    sign: string,
    none: string | null,
  ): TemplateResult {
    const { session } = this;
    const take = (value: string | null) => {
      session.editHeader({ [name]: value } as HeaderEdit);
      return shown();
    };
    const shown = () => plain(session.header[name] ?? "");
    return html`<div class="field"><label for=${name}>${label}</label>
      <qd-decimal data-field=${name} .inputId=${name} .session=${session} .lineId=${null} .field=${name}
        .refused=${this.#refused(name)} .sign=${sign} .label=${label} .live=${false}
        .value=${shown()} .readOnly=${this.#stays(name)} .empty=${this.#stays(name) ? "" : hint} .take=${take}
          .cleared=${() => take(none)} .back=${(value: string) => take(value === "" ? none : value)}></qd-decimal></div>`;
  }

  #text(name: TextField, label: string, extra: { hint?: string } = {}): TemplateResult {
    return html`<div class="field"><label for=${name}>${label}</label>${this.#input(name, extra)}</div>`;
  }

  #input(name: TextField, extra: { hint?: string; label?: string }): TemplateResult {
    const refused = this.#refused(name);
    return html`<input class="input" id=${name} data-field=${name} autocomplete="off"
        placeholder=${this.#stays(name) ? "" : (extra.hint ?? "")} aria-label=${extra.label ?? nothing}
        ?readonly=${this.#stays(name)} aria-invalid=${refused !== undefined} aria-describedby=${
          refused === undefined ? nothing : `${name}-error`
        }
        .value=${refused?.text ?? this.session.header[name]} @input=${(event: Event) =>
          this.#write(name, (event.target as HTMLInputElement).value)} />${this.#error(name)}`;
  }

  /** What was typed into a field and not taken. */
  #refused(field: InputField): RefusedInput | undefined {
    return this.session.header.refusedInputs.find((input) => input.field === field);
  }

  #error(name: TextField): TemplateResult | typeof nothing {
    const said = this.#refused(name)?.problem ?? null;
    if (said !== null) return html`<p class="field-error" id="${name}-error" role="alert">${said}</p>`;
    // What is longer than Cin7 takes stays whole, and says how much.
    const long = this.session.problems.find(
      ({ code, severity }) => severity === "stop" && code.endsWith("-too-long") && fieldFor(code) === name,
    );
    return long === undefined ? nothing : html`<p class="field-note warn">${long.text}</p>`;
  }

  /** Text is taken as it is typed, so that nothing of it is lost. */
  #write(name: TextField, text: string): void {
    const { session } = this;
    try {
      session.editHeader({ [name]: text } as HeaderEdit);
    } catch (caught) {
      if (isQuoteDeskError(caught) && caught.code === "invalid-input") session.refuse(null, [{ field: name, text }]);
      else toast({ text: inWords(caught) });
    }
    this.requestUpdate();
  }

  #toggled(event: Event): void {
    this.#more = (event.target as HTMLDetailsElement).open;
    this.requestUpdate();
  }

  /** What is set in there, so that nothing that travels is hidden unseen. */
  #summary(): string {
    const { header } = this.session;
    const set: string[] = [];
    if (header.phone !== "") set.push(header.phone);
    if (header.salesPersonName !== null) set.push(header.salesPersonName);
    if (header.receipt !== null) set.push(`receipt ${header.receipt.reference}`);
    if (header.reserveStock) set.push("stock reserved");
    if (header.endDate !== null) set.push(`holds until ${header.endDate}`);
    if (plain(header.overallDiscount) !== "0") set.push(`${plain(header.overallDiscount)}% off every line`);
    if (header.deliveryNotes1 !== "" || header.deliveryNotes2 !== "") set.push("delivery notes");
    if (header.memo !== "") set.push("memo");
    return set.length > 0 ? set.join(" · ") : "phone, sales person, delivery notes, memo, overall discount, receipt";
  }
}

/** Choices, with the one that is set even where it may no longer be chosen. */
function kept(names: string[], set: string | null): { value: string; label: string }[] {
  const all = set !== null && !names.includes(set) ? [set, ...names] : names;
  return all.map((name) => ({ value: name, label: name }));
}
customElements.define("qd-quote-header", QuoteHeaderForm);

declare global {
  interface HTMLElementTagNameMap {
    "qd-quote-header": QuoteHeaderForm;
  }
}

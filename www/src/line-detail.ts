import { html, nothing, type TemplateResult } from "lit";
import { isQuoteDeskError, type InputField, type LineView, type Quote, type RefusedInput } from "cin7-quote-desk";
import "./day-field.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { amount, count } from "./figure.js";
import { priceTrail } from "./price-trail.js";
import type { QuoteSession } from "./quote-session.js";
import { arrivingList, stockAge, stockBars } from "./stock-bars.js";
import { toast } from "./toast.js";

/** Cin7 keeps this many characters of a line's comment; services keep more. */
const COMMENT_LIMIT = { stock: 256, other: 256, service: 1024 };

/** What stands behind a line: the price ladder, stock by warehouse, and the text that travels with it. */
class LineDetail extends QdElement {
  static override properties = { line: { attribute: false }, session: { attribute: false } };
  declare line: LineView;
  declare session: QuoteSession;

  protected override render(): TemplateResult {
    const { line } = this;
    const limit = COMMENT_LIMIT[line.kind];
    const over = line.extendedDescription.length - limit;
    const readOnly = this.session.header.confirmed;
    const tier = this.session.header.priceTier;
    return html`<div class="detail" role="group" aria-label=${`More about line ${line.number}`}>
      <section>
        <h3>Why this price</h3>
        ${priceTrail(line.trail)}
      </section>
      <section>
        <h3>All tiers</h3>
        <ol class="ladder">
          ${line.ladder.map(
            (rung) => html`<li class=${rung.ordinal === tier ? "chosen" : rung.price === null ? "unpriced" : ""}>
            <span class="one-line">${rung.name}${
              rung.ordinal === tier ? html`<span class="unseen"> (this quote's tier)</span>` : nothing
            }</span>
            <span class="number">${rung.price === null ? "not priced" : amount(rung.price)}</span>
          </li>`,
          )}
        </ol>
      </section>
      <section>
        ${this.#weighs()}
        <h3>Stock by warehouse</h3>
        ${stockBars(line.stock)}
        ${line.stock.kind === "counted" ? html`<p class="small">${stockAge(line.stock.asOf)}</p>` : nothing}
        ${line.arriving.length === 0 ? nothing : html`<h3>Arriving</h3>${arrivingList(line.arriving, `Arriving of ${line.sku}`)}`}
      </section>
      <section class="line-fields">
        <label class="field"><span class="label">Description</span>
          <input class="input" aria-label="Description" ?readonly=${readOnly}
            aria-invalid=${this.#refused("description") !== undefined} .value=${
              this.#refused("description")?.text ?? line.description
            } @input=${this.#describe} /></label>
        ${this.#says("description")}
        <label class="field">
          <span class="label"><span>Extended description</span><span
            class="number ${over > 0 ? "warn" : ""}">${count(line.extendedDescription.length)} of ${limit}</span></span>
          <textarea class="input" aria-label="Extended description" rows="5" ?readonly=${readOnly} aria-invalid=${
            this.#refused("extendedDescription") !== undefined
          } .value=${this.#refused("extendedDescription")?.text ?? line.extendedDescription} @input=${this.#write}
            placeholder=${readOnly ? "" : "For the warehouse and the customer: finish, engraving, packing …"}></textarea>
        </label>
        ${
          over > 0
            ? html`<p class="field-note warn">${count(over)} too many: Cin7's line comment holds ${limit}. The whole text stays
              here.</p>`
            : html`<p class="field-note">Becomes the comment of the order line in Cin7.</p>`
        }
        ${this.#says("extendedDescription")}
        <label class="field"><span class="label"><span>Tax rule</span>${
          line.tax === null ? nothing : html`<span class="number">${amount(line.tax)}</span>`
        }</span>
          <select class="input" aria-label="Tax rule" ?disabled=${readOnly} @change=${this.#taxed}>
            ${this.#taxRules().map((name) => html`<option value=${name} .selected=${name === line.taxRule}>${name}</option>`)}
          </select></label>
        <div class="pair">
          ${
            line.kind === "service"
              ? nothing
              : html`<label class="field"><span class="label">Ships from</span>
            <select class="input" aria-label="Ships from" ?disabled=${readOnly} @change=${this.#shipped}>
              <option value="" .selected=${line.warehouse === null}>${
                this.session.header.warehouse ?? "The quote's warehouse"
              }</option>
              ${(this.session.references?.warehouses ?? [])
                .filter((name) => name !== this.session.header.warehouse)
                .map((name) => html`<option value=${name} .selected=${name === line.warehouse}>${name}</option>`)}
            </select></label>`
          }
          <label class="field"><span class="label">Deliver on</span>
            <qd-day .label=${"Deliver on"} .session=${this.session} .lineId=${line.id} .field=${"deliveryDate"}
              .refused=${this.#refused("deliveryDate")} .value=${line.deliveryDate} .readOnly=${readOnly}
              .take=${(day: string | null) =>
                this.session.editLine((quote) => quote.setLineDeliveryDate(line.id, day))}></qd-day></label>
        </div>
      </section>
    </div>`;
  }

  /** Weight, and cost with margin for those who may see it. */
  #weighs(): TemplateResult | typeof nothing {
    const { weight, weightTotal, margin } = this.line;
    if (weight === null && margin === null) return nothing;
    const base = this.session.references?.baseCurrency ?? "";
    return html`<dl class="facts small">
      ${
        weight === null
          ? nothing
          : html`<div><dt>Weight</dt><dd class="number">${weight}${
              weightTotal === null ? nothing : `, together ${weightTotal}`
            }</dd></div>`
      }
      ${
        margin === null
          ? nothing
          : html`<div><dt>Cost of one</dt><dd class="number">${
              margin.cost === null ? "unknown" : `${base} ${amount(margin.cost)}`
            }${margin.costNow === null ? nothing : html` <span class="warn">now ${amount(margin.costNow)}</span>`}</dd></div>
        <div><dt>Margin</dt><dd class="number"><output aria-label="Margin of the line">${
          margin.percent === null ? "unknown" : `${amount(margin.percent)}%`
        }</output></dd></div>`
      }
    </dl>`;
  }

  /** The rules that may be chosen, and the line's own where it is no longer one of them. */
  #taxRules(): string[] {
    const names = (this.session.references?.taxRules ?? []).map((rule) => rule.name);
    return names.includes(this.line.taxRule) ? names : [this.line.taxRule, ...names];
  }

  #describe(event: Event): void {
    const text = (event.target as HTMLInputElement).value;
    this.#try((quote) => quote.setDescription(this.line.id, text), { field: "description", text });
  }

  #write(event: Event): void {
    const text = (event.target as HTMLTextAreaElement).value;
    this.#try((quote) => quote.setExtendedDescription(this.line.id, text), { field: "extendedDescription", text });
  }

  #shipped(event: Event): void {
    const name = (event.target as HTMLSelectElement).value;
    this.#try((quote) => quote.setLineWarehouse(this.line.id, name === "" ? null : name));
  }

  #taxed(event: Event): void {
    const name = (event.target as HTMLSelectElement).value;
    this.#try((quote) => quote.setTaxRule(this.line.id, name));
  }

  /** What was typed into a field and not taken. */
  #refused(field: InputField): RefusedInput | undefined {
    return this.line.refusedInputs.find((input) => input.field === field);
  }

  #says(field: InputField): TemplateResult | typeof nothing {
    const problem = this.#refused(field)?.problem ?? null;
    return problem === null ? nothing : html`<p class="field-error" role="alert">${problem}</p>`;
  }

  /** What was typed and is not taken stays in its field; a choice that is not taken is shown as it holds. */
  #try(edit: (quote: Quote) => LineView, typed?: { field: InputField; text: string }): void {
    try {
      this.session.editLine(edit);
    } catch (caught) {
      if (typed !== undefined && isQuoteDeskError(caught) && caught.code === "invalid-input")
        this.session.refuse(this.line.id, [typed]);
      else toast({ text: inWords(caught) });
    }
    this.requestUpdate();
  }
}
customElements.define("qd-line-detail", LineDetail);

declare global {
  interface HTMLElementTagNameMap {
    "qd-line-detail": LineDetail;
  }
}

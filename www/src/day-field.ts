import { html, nothing, type TemplateResult } from "lit";
import type { Day, InputField, RefusedInput } from "cin7-quote-desk";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import type { QuoteSession } from "./quote-session.js";
import { toast } from "./toast.js";

/**
 * A day of the quote. One that is left unfinished keeps the day from before, and stops the order until it is finished or put
 * back: a browser tells that there is text, not which.
 */
class DayField extends QdElement {
  static override properties = { value: { attribute: false }, refused: { attribute: false }, readOnly: { attribute: false } };
  declare value: Day | null;
  /** That it was left unfinished. */
  declare refused: RefusedInput | undefined;
  declare readOnly: boolean;
  /** Whose field it is, and which: of a line, or of the header. */
  session: QuoteSession | null = null;
  lineId: string | null = null;
  field: InputField = "endDate";
  label = "";
  /** The id of its input, for a label. */
  inputId = "";
  /** Takes a day, or none. */
  take: (day: Day | null) => void = () => undefined;

  protected override render(): TemplateResult {
    const problem = this.refused?.problem ?? "";
    const said = `${this.field}-${this.lineId ?? "quote"}-error`;
    return html`<input class="input" type="date" id=${this.inputId || nothing} aria-label=${this.label} autocomplete="off"
      ?readonly=${this.readOnly}
        aria-invalid=${problem !== ""} aria-describedby=${problem === "" ? nothing : said} @change=${this.#left}
          @blur=${this.#left} />
      ${problem === "" ? nothing : html`<p class="field-error" id=${said} role="alert">${problem}</p>`}`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    const input = this.querySelector("input");
    // Half a day that is being typed is not overwritten.
    if (input !== null && this.refused === undefined && (changed.has("value") || changed.has("refused")))
      input.value = this.value ?? "";
  }

  #left(event: Event): void {
    const { value, validity } = event.target as HTMLInputElement;
    try {
      if (validity.badInput) {
        if (this.refused === undefined) this.session?.refuse(this.lineId, [{ field: this.field, text: "" }]);
      } else if (value !== (this.value ?? "") || this.refused !== undefined) this.take(value === "" ? null : value);
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
  }
}
customElements.define("qd-day", DayField);

import { html, nothing, type TemplateResult } from "lit";
import type { Decimal, InputField, RefusedInput } from "cin7-quote-desk";
import { announce } from "./announcement.js";
import { QdElement } from "./element.js";
import { faultOf, inWords } from "./fault.js";
import { isDecimal, plain } from "./figure.js";
import type { QuoteSession } from "./quote-session.js";
import { readTyped } from "./typed-number.js";

/** How long typing rests before what cannot be read is kept, in milliseconds. */
const RESTS_AFTER = 1_000;

let fields = 0;

/**
 * A number of the quote: quantity, price or discount of a line, or one of the header.
 *
 * Totals follow while a number is being typed; the text itself is left alone until the field is left. Then it settles on
 * what was taken (1.234 becomes 1.23), and says so. What cannot be taken stays in the field with a message, and the quote keeps
 * it beside the value from before: it stops the order until it is mended or put back.
 */
class DecimalField extends QdElement {
  static override properties = {
    value: { attribute: false },
    label: { attribute: false },
    readOnly: { attribute: false },
    look: { attribute: false },
    empty: { attribute: false },
    refused: { attribute: false },
    sign: { attribute: false },
  };
  /** What the field shows while it is at rest. */
  declare value: string;
  /** Its accessible name. */
  declare label: string;
  declare readOnly: boolean;
  declare look: "plain" | "typed" | "missing";
  /** What an empty field shows. */
  declare empty: string;
  /** What was typed into it and not taken. */
  declare refused: RefusedInput | undefined;
  /** The sign that may stand beside the number: `"%"`, or the code of a currency. */
  declare sign: string | undefined;
  /** Whose field it is, and which: of a line, or of the header. */
  session: QuoteSession | null = null;
  lineId: string | null = null;
  field: InputField = "quantity";
  /** The id of its input, for a label. */
  inputId = "";
  /**
   * Takes a value and gives back what the field settles on; throws in words. `more` says that a part of it was taken before,
   * while it was being typed.
   */
  take: (value: string, more: boolean) => string = (value) => value;
  /** What emptying the field means; without it, it means nothing. */
  cleared: (() => string) | null = null;
  /** Whether the value is taken while it is being typed, or only on leaving the field. */
  live = true;
  /** Goes back to the value from before the field was entered, after another was taken. */
  back: (value: string, more: boolean) => void = (value, more) => void this.take(value, more);

  readonly #name = `decimal-${++fields}`;
  #before = "";
  #typed = false;
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** Whether something was taken since the field was entered. */
  #took = false;
  #error = "";
  #note = "";
  #says = false;

  get input(): HTMLInputElement | null {
    return this.querySelector("input");
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("value") && document.activeElement !== this.input) this.#error = "";
    // What came from elsewhere while the cursor rested in the field is what there is to go back to.
    if (changed.has("value") && !this.#typed && !this.#took) this.#before = this.value;
  }

  protected override render(): TemplateResult {
    const error = this.#problem();
    const said = error !== "" ? `${this.#name}-error` : "";
    return html`<input class="input number ${this.look ?? "plain"}" id=${this.inputId || nothing} inputmode="decimal"
      autocomplete="off" spellcheck="false" aria-label=${this.label}
        placeholder=${this.empty ?? ""} ?readonly=${this.readOnly} aria-invalid=${error !== ""}
          aria-describedby=${said || nothing}
        @focus=${this.#entered} @input=${this.#input} @change=${this.#left} @blur=${this.#left} @keydown=${this.#key} />
      ${
        error !== ""
          ? html`<span class="field-says stop" role="alert" id=${said}>${error}</span>`
          : this.#note !== ""
            ? html`<span class="field-says">${this.#note}</span>`
            : nothing
      }`;
  }

  /** What is wrong with the text in the field; empty when nothing is. */
  #problem(): string {
    const { refused } = this;
    if (this.#error !== "" || refused === undefined) return this.#error;
    const reading = readTyped(refused.text, this.sign ?? "");
    return refused.problem ?? (reading.value === null ? reading.problem : `“${refused.text}” was not taken.`);
  }

  protected override updated(): void {
    const input = this.input;
    // What a field says reaches out of its line, which otherwise keeps its drawing to itself.
    const line = this.closest("qd-quote-line");
    if (this.#says !== (this.#problem() !== "" || this.#note !== "")) {
      this.#says = !this.#says;
      line?.classList.toggle("says", line.querySelector(".field-says") !== null);
    }
    // A number that is being typed, or one that was refused, is not overwritten.
    const shown = this.refused?.text ?? this.value;
    if (input !== null && !this.#typed && this.#error === "" && input.value !== shown) input.value = shown;
  }

  #entered(): void {
    this.#before = this.value;
    this.#took = false;
    this.#note = "";
    this.input?.select();
  }

  #input(): void {
    const text = this.input?.value ?? "";
    this.#typed = true;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#rested(), RESTS_AFTER);
    if (!this.live || !isDecimal(text) || readTyped(text, this.sign ?? "").value === null) return;
    try {
      this.take(text.trim(), this.#took);
      this.#took = true;
      this.#error = "";
    } catch {
      // Said on leaving the field: the number may not be finished yet.
    }
    this.requestUpdate();
  }

  /**
   * What is not taken key by key is taken, or kept with the quote, also while the cursor rests in it: the page may go at any
   * time.
   */
  #rested(): void {
    const text = this.input?.value.trim() ?? "";
    if (!this.#typed || text === "") return;
    const reading = this.#read(text);
    try {
      if (reading.value === null) this.#refuse(text, null);
      else if (this.live || this.lineId === null) {
        this.take(reading.value, this.#took);
        this.#took = true;
      }
      // There is no way back to a line's price that is no longer the found one: it waits until the field is left.
    } catch {
      // Said on leaving the field.
    }
  }

  /** What the field itself has shown is not read: it has one meaning already. */
  #read(text: string): { value: Decimal | null } {
    return text === "" || plain(text) === plain(this.#before) ? { value: text } : readTyped(text, this.sign ?? "");
  }

  #left(): void {
    const input = this.input;
    clearTimeout(this.#resting);
    if (input === null || !this.#typed) return;
    this.#typed = false;
    const text = input.value.trim();
    this.#error = "";
    const reading = this.#read(text);
    try {
      if (reading.value === null) this.#refuse(text, null);
      else {
        const settled = text === "" ? (this.cleared ?? this.#restore)() : this.take(reading.value, this.#took);
        this.#took = false;
        this.#settle(settled);
        if (text === "" && this.cleared === null) this.#say(`${settled} stays`);
        else if (text !== "" && plain(text) !== plain(settled)) this.#say(`${text} → ${settled}`);
      }
    } catch (caught) {
      if (faultOf(caught).code === "invalid-input") this.#refuse(text, reading.value);
      else this.#error = inWords(caught);
    }
    this.requestUpdate();
  }

  /** The value from before holds again, and the quote keeps the text. */
  #refuse(text: string, read: Decimal | null): void {
    this.#goBack();
    this.session?.refuse(this.lineId, [{ field: this.field, text, read }]);
  }

  /** Whether what stands in the field is the quote's. */
  #taken(): boolean {
    const { session, lineId, field } = this;
    const refused =
      lineId === null ? session?.header.refusedInputs : session?.lines.find(({ id }) => id === lineId)?.refusedInputs;
    return this.#error === "" && refused?.some((input) => input.field === field) !== true;
  }

  readonly #restore = (): string => {
    this.#goBack();
    return this.#before;
  };

  /** Back to the value from before, where another was taken, unless the line is gone, by its own key or by another tab. */
  #goBack(): void {
    if (!this.#took) return;
    try {
      this.back(this.#before, true);
      this.#took = false;
    } catch (caught) {
      if (faultOf(caught).code !== "unknown-line") throw caught;
    }
  }

  /** Shows a value at once: the line's own drawing comes a moment later, and would take the selection with it. */
  #settle(value: string): void {
    this.value = value;
    if (this.input !== null) this.input.value = value;
  }

  #say(note: string): void {
    this.#note = note;
    announce(`${this.label} settled: ${note}`);
    setTimeout(() => {
      this.#note = "";
      this.requestUpdate();
    }, 4000);
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape" && (this.#typed || this.#problem() !== "")) {
      event.stopPropagation();
      this.#typed = false;
      this.#error = "";
      this.#goBack();
      if (this.refused !== undefined) this.session?.putBack(this.lineId, this.field);
      this.#settle(this.#before);
      this.input?.select();
      this.requestUpdate();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#left();
      if (this.#taken()) this.dispatchEvent(new Event("qd-next", { bubbles: true }));
    }
  }
}
customElements.define("qd-decimal", DecimalField);

declare global {
  interface HTMLElementTagNameMap {
    "qd-decimal": DecimalField;
  }
}

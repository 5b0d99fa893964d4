import { html, nothing, type TemplateResult } from "lit";
import { announce } from "./announcement.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { isDecimal, plain } from "./figure.js";

let fields = 0;

/**
 * A number of a line: quantity, price or discount.
 *
 * Totals follow while a number is being typed; the text itself is left alone until the field is left. Then it settles on
 * what was taken (1.234 becomes 1.23), and says so. What cannot be taken stays visible as a message beside the field,
 * and the value from before is kept.
 */
class DecimalField extends QdElement {
  static override properties = {
    value: { attribute: false }, label: { attribute: false }, readOnly: { attribute: false }, look: { attribute: false }, empty: { attribute: false },
  };
  /** What the field shows while it is at rest. */
  declare value: string;
  /** Its accessible name. */
  declare label: string;
  declare readOnly: boolean;
  declare look: "plain" | "typed" | "missing";
  /** What an empty field shows. */
  declare empty: string;
  /** Takes a value and gives back what the field settles on; throws in words. */
  take: (value: string) => string = (value) => value;
  /** What emptying the field means; without it, it means nothing. */
  cleared: (() => string) | null = null;
  /** Whether the value is taken while it is being typed, or only on leaving the field. */
  live = true;
  /** Goes back to the value from before the field was entered. */
  back: (value: string) => void = (value) => void this.take(value);

  readonly #name = `decimal-${++fields}`;
  #before = "";
  #typed = false;
  #error = "";
  #note = "";
  #says = false;

  get input(): HTMLInputElement | null {
    return this.querySelector("input");
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("value") && document.activeElement !== this.input) this.#error = "";
  }

  protected override render(): TemplateResult {
    const said = this.#error !== "" ? `${this.#name}-error` : "";
    return html`<input class="input number ${this.look ?? "plain"}" inputmode="decimal" autocomplete="off" spellcheck="false" aria-label=${this.label}
        placeholder=${this.empty ?? ""} ?readonly=${this.readOnly} aria-invalid=${this.#error !== ""} aria-describedby=${said || nothing}
        @focus=${this.#entered} @input=${this.#input} @change=${this.#left} @blur=${this.#left} @keydown=${this.#key} />
      ${this.#error !== "" ? html`<span class="field-says stop" role="alert" id=${said}>${this.#error}</span>`
        : this.#note !== "" ? html`<span class="field-says">${this.#note}</span>` : nothing}`;
  }

  protected override updated(): void {
    const input = this.input;
    // What a field says reaches out of its line, which otherwise keeps its drawing to itself.
    const line = this.closest("qd-quote-line");
    if (this.#says !== (this.#error !== "" || this.#note !== "")) {
      this.#says = !this.#says;
      line?.classList.toggle("says", line.querySelector(".field-says") !== null);
    }
    // A number that is being typed, or one that was refused, is not overwritten.
    if (input !== null && !this.#typed && this.#error === "" && input.value !== this.value) input.value = this.value;
  }

  #entered(): void {
    this.#before = this.value;
    this.#note = "";
    this.input?.select();
  }

  #input(): void {
    const text = this.input?.value ?? "";
    this.#typed = true;
    if (!this.live || !isDecimal(text)) return;
    try {
      this.take(text.trim());
      this.#error = "";
    } catch {
      // Said on leaving the field: the number may not be finished yet.
    }
    this.requestUpdate();
  }

  #left(): void {
    const input = this.input;
    if (input === null || !this.#typed) return;
    this.#typed = false;
    const text = input.value.trim();
    try {
      const settled = text === "" ? (this.cleared ?? this.#restore)() : this.take(text);
      this.#error = "";
      this.#settle(settled);
      if (text !== "" && plain(text) !== plain(settled)) this.#say(`${text} → ${settled}`);
    } catch (caught) {
      this.#error = inWords(caught);
      this.back(this.#before);
    }
    this.requestUpdate();
  }

  readonly #restore = (): string => {
    this.back(this.#before);
    return this.#before;
  };

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
    if (event.key === "Escape" && (this.#typed || this.#error !== "")) {
      event.stopPropagation();
      this.#typed = false;
      this.#error = "";
      this.back(this.#before);
      this.#settle(this.#before);
      this.input?.select();
      this.requestUpdate();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#left();
      if (this.#error === "") this.dispatchEvent(new Event("qd-next", { bubbles: true }));
    }
  }
}
customElements.define("qd-decimal", DecimalField);

declare global {
  interface HTMLElementTagNameMap {
    "qd-decimal": DecimalField;
  }
}

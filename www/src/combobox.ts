import { html, nothing, type TemplateResult } from "lit";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";

let boxes = 0;

/**
 * A field that searches while it is typed into, and a list to choose from: the combobox pattern.
 *
 * Answers to earlier keystrokes are dropped. The marked choice never moves by itself once an arrow key was used.
 */
export abstract class Combobox<Hit> extends QdElement {
  protected hits: Hit[] = [];
  protected open = false;
  /** Whether an answer is still awaited for what stands in the field. */
  protected searching = false;
  readonly #name = `combobox-${++boxes}`;
  #asked = 0;
  #at = 0;
  #failure = "";
  #upwards = false;

  /** The field's accessible name. */
  protected abstract readonly label: string;
  protected abstract readonly placeholder: string;
  protected abstract search(text: string): Promise<Hit[]>;
  protected abstract choose(hit: Hit): void;
  protected abstract option(hit: Hit): TemplateResult;
  /** What the list says when nothing matches. */
  protected abstract nothingFound(text: string): TemplateResult;
  /** Whether an empty list is worth opening before anything is typed. */
  protected saysWhenEmpty(): boolean {
    return false;
  }
  /** What stands in front of the field. */
  protected leading(): TemplateResult | typeof nothing {
    return nothing;
  }
  /** Whether the list opens before anything is typed. */
  protected readonly opensEmpty: boolean = false;

  protected get input(): HTMLInputElement | null {
    return this.querySelector("input");
  }

  /** What stands in the field. */
  protected get text(): string {
    return this.input?.value.trim() ?? "";
  }

  /** Puts the cursor into the field. */
  enter(): void {
    this.input?.focus();
    this.input?.select();
  }

  /** Empties the field and closes the list. */
  protected clear(): void {
    if (this.input !== null) this.input.value = "";
    this.#close();
    this.hits = [];
  }

  /** Asks again for what stands in the field, when what it is asked about changed. */
  protected again(): void {
    if (this.open) void this.#search();
  }

  protected override render(): TemplateResult {
    const list = `${this.#name}-list`;
    const marked = this.open && this.hits.length > 0 ? `${this.#name}-${this.#at}` : nothing;
    return html`<div class="combobox ${this.#upwards ? "upwards" : ""}" @focusout=${this.#focusOut}>
      <div class="combobox-field">${this.leading()}
        <input class="input" type="text" role="combobox" autocomplete="off" autocapitalize="off" spellcheck="false" aria-label=${this.label} placeholder=${this.placeholder}
          aria-expanded=${this.open} aria-controls=${list} aria-autocomplete="list" aria-activedescendant=${marked}
          @input=${this.#typed} @focus=${this.#focused} @click=${this.#focused} @keydown=${this.#key} />
      </div>
      <div class="combobox-list card" id=${list} role="listbox" aria-label=${`${this.label}: matches`} ?hidden=${!this.open || this.hits.length === 0}>
        ${this.hits.map((hit, index) => html`<div class="option" role="option" id=${`${this.#name}-${index}`} aria-selected=${index === this.#at}
          @mousedown=${(event: Event) => event.preventDefault()} @click=${() => this.#take(index)} @mousemove=${() => this.#mark(index)}>${this.option(hit)}</div>`)}
      </div>
      ${this.open && this.hits.length === 0 && !this.searching && (this.text !== "" || this.#failure !== "" || this.saysWhenEmpty()) ? html`<div class="combobox-list card combobox-says">
        ${this.#failure === "" ? this.nothingFound(this.text) : html`<p class="stop">${this.#failure}</p>`}</div>` : nothing}
      <span class="unseen" role="status">${this.open && !this.searching ? (this.hits.length === 0 ? "Nothing found." : `${this.hits.length} found.`) : ""}</span>
    </div>`;
  }

  #typed(): void {
    if (this.text === "" && !this.opensEmpty) return this.clear();
    void this.#search();
  }

  #focused(): void {
    if (!this.open && (this.opensEmpty || this.text !== "")) void this.#search();
  }

  async #search(): Promise<void> {
    const asked = ++this.#asked;
    this.searching = true;
    let hits: Hit[] = [];
    let failure = "";
    try {
      hits = await this.search(this.text);
    } catch (caught) {
      failure = inWords(caught);
    }
    if (asked !== this.#asked) return;
    this.searching = false;
    if (document.activeElement !== this.input) return;
    this.hits = hits;
    this.#failure = failure;
    this.#at = 0;
    if (hits.length === 0 && failure === "" && this.text === "" && !this.saysWhenEmpty()) return this.#close();
    this.#show();
  }

  #show(): void {
    if (!this.open) {
      this.#place();
    }
    this.open = true;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }));
  }

  /** Opens where there is room, and no further than there is: the top bar and the bar at the bottom stay clear. */
  #place(): void {
    const field = this.input?.getBoundingClientRect();
    if (field === undefined) return;
    const bottom = document.querySelector(".bar")?.getBoundingClientRect().top ?? innerHeight;
    const below = bottom - field.bottom - 16;
    const above = field.top - 64;
    this.#upwards = below < 320 && above > below;
    this.style.setProperty("--qd-list-room", `${Math.max(160, Math.round(this.#upwards ? above : below))}px`);
  }

  #close(): void {
    this.#asked++;
    this.searching = false;
    this.open = false;
    this.requestUpdate();
  }

  #focusOut(event: FocusEvent): void {
    if (!this.contains(event.relatedTarget as Node | null)) this.#close();
  }

  #mark(index: number): void {
    if (index === this.#at) return;
    this.#at = index;
    this.requestUpdate();
  }

  #take(index: number): void {
    const hit = this.hits[index];
    if (hit !== undefined) this.choose(hit);
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.open) return void this.#search();
      const { length } = this.hits;
      if (length === 0) return;
      this.#at = (this.#at + (event.key === "ArrowDown" ? 1 : length - 1)) % length;
      this.#show();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (this.searching) void this.#takeWhenFound();
      else if (this.open) this.#take(this.#at);
    } else if (event.key === "Escape" && this.open) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if (event.key === "Escape" && this.text !== "") {
      this.clear();
    }
  }

  /** Enter came before the answer: what it finds first is what was meant. */
  async #takeWhenFound(): Promise<void> {
    await this.#search();
    if (this.open) this.#take(0);
  }
}

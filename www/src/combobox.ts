import { html, nothing, type TemplateResult } from "lit";
import type { Fit } from "cin7-quote-desk";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { holdKeys, keysRest } from "./typed-ahead.js";

let boxes = 0;

/** Nobody who looks at the list presses Enter so soon after a letter, in milliseconds. */
const BLIND = 10;

/**
 * A field that searches while it is typed into, and a list to choose from: the combobox pattern.
 *
 * Enter takes what is marked in the list for exactly the text that stands in the field. Before that list is in sight it
 * waits for the answer and takes only what the text names exactly; else it takes nothing, and says so. What is marked stays
 * marked while it is in the list.
 */
export abstract class Combobox<Hit extends { id: string; fit: Fit }> extends QdElement {
  protected hits: Hit[] = [];
  protected open = false;
  /** Whether an answer is still awaited for what stands in the field. */
  protected searching = false;
  readonly #name = `combobox-${++boxes}`;
  #asked = 0;
  /** Settled when the last question is answered. */
  #answer: Promise<void> = Promise.resolve();
  /** The text that the list answers. */
  #answered: string | null = null;
  /** When that answer came into sight, and when a key was pressed last. */
  #seen = Infinity;
  #pressed = -Infinity;
  /** Which of the list is marked; -1 is none. */
  #at = -1;
  #failure = "";
  #refusal = "";
  #upwards = false;

  /** The field's accessible name. */
  protected abstract readonly label: string;
  protected abstract readonly placeholder: string;
  protected abstract search(text: string): Promise<Hit[]>;
  /** Resolves when the focus is where the next key belongs. */
  protected abstract choose(hit: Hit): Promise<void>;
  protected abstract option(hit: Hit): TemplateResult;
  /** What the list says when nothing matches. */
  protected abstract nothingFound(text: string): TemplateResult;
  /** Enter took nothing: what is said of it. `hit` is what the text names exactly and may not be chosen. */
  protected abstract refuse(text: string, hit: Hit | undefined): string;
  /** Whether a hit may be chosen. */
  protected mayChoose(_hit: Hit): boolean {
    return true;
  }
  /** Whether Enter was no person's, who looks at the list. */
  protected isBlind(): boolean {
    return false;
  }
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
    this.#answered = null;
  }

  /** Asks again for what stands in the field, when what it is asked about changed. */
  protected again(): void {
    const waits = document.activeElement === this.input && this.hits.length === 0 && (this.opensEmpty || this.text !== "");
    if (this.open || this.searching || waits) void this.#search();
  }

  protected override render(): TemplateResult {
    const list = `${this.#name}-list`;
    const marked = this.open && this.#at >= 0 ? `${this.#name}-${this.#at}` : nothing;
    const refusal = this.open ? this.#refusal : "";
    const says =
      this.open &&
      this.hits.length === 0 &&
      !this.searching &&
      (this.text !== "" || this.#failure !== "" || this.saysWhenEmpty());
    return html`<div class="combobox ${this.#upwards ? "upwards" : ""}" @focusout=${this.#focusOut}>
      <div class="combobox-field">${this.leading()}
        <input class="input" type="text" role="combobox" autocomplete="off" autocapitalize="off" spellcheck="false"
          aria-label=${this.label} placeholder=${this.placeholder}
          aria-expanded=${this.open} aria-controls=${list} aria-autocomplete="list" aria-activedescendant=${marked}
            aria-invalid=${refusal !== ""}
          @input=${this.#typed} @focus=${this.#focused} @click=${this.#focused} @keydown=${this.#key} />
      </div>
      <div class="combobox-list card" ?hidden=${!this.open || (this.hits.length === 0 && refusal === "" && !says)}>
        ${refusal === "" ? nothing : html`<p class="combobox-says stop" role="alert">${refusal}</p>`}
        <div id=${list} role="listbox" aria-label=${`${this.label}: matches`} ?hidden=${this.hits.length === 0}>
          ${this.hits.map(
            (
              hit,
              index,
            ) => html`<div class="option" role="option" id=${`${this.#name}-${index}`} aria-selected=${index === this.#at}
              aria-disabled=${!this.mayChoose(hit)}
            @mousedown=${(event: Event) => event.preventDefault()} @click=${() => this.#take(index)} @mousemove=${(
              event: MouseEvent,
            ) => this.#hover(event, index)}>${this.option(hit)}</div>`,
          )}
        </div>
        ${
          says
            ? html`<div class="combobox-says">${
                this.#failure === "" ? this.nothingFound(this.text) : html`<p class="stop">${this.#failure}</p>`
              }</div>`
            : nothing
        }
      </div>
      <span class="unseen" role="status">${
        this.open && !this.searching ? (this.hits.length === 0 ? "Nothing found." : `${this.hits.length} found.`) : ""
      }</span>
    </div>`;
  }

  #typed(): void {
    this.#refusal = "";
    if (this.text === "" && !this.opensEmpty) this.clear();
    else void this.#search();
  }

  #focused(): void {
    if (!this.open && (this.opensEmpty || this.text !== "")) void this.#search();
  }

  #search(): Promise<void> {
    this.#answer = this.#ask(this.text);
    return this.#answer;
  }

  /** Resolves once the newest question is answered. */
  async #ask(text: string): Promise<void> {
    const asked = ++this.#asked;
    this.searching = true;
    let hits: Hit[] = [];
    let failure = "";
    try {
      hits = await this.search(text);
    } catch (caught) {
      failure = inWords(caught);
    }
    if (asked !== this.#asked) return this.#answer;
    this.searching = false;
    if (document.activeElement !== this.input) return;
    const marked = this.#answered === text ? this.hits[this.#at]?.id : undefined;
    const isNew = this.#answered !== text || this.hits.length === 0;
    [this.hits, this.#failure, this.#answered] = [hits, failure, text];
    this.#at = isNew ? this.#first(text) : hits.findIndex(({ id }) => id === marked);
    if (isNew) this.#seen = performance.now();
    if (hits.length === 0 && failure === "" && text === "" && !this.saysWhenEmpty()) return this.#close();
    this.#show();
  }

  /** What is marked by itself: the first hit, unless it is only like the text, or the text names something else. */
  #first(text: string): number {
    const [first] = this.hits;
    return first !== undefined && text !== "" && this.mayChoose(first) && (first.fit === "exact" || first.fit === "part")
      ? 0
      : -1;
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
    this.#answer = Promise.resolve();
    this.searching = false;
    this.open = false;
    this.#refusal = "";
    this.requestUpdate();
  }

  #focusOut(event: FocusEvent): void {
    if (!this.contains(event.relatedTarget as Node | null)) this.#close();
  }

  /** Only a mouse that moves: one that rests where the list opens is told of a move too. */
  #hover(event: MouseEvent, index: number): void {
    const hit = this.hits[index];
    if (index === this.#at || (event.movementX === 0 && event.movementY === 0) || hit === undefined || !this.mayChoose(hit))
      return;
    this.#at = index;
    this.requestUpdate();
  }

  #take(index: number): void {
    const hit = this.hits[index];
    if (hit === undefined) return;
    if (this.mayChoose(hit)) void holdKeys(this.choose(hit));
    else this.#refuse(this.text, hit);
  }

  /** Takes what the text names exactly, once that is known. */
  protected async takeExact(text: string): Promise<void> {
    await (this.#answered === text && !this.searching ? this.#answer : this.#search());
    // Whoever has left the field does not want it any more.
    if (this.#answered !== text) return;
    const hit = this.hits.find(({ fit }) => fit === "exact");
    if (hit !== undefined && this.mayChoose(hit)) return this.choose(hit);
    await keysRest();
    this.#refuse(text, hit);
  }

  #refuse(text: string, hit: Hit | undefined): void {
    if (this.#failure === "") this.#refusal = this.refuse(text, hit);
    this.#show();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // Among the matches of what stands in the field, not of what stood there before.
      const opens = !this.open && !this.searching;
      if (this.open && this.#answered === this.text) this.#step(step);
      else void holdKeys(this.#search().then(() => (!opens || this.#at < 0) && this.#step(step)));
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const { text } = this;
      const inSight = this.open && this.#answered === text && event.timeStamp >= Math.max(this.#seen, this.#pressed + BLIND);
      if (inSight && this.#at >= 0 && !this.isBlind()) this.#take(this.#at);
      else if (text !== "") void holdKeys(this.takeExact(text));
    } else if (event.key === "Escape" && this.open) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if (event.key === "Escape" && this.text !== "") {
      this.clear();
    } else {
      this.#pressed = event.timeStamp;
    }
  }

  #step(step: number): void {
    const { length } = this.hits;
    const from = this.#at < 0 && step < 0 ? 0 : this.#at;
    for (let by = 1; by <= length; by++) {
      const at = (from + step * by + length * by) % length;
      const hit = this.hits[at];
      if (hit === undefined || !this.mayChoose(hit)) continue;
      this.#at = at;
      this.#show();
      return;
    }
  }
}

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { OrderView, StandingSale } from "cin7-quote-desk";
import { announce } from "./announcement.js";
import { theDesk } from "./desk.js";
import { draftOf, dropDraft, keepDraft } from "./draft.js";
import { QdElement } from "./element.js";
import { faultOf, inWords } from "./fault.js";
import { icon } from "./icon.js";
import { canRetry, isSettled } from "./order-timeline.js";
import { addressOf, go } from "./route.js";
import { FILE_KINDS, saveFile } from "./save-file.js";
import { at } from "./time.js";
import { toast } from "./toast.js";

/** Who uses this browser, as they said last. */
const NAME = "quote-desk-my-name";

/** What is typed into the form that is open. */
interface Typed {
  form: "enter" | "undo";
  number: string;
  by: string;
}

/**
 * What can be done with an order that does not simply go its way: another try, a file of it, or the word that it was entered by
 * hand.
 */
class OrderActions extends QdElement {
  static override properties = { order: { attribute: false } };
  declare order: OrderView;
  #busy = false;
  /** The form that is open. */
  #form: "" | "enter" | "undo" = "";
  #wrong: { text: string; forbids: boolean }[] = [];
  #standing: StandingSale[] | null = null;
  #standingOf = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(window, "online", () => this.requestUpdate());
    this.listen(window, "offline", () => this.requestUpdate());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("order");
    if (changed.has("order") && before?.key !== this.order.key) [this.#form, this.#wrong] = [this.#typed().form ?? "", []];
    if (changed.has("order") && this.#form !== "" && isSettled(this.order) !== (this.#form === "undo")) this.#close();
    void this.#lookAtTwins();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { order } = this;
    if (order.state === "confirmed") return nothing;
    return html`<div class="order-actions">
      ${this.#twins()}${order.byHand === null ? nothing : this.#said()}
      ${
        this.#form !== ""
          ? this.#ask()
          : html`<div class="row">
        ${
          order.mending === "open"
            ? html`<a class="button primary" href=${addressOf(order.quoteId)}>${icon("note")} Go to the quote</a>`
            : order.mending === "possible"
              ? html`<button class="button primary" ?disabled=${this.#busy} @click=${() => void this.#mend()}>${icon("note")}
                Change the quote</button>`
              : nothing
        }
        ${
          canRetry(order)
            ? html`<button class="button" ?disabled=${this.#busy} @click=${() => void this.#retry()}>${icon("refresh")} ${
                order.byHand === null && !this.#isTwice() ? "Try again now" : "Look again"
              }</button>`
            : nothing
        }
        ${
          this.#isTwice() && order.byHand === null
            ? nothing
            : order.byHand === null
              ? html`<button class="button plain" @click=${() => this.#open("enter")}>${icon("keyboard")} Entered by hand
                …</button>`
              : html`<button class="button plain" @click=${() => this.#open("undo")}>${icon("undo")} Not entered after all
                …</button>`
        }
        <span class="save-as" role="group" aria-label="Save as a file"><span class="soft small">Save as</span>${FILE_KINDS.map(
          ({ as, name, hint }) =>
            html`<button class="link small" title=${hint} @click=${() => void this.#save(as)}>${name}</button>`,
        )}</span></div>
        ${
          canRetry(order) && order.byHand === null
            ? html`<p class="soft small">${
                order.mending === "possible" ? "Changed or not, it" : "It"
              } is looked up in Cin7 before anything is sent, so it cannot be made twice.</p>`
            : nothing
        }`
      }
    </div>`;
  }

  #said(): TemplateResult | typeof nothing {
    const said = this.order.byHand;
    if (said === null) return nothing;
    return html`<p class="small">${icon("keyboard")} <b>${said.by}</b> entered it in Cin7 as ${
      said.sale === null ? said.number : html`<a href=${`/order/${said.sale}`}>${said.number}</a>`
    }, marked ${at(said.at)}.</p>
      ${
        said.doubts.length === 0
          ? nothing
          : html`<ul class="order-notes">${said.doubts.map((doubt) => html`<li>${icon("warn")}<span>${doubt}</span></li>`)}</ul>`
      }`;
  }

  #ask(): TemplateResult {
    const undo = this.#form === "undo";
    const { order } = this;
    const typed = this.#typed();
    const forbidden = this.#wrong.some(({ forbids }) => forbids);
    const doubtful = this.#wrong.length > 0 && !forbidden;
    return html`<form class="by-hand" novalidate @submit=${(event: Event) => void this.#submit(event)} @input=${(
      event: InputEvent,
    ) => this.#edited(event.currentTarget as HTMLFormElement)} @keydown=${(event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      // The sheet around it stays open.
      event.stopPropagation();
      this.#close();
    }}>
      <h3>${undo ? `Order ${order.byHand?.number ?? ""} was not entered after all` : "Entered in Cin7 by hand"}</h3>
      <p class="soft small">${
        undo
          ? "The order is looked up in Cin7 and, where none is found, sent. That is not done while the number stands there."
          : "Nothing of this order is sent from here once it is marked. The number is looked up in Cin7 first."
      }</p>
      <div class="by-hand-fields">
        ${
          undo
            ? nothing
            : html`<div class="field"><label for=${`number-${order.quoteNumber}`}>Its order number in Cin7</label><input
              class="input" id=${`number-${order.quoteNumber}`} name="number" autocomplete="off" placeholder="SO-00451"
                .value=${typed.number ?? order.orderNumber ?? ""} /></div>`
        }
        <div class="field"><label for=${`by-${order.quoteNumber}`}>Your name</label><input class="input"
          id=${`by-${order.quoteNumber}`} name="by" autocomplete="name" .value=${typed.by ?? localStorage.getItem(NAME) ?? ""}
            /></div></div>
      ${
        this.#wrong.length === 0
          ? nothing
          : html`<ul class="order-notes ${forbidden ? "stop" : ""}" role="alert">${this.#wrong.map(
              ({ text }) => html`<li>${icon(forbidden ? "stop" : "warn")}<span>${text}</span></li>`,
            )}</ul>`
      }
      <div class="row"><button class="button ${doubtful ? "danger" : "primary"}" aria-disabled=${this.#busy}>${
        this.#busy
          ? html`<i class="spinner"></i> Asking Cin7`
          : undo
            ? (doubtful ? "Send it all the same" : "Take it back and send it")
            : doubtful
              ? "Mark it all the same"
              : "Check and mark"
      }</button>
        <button class="button plain" type="button" @click=${() => this.#close()}>Cancel</button></div>
    </form>`;
  }

  /** Sales in Cin7 that bear the quote's link, where there is more than one: which of them still stand, each a way to it. */
  #twins(): TemplateResult | typeof nothing {
    const standing = this.#standing;
    if (standing === null || !this.#isTwice()) return nothing;
    return html`<div class="twins"><p class="small"><b>In Cin7 under this quote's link</b></p><ul>${standing.map(
      (sale) =>
        html`<li><a href=${`/order/${sale.saleId}`}>${
          sale.orderNumber === "" ? "a sale without a number" : sale.orderNumber
        }</a> <span class="tag ${/^void/i.test(sale.status) ? "" : "warn"}">${sale.status.toLowerCase()}</span></li>`,
    )}</ul></div>`;
  }

  #isTwice(): boolean {
    return this.order.state === "needs-attention" && /too many/.test(this.order.sentence);
  }

  async #lookAtTwins(): Promise<void> {
    const about = `${this.order.key} ${this.order.state}`;
    if (!this.#isTwice() || this.#standingOf === about) return;
    this.#standingOf = about;
    this.#standing = await theDesk()
      .orders.lookUp(this.order.quoteId)
      .catch(() => null);
    this.requestUpdate();
  }

  #open(form: "enter" | "undo"): void {
    [this.#form, this.#wrong] = [form, []];
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector("input")?.focus());
  }

  #typed(): Partial<Typed> {
    return draftOf<Typed>(`by-hand/${this.order.key}`) ?? {};
  }

  #close(): void {
    dropDraft(`by-hand/${this.order.key}`);
    [this.#form, this.#wrong] = ["", []];
    this.requestUpdate();
  }

  /** What was said of the old number says nothing of a new one. */
  #edited(form: HTMLFormElement): void {
    keepDraft(`by-hand/${this.order.key}`, { form: this.#form, ...Object.fromEntries(new FormData(form)) });
    if (this.#wrong.length === 0) return;
    this.#wrong = [];
    this.requestUpdate();
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    // Not disabled meanwhile: the keyboard would lose its place.
    if (this.#busy) return;
    const given = new FormData(event.target as HTMLFormElement);
    const [number, by] = [String(given.get("number") ?? ""), String(given.get("by") ?? "")];
    const despite = this.#wrong.length > 0 && !this.#wrong.some(({ forbids }) => forbids);
    const undo = this.#form === "undo";
    this.#busy = true;
    this.requestUpdate();
    try {
      const { orders } = theDesk();
      await (undo
        ? orders.undoByHand(this.order.key, { by, despite })
        : orders.enteredByHand(this.order.key, { number, by, despite }));
      if (by.trim() !== "") localStorage.setItem(NAME, by.trim());
      this.#close();
    } catch (caught) {
      const { code, details } = faultOf(caught);
      this.#wrong =
        code === "does-not-match"
          ? details.map(({ field, problem }) => ({ text: problem, forbids: field === "stop" }))
          : [{ text: inWords(caught), forbids: true }];
    }
    this.#busy = false;
    this.requestUpdate();
  }

  /** Opens the quote, here or on its own page. */
  async #mend(): Promise<void> {
    this.#busy = true;
    this.requestUpdate();
    try {
      const quote = await theDesk().quotes.open(this.order.quoteId);
      await quote.mend().finally(() => quote.close());
      announce("The quote is open for changes.");
      if (this.closest("qd-quote-page") === null) go(addressOf(this.order.quoteId));
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    this.#busy = false;
    this.requestUpdate();
  }

  async #retry(): Promise<void> {
    this.#busy = true;
    this.requestUpdate();
    await theDesk()
      .orders.retry(this.order.key)
      .catch((caught: unknown) => toast({ text: inWords(caught) }));
    this.#busy = false;
    this.requestUpdate();
  }

  async #save(as: (typeof FILE_KINDS)[number]["as"]): Promise<void> {
    await theDesk()
      .orders.export({ keys: [this.order.key], as })
      .then(saveFile, (caught: unknown) => toast({ text: inWords(caught) }));
  }
}
customElements.define("qd-order-actions", OrderActions);

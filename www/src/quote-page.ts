import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { OrderView, Problem, QuoteChange, QuoteHeader, StandingSale } from "cin7-quote-desk";
import { announce } from "./announcement.js";
import { newAccount } from "./customer-picker.js";
import "./quote-header.js";
import "./quote-lines.js";
import "./quote-rail.js";
import { theDesk } from "./desk.js";
import { driftSays } from "./drift.js";
import { QdElement } from "./element.js";
import { faultOf, inWords, type Fault } from "./fault.js";
import { amount } from "./figure.js";
import { icon } from "./icon.js";
import { orderedElsewhere, quoteConflicts } from "./quote-conflicts.js";
import { addressOf } from "./route.js";
import { QuoteSession } from "./quote-session.js";
import { toast } from "./toast.js";

/** Problems of a line that are put right in its price, or in its text. */
const ABOUT_PRICE = new Set(["no-price", "price-moved", "product-twice", "service-twice", "price-adjusted"]);
const ABOUT_TEXT = new Set(["comment-too-long", "description-stays"]);

/** The quote with one link: opened, or, when it is new, begun by choosing its customer. */
class QuotePage extends QdElement {
  static override properties = { link: { attribute: false }, ready: { attribute: false } };
  declare link: string;
  /** Whether the first sync is over. */
  declare ready: boolean;
  #session: QuoteSession | null = null;
  #state: "opening" | "new" | "open" | "failed" = "opening";
  #fault: Fault | null = null;
  #beginning = false;
  /** The field that is being typed into, and has not settled: there, undoing is the browser's. */
  #typing: HTMLElement | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(document, "keydown", (event) => this.#key(event as KeyboardEvent));
    this.listen(this, "input", (event) => (this.#typing = event.target as HTMLElement));
    this.listen(this, "change", () => (this.#typing = null));
    // Before the quote writes itself down: what is half typed goes along.
    this.listen(window, "pagehide", () => this.#settle(), { capture: true });
    this.listen(document, "visibilitychange", () => this.#settle(), { capture: true });
    // Opened before its customer or the books were read: it opens when they are here.
    this.hear("records", () => {
      if (this.#state === "failed" && ["not-ready", "unknown-customer"].includes(this.#fault?.code ?? ""))
        void this.#open(this.link);
    });
    this.listen(this, "qd-go-to-problem", (event) => this.#goTo((event as CustomEvent<Problem>).detail));
  }

  override disconnectedCallback(): void {
    this.#settle();
    super.disconnectedCallback();
    void this.#session?.close().catch(() => undefined);
    this.#session = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("link")) void this.#open(this.link);
  }

  async #open(link: string): Promise<void> {
    this.#settle();
    const before = this.#session;
    this.#session = null;
    this.#state = "opening";
    await before?.close().catch(() => undefined);
    try {
      await this.#adopt(new QuoteSession(await theDesk().quotes.open(link)), link);
    } catch (caught) {
      this.#fault = faultOf(caught);
      this.#state = this.#fault.code === "unknown-quote" ? "new" : "failed";
    }
    document.title = this.#title();
    this.requestUpdate();
  }

  /** Takes what is being typed, or keeps it as refused, as leaving the field would. */
  #settle(): void {
    this.#typing?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async #adopt(session: QuoteSession, link: string): Promise<void> {
    if (link !== this.link || !this.isConnected) return session.close();
    await session.load();
    this.listen(session, "change", () => this.requestUpdate());
    this.#session = session;
    this.#state = "open";
    this.requestUpdate();
  }

  #title(): string {
    const header = this.#session?.header;
    return header === undefined ? "New quote" : `Quote ${header.number} · ${header.customerName}`;
  }

  async #begin(customerId: string): Promise<void> {
    if (this.#beginning) return;
    this.#beginning = true;
    this.#fault = null;
    this.requestUpdate();
    try {
      await this.#adopt(new QuoteSession(await theDesk().quotes.create({ link: this.link, customerId })), this.link);
      document.title = this.#title();
      await this.updateComplete;
      await this.#search();
    } catch (caught) {
      this.#fault = faultOf(caught);
    }
    this.#beginning = false;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const session = this.#session;
    if (this.#state === "open" && session !== null) return this.#quote(session);
    if (this.#state === "new") return this.#new();
    if (this.#state === "failed") {
      return html`<main class="page narrow"><section class="card teach"><h1>This quote cannot be
        opened.</h1><p>${this.#fault?.sentence}</p>
        ${this.#fault?.details.map((detail) => html`<p class="soft">${detail.problem}</p>`)}
        <p class="row"><button class="button" @click=${() => void this.#open(this.link)}>Try again</button><a class="button plain"
          href="/">All quotes</a></p></section></main>`;
    }
    return html`<main class="page"><p class="loading">Opening the quote …</p></main>`;
  }

  #new(): TemplateResult {
    const number = /[?#]/.test(this.link) ? this.link : decodeURIComponent(this.link.split("/").at(-1) ?? "");
    const keptAs = this.#fault?.code === "unknown-quote" ? this.#fault.details : [];
    return html`<main class="page narrow"><section class="card begin" aria-labelledby="begin">
      <h1 id="begin">New quote <span class="soft">${number}</span></h1>
      ${keptAs.map(
        ({ field, problem }) =>
          html`<p class="banner warn" role="alert">${icon("warn")}<span>${problem}</span> <a class="button small"
            href=${addressOf(field)}>Open it</a></p>`,
      )}
      <p class="soft">Who is it for? The customer decides currency, price tier, terms and the warehouse it starts on.</p>
      <div class="field"><span class="label" aria-hidden="true">Customer</span>
        <qd-customer-picker .ready=${this.ready} .quote=${this.link}
          .chosen=${(id: string) => this.#begin(id)}></qd-customer-picker></div>
      <p class="soft">Not a customer yet? <a href=${newAccount(this.link)}>Create customer</a></p>
      ${
        this.#fault !== null && this.#fault.code !== "unknown-quote"
          ? html`<p class="field-error" role="alert">${this.#fault.sentence} ${this.#fault.details
              .map((detail) => detail.problem)
              .join(" ")}</p>`
          : nothing
      }
    </section></main>`;
  }

  #quote(session: QuoteSession): TemplateResult {
    const { header, customer } = session;
    return html`<main class="quote-page">
      <div class="quote-main">
        <header class="quote-title">
          <h1><span class="soft">Quote ${header.number}</span> ${header.customerName}</h1>
          ${
            header.confirmed
              ? html`<span class="tag good">${icon("lock")} ${
                  session.orderedElsewhere ? "ordered in another tab" : "confirmed"
                }</span>`
              : nothing
          }
          <span class="soft customer-facts">${this.#facts(session)}</span>
          ${
            header.confirmed
              ? nothing
              : html`<span class="history">
            <button class="icon-button" aria-label="Undo" title="Undo  Ctrl+Z" ?disabled=${!session.canUndo}
              @click=${() => this.#undo(session)}>${icon("undo")}</button>
            <button class="icon-button" aria-label="Redo" title="Redo  Ctrl+Shift+Z" ?disabled=${!session.canRedo}
              @click=${() => this.#redo(session)}>${icon("redo")}</button></span>`
          }
        </header>
        ${quoteConflicts(session)}
        ${orderedElsewhere(session)}
        ${header.standing === null ? nothing : this.#standing(session, header.standing)}
        ${session.order?.mending === "open" && !header.confirmed ? this.#mending(session.order, session.header.begun) : nothing}
        ${
          customer.onHold
            ? html`<p class="banner warn" role="alert">${icon("warn")}<span><b>${customer.name} is on credit hold in Cin7.</b> Ask
              accounts before you promise anything.</span></p>`
            : nothing
        }
        ${customer.drift.map(
          (drift) =>
            html`<p class="banner">${icon("note")}<span>${driftSays(drift.field)} <b>${drift.cin7}</b>. The quote keeps its
              own.</span></p>`,
        )}
        ${
          session.notSaved === ""
            ? nothing
            : html`<p class="banner stop" role="alert">${icon("stop")}<span><b>The last changes are not written down yet.</b>
              ${session.notSaved} ${session.outdated ? "Note them before you do." : "Keep this tab open."}</span>
          <button class="button small" @click=${() => void session.save()}>Try again</button></p>`
        }
        <qd-quote-header .session=${session}></qd-quote-header>
        <qd-quote-lines .session=${session}></qd-quote-lines>
      </div>
      <qd-quote-rail .session=${session}></qd-quote-rail>
    </main>`;
  }

  /** Cin7 refused the quote's order, and it is being changed. */
  #mending({ sentence }: OrderView, begun: QuoteHeader["begun"]): TemplateResult {
    const stays =
      begun === null
        ? nothing
        : html` What went there with ${
            begun.number === "" ? "the order" : html`<b>${begun.number}</b>`
          } cannot be changed here: to change it, void it in Cin7 and order again.`;
    return html`<p class="banner stop" role="status">${icon("stop")}<span>${sentence}${stays}</span></p>`;
  }

  /** The quote's order is in Cin7 already, though not made on this device. */
  #standing(session: QuoteSession, sale: StandingSale): TemplateResult {
    const number = sale.orderNumber === "" ? "a sale without a number" : sale.orderNumber;
    return sale.voided
      ? html`<p class="banner stop" role="alert">${icon("stop")}<span><b>This quote was ordered as <a
        href="/order/${sale.saleId}">${number}</a>, which was voided in Cin7.</b> It is not ordered again by itself.</span>
          <button class="button small" ?disabled=${this.#beginning} @click=${() => void this.#again(session)}>${icon("refresh")}
            Order again</button></p>`
      : html`<p class="banner warn" role="alert">${icon("warn")}<span><b>This quote stands in Cin7 already, as <a
        href="/order/${sale.saleId}">${number}</a> (${sale.status.toLowerCase()}).</b> It was not ordered on this device.
          Confirming here makes no second order.</span>
          <a class="button small" href="/order/${sale.saleId}">Open ${
            sale.orderNumber === "" ? "the order" : sale.orderNumber
          }</a></p>`;
  }

  async #again(session: QuoteSession): Promise<void> {
    this.#beginning = true;
    this.requestUpdate();
    try {
      await session.save();
      await session.orderAgain();
      announce("The quote can be ordered again.");
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    this.#beginning = false;
    this.requestUpdate();
  }

  #facts({ customer }: QuoteSession): TemplateResult {
    const limit =
      customer.creditLimit === null ? "no credit limit" : `credit limit ${customer.currency} ${amount(customer.creditLimit)}`;
    return html`${
      customer.contact === "" ? nothing : html`${customer.contact} · `
    }${customer.currency} · ${customer.priceTier ?? "no price tier"} · <span
      title="Cin7 gives no balance, so none is shown.">${limit}</span>`;
  }

  async #search(): Promise<void> {
    await this.querySelector("qd-quote-lines")?.enterSearch();
  }

  #key(event: KeyboardEvent): void {
    if (this.#session === null) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      // A dialog asks for something first: what is typed in it is not on the quote yet.
      if (document.querySelector("dialog[open]") === null) void this.querySelector("qd-quote-rail")?.confirm({ seen: false });
    } else if (
      (event.ctrlKey || event.metaKey) &&
      !event.altKey &&
      (this.#typing === null || this.#typing !== document.activeElement) &&
      ["z", "y"].includes(event.key.toLowerCase())
    ) {
      event.preventDefault();
      if (event.shiftKey || event.key.toLowerCase() === "y") this.#redo(this.#session);
      else this.#undo(this.#session);
    } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !takesText(event.target)) {
      event.preventDefault();
      void this.#search();
    }
  }

  #undo(session: QuoteSession): void {
    announce(session.canUndo ? `Undone: ${changesSay(session.undo())}.` : "Nothing to undo.");
  }

  #redo(session: QuoteSession): void {
    announce(session.canRedo ? `Done again: ${changesSay(session.redo())}.` : "Nothing to do again.");
  }

  #goTo(problem: Problem): void {
    const { field } = problem;
    if (problem.lineId !== null) {
      const lines = this.querySelector("qd-quote-lines");
      if (ABOUT_TEXT.has(problem.code) || field === "description" || field === "extendedDescription" || field === "deliveryDate")
        void lines?.enterText(problem.lineId);
      else
        void lines?.enter(
          problem.lineId,
          field === "price" || field === "discount" ? field : ABOUT_PRICE.has(problem.code) ? "price" : "quantity",
        );
    } else if (problem.code === "no-lines" || problem.code === "services-only" || field === "search") {
      void this.#search();
    } else {
      this.querySelector("qd-quote-header")?.enter(problem);
    }
  }
}

/** What was undone or done again, for who does not see it. */
function changesSay(changes: readonly QuoteChange[]): string {
  if (changes.length === 0) return "nothing, as it was changed in another tab since";
  const [first] = changes;
  if (changes.length > 3 || first === undefined) return `${changes.length} changes`;
  return changes
    .map(({ sku, kind }) => (sku === null ? "the quote’s header" : kind === "changed" ? `change of ${sku}` : `${sku} ${kind}`))
    .join(", ");
}

/** Whether a slash typed here is meant as text: also in the search, as SKUs begin with one. */
function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && target.inputMode !== "decimal" && !target.readOnly;
}
customElements.define("qd-quote-page", QuotePage);

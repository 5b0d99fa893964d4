import { html, nothing, type TemplateResult } from "lit";
import "./order-actions.js";
import "./problem-list.js";
import { announce } from "./announcement.js";
import { QdElement } from "./element.js";
import { faultOf, inWords } from "./fault.js";
import { amount, plural, share } from "./figure.js";
import { icon } from "./icon.js";
import { isSettled, orderSentence, orderTitle, orderTimeline, readBack, saidAtConfirming } from "./order-timeline.js";
import { grouped } from "./problem-groups.js";
import { countOf } from "./problem-list.js";
import type { QuoteSession } from "./quote-session.js";
import { grossOutput, quoteFigures, quoteTotals } from "./quote-totals.js";
import { at } from "./time.js";
import { toast } from "./toast.js";

const wide = matchMedia("(min-width: 1100px)");

/** Totals, problems and the way to the order: a rail beside the quote, or a bar below it that opens as a sheet. */
class QuoteRail extends QdElement {
  static override properties = { session: { attribute: false } };
  declare session: QuoteSession;
  #open = false;
  #confirming = false;
  #retrying = false;
  #refused = "";
  /** The warnings that somebody has confirmed in spite of: they are not asked about again. */
  #answered = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(this.session, "change", () => this.requestUpdate());
    this.listen(wide, "change", () => this.requestUpdate());
    this.every(20_000, () => this.requestUpdate());
  }

  /** Confirms the order, or says what stops it. Where the warnings are not before the one who asks, it asks once, naming them. */
  async confirm({ seen }: { seen: boolean }): Promise<void> {
    if (this.#confirming || this.session.header.confirmed) return;
    // A number that is still being typed counts.
    if (document.activeElement instanceof HTMLInputElement)
      document.activeElement.dispatchEvent(new Event("change", { bubbles: true }));
    if (this.session.problems.some((problem) => problem.severity === "stop")) return this.#sayStops();
    if (this.session.conflicts.length > 0) return document.querySelector<HTMLElement>(".conflicts")?.focus();
    if (!seen && this.#warnings().length > 0 && this.#warnings().join("\n") !== this.#answered) return this.#ask();
    this.#confirming = true;
    this.#refused = "";
    this.requestUpdate();
    try {
      await this.session.confirm();
      this.#open = true;
      announce(
        this.session.outlivesTab
          ? "Order saved. Closing the tab is safe."
          : "Order taken. Keep this tab open until it stands in Cin7.",
      );
    } catch (caught) {
      this.session.readAll();
      if (faultOf(caught).code === "cannot-confirm" && this.session.problems.some((problem) => problem.severity === "stop"))
        await this.#sayStops();
      else {
        [this.#refused, this.#open] = [inWords(caught), true];
        dispatchEvent(new Event("qd-not-kept"));
      }
    }
    this.#confirming = false;
    this.requestUpdate();
    await this.updateComplete;
    // The button that was pressed is gone: who works without a mouse goes on at the order.
    if (document.activeElement === document.body) this.querySelector<HTMLElement>(".order")?.focus();
  }

  #warnings(): string[] {
    return grouped(this.session.problems.filter(({ severity }) => severity === "warn")).map(({ text }) => text);
  }

  #ask(): void {
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLDialogElement>(".confirm-anyway")?.showModal());
  }

  #question(): TemplateResult {
    const warnings = this.#warnings();
    const close = () => this.querySelector<HTMLDialogElement>(".confirm-anyway")?.close();
    const anyway = () => {
      this.#answered = warnings.join("\n");
      close();
      void this.confirm({ seen: false });
    };
    return html`<dialog class="confirm-anyway" aria-labelledby="confirm-anyway" @keydown=${(event: KeyboardEvent) => {
      // The sheet around it stays open, and a key that is held down answers nothing.
      event.stopPropagation();
      if (event.key !== "Enter") return;
      if (event.repeat) event.preventDefault();
      else if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        anyway();
      }
    }}>
      <h2 id="confirm-anyway">${plural(warnings.length, "warning")} before this order is sent</h2>
      <ul class="order-notes">${warnings.map((text) => html`<li>${icon("warn")}<span>${text}</span></li>`)}</ul>
      <p class="row end"><button class="button" autofocus @click=${close}>Back to the quote</button>
        <button class="button primary" @click=${anyway}>Confirm anyway <span class="keys" aria-hidden="true">Ctrl
          Enter</span></button></p>
    </dialog>`;
  }

  async #sayStops(): Promise<void> {
    this.#open = true;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector("qd-problem-list")?.enter();
  }

  protected override render(): TemplateResult {
    return wide.matches ? this.#rail() : this.#bar();
  }

  #rail(): TemplateResult {
    const { totals, order, header } = this.session;
    // It may have to scroll, and once confirmed holds nothing else that the keyboard could reach.
    return html`<aside class="rail card" aria-label="Totals and order" tabindex=${header.confirmed ? "0" : nothing}>
      ${quoteTotals(totals, header.overallDiscount)}
      ${quoteFigures(this.session.figures, totals.currency)}
      ${this.#credit()}
      ${
        header.confirmed
          ? order === null
            ? nothing
            : this.#order()
          : html`<qd-problem-list
            .session=${this.session}></qd-problem-list>${this.#refusal()}${this.#button()}${this.#question()}`
      }
    </aside>`;
  }

  #bar(): TemplateResult {
    const { totals, problems, header, order } = this.session;
    const stops = problems.some((problem) => problem.severity === "stop");
    return html`<aside class="bar" aria-label="Totals and order" @keydown=${this.#key}>
      ${
        !this.#open
          ? nothing
          : html`<div class="sheet" id="sheet">
        <div class="sheet-head"><h2>${
          header.confirmed ? "Order" : "Totals and checks"
        }</h2><button class="icon-button" aria-label="Close" @click=${this.#toggle}>${icon("down")}</button></div>
        <dl class="totals sheet-totals"><div><dt>Net</dt><dd><output class="number" aria-label="Net"
          aria-live="off">${amount(totals.net)}</output></dd></div>
          <div><dt>Tax</dt><dd><output class="number" aria-label="Tax"
            aria-live="off">${amount(totals.tax)}</output></dd></div></dl>
        ${quoteFigures(this.session.figures, totals.currency)}
        ${this.#credit()}
        ${
          header.confirmed
            ? order === null
              ? nothing
              : this.#order()
            : html`<qd-problem-list .session=${this.session}></qd-problem-list>${this.#refusal()}`
        }
      </div>`
      }
      <div class="bar-row">
        <span class="bar-gross"><span class="soft small">Gross ${totals.currency}</span>${grossOutput(totals)}</span>
        <button class="button plain bar-problems" aria-expanded=${this.#open} aria-controls="sheet" @click=${this.#toggle}>
          ${
            header.confirmed
              ? html`${icon("lock")} Order`
              : problems.length === 0
                ? html`<span class="good">${icon("done")}</span> Ready`
                : html`<span class=${stops ? "stop" : "warn"}>${icon(stops ? "stop" : "warn")}</span> <span
                  class="bar-count">${countOf(problems)}</span>`
          } ${icon(this.#open ? "down" : "up")}</button>
        ${header.confirmed ? nothing : html`${this.#button()}${this.#question()}`}
      </div>
    </aside>`;
  }

  #credit(): TemplateResult | typeof nothing {
    const { creditLimit, onHold, credit } = this.session.customer;
    if (creditLimit === null && !onHold) return nothing;
    // Drawing, not figures: a number will do.
    const used = credit === null || credit.asOf === null ? null : Number(credit.sales) + Number(credit.waiting);
    if (creditLimit !== null && used !== null && credit !== null && credit.asOf !== null) {
      const quote = this.session.header.confirmed ? 0 : Number(this.session.totals.gross);
      const part = (value: number) => `${(share(String(value), Math.max(Number(creditLimit), used + quote)) * 100).toFixed(1)}%`;
      const over = used + quote > Number(creditLimit);
      return html`<div class="credit small">
        ${onHold ? html`<p class="warn">${icon("warn")} On credit hold</p>` : nothing}
        <p class="credit-line"><span class="soft">Credit</span> <output class="number" aria-label="Credit used"
          aria-live="off">${amount(used.toFixed(2))} of ${amount(creditLimit)}</output></p>
        <span class="stock-bar" aria-hidden="true"><i class="allocated" .style=${`width: ${part(used)}`}></i><i
          class=${over ? "over" : "available"} .style=${`width: ${part(quote)}`}></i></span>
        <p class="soft">${
          credit.complete ? "estimate" : "estimate, sales still being read,"
        } at ${at(credit.asOf)}${Number(credit.waiting) > 0 ? `, ${amount(credit.waiting)} of it on the way` : ""}</p>
      </div>`;
    }
    return html`<dl class="credit small">
      ${onHold ? html`<div class="warn"><dt>${icon("warn")} Credit</dt><dd>on hold</dd></div>` : nothing}
      ${
        creditLimit === null
          ? nothing
          : html`<div><dt>Credit limit</dt><dd class="number">${amount(creditLimit)}</dd></div>
        <div class="soft"><dt>Balance</dt><dd>not available from Cin7</dd></div>`
      }
    </dl>`;
  }

  async #again(): Promise<void> {
    this.#retrying = true;
    this.requestUpdate();
    try {
      await this.session.orderAgain();
      announce("The quote is open again.");
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    this.#retrying = false;
    this.requestUpdate();
  }

  #refusal(): TemplateResult | typeof nothing {
    if (this.#refused === "" && !this.session.outlivesTab)
      return html`<p class="safe unsafe small">${icon("stop")} <span><b>Not protected.</b> Keep this tab open until the order
        stands in Cin7.</span></p>`;
    return this.#refused === ""
      ? nothing
      : html`<p class="banner stop" role="alert">${icon("stop")}<span>Not confirmed. ${this.#refused}</span></p>`;
  }

  #button(): TemplateResult {
    return html`<button class="button primary confirm" aria-keyshortcuts="Control+Enter" @click=${() =>
      void this.confirm({ seen: wide.matches || this.#open })}>
      ${
        this.#confirming
          ? html`<i class="spinner"></i> Saving …`
          : html`Confirm order <span class="keys" aria-hidden="true">Ctrl Enter</span>`
      }</button>`;
  }

  #order(): TemplateResult | typeof nothing {
    const { order } = this.session;
    if (order === null) return nothing;
    return html`<section class="order" aria-label="Order" tabindex="-1">
      <h2>${orderTitle(order)}${
        order.saleStatus === null ? nothing : html` <span class="tag">${order.saleStatus.toLowerCase()}</span>`
      }</h2>
      <div aria-live="polite">${orderSentence(order)}</div>
      <qd-order-actions .order=${order}></qd-order-actions>
      ${orderTimeline(order)}
      ${readBack(order)}
      ${saidAtConfirming(order)}
      ${
        order.voidedInCin7 || /was voided in Cin7/.test(order.sentence)
          ? html`<button class="button" ?disabled=${this.#retrying} @click=${() => void this.#again()}>${icon("refresh")} Order
            again</button>
        <p class="soft small">Opens the quote for editing. Cin7 is asked first whether a sale of it stands.</p>`
          : nothing
      }
      ${
        isSettled(order)
          ? nothing
          : this.session.outlivesTab
            ? html`<p class="safe small">${icon("lock")} <span><b>Closing the tab is safe.</b> The order is kept on this device
              and goes on when the screen is open again.</span></p>`
            : html`<p class="safe unsafe small">${icon("stop")} <span><b>Keep this tab open.</b> The browser stores nothing for
              this page: until the order stands in Cin7, it is lost with the tab.</span></p>`
      }
    </section>`;
  }

  #toggle(): void {
    this.#open = !this.#open;
    this.requestUpdate();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.#open) {
      this.#toggle();
      void this.updateComplete.then(() => this.querySelector<HTMLElement>(".bar-problems")?.focus());
    }
  }
}
customElements.define("qd-quote-rail", QuoteRail);

declare global {
  interface HTMLElementTagNameMap {
    "qd-quote-rail": QuoteRail;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import type { Fix, Problem } from "cin7-quote-desk";
import { announce } from "./announcement.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { plural } from "./figure.js";
import { icon } from "./icon.js";
import { fieldFor } from "./quote-header.js";
import type { QuoteSession } from "./quote-session.js";
import { toast } from "./toast.js";

const WORD: Record<Problem["severity"], string> = { stop: "Stops the order", warn: "Look at this", note: "To know" };
const SHOWN = 12;

/** What would stop the order or be lost in it, worst first, each with what can be done. */
class ProblemList extends QdElement {
  static override properties = { session: { attribute: false } };
  declare session: QuoteSession;
  #all = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(this.session, "change", () => this.requestUpdate());
  }

  /** Takes the focus and says what stops the order. */
  enter(): void {
    const stops = this.session.problems.filter((problem) => problem.severity === "stop");
    this.querySelector<HTMLElement>("section")?.focus();
    announce(`Not confirmed: ${stops.map((problem) => problem.text).join(" ")}`);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { problems } = this.session;
    if (problems.length === 0) {
      return html`<p class="no-problems good">${icon("done")} Nothing stands in the way.</p>`;
    }
    const shown = this.#all ? problems : problems.slice(0, SHOWN);
    return html`<section class="problems" tabindex="-1" aria-label=${countOf(problems)}>
      <h2>${countOf(problems)}</h2>
      <ul>${shown.map((problem) => this.#problem(problem))}</ul>
      ${problems.length > shown.length ? html`<button class="link" @click=${this.#showAll}>Show all ${problems.length}</button>` : nothing}
    </section>`;
  }

  #problem(problem: Problem): TemplateResult {
    const line = problem.lineId === null ? undefined : this.session.lines.find((one) => one.id === problem.lineId);
    const reachable = line === undefined && (fieldFor(problem.code) !== undefined || problem.code === "no-lines");
    return html`<li class="problem ${problem.severity}">
      ${icon(problem.severity)}<span class="unseen">${WORD[problem.severity]}: </span>
      <div><p>${line === undefined ? nothing : html`<button class="link line-link" @click=${() => this.#goTo(problem)}>Line ${line.number}</button> `}${problem.text}</p>
        ${problem.fixes.length === 0 && !reachable ? nothing : html`<p class="fixes">${problem.fixes.map((fix) => html`<button class="button small" @click=${() => this.#fix(fix, problem)}>${fix.label}</button>`)}
          ${problem.fixes.length === 0 && reachable ? html`<button class="link small" @click=${() => this.#goTo(problem)}>Show me where</button>` : nothing}</p>`}
      </div></li>`;
  }

  #fix(fix: Fix, problem: Problem): void {
    try {
      this.session.edit((quote) => quote.applyFix(fix.action, problem.lineId));
      if (fix.action === "remove-line" && problem.lineId !== null) this.#offerUndo(problem.lineId);
      announce(`Done: ${fix.label}. ${this.session.problems.length === 0 ? "Nothing stands in the way." : countOf(this.session.problems)}`);
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("section")?.focus({ preventScroll: true }));
  }

  #offerUndo(lineId: string): void {
    toast({ text: "The line is off the quote.", action: { label: "Undo", run: () => void this.session.edit((quote) => quote.restoreLine(lineId)) } });
  }

  #goTo(problem: Problem): void {
    this.dispatchEvent(new CustomEvent("qd-go-to-problem", { detail: { lineId: problem.lineId, code: problem.code }, bubbles: true }));
  }

  #showAll(): void {
    this.#all = true;
    this.requestUpdate();
  }
}

/** `"1 thing stops the order, 2 to look at"`. */
export function countOf(problems: Problem[]): string {
  const stops = problems.filter((problem) => problem.severity === "stop").length;
  const rest = problems.length - stops;
  if (stops === 0) return `${plural(rest, "thing")} to look at`;
  return `${plural(stops, "thing")} ${stops === 1 ? "stops" : "stop"} the order${rest === 0 ? "" : `, ${rest} to look at`}`;
}
customElements.define("qd-problem-list", ProblemList);

declare global {
  interface HTMLElementTagNameMap {
    "qd-problem-list": ProblemList;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import type { Fix, Problem } from "cin7-quote-desk";
import { announce } from "./announcement.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { amount, plural } from "./figure.js";
import { icon } from "./icon.js";
import { fieldFor } from "./quote-header.js";
import { grouped, type ProblemGroup } from "./problem-groups.js";
import type { QuoteSession } from "./quote-session.js";
import { toast } from "./toast.js";

const WORD: Record<Problem["severity"], string> = { stop: "Stops the order", warn: "Look at this", note: "To know" };
const SHOWN = 12;
/** How long a quote rests before what has changed is said, in milliseconds: while somebody types, every key changes it. */
const REST = 900;

/** What would stop the order or be lost in it, worst first, each with what can be done. */
class ProblemList extends QdElement {
  static override properties = { session: { attribute: false } };
  declare session: QuoteSession;
  #all = false;
  readonly #opened = new Set<string>();
  /** What has been said of the quote, or stood there from the beginning. */
  #said = { problems: new Set<string>(), gross: "" };
  #saying: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#said = this.#now();
    this.listen(this.session, "change", () => {
      this.requestUpdate();
      clearTimeout(this.#saying);
      this.#saying = setTimeout(() => this.#say(), REST);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#saying);
  }

  #now(): { problems: Set<string>; gross: string } {
    const problems = this.session.problems.filter(({ severity }) => severity !== "note");
    return { problems: new Set(grouped(problems).map(({ text }) => text)), gross: this.session.totals.gross };
  }

  /** Says what has come up and what the quote comes to, once it rests. */
  #say(): void {
    const before = this.#said;
    this.#said = this.#now();
    const fresh = [...this.#said.problems].filter((text) => !before.problems.has(text));
    const { currency, gross } = this.session.totals;
    const said = [
      ...(gross === before.gross ? [] : [`Gross ${currency} ${amount(gross)}.`]),
      ...fresh.slice(0, 2),
      ...(fresh.length > 2 ? [`And ${plural(fresh.length - 2, "more thing")} to look at.`] : []),
    ];
    if (said.length > 0) announce(said.join(" "));
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
    const groups = grouped(problems);
    const shown = this.#all ? groups : groups.slice(0, SHOWN);
    return html`<section class="problems" tabindex="-1" aria-label=${countOf(problems)}>
      <h2>${countOf(problems)}</h2>
      <ul>${shown.map((group) =>
        group.problems.length === 1 ? this.#problem(group.problems[0] as Problem) : this.#group(group),
      )}</ul>
      ${
        groups.length > shown.length
          ? html`<button class="link" @click=${this.#showAll}>Show all ${groups.length}</button>`
          : nothing
      }
    </section>`;
  }

  #problem(problem: Problem): TemplateResult {
    const line = problem.lineId === null ? undefined : this.session.lines.find((one) => one.id === problem.lineId);
    const reachable =
      line === undefined && (fieldFor(problem.code) !== undefined || problem.field !== null || problem.code === "no-lines");
    return html`<li class="problem ${problem.severity}">
      ${icon(problem.severity)}<span class="unseen">${WORD[problem.severity]}: </span>
      <div><p>${
        line === undefined
          ? nothing
          : html`<button class="link line-link" @click=${() => this.#goTo(problem)}>Line ${line.number}</button> `
      }${problem.text}</p>
        ${
          problem.fixes.length === 0 && !reachable
            ? nothing
            : html`<p class="fixes">${problem.fixes.map(
                (fix) => html`<button class="button small" @click=${() => this.#fix(fix, problem)}>${fix.label}</button>`,
              )}
          ${
            problem.fixes.length === 0 && reachable
              ? html`<button class="link small" @click=${() => this.#goTo(problem)}>Show me where</button>`
              : nothing
          }</p>`
        }
      </div></li>`;
  }

  /** One problem of many lines: said once, mended once, and each line a press away. */
  #group(group: ProblemGroup): TemplateResult {
    const open = this.#opened.has(group.code);
    return html`<li class="problem ${group.severity}">
      ${icon(group.severity)}<span class="unseen">${WORD[group.severity]}: </span>
      <div><p>${group.text}</p>
        <p class="fixes">${group.fixes.map(
          (fix) =>
            html`<button class="button small" @click=${() => this.#fixAll(fix, group)}>${fix.label} <span class="soft">all
              ${group.problems.length}</span></button>`,
        )}
          <button class="link small" aria-expanded=${open}
            @click=${() => this.#toggle(group.code)}>${open ? "Hide the lines" : "Show the lines"}</button></p>
        ${open ? html`<ul class="problem-lines">${group.problems.map((problem) => this.#problem(problem))}</ul>` : nothing}
      </div></li>`;
  }

  #toggle(code: string): void {
    if (!this.#opened.delete(code)) this.#opened.add(code);
    this.requestUpdate();
  }

  #fixAll(fix: Fix, { problems }: ProblemGroup): void {
    try {
      this.session.edit((quote) => {
        for (const { lineId } of problems) quote.applyFix(fix.action, lineId);
      });
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("section")?.focus({ preventScroll: true }));
  }

  #fix(fix: Fix, problem: Problem): void {
    try {
      const back = this.session.rememberWarehouses();
      this.session.edit((quote) => quote.applyFix(fix.action, problem.lineId));
      if (/^(use|one)-warehouse:/.test(fix.action)) this.#offerWayBack(back);
      if (fix.action === "remove-line" && problem.lineId !== null) this.#offerUndo(problem.lineId);
      announce(
        `Done: ${fix.label}. ${
          this.session.problems.length === 0 ? "Nothing stands in the way." : countOf(this.session.problems)
        }`,
      );
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("section")?.focus({ preventScroll: true }));
  }

  #offerUndo(lineId: string): void {
    toast({ text: "The line is off the quote.", action: { label: "Undo", run: () => this.session.restore(lineId) } });
  }

  /** Where a fix moved the whole quote, the way back is at hand. */
  #offerWayBack(back: () => void): void {
    const run = () => {
      try {
        back();
        announce(`The quote ships from ${this.session.header.warehouse ?? "no warehouse"} again.`);
      } catch (caught) {
        toast({ text: inWords(caught) });
      }
    };
    toast({
      text: `The whole quote ships from ${this.session.header.warehouse ?? "no warehouse"} now.`,
      action: { label: "Undo", run },
    });
  }

  #goTo(problem: Problem): void {
    this.dispatchEvent(new CustomEvent("qd-go-to-problem", { detail: problem, bubbles: true }));
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

import { html, nothing, type TemplateResult } from "lit";
import type { ListState, RunView, SyncView } from "cin7-quote-desk";
import "./styles/sync.css";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { count, plural } from "./figure.js";
import { icon } from "./icon.js";
import { failureOf, listName, pagesOf, readingNow, stopSync, syncNow } from "./sync-status.js";
import { age, ago, at, due, STALE_AFTER } from "./time.js";

/** What the rows of a list are called, where its name does not say. */
const ROWS: Record<string, string> = { reference: "rows of reference books", stock: "rows of stock" };
/** What so many rows of a list are called: `"3 customers"`, `"1 row of stock"`. */
function rowsName(list: string, rows: number): string {
  const many = ROWS[list] ?? listName(list).toLowerCase();
  return rows === 1 ? many.replace(/s$|(?<=^row)s/, "") : many;
}

/** Reference books, which hardly change, are read once an hour. */
const BOOKS_STALE_AFTER = 90 * 60_000;
/** How many bad records are listed before the rest is asked for. */
const FIRST_BAD = 20;

/** How the desk stands with Cin7: what is going on, what came of each list, what could not be taken over, and the runs before. */
class SyncPage extends QdElement {
  static override properties = { sync: { attribute: false } };
  declare sync: SyncView | null;
  #history: RunView[] = [];
  #historyOf = "";
  #allBad = false;
  #failure = "";

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Sync with Cin7";
    this.every(20_000, () => this.requestUpdate());
  }

  /** The history is read anew when a run has ended, or what was read after it has brought an error. */
  protected override willUpdate(): void {
    const { sync } = this;
    const of = sync === null ? "" : `${sync.endedAt} ${sync.lists.reduce((sum, list) => sum + list.bad.length, 0)}`;
    if (of === this.#historyOf) return;
    this.#historyOf = of;
    theDesk()
      .sync.history()
      .then(
        (history) => {
          this.#history = history;
          this.#failure = "";
          this.requestUpdate();
        },
        (caught: unknown) => {
          this.#failure = inWords(caught);
          this.requestUpdate();
        },
      );
  }

  protected override render(): TemplateResult {
    const { sync } = this;
    if (sync === null) return html`<main class="page"><p class="loading">Asking how the sync stands …</p></main>`;
    const busy = sync.phase === "running" || sync.phase === "waiting";
    return html`<main class="page"><header class="page-title"><h1>Sync with Cin7</h1>
        ${busy ? html`<button class="button plain" @click=${stopSync}>Stop</button>` : nothing}
        <button class="button" ?disabled=${busy} @click=${syncNow}>${icon("refresh")} Sync now</button></header>
      <div class="sync-page">${this.#now(sync)}${this.#lists(sync)}${this.#bad(sync)}${this.#runs()}</div></main>`;
  }

  #now(sync: SyncView): TemplateResult {
    const reading = sync.phase === "running" || sync.phase === "waiting" ? readingNow(sync) : undefined;
    return html`<section class="card sync-now" aria-label="State">
      <dl>
        <div><dt>State</dt><dd>${this.#state(sync)}</dd></div>
        ${
          reading === undefined
            ? nothing
            : html`<div><dt>Reading</dt><dd>${listName(reading.list)}${
                reading.pages === null ? nothing : html`, page ${pagesOf(reading)}`
              }</dd></div>`
        }
        <div><dt>Last run ended</dt><dd>${
          sync.endedAt === null
            ? html`<span class="soft">none yet</span>`
            : html`${at(sync.endedAt)} <span class="soft">${ago(sync.endedAt)}</span>`
        }</dd></div>
        <div><dt>Next run</dt><dd aria-label="Next run">${
          sync.nextAt === null ? nothing : html`${at(sync.nextAt)} <span class="soft">(${due(sync.nextAt)})</span>`
        }</dd></div>
      </dl>
      <p class="soft small">${
        reading === undefined ? "" : "The next run is set when this one ends. "
      }A run begins a quarter of an hour after the last has ended; reference books are read once an hour and whenever you sync. ${
        sync.leader ? "This tab reads for all tabs." : "Another tab reads for all."
      }</p>
      ${
        sync.failure === null
          ? nothing
          : html`<p class="banner ${sync.phase === "stopped" ? "stop" : "warn"}">${icon("warn")}<span><b>The last run failed.</b>
            ${failureOf(sync)}</span></p>`
      }
    </section>`;
  }

  #state(sync: SyncView): TemplateResult {
    switch (sync.phase) {
      case "running":
        return html`<span class="tag good"><i class="spinner"></i> Running</span>`;
      case "waiting":
        return html`<span class="tag warn">${icon("clock")} Waiting for Cin7</span>`;
      case "stopped":
        return html`<span class="tag stop">${icon("stop")} Stopped</span>`;
      case "idle":
        return html`<span class="tag">${icon(sync.failure === null ? "check" : "warn")} Idle</span>`;
    }
  }

  #lists(sync: SyncView): TemplateResult {
    return html`<section class="card" aria-label="Lists"><h2>Lists</h2><table class="records fixed-rows">
      <thead><tr><th scope="col">List</th><th scope="col" class="number">Kept</th><th scope="col"
        class="number">Read in the last run</th><th
        scope="col" class="number">Not taken over</th><th scope="col">Age</th></tr></thead>
      <tbody>${sync.lists.map(
        (list) => html`<tr><th scope="row">${listName(list.list)}</th>
        <td class="number">${count(list.rows)}</td><td class="number">${count(list.read)}</td>
        <td class="number">${
          list.bad.length === 0 ? html`<span class="soft">0</span>` : html`<span class="warn">${count(list.bad.length)}</span>`
        }</td><td>${this.#age(list)}</td></tr>`,
      )}</tbody></table></section>`;
  }

  #age(list: ListState): TemplateResult {
    if (list.asOf === null) return html`<span class="soft">not whole yet</span>`;
    const old = age(list.asOf) > (list.list === "reference" ? BOOKS_STALE_AFTER : STALE_AFTER);
    return html`<span class=${old ? "warn" : "soft"} title=${at(list.asOf)}>${old ? icon("warn") : nothing}
      ${ago(list.asOf)}</span>`;
  }

  #bad(sync: SyncView): TemplateResult | typeof nothing {
    const bad = sync.lists.flatMap((list) => list.bad);
    if (bad.length === 0) return nothing;
    const shown = this.#allBad ? bad : bad.slice(0, FIRST_BAD);
    return html`<section class="card" aria-label="Not taken over"><h2>${plural(bad.length, "report")} of what could not be taken
      over</h2>
      <p class="soft small">Everything else was. A record comes in as soon as it is put right in Cin7.</p>
      <ul class="bad-list">${shown.map(
        (one) =>
          html`<li>${icon("warn")}<div><b>${
            one.record === "" ? listName(one.list) : one.record
          }</b>${one.field === "" ? nothing : html` <span class="tag">${one.field}</span>`}<p>${one.problem}</p></div></li>`,
      )}</ul>
      ${
        shown.length === bad.length
          ? nothing
          : html`<p><button class="button small" @click=${() => {
              this.#allBad = true;
              this.requestUpdate();
            }}>Show all ${count(bad.length)}</button></p>`
      }</section>`;
  }

  #runs(): TemplateResult {
    return html`<section class="card" aria-label="Earlier runs"><h2>Earlier runs</h2>
      ${
        this.#failure !== ""
          ? html`<p class="banner stop" role="alert">${icon("stop")}<span>${this.#failure}</span></p>`
          : this.#history.length === 0
            ? html`<p class="soft">No run has ended yet.</p>`
            : html`<ol class="run-list">${this.#history.map((run) => this.#run(run))}</ol>`
      }</section>`;
  }

  #run(run: RunView): TemplateResult {
    const refused = run.lists.reduce((sum, list) => sum + list.refused, 0);
    const counts = run.lists
      .filter((list) => list.read > 0)
      .map((list) => `${count(list.read)} ${rowsName(list.list, list.read)}`);
    return html`<li><span class="run-time">${at(run.startedAt)} to ${at(run.endedAt)}</span>
      <div>${
        run.failure === null
          ? html`<span class="tag ${refused === 0 ? "good" : "warn"}">${icon(refused === 0 ? "check" : "warn")} ${
              refused === 0 ? "Good" : plural(refused, "error")
            }</span>`
          : html`<span class="tag stop">${icon("stop")} Failed</span>`
      }
        <span class="run-counts">${counts.length === 0 ? "nothing read" : counts.join(", ")}</span>
        ${run.failure === null ? nothing : html`<p class="run-error">${failureOf(run)}</p>`}
        ${run.errors.map(
          (error) =>
            html`<p class="run-error">${
              error.record === "" ? nothing : html`<b>${error.record}</b> `
            }${error.field === "" ? nothing : html`<span class="soft">${error.field}</span> `}${error.problem}</p>`,
        )}
        ${
          refused > run.errors.length && run.errors.length > 0
            ? html`<p class="soft small">and ${plural(refused - run.errors.length, "more error", "more errors")}</p>`
            : nothing
        }</div></li>`;
  }
}
customElements.define("qd-sync-page", SyncPage);

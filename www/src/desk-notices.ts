import { html, nothing, type TemplateResult } from "lit";
import type { SyncView } from "cin7-quote-desk";
import { QdElement } from "./element.js";
import { count } from "./figure.js";
import { icon } from "./icon.js";
import { failureOf, listName, pagesOf, readingNow, syncNow } from "./sync-status.js";
import { age, ago, STALE_AFTER, timeLeft } from "./time.js";

/** What the rep must know about the desk itself, in words, for as long as it holds. */
class DeskNotices extends QdElement {
  static override properties = { sync: { attribute: false } };
  declare sync: SyncView | null;
  #isOutdated = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(window, "online", () => this.requestUpdate());
    this.listen(window, "offline", () => this.requestUpdate());
    this.hear("outdated", () => {
      this.#isOutdated = true;
      this.requestUpdate();
    });
    this.every(30_000, () => this.requestUpdate());
  }

  protected override render(): TemplateResult {
    const { sync } = this;
    return html`<div class="notices" role="region" aria-label="Notices">
      ${sync !== null && (sync.phase === "running" || sync.phase === "waiting") && !sync.ready ? this.#firstSync(sync) : nothing}
      ${this.#isOutdated ? this.#outdated() : nothing}
      <div role="status">${!navigator.onLine ? this.#offline() : sync === null ? nothing : this.#trouble(sync)}</div>
    </div>`;
  }

  /** Each list weighs the same until its pages are known; the bar never goes back within a list. */
  #firstSync(sync: SyncView): TemplateResult {
    const parts = sync.lists.map((list) =>
      list.asOf !== null ? 1 : list.pages !== null && list.pages > 0 ? Math.min(1, list.page / list.pages) : 0,
    );
    const done = parts.length === 0 ? 0 : parts.reduce((sum, part) => sum + part, 0) / parts.length;
    const now = readingNow(sync);
    const running = sync.startedAt === null ? 0 : age(sync.startedAt);
    const left = done > 0.08 ? timeLeft((running / done) * (1 - done)) : "";
    return html`<section class="first-sync card" aria-label="First sync">
      <p><b>Reading your data from Cin7 for the first time.</b> <span class="soft">Quote on what has arrived; the rest follows by
        itself.</span></p>
      <progress max="100" value=${Math.round(done * 100)} aria-label="First sync"></progress>
      <p class="small soft first-counts"><span>${
        now === undefined ? "Starting" : html`${listName(now.list)}${now.pages === null ? nothing : html`, page ${pagesOf(now)}`}`
      }</span>
        ${sync.lists
          .filter((list) => list.rows > 0 || list.read > 0)
          .map(
            (list) => html`<span>${count(Math.max(list.rows, list.read))} ${listName(list.list).toLowerCase()}</span>`,
          )}<span class="time-left">${sync.phase === "waiting" ? "waiting for Cin7" : left}</span></p>
    </section>`;
  }

  /** Everything that is kept is safe, but this tab can no longer reach it. */
  #outdated(): TemplateResult {
    return html`<p class="banner stop" role="alert">${icon("stop")}<span><b>Another tab has a newer version of this page.</b>
      Nothing more can be saved here. Reload this tab to go on; what was saved before is kept.</span>
      <button class="button small" @click=${() => location.reload()}>${icon("refresh")} Reload</button></p>`;
  }

  #offline(): TemplateResult {
    const read = this.#oldest();
    return html`<p class="banner warn">${icon("offline")}<span><b>You are offline.</b> Quoting goes on with what was
      read${read === null ? "" : ` ${ago(read)}`}. A confirmed order waits here and is sent when the network is back.</span></p>`;
  }

  #trouble(sync: SyncView): TemplateResult | typeof nothing {
    if (sync.phase === "stopped" && sync.failure !== null) {
      return html`<p class="banner stop">${icon("stop")}<span><b>The sync has stopped.</b> ${failureOf(sync)} Quoting goes on with
        what is here; orders wait. Whoever runs the proxy can put it right.</span>${this.#again()}</p>`;
    }
    const read = this.#oldest();
    if (read !== null && age(read) > STALE_AFTER) {
      return html`<p class="banner warn">${icon("clock")}<span><b>Prices and stock were read ${ago(read)}.</b> ${
        sync.failure === null ? "They may have changed since." : failureOf(sync)
      }</span>${this.#again()}</p>`;
    }
    if (!sync.ready && sync.failure !== null && sync.phase !== "running") {
      return html`<p class="banner warn">${icon("warn")}<span><b>The first sync did not finish.</b>
        ${failureOf(sync)}</span>${this.#again()}</p>`;
    }
    return nothing;
  }

  #again(): TemplateResult {
    return html`<button class="button small" ?disabled=${this.sync?.phase === "running"} @click=${syncNow}>Sync now</button>`;
  }

  /** The oldest of what prices and stock stand on. */
  #oldest(): string | null {
    const read = (this.sync?.lists ?? [])
      .filter((list) => list.list === "products" || list.list === "stock")
      .map((list) => list.asOf)
      .filter((asOf) => asOf !== null);
    return read.length === 0 ? null : read.reduce((one, other) => (one < other ? one : other));
  }
}
customElements.define("qd-desk-notices", DeskNotices);

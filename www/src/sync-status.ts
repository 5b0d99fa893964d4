import { html, nothing, type TemplateResult } from "lit";
import type { Cin7List, ListState, SyncView } from "cin7-quote-desk";
import { hide, showBeside } from "./anchored.js";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { count, plural } from "./figure.js";
import { icon } from "./icon.js";
import { ago, at, due } from "./time.js";
import { toast } from "./toast.js";

const LIST: Record<string, string> = {
  reference: "Reference books",
  customers: "Customers",
  products: "Products",
  stock: "Stock",
};

/** A list's name for people. */
export function listName(list: string): string {
  return LIST[list] ?? `${list.charAt(0).toUpperCase()}${list.slice(1)}`;
}

/** What each list of Cin7's is to a rep. */
const READ: Record<Cin7List, string> = {
  account: "The company's settings",
  priceTiers: "The price tiers",
  taxRules: "The tax rules",
  locations: "The warehouses",
  paymentTerms: "The payment terms",
  contacts: "The sales representatives",
  discountRules: "The discount rules",
  customers: "The customers",
  suppliers: "The suppliers",
  products: "The products",
  availability: "The stock",
  sales: "The sales",
  purchases: "The purchases",
};

/** What failed in a run, and why. */
export function failureOf({ failure, failedList }: Pick<SyncView, "failure" | "failedList">): string {
  return failedList === null ? (failure ?? "") : `${READ[failedList]} could not be read. ${failure}`;
}

/** The list that is being read now. */
export function readingNow(sync: SyncView): ListState | undefined {
  return (
    sync.lists.findLast((list) => list.page > 0 && (list.pages === null || list.page < list.pages)) ??
    sync.lists.findLast((list) => list.page > 0)
  );
}

/** Which page of how many a list is at: while it is read, the one that is awaited. */
export function pagesOf(list: ListState): string {
  return list.pages === null ? `${list.page}` : `${Math.min(list.page + 1, list.pages)} of ${list.pages}`;
}

/** Reads from Cin7 now, and goes on with the cadence where it was stopped. */
export function syncNow(): void {
  const { sync } = theDesk();
  sync
    .start()
    .then(() => sync.now())
    .catch((caught: unknown) => toast({ text: inWords(caught) }));
}

/** Stops after the page that is being read, with the way back. */
export function stopSync(): void {
  theDesk()
    .sync.stop()
    .then(
      () => toast({ text: "The sync stops after this page. What was read stays.", action: { label: "Go on", run: syncNow } }),
      (caught: unknown) => toast({ text: inWords(caught) }),
    );
}

/** How the desk stands with Cin7, in one line; a click tells all. */
class SyncStatus extends QdElement {
  static override properties = { sync: { attribute: false } };
  declare sync: SyncView | null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.every(20_000, () => this.requestUpdate());
    this.listen(document, "pointerdown", (event) => {
      if (!this.contains(event.target as Node)) this.#close();
    });
    this.listen(document, "keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape" && this.#isOpen()) {
        this.#close();
        this.querySelector("button")?.focus();
      }
    });
  }

  protected override render(): TemplateResult {
    const { sync } = this;
    return html`<button class="sync-pill ${this.#look()}" aria-expanded=${this.#isOpen()} aria-haspopup="dialog"
      @click=${this.#toggle}>
        ${this.#mark()}<span class="one-line">${this.#sentence()}</span></button>
      <div popover="manual" class="sync-popover" role="dialog"
        aria-label="Sync with Cin7">${sync === null ? nothing : this.#whole(sync)}</div>`;
  }

  #mark(): TemplateResult {
    if (this.sync?.phase === "running" || this.sync?.phase === "waiting") return html`<i class="spinner"></i>`;
    return icon(
      this.#look() === "warn" ? "warn" : this.#look() === "stop" ? "stop" : this.sync?.ready === true ? "check" : "clock",
    );
  }

  #look(): string {
    const { sync } = this;
    if (sync === null || sync.phase === "running" || sync.phase === "waiting" || sync.failure === null) return "";
    return sync.phase === "stopped" ? "stop" : "warn";
  }

  #sentence(): string {
    const { sync } = this;
    if (sync === null) return "Sync …";
    if (sync.phase === "running") {
      const list = readingNow(sync);
      if (list === undefined) return "Syncing";
      return `${listName(list.list)} ${list.pages === null ? count(list.read) : pagesOf(list)}`;
    }
    if (sync.phase === "waiting") return "Waiting for Cin7";
    const next = sync.nextAt === null ? "" : ` · next ${at(sync.nextAt)}`;
    if (sync.failure !== null) return `${sync.phase === "stopped" ? "Sync stopped" : "Sync failed"}${next}`;
    return sync.endedAt === null ? "Not synced yet" : `Synced ${at(sync.endedAt)}${next}`;
  }

  #whole(sync: SyncView): TemplateResult {
    const busy = sync.phase === "running" || sync.phase === "waiting";
    const bad = sync.lists.flatMap((list) => list.bad);
    return html`<h2>Sync with Cin7</h2>
      <p class="soft small">${
        sync.phase === "waiting"
          ? "Cin7 is slow or busy: waiting before another try."
          : sync.phase === "running"
            ? "Reading now. The next run is set when this one ends."
            : html`${
                sync.endedAt === null ? "No run has ended yet." : `Ended ${at(sync.endedAt)}.`
              } ${sync.nextAt === null ? "" : `Next ${at(sync.nextAt)} (${due(sync.nextAt)}).`}`
      }
        ${sync.leader ? nothing : " Another tab reads for all."}</p>
      ${
        sync.failure === null
          ? nothing
          : html`<p class="banner ${sync.phase === "stopped" ? "stop" : "warn"}">${icon("warn")}<span>${failureOf(
              sync,
            )}</span></p>`
      }
      <table class="sync-lists"><thead><tr><th scope="col">List</th><th scope="col" class="number">Kept</th><th scope="col"
        class="number">Last read</th><th scope="col">Age</th></tr></thead>
        <tbody>${sync.lists.map(
          (list) => html`<tr><th scope="row">${listName(list.list)}</th><td class="number">${count(list.rows)}</td><td
            class="number">${count(list.read)}</td>
          <td class="soft">${
            list.asOf === null ? "not whole yet" : html`<span title=${at(list.asOf)}>${ago(list.asOf)}</span>`
          }</td></tr>`,
        )}</tbody></table>
      ${
        bad.length === 0
          ? nothing
          : html`<details class="bad-records"><summary>${plural(bad.length, "record")} could not be taken over</summary>
        <ul>${bad
          .slice(0, 50)
          .map(
            (one) => html`<li><b>${one.record}</b> <span class="soft">${one.field}</span><br />${one.problem}</li>`,
          )}</ul></details>`
      }
      <p class="row"><button class="button" ?disabled=${busy} @click=${syncNow}>${icon("refresh")} Sync now</button>
        ${busy ? html`<button class="button plain" @click=${stopSync}>Stop</button>` : nothing}
        <a class="button plain" href="/sync" @click=${() => this.#close()}>Errors and history</a></p>`;
  }

  #isOpen(): boolean {
    return this.querySelector("[popover]")?.matches(":popover-open") === true;
  }

  #toggle(): void {
    const popover = this.querySelector<HTMLElement>("[popover]");
    const pill = this.querySelector("button");
    if (popover === null || pill === null) return;
    if (this.#isOpen()) hide(popover);
    else {
      showBeside(popover, pill, "end");
      popover.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
    }
    this.requestUpdate();
  }

  #close(): void {
    if (!this.#isOpen()) return;
    hide(this.querySelector<HTMLElement>("[popover]"));
    this.requestUpdate();
  }
}
customElements.define("qd-sync-status", SyncStatus);

import { html, nothing, type TemplateResult } from "lit";
import type { StorageView } from "cin7-quote-desk";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { plural } from "./figure.js";
import { icon } from "./icon.js";
import { isSettled } from "./order-timeline.js";
import { saveFile } from "./save-file.js";
import { toast } from "./toast.js";

/** Remembers for the tab that the rep has read that nothing promises to keep the quotes. */
const SEEN = "quote-desk-storage-seen";
const MEGABYTE = 1_000_000;

/** `"12 MB"`, `"1.4 GB"`. */
export function megabytes(bytes: number): string {
  if (bytes < MEGABYTE) return "less than 1 MB";
  return bytes < 1000 * MEGABYTE ? `${Math.round(bytes / MEGABYTE)} MB` : `${(bytes / 1000 / MEGABYTE).toFixed(1)} GB`;
}

/** What is not protected on this device, in words, with what to do about it. */
class StorageNotice extends QdElement {
  #storage: StorageView | null = null;
  /** Whether a quote or an order is kept here. */
  #keeps = false;
  #seen = sessionStorage.getItem(SEEN) !== null;
  #refused = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.hear("storage", (storage) => {
      this.#keeps = true;
      this.#show(storage);
    });
    // Reading goes through all that is kept: once when an order is stored, once when it is done with.
    this.hear("order", (order) => {
      this.#keeps = true;
      if (order.state === "queued" || isSettled(order)) void this.#read();
    });
    this.hear("sync", ({ phase, failure }) => {
      if (failure !== null && phase !== "running") void this.#read();
    });
    this.listen(window, "qd-not-kept", () => void this.#read());
    this.every(60_000, () => void this.#read());
    // Where nothing outlives the tab, closing it loses what has not arrived; anywhere else it goes on when it is opened again.
    this.listen(window, "beforeunload", (event) => {
      if (this.#storage?.protection === "memory" && this.#keeps) event.preventDefault();
    });
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const [quotes, orders] = await Promise.all([theDesk().quotes.list(), theDesk().orders.list()]).catch(() => [[], []]);
    this.#keeps ||= quotes.length + orders.length > 0;
    await this.#read();
  }

  async #read(): Promise<void> {
    const storage = await theDesk()
      .storage()
      .catch(() => null);
    if (storage !== null) this.#show(storage);
  }

  #show(storage: StorageView): void {
    this.#storage = storage;
    this.requestUpdate();
  }

  protected override render(): TemplateResult | typeof nothing {
    const storage = this.#storage;
    if (storage === null) return nothing;
    const { protection, unreadable } = storage;
    return html`<div class="notices" role="region" aria-label="What is kept here">
      ${unreadable.length > 0 ? this.#unreadable(unreadable.length) : nothing}
      ${protection === "memory" ? this.#memory(storage) : nothing}
      ${storage.nearlyFull ? this.#full(storage) : nothing}
      ${protection === "best-effort" && this.#keeps && !this.#seen ? this.#unpromised() : nothing}</div>`;
  }

  #memory({ refusal }: StorageView): TemplateResult {
    return html`<p class="banner stop" role="alert">${icon("stop")}<span><b>Nothing is protected: this browser stores nothing for
      this page.</b> Quotes and orders that have not arrived in Cin7 are lost when this tab is closed or reloaded.
      Keep the tab open until its orders are confirmed. To be safe, use a normal window, allow this site to store data, and
        reload.
      ${
        refusal === null || refusal === "" ? nothing : html`<span class="soft small">The browser says: ${refusal}</span>`
      }</span></p>`;
  }

  #full({ used, quota }: StorageView): TemplateResult {
    return html`<p class="banner warn" role="status">${icon("warn")}<span><b>This browser's storage is full, or nearly so${
      used === null || quota === null || used < quota / 2 ? "" : html`: ${megabytes(used)} of ${megabytes(quota)}`
    }.</b> A quote or an order may not be kept any more; that is said where it happens, and nothing is sent then.
      Free space on this device, or delete the data of other sites in the browser's settings.</span></p>`;
  }

  #unpromised(): TemplateResult {
    return html`<p class="banner" role="status">${icon("note")}<span><b>This browser has not promised to keep your quotes and
      waiting orders.</b> It may clear them when space runs out, and a private window forgets them when it is closed.
        ${
          this.#refused
            ? "It still has not promised: browsers do so for pages that are bookmarked, installed or used often."
            : nothing
        }</span>
      <button class="button small" @click=${() => void this.#protect()}>${
        this.#refused ? "Ask again" : "Ask it to keep them"
      }</button>
      <button class="icon-button" aria-label="Dismiss" @click=${this.#dismiss}>${icon("close")}</button></p>`;
  }

  #unreadable(count: number): TemplateResult {
    return html`<p class="banner stop" role="alert">${icon("stop")}<span><b>${plural(
      count,
      "order or quote",
      "orders or quotes",
    )} kept here cannot be read.</b> ${count === 1 ? "It is" : "They are"} left as ${count === 1 ? "it is" : "they are"} and not
      sent. Reload the page in case it is an old version; else save ${count === 1 ? "it" : "them"} as a file, look
        ${count === 1 ? "it" : "them"} up in Cin7, and send the file to whoever looks after the quote desk.</span>
      <button class="button small" @click=${() => void this.#save()}>Save as a file</button></p>`;
  }

  async #save(): Promise<void> {
    try {
      const kinds = new Set(this.#storage?.unreadable.map(({ kind }) => kind));
      if (kinds.has("order")) saveFile(await theDesk().orders.export({ as: "text" }));
      if (kinds.has("quote")) saveFile(await theDesk().quotes.export({ as: "text" }));
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
  }

  async #protect(): Promise<void> {
    this.#refused = !(await navigator.storage.persist().catch(() => false));
    await this.#read();
  }

  #dismiss(): void {
    sessionStorage.setItem(SEEN, "1");
    this.#seen = true;
    this.requestUpdate();
  }
}
customElements.define("qd-storage-notice", StorageNotice);

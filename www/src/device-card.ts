import { html, nothing, type TemplateResult } from "lit";
import type { StorageView, UnsentWork } from "cin7-quote-desk";
import { leaveDevice, theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { amount, count, plural } from "./figure.js";
import { icon } from "./icon.js";
import { QuoteSession } from "./quote-session.js";
import { addressOf } from "./route.js";
import { saveFile } from "./save-file.js";
import { megabytes } from "./storage-notice.js";

const PROTECTION: Record<StorageView["protection"], [look: string, words: string]> = {
  protected: ["good", "Protected: the browser has promised to keep what is stored here."],
  "best-effort": [
    "",
    "Kept, without a promise: the browser may clear it when space runs out, and a private window forgets it when it is closed.",
  ],
  memory: ["stop", "Not protected: the browser stores nothing for this page. What has not arrived in Cin7 is lost with the tab."],
};

/** How safe this device's store is, and the way to leave it without losing unsent work. */
class DeviceCard extends QdElement {
  #storage: StorageView | null = null;
  #unsent: UnsentWork | null = null;
  #asking = false;
  #saved = false;
  #leaving = false;
  #failure = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.hear("storage", (storage) => {
      this.#storage = storage;
      this.requestUpdate();
    });
    this.hear("order", () => void this.#read());
    void this.#read();
  }

  async #read(): Promise<void> {
    try {
      [this.#storage, this.#unsent] = await Promise.all([theDesk().storage(), theDesk().unsent()]);
    } catch (caught) {
      this.#failure = inWords(caught);
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const storage = this.#storage;
    return html`<section class="card device" aria-labelledby="device-title"><h2 id="device-title">This device</h2>
      ${storage === null ? nothing : this.#protection(storage)}
      <div class="setting"><span class="setting-name">Leave this device</span><div>
        ${
          this.#asking && this.#unsent !== null
            ? this.#ask(this.#unsent)
            : html`<button class="button" type="button" @click=${() => void this.#begin()}>Leave this device …</button>
          <p class="soft small">For a shared computer, or at the end of a loan. Wipes what was read from Cin7 and all that has
            arrived there, and the settings above. Nothing unsent is lost without your word.</p>`
        }
        ${this.#failure === "" ? nothing : html`<p class="field-error" role="alert">${this.#failure}</p>`}</div></div></section>`;
  }

  #protection({ protection, used, quota }: StorageView): TemplateResult {
    const [look, words] = PROTECTION[protection];
    return html`<div class="setting"><span class="setting-name">Quotes and orders</span><div><p class="device-state">${icon(
      look === "good" ? "lock" : look === "stop" ? "stop" : "note",
      look,
    )} <span>${words}</span></p>
      ${
        used === null || quota === null
          ? nothing
          : html`<p class="soft small">${megabytes(used)} of ${megabytes(quota)} used.</p>`
      }</div></div>`;
  }

  async #begin(): Promise<void> {
    // A quote that was just left counts as it is on the screen.
    await QuoteSession.left;
    await this.#read();
    [this.#asking, this.#saved] = [this.#unsent !== null, false];
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>(".leave h3")?.focus();
  }

  #ask(work: UnsentWork): TemplateResult {
    const anything = work.orders.length + work.quotes.length + work.accounts.length + work.unreadable > 0;
    const own =
      work.companies === 0
        ? nothing
        : html`<li>${icon("box")} <span>Names, contacts or categories of the CRM's own: ${plural(
            work.companies,
            "company",
            "companies",
          )}</span></li>`;
    if (!anything) {
      return html`<div class="leave" role="group" aria-label="Leave this device"><h3 tabindex="-1">Everything has arrived in
        Cin7.</h3>
        ${work.companies === 0 ? nothing : html`<ul class="unsent">${own}</ul>`}
        <p class="row">${this.#button("discard", "Wipe and leave", true)}${this.#stay()}</p></div>`;
    }
    return html`<div class="leave" role="group" aria-label="Leave this device"><h3 tabindex="-1">This is kept only here</h3>
      <ul class="unsent">
        ${work.orders.map(
          (order) =>
            html`<li>${icon("truck")} <span><a href=${addressOf(order.quoteId)}>Order of quote ${order.quoteNumber}</a>
              ${order.customerName}, ${order.expected.currency} ${amount(order.expected.gross)}: ${
                order.orderNumber === null ? "has not arrived in Cin7" : html`${order.orderNumber} is not finished`
              }</span></li>`,
        )}
        ${work.quotes.map(
          (quote) =>
            html`<li>${icon("note")} <span><a href=${addressOf(quote.link)}>Quote ${quote.number}</a> ${quote.customerName},
              ${quote.currency} ${amount(quote.gross)}: not ordered</span></li>`,
        )}
        ${work.accounts.map(
          (account) => html`<li>${icon("plus")} <span>New customer ${account.name}: not made in Cin7</span></li>`,
        )}
        ${
          work.unreadable === 0
            ? nothing
            : html`<li>${icon("stop")} <span>${count(work.unreadable)} that cannot be read</span></li>`
        }${own}
      </ul>
      <p class="row">${this.#button(
        "keep",
        "Leave, keep these here",
        true,
      )}<span class="soft small">They go on when the desk is opened on this device again.</span></p>
      <p class="row"><button class="button" type="button" @click=${() => void this.#save()}>${icon("down")} Save these as
        files</button>${this.#button("discard", "Delete these and leave", this.#saved)}
        <span class="soft small">${
          this.#saved
            ? "The files are among your downloads. Deleting cannot be undone."
            : "Save them first: deleting cannot be undone."
        }</span></p>
      <p>${this.#stay()}</p></div>`;
  }

  #button(unsent: "keep" | "discard", words: string, ready: boolean): TemplateResult {
    return html`<button class="button ${unsent === "keep" ? "primary" : "danger"}" type="button"
      ?disabled=${!ready || this.#leaving} @click=${() => void this.#leave(unsent)}>${words}</button>`;
  }

  #stay(): TemplateResult {
    return html`<button class="button plain" type="button" @click=${() => {
      this.#asking = false;
      this.requestUpdate();
    }}>Stay</button>`;
  }

  async #save(): Promise<void> {
    try {
      const [orders, quotes] = await Promise.all([theDesk().orders.export(), theDesk().quotes.export()]);
      for (const file of [orders, quotes]) if (file.count > 0) saveFile(file);
      this.#saved = true;
    } catch (caught) {
      this.#failure = inWords(caught);
    }
    this.requestUpdate();
  }

  async #leave(unsent: "keep" | "discard"): Promise<void> {
    this.#leaving = true;
    this.requestUpdate();
    try {
      await leaveDevice(unsent);
    } catch (caught) {
      this.#failure = inWords(caught);
      await this.#read();
    }
    this.#leaving = false;
    this.requestUpdate();
  }
}
customElements.define("qd-device-card", DeviceCard);

import { html, type TemplateResult } from "lit";
import type { SyncView } from "cin7-quote-desk";
import { QdElement } from "./element.js";

/** Not built yet. */
class SyncPage extends QdElement {
  static override properties = { sync: { attribute: false } };
  declare sync: SyncView | null;

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Sync with Cin7";
  }

  protected override render(): TemplateResult {
    return html`<main class="page"><header class="page-title"><h1>Sync with Cin7</h1></header></main>`;
  }
}
customElements.define("qd-sync-page", SyncPage);

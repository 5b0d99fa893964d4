import { html, type TemplateResult } from "lit";
import { QdElement } from "./element.js";

/** Not built yet. */
class AccountPage extends QdElement {
  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "New customer account";
  }

  protected override render(): TemplateResult {
    return html`<main class="page"><header class="page-title"><h1>New customer account</h1></header></main>`;
  }
}
customElements.define("qd-account-page", AccountPage);

import { html, type TemplateResult } from "lit";
import { QdElement } from "./element.js";

/** Not built yet. */
class CompaniesPage extends QdElement {
  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Companies";
  }

  protected override render(): TemplateResult {
    return html`<main class="page"><header class="page-title"><h1>Companies</h1></header></main>`;
  }
}
customElements.define("qd-companies-page", CompaniesPage);

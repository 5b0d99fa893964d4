import { html, type TemplateResult } from "lit";
import { QdElement } from "./element.js";

/** Not built yet. */
class CompanyPage extends QdElement {
  static override properties = { record: {} };
  declare record: string;

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Company";
  }

  protected override render(): TemplateResult {
    return html`<main class="page"><header class="page-title"><h1>Company</h1></header></main>`;
  }
}
customElements.define("qd-company-page", CompanyPage);

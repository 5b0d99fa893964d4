import { html, type TemplateResult } from "lit";
import { QdElement } from "./element.js";

/** Not built yet. */
class SalePage extends QdElement {
  static override properties = { record: {} };
  declare record: string;

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Order";
  }

  protected override render(): TemplateResult {
    return html`<main class="page"><header class="page-title"><h1>Order</h1></header></main>`;
  }
}
customElements.define("qd-sale-page", SalePage);

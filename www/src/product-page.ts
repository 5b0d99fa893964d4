import { html, type TemplateResult } from "lit";
import { QdElement } from "./element.js";

/** Not built yet. */
class ProductPage extends QdElement {
  static override properties = { record: {} };
  declare record: string;

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Product";
  }

  protected override render(): TemplateResult {
    return html`<main class="page"><header class="page-title"><h1>Product</h1></header></main>`;
  }
}
customElements.define("qd-product-page", ProductPage);

import { html, type TemplateResult } from "lit";
import { QdElement } from "./element.js";

/** Not built yet. */
class ProductsPage extends QdElement {
  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Products";
  }

  protected override render(): TemplateResult {
    return html`<main class="page"><header class="page-title"><h1>Products</h1></header></main>`;
  }
}
customElements.define("qd-products-page", ProductsPage);

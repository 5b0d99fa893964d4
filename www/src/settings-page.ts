import { html, type TemplateResult } from "lit";
import { QdElement } from "./element.js";

/** Not built yet. */
class SettingsPage extends QdElement {
  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Settings";
  }

  protected override render(): TemplateResult {
    return html`<main class="page"><header class="page-title"><h1>Settings</h1></header></main>`;
  }
}
customElements.define("qd-settings-page", SettingsPage);

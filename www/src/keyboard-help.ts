import { html, type TemplateResult } from "lit";
import { QdElement } from "./element.js";
import { icon } from "./icon.js";

const KEYS: [string, string[]][] = [
  ["Find a product, from anywhere", ["/"]],
  ["Choose among the matches", ["↑", "↓"]],
  ["Add it and go to its quantity", ["Enter"]],
  ["On to price, then discount", ["Tab"]],
  ["Back to the search", ["Enter"]],
  ["Same number on the line above or below", ["↑", "↓"]],
  ["Move the line up or down", ["Alt", "↑ ↓"]],
  ["Details of the line", ["Alt", "Enter"]],
  ["Take the line off the quote", ["Ctrl", "Delete"]],
  ["Undo the last change of the quote", ["Ctrl", "Z"]],
  ["Do it again", ["Ctrl", "Shift", "Z"]],
  ["Empty a price to find it again", ["Delete", "Enter"]],
  ["Close, or take back what is being typed", ["Esc"]],
  ["Confirm the order", ["Ctrl", "Enter"]],
  ["These keys", ["?"]],
];

/** The keys of the screen; `?` opens them. */
class KeyboardHelp extends QdElement {
  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(document, "keydown", (event) => {
      const { key, target } = event as KeyboardEvent;
      const typing =
        target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.inputMode !== "decimal");
      if (key !== "?" || typing) return;
      event.preventDefault();
      this.#toggle();
    });
  }

  protected override render(): TemplateResult {
    return html`<button class="icon-button" aria-label="Keyboard" title="Keyboard  ?"
      @click=${this.#toggle}>${icon("keyboard")}</button>
      <dialog class="keys-help" aria-labelledby="keys-title" @click=${this.#outside}>
        <div class="sheet-head"><h2 id="keys-title">A whole quote without a mouse</h2><button class="icon-button"
          aria-label="Close" @click=${this.#toggle}>${icon("close")}</button></div>
        <dl>${KEYS.map(
          ([what, keys]) => html`<div><dt>${what}</dt><dd>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dd></div>`,
        )}</dl>
      </dialog>`;
  }

  #toggle(): void {
    const dialog = this.querySelector("dialog");
    if (dialog?.open === true) dialog.close();
    else dialog?.showModal();
  }

  #outside(event: MouseEvent): void {
    if (event.target === event.currentTarget) this.#toggle();
  }
}
customElements.define("qd-keyboard-help", KeyboardHelp);

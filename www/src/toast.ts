import { html, nothing, type TemplateResult } from "lit";
import { QdElement } from "./element.js";
import { icon } from "./icon.js";

/** What a toast says and offers. */
export interface Toast {
  text: string;
  /** A way back, such as "Undo". */
  action?: { label: string; run: () => void };
  /** Called when the toast goes without its action having been used. */
  gone?: () => void;
}

const SHOWN_FOR = 7000;

/** Shows a toast. */
export function toast(message: Toast): void {
  dispatchEvent(new CustomEvent<Toast>("qd-toast", { detail: message }));
}

/** The place at the bottom of the page where one message at a time appears, with a way back. */
class ToastPlace extends QdElement {
  #shown: Toast | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(window, "qd-toast", (event) => this.#show((event as CustomEvent<Toast>).detail));
    this.listen(window, "pagehide", () => this.#end());
  }

  #show(message: Toast): void {
    this.#end();
    this.#shown = message;
    this.#timer = setTimeout(() => this.#end(), SHOWN_FOR);
    this.requestUpdate();
  }

  #end(used = false): void {
    clearTimeout(this.#timer);
    const shown = this.#shown;
    this.#shown = null;
    if (!used) shown?.gone?.();
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const shown = this.#shown;
    return html`<div class="toast-live" role="status">
      ${
        shown === null
          ? nothing
          : html`<div class="toast" @mouseenter=${() => clearTimeout(this.#timer)}
          @mouseleave=${() => (this.#timer = setTimeout(() => this.#end(), SHOWN_FOR))}>
        <span>${shown.text}</span>
        ${
          shown.action === undefined
            ? nothing
            : html`<button class="link" @click=${() => {
                this.#end(true);
                shown.action?.run();
              }}>${shown.action.label}</button>`
        }
        <button class="icon-button" aria-label="Dismiss" @click=${() => this.#end()}>${icon("close")}</button>
      </div>`
      }
    </div>`;
  }
}
customElements.define("qd-toasts", ToastPlace);

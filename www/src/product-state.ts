import { html, nothing, type TemplateResult } from "lit";
import type { ProductState } from "cin7-quote-desk";

/** Why a product cannot be quoted, if it cannot. */
export function stateTag(state: ProductState, renamedTo: string | null): TemplateResult | typeof nothing {
  switch (state) {
    case "offered":
      return nothing;
    case "renamed":
      return html`<span class="tag">renamed to ${renamedTo}</span>`;
    case "deprecated":
      return html`<span class="tag">retired in Cin7</span>`;
    case "not-sellable":
      return html`<span class="tag">not sold</span>`;
  }
}

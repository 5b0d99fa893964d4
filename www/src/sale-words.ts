import "./styles/sales.css";
import { html, nothing, type TemplateResult } from "lit";
import type { SaleSummary } from "cin7-quote-desk";
import { icon } from "./icon.js";

/** The number at the end of a quote's link; `null` for a sale that no quote was confirmed into. */
export function quoteNumberOf(link: string | null): string | null {
  return link === null ? null : (link.split("/").at(-1) ?? link);
}

/** What is special about a sale, in words. */
export function saleTags(sale: SaleSummary): TemplateResult {
  return html`${
    sale.voided
      ? html`<span class="tag stop">${icon("stop")} ${sale.origin === "crm" ? "voided in Cin7" : "voided"}</span>`
      : nothing
  }
    ${sale.draft && !sale.voided ? html`<span class="tag warn">${icon("warn")} draft in Cin7</span>` : nothing}`;
}

/** Whether something is paid; partly paid is not. */
export function paidTag(paid: boolean): TemplateResult {
  return paid ? html`<span class="tag good">${icon("check")} Yes</span>` : html`<span class="tag">No</span>`;
}

/** Cin7's word for a status, readable: `"AUTH_NO_ALLOC"` becomes `"auth no alloc"`. */
export function statusWord(status: string): string {
  return status.toLowerCase().replaceAll("_", " ");
}

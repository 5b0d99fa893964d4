import { html, nothing, type TemplateResult } from "lit";
import type { Totals } from "cin7-quote-desk";
import { amount, quantity } from "./figure.js";

/** Net, tax by rule, and gross, with the currency said once. Only gross speaks up when it changes. */
export function quoteTotals(totals: Totals): TemplateResult {
  const [only] = totals.taxes;
  return html`<dl class="totals">
    <div><dt>Net</dt><dd><output class="number" aria-label="Net" aria-live="off">${amount(totals.net)}</output></dd></div>
    <div><dt>Tax${totals.taxes.length === 1 && only !== undefined ? html` <span class="soft small">${only.rule}</span>` : nothing}</dt><dd><output class="number" aria-label="Tax" aria-live="off">${amount(totals.tax)}</output></dd></div>
    ${totals.taxes.length < 2 ? nothing : totals.taxes.map((tax) => html`<div class="rule small soft">
      <dt>${tax.rule} <span>${quantity(tax.percent)}% of ${amount(tax.net)}</span></dt><dd class="number">${amount(tax.tax)}</dd></div>`)}
    <div class="gross"><dt>Gross <span class="currency">${totals.currency}</span></dt><dd>${grossOutput(totals)}</dd></div>
  </dl>
  ${totals.complete ? nothing : html`<p class="incomplete warn small">Not complete: a line has no price and is left out.</p>`}`;
}

/** The gross total. */
export function grossOutput(totals: Totals): TemplateResult {
  return html`<output class="number" aria-label="Gross">${amount(totals.gross)}</output>`;
}

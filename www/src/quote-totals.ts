import { html, nothing, type TemplateResult } from "lit";
import type { QuoteFigures, Totals } from "cin7-quote-desk";
import { amount, plain, quantity } from "./figure.js";

/**
 * Net, tax by rule, and gross, with the currency said once. None speaks up by itself: the list of problems says what a quote
 * comes to once it rests.
 */
export function quoteTotals(totals: Totals, overallDiscount: string): TemplateResult {
  const [only] = totals.taxes;
  return html`<dl class="totals">
    <div><dt>Net</dt><dd><output class="number" aria-label="Net" aria-live="off">${amount(totals.net)}</output></dd></div>
    <div><dt>Tax${
      totals.taxes.length === 1 && only !== undefined ? html` <span class="soft small">${only.rule}</span>` : nothing
    }</dt><dd><output class="number" aria-label="Tax" aria-live="off">${amount(totals.tax)}</output></dd></div>
    ${
      totals.taxes.length < 2
        ? nothing
        : totals.taxes.map(
            (tax) => html`<div class="rule small soft">
      <dt>${tax.rule} <span>${quantity(tax.percent)}% of ${amount(tax.net)}</span></dt><dd
        class="number">${amount(tax.tax)}</dd></div>`,
          )
    }
    ${
      plain(overallDiscount) === "0"
        ? nothing
        : html`<div class="rule small soft"><dt>Overall discount, in every line</dt><dd
          class="number">${quantity(overallDiscount)} %</dd></div>`
    }
    <div class="gross"><dt>Gross <span class="currency">${totals.currency}</span></dt><dd>${grossOutput(totals)}</dd></div>
  </dl>
  ${totals.complete ? nothing : html`<p class="incomplete warn small">Not complete: a line has no price and is left out.</p>`}`;
}

/** What else the quote comes to: its weight, and its margin for those who may see it. */
export function quoteFigures(figures: QuoteFigures, currency: string): TemplateResult | typeof nothing {
  const { weight, weightComplete, margin } = figures;
  if (weight === null && margin === null) return nothing;
  return html`<dl class="figures small">
    ${
      weight === null
        ? nothing
        : html`<div><dt>Weight</dt><dd><output class="number" aria-label="Weight" aria-live="off">${weight}</output>${
            weightComplete ? nothing : html` <span class="warn">incomplete</span>`
          }</dd></div>`
    }
    ${
      margin === null
        ? nothing
        : html`<div><dt>Margin</dt><dd><output class="number" aria-label="Margin" aria-live="off">${
            margin.percent === null ? "unknown" : `${amount(margin.percent)}%`
          }</output>
      ${
        margin.amount === null ? nothing : html`<span class="soft number">${currency} ${amount(margin.amount)}</span>`
      }${margin.complete || margin.percent === null ? nothing : html` <span class="warn">incomplete</span>`}</dd></div>`
    }
  </dl>`;
}

/** The gross total. */
export function grossOutput(totals: Totals): TemplateResult {
  return html`<output class="number" aria-label="Gross" aria-live="off">${amount(totals.gross)}</output>`;
}

import { html, nothing, type TemplateResult } from "lit";
import type { Arriving, StockAt, StockView } from "cin7-quote-desk";
import { plain, quantity, share } from "./figure.js";
import { icon, type IconName } from "./icon.js";
import { ago, age, day, STALE_AFTER } from "./time.js";

const VERDICTS: Record<StockView["verdict"], { icon: IconName; look: string; word: string }> = {
  enough: { icon: "check", look: "good", word: "Enough here." },
  short: { icon: "warn", look: "warn", word: "Not enough here." },
  none: { icon: "warn", look: "warn", word: "None here." },
  "not-counted": { icon: "service", look: "soft", word: "" },
  unknown: { icon: "note", look: "soft", word: "" },
};

/** One short sentence about a line's stock, with an icon that says whether it is enough. */
export function stockSentence(stock: StockView): TemplateResult {
  const verdict = VERDICTS[stock.verdict];
  return html`<span class="stock-sentence ${verdict.look}">
    ${icon(verdict.icon)}${
      verdict.word === "" ? nothing : html`<span class="unseen">${verdict.word}</span>`
    }<span class="one-line" title=${stock.sentence}>${stock.sentence}</span>
  </span>`;
}

/** Stock by warehouse as bars, each with its figures in words. */
export function stockBars(stock: StockView): TemplateResult {
  if (stock.kind !== "counted") return html`<p class="soft">${stock.sentence}</p>`;
  if (stock.warehouses.length === 0) return html`<p class="soft">No movement in any warehouse yet.</p>`;
  const longest = Math.max(1, ...stock.warehouses.map((at) => length(at.onHand) + length(at.onOrder)));
  const claimed = stock.promise;
  return html`${
    claimed === null
      ? nothing
      : html`<p class="promise small"><b class="number">${quantity(claimed.promise)}</b> to promise:
        ${quantity(claimed.available)} available, less ${quantity(claimed.waiting)} on orders on their way and
          ${quantity(claimed.reserved)} reserved on other quotes.</p>`
  }
  <ul class="stock-bars">
    ${stock.warehouses.map(
      (at) => html`<li>
      <span class="stock-at">
        <span><span>${at.warehouse}</span>${
          at.warehouse === stock.here?.warehouse ? html`<span class="tag">ships from here</span>` : nothing
        }</span>
        <span class="number"><b>${quantity(at.available)}</b> <span class="soft">available</span></span>
      </span>
      <span class="stock-bar" aria-hidden="true">
        ${bar("available", at.available, longest)}${bar("allocated", at.allocated, longest)}${bar(
          "arriving",
          at.onOrder,
          longest,
        )}
      </span>
      <span class="small soft">${figures(at)}</span>
    </li>`,
    )}
  </ul>
  <p class="stock-key small soft" aria-hidden="true"><span><i class="available"></i>available</span><span><i
    class="allocated"></i>allocated</span><span><i class="arriving"></i>on order</span></p>`;
}

function figures(at: StockAt): string {
  const said = [`${quantity(at.onHand)} on hand`, `${quantity(at.allocated)} allocated`];
  if (!isZero(at.onOrder)) said.push(`${quantity(at.onOrder)} on order`);
  if (plain(at.promise) !== plain(at.available)) said.push(`${quantity(at.promise)} to promise`);
  if (!isZero(at.inTransit)) said.push(`${quantity(at.inTransit)} in transit`);
  return said.join(" · ");
}

function isZero(value: string): boolean {
  return plain(value) === "0";
}

/** Lengths of bars are drawing, not figures: a number will do. */
function length(value: string): number {
  return Math.max(0, Number(value));
}

/** The length is set as a property: the screen's policy allows no style attributes. */
function bar(look: string, value: string, longest: number): TemplateResult | typeof nothing {
  const part = share(value, longest);
  return part === 0 ? nothing : html`<i class=${look} .style=${`width: ${(part * 100).toFixed(1)}%`}></i>`;
}

/** What is on its way, the earliest first: how much, where to, when, and by which purchase. */
export function arrivingList(arriving: Arriving[], title: string): TemplateResult {
  return html`<ul class="arriving-list" aria-label=${title}>${arriving.map(
    (one) =>
      html`<li>${icon("truck")}<span>${quantity(one.quantity)}${one.warehouse === "" ? nothing : html` into ${one.warehouse}`}${
        one.day === null
          ? html`, <span class="soft">day not known</span>`
          : one.late
            ? html` <span class="tag warn">${icon("warn")} late since ${day(one.day)}</span>`
            : html` on ${day(one.day)}`
      }${one.purchases.length === 0 ? nothing : html` <span class="soft">${one.purchases.join(", ")}</span>`}</span></li>`,
  )}</ul>`;
}

/** How old stock figures are, or others that `what` names, with a warning when they are old. */
export function stockAge(asOf: string | null, what = "stock"): TemplateResult {
  if (asOf === null) return html`<span class="soft">${what} not read yet</span>`;
  const old = age(asOf) > STALE_AFTER;
  return html`<span class=${old ? "warn" : "soft"}>${old ? icon("warn") : icon("clock")} ${what} read ${ago(asOf)}</span>`;
}

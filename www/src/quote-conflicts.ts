import { html, nothing, type TemplateResult } from "lit";
import type { QuoteConflict } from "cin7-quote-desk";
import { icon } from "./icon.js";
import type { QuoteSession } from "./quote-session.js";

/** What the parts of a quote are called in a sentence. */
const PARTS: Record<string, string> = {
  priceTier: "the price tier",
  warehouse: "the warehouse",
  customerReference: "the reference",
  deliveryNotes1: "the first delivery note",
  deliveryNotes2: "the second delivery note",
  memo: "the memo",
  phone: "the phone",
  contact: "the contact",
  paymentTerm: "the payment terms",
  salesPerson: "the sales person",
  delivery: "the delivery address",
  exchangeRate: "the exchange rate",
  endDate: "the end date",
  overallDiscount: "the overall discount",
  reserveStock: "the reservation of stock",
  receipt: "the receipt",
  lineOrder: "the order of the lines",
  quantity: "the quantity",
  price: "the price",
  discount: "the discount",
  description: "the description",
  extendedDescription: "the extended description",
  taxRule: "the tax rule",
  deliveryDate: "the delivery date",
};

/** What is shown of a long text. */
const SHOWN = 40;

/** What was changed here and in another tab: both values, and the choice. */
export function quoteConflicts(session: QuoteSession): TemplateResult | typeof nothing {
  const { conflicts } = session;
  if (conflicts.length === 0) return nothing;
  return html`<section class="banner warn conflicts" role="alert" aria-label="Changed in another tab"
    tabindex="-1">${icon("warn")}
    <ul>${conflicts.map((conflict) => row(session, conflict))}</ul></section>`;
}

function row(session: QuoteSession, conflict: QuoteConflict): TemplateResult {
  const { says, keep, take } = words(session, conflict);
  return html`<li><span><b>Changed in another tab:</b> ${says}</span>
    <span class="choices"><button class="button small" @click=${() => session.resolve(conflict, "there")}>${take}</button>
      <button class="button small" @click=${() => session.resolve(conflict, "here")}>${keep}</button></span></li>`;
}

function words(session: QuoteSession, conflict: QuoteConflict): { says: string; keep: string; take: string } {
  const { field, sku, here, there } = conflict;
  if (field === "line" && there === null)
    return { says: `${sku} was removed there and changed here.`, take: "Remove it", keep: "Keep it" };
  if (field === "line")
    return { says: `${sku} was changed there (${there} of it) and removed here.`, take: "Put it back", keep: "Leave it out" };
  if (field === "lineOrder")
    return { says: "the lines were put in another order there.", take: "Use that order", keep: "Keep mine" };
  const [mine, theirs] = [value(session, field, here), value(session, field, there)];
  return { says: `${part(conflict)} is ${theirs} there, ${mine} here.`, take: `Use ${theirs}`, keep: `Keep ${mine}` };
}

function part({ field, sku }: QuoteConflict): string {
  const name = PARTS[field] ?? field;
  return sku === null ? name : `${name} of ${sku}`;
}

function value(session: QuoteSession, field: string, text: string | null): string {
  if (text === null) return field === "price" ? "the price that is found" : field === "priceTier" ? "the customer’s own" : "none";
  if (text === "") return "empty";
  if (field === "priceTier")
    return session.references?.priceTiers.find(({ ordinal }) => String(ordinal) === text)?.name ?? `tier ${text}`;
  return text.length > SHOWN ? `“${text.slice(0, SHOWN)} …”` : text;
}

/** The order was made in another tab; what was done here since then is in no order. */
export function orderedElsewhere(session: QuoteSession): TemplateResult | typeof nothing {
  if (!session.orderedElsewhere) return nothing;
  const { tooLate } = session;
  if (tooLate.length === 0)
    return html`<p class="banner" role="status">${icon("lock")}<span><b>Ordered in another tab.</b> Everything that you changed is
      in the order.</span></p>`;
  return html`<section class="banner stop conflicts" role="alert" aria-label="Ordered in another tab">${icon("stop")}
    <div><b>Ordered in another tab, before your last changes were written.</b> They are not in the order:
      <ul>${tooLate.map((late) => html`<li>${missed(session, late)}</li>`)}</ul></div></section>`;
}

function missed(session: QuoteSession, late: QuoteConflict): string {
  const { field, sku, here, there } = late;
  if (field === "line")
    return here === null
      ? `${sku} was removed here and is in the order (${there} of it).`
      : `${sku} was added or changed here (${here} of it) and is not in the order.`;
  if (field === "lineOrder") return "The lines were put in another order here.";
  return `${part(late)} was ${value(session, field, here)} here; ordered was ${value(session, field, there)}.`.replace(
    /^./,
    (first) => first.toUpperCase(),
  );
}

/** Quotes, and what would stop their order. */

import type { AddressView, CustomerView } from "./customers.js";
import type { InputField, LineView, RefusedInput } from "./lines.js";
import type { StandingSale } from "./orders.js";
import type { Day, Decimal, Guid, Instant } from "./values.js";

/** What a quote comes to besides its money. */
export interface QuoteFigures {
  /** What it weighs, such as `"31 kg"`; `null` when no line has a weight. */
  weight: string | null;
  /** Whether every line that can weigh something is in the weight. */
  weightComplete: boolean;
  /** `null` for those who may not see cost; `complete` is false while a line of unknown margin is left out. */
  margin: { amount: Decimal | null; percent: Decimal | null; complete: boolean } | null;
}

/** Totals of a quote, by the account's own tax method. */
export interface Totals {
  currency: string;
  net: Decimal;
  tax: Decimal;
  gross: Decimal;
  /** Tax by rule. */
  taxes: { rule: string; percent: Decimal; net: Decimal; tax: Decimal }[];
  /** False while a line has no price; the totals then leave that line out. */
  complete: boolean;
}

/** Something that would stop the order, or be lost in it. */
export interface Problem {
  /** Closed kebab-case word, such as `"no-price"`, `"short-stock"`, `"no-warehouse"`, `"comment-too-long"`. */
  code: string;
  severity: "stop" | "warn" | "note";
  /** The line it is about; `null` for the quote. */
  lineId: string | null;
  /** The field that shows the text, where the problem is that a text was not taken (`"input-refused"`). */
  field: InputField | "receipt" | null;
  /** One sentence: what it is and what it means. */
  text: string;
  /** What can be done about it, best first. */
  fixes: Fix[];
}

/** A fix that `quote.applyFix` carries out. */
export interface Fix {
  /** What the button says. */
  label: string;
  /** Names the fix to `applyFix`. */
  action: string;
}

/** Parts of a quote's header that the screen edits. Leave out what stays. */
export interface HeaderEdit {
  customerReference?: string;
  deliveryNotes1?: string;
  deliveryNotes2?: string;
  memo?: string;
  phone?: string;
  contact?: string;
  paymentTerm?: string | null;
  /** A code of the settings' `salesPeople`, or a full name as it stands; spaces count. */
  salesPerson?: string | null;
  /** A saved delivery address by its id, the main address, or one typed for this order only. */
  delivery?: { savedId: Guid } | { main: true } | { typed: Omit<AddressView, "id"> & { company: string } };
  /** How many units of the customer's currency one unit of the base currency buys, such as `"1.25"`. */
  exchangeRate?: Decimal | null;
  /** Last day on which the quote holds. */
  endDate?: Day | null;
  /** Per cent off every line, folded into the lines when ordered. */
  overallDiscount?: Decimal;
  /** Whether the stock of its lines counts as taken on other quotes, until the quote runs out. */
  reserveStock?: boolean;
  /** What the customer has paid already: posted with a simple sale, once, known by its reference. */
  receipt?: Receipt | null;
}

/** Money that the customer has paid on a quote. */
export interface Receipt {
  /** In the quote's currency; above zero. */
  amount: Decimal;
  /** What tells it from every other, such as the number of a card payment. */
  reference: string;
  date: Day;
}

/** A quote's header. */
export interface QuoteHeader {
  id: string;
  /** The canonical link, which becomes the sale's `ExternalID`. */
  link: string;
  /** What people call the quote: the last part of its link that has a digit. */
  number: string;
  customerId: Guid;
  customerName: string;
  currency: string;
  /** Ordinal of the tier the quote is priced on; `null` when neither quote nor customer has one. */
  priceTier: number | null;
  priceTierName: string | null;
  /** Whether the rep chose it, or it is the customer's default. */
  priceTierChosen: boolean;
  warehouse: string | null;
  customerReference: string;
  deliveryNotes1: string;
  deliveryNotes2: string;
  memo: string;
  phone: string;
  contact: string;
  paymentTerm: string | null;
  /** As it is set: a code of the settings, or a name. */
  salesPerson: string | null;
  /** Its full name. */
  salesPersonName: string | null;
  delivery: { kind: "saved" | "main" | "typed" | "none"; address: AddressView | null; company: string; stillSaved: boolean };
  exchangeRate: Decimal | null;
  endDate: Day | null;
  overallDiscount: Decimal;
  reserveStock: boolean;
  receipt: Receipt | null;
  /** What was typed into its fields and not taken. */
  refusedInputs: RefusedInput[];
  createdAt: Instant;
  /**
   * The key of its order: the link, or, ordered again after a void, the link with a number behind `#`. Give `link` to open the
   * quote.
   */
  orderKey: string;
  /** Whether it has become an order. A confirmed quote cannot be edited. */
  confirmed: boolean;
  /**
   * The sale that bears the quote's key in Cin7, by the last sync, although the quote was not ordered here: by another device, or
   * by this one before it lost its storage. `null` once it is confirmed. After a void `quote.orderAgain` opens it.
   */
  standing: StandingSale | null;
  /**
   * The sale that an earlier try at the order has begun in Cin7, when Cin7 refused the lines. What went with it stays: tier,
   * warehouse, delivery, reference, terms, rate, contact, phone, sales person and delivery notes.
   */
  begun: { sale: Guid; number: string; inclusive: boolean } | null;
}

/** A whole quote, for drawing. */
export interface QuoteView {
  header: QuoteHeader;
  customer: CustomerView;
  lines: LineView[];
  totals: Totals;
  figures: QuoteFigures;
  problems: Problem[];
  /** Whether there is an edit to undo. */
  canUndo: boolean;
  /** Whether there is an undone edit to do again. */
  canRedo: boolean;
  /** What was changed here and in another tab to different values. */
  conflicts: QuoteConflict[];
  /** What was done here after the quote had been ordered in another tab: it is in no order. */
  tooLate: QuoteConflict[];
}

/** A part of a quote that was changed here and in another tab to different values. */
export interface QuoteConflict {
  /** The line; `null` is the header. */
  lineId: string | null;
  /** The line's SKU. */
  sku: string | null;
  /**
   * The part: a name of the header's, or of a line's; `line` where one tab removed a line that the other changed, `lineOrder`
   * for the order of the lines.
   */
  field: string;
  /** What it is in this tab, in figures or words; of a whole line its quantity. `null` is nothing, or a line that was removed. */
  here: string | null;
  /** What it is in the other. */
  there: string | null;
}

/** What `undo` or `redo` moved. */
export interface QuoteChange {
  /** The line; `null` is the header. */
  lineId: string | null;
  /** The line's SKU. */
  sku: string | null;
  kind: "changed" | "added" | "removed";
}

/** A row of the list of quotes. */
export interface QuoteSummary {
  id: string;
  link: string;
  number: string;
  customerId: Guid;
  customerName: string;
  currency: string;
  gross: Decimal;
  lines: number;
  changedAt: Instant;
  confirmed: boolean;
}

/** Confirmed quotes on their way to Cin7. */

import type { Decimal, Guid, Instant } from "./values.js";

/** One step of an order on its way. */
export interface OrderStep {
  /**
   * `"mended"` is there once the order was changed after Cin7 refused it; `"kept"` is there once the proxy keeps the order too;
   * `"second-look"` once it was taken: some minutes after the order stood, or when Cin7 listed another sale with its key.
   */
  step: "saved" | "kept" | "mended" | "looked-up" | "header" | "lines" | "read-back" | "receipt" | "second-look" | "by-hand";
  state: "waiting" | "running" | "done" | "failed";
  at: Instant | null;
  /** What happened, Cin7's own words where it answered with any. */
  text: string;
}

/** An order that another device of the same user has, and that has not come to its end. */
export interface OrderElsewhere {
  /** The quote's canonical link. */
  key: string;
  quoteNumber: string;
  customerName: string;
  currency: string;
  gross: Decimal;
  /** Who confirmed it, by the CRM's token; `null` without one. */
  confirmedBy: string | null;
  /** When the proxy was given it. */
  confirmedAt: Instant;
  /** When this device goes on with it by itself, unless its own one speaks of it before. */
  takenOverAt: Instant;
  /** Cin7 refused it: it waits for a person, and no device goes on with it by itself. */
  refused: boolean;
}

/** An order, from the moment it is confirmed. */
export interface OrderView {
  /** The quote's canonical link. */
  key: string;
  quoteId: string;
  quoteNumber: string;
  customerName: string;
  /** `"confirmed"` and `"by-hand"` are settled: nothing of the order is left to do. */
  state: "queued" | "sending" | "unknown" | "needs-attention" | "confirmed" | "by-hand";
  /** What the state means and what happens next, in one sentence. */
  sentence: string;
  steps: OrderStep[];
  saleId: Guid | null;
  orderNumber: string | null;
  /** Cin7's status of the sale once read back, such as `"ORDERED"` or `"BACKORDERED"`. */
  saleStatus: string | null;
  /** Whether `desk.sales` has it too: from its confirmation on as it was read back, then as Cin7 lists it. */
  listedInCin7: boolean;
  /** `"Simple Sale"` or `"Advanced Sale"` as Cin7 lists it now; `null` until it was listed. */
  saleType: string | null;
  /** Whether Cin7 has voided it since it was confirmed. */
  voidedInCin7: boolean;
  /** Whether its order is only a draft in Cin7, which holds no stock. */
  draftInCin7: boolean;
  /** What the quote says. */
  expected: { currency: string; net: Decimal; tax: Decimal; gross: Decimal };
  /** What Cin7 says, once read back. */
  actual: { net: Decimal; tax: Decimal; gross: Decimal } | null;
  /** Differences in words: `"Cin7 says 747.01, quote says 747.00"`, `"2 CHAIR-01 on backorder"`. */
  notes: string[];
  /** What was said at confirming and did not stop the order: what is cut, is not sent, or differs. */
  said: string[];
  confirmedAt: Instant;
  /** When the next try is due; `null` when none is. */
  nextTryAt: Instant | null;
  /** What was said when it was entered by hand; `null` where it was not. */
  byHand: ByHand | null;
  /**
   * `"possible"` where `quote.mend` may open its quote: Cin7 refused it, and holds nothing of it but a header without lines.
   * `"open"` while the quote is open for changes: nothing is sent until it is confirmed again.
   */
  mending: "no" | "possible" | "open";
}

/** A sale in Cin7 that bears a quote's link. */
export interface StandingSale {
  saleId: Guid;
  /** Empty while Cin7 has given none. */
  orderNumber: string;
  /** Cin7's word for its state. */
  status: string;
  /** The key under which it was made: the link, or the link with a number behind `#`. */
  key: string;
  voided: boolean;
}

/** What was said when an order was entered in Cin7 by hand. */
export interface ByHand {
  number: string;
  by: string;
  at: Instant;
  /** The sale of that number, where it could be found. */
  sale: Guid | null;
  /** What did not agree, and was accepted. */
  doubts: string[];
}

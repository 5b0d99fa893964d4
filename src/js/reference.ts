/** Cin7's books of reference. */

import type { Decimal } from "./values.js";

/** An account of Cin7's account book, and what it can be used for. */
export interface LedgerAccount {
  code: string;
  name: string;
  /** Whether it may still be used. */
  active: boolean;
  /** What it is for: customers' debts (`receivableAccount`), sales (`revenueAccount`), money that comes in (`receiptAccount`). */
  uses: ("receivable" | "revenue" | "payments")[];
}

/** The reference books that a screen offers choices from; only what may be chosen. */
export interface ReferenceView {
  company: string;
  baseCurrency: string;
  /** Decimal places that quantities keep. */
  quantityPlaces: number;
  taxMethod: "total" | "rowTotal";
  priceTiers: { ordinal: number; name: string }[];
  warehouses: string[];
  paymentTerms: string[];
  /** The account's default, if it may be chosen. */
  defaultPaymentTerm: string | null;
  /** Cin7's own sales representatives. */
  salesPeople: string[];
  /** The CRM's users who sell, by the settings: a quote names the code. */
  people: { code: string; name: string }[];
  taxRules: { name: string; percent: Decimal; inclusive: boolean }[];
  /** The account's default, if it may be chosen. */
  defaultTaxRule: string | null;
}

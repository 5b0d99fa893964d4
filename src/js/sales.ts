/** Sales orders of any origin, as they cross between the desk and the page. */

import type { Day, Decimal, Guid, Instant } from "./values.js";

/** Which sales to list. */
export interface SaleSearch {
  /** Only those of this customer. */
  customerId?: Guid | null;
  /** As typed: order number, customer, reference, invoice, quote or tracking number. */
  text?: string;
  /** Only those with something left to ship, invoice or pay. */
  open?: boolean;
  /** How many to pass over; default 0. */
  offset?: number;
  /** How many at most; default 50, at most 500. */
  limit?: number;
}

/** Some of the sales that match. */
export interface SaleList {
  /** The newest first. */
  sales: SaleSummary[];
  /** How many match in all. */
  total: number;
}

/** A row of the list of sales. */
export interface SaleSummary {
  id: Guid;
  /** Such as `"SO-00451"`. */
  number: string;
  customerId: Guid | null;
  /** The CRM's name for the customer; Cin7's while the customer is not known here. */
  customerName: string;
  /** Whether the customer is known here. A sale of an unknown one waits for it. */
  customerKnown: boolean;
  orderedOn: Day | null;
  currency: string;
  /** With tax; `null` until the details have been read. */
  total: Decimal | null;
  /** Open on invoices, less credits; below zero when the customer has money to come. `null` before anything was invoiced. */
  open: Decimal | null;
  /** Cin7's word for the sale's status, whatever it is: `"ORDERED"`, `"BACKORDERED"`, `"INVOICED"`. */
  status: string;
  /** `"Simple Sale"`, `"Advanced Sale"`, `"Service Sale"`. */
  saleType: string;
  /** How far it has been shipped; `"nothing"` when nothing of it ships. */
  shippingState: "nothing" | "waiting" | "partly" | "all";
  /** The same in words: `"Not shipped"`, `"Partly shipped, 3 of 4"`, `"Shipped, 4 of 4"`. */
  shipping: string;
  /** The last day on which something went. */
  shippedOn: Day | null;
  /** Whether everything is invoiced and paid. Partly paid is not paid. */
  paid: boolean;
  /** How far it has been invoiced, in Cin7's word: `"INVOICED / CREDITED"`; empty while the list has not told. */
  invoicing: string;
  /** The customer's own reference. */
  reference: string;
  /** Whether a quote was confirmed into it, or it was typed into Cin7. */
  origin: "crm" | "cin7";
  /** The quote that was confirmed into it. */
  quoteLink: string | null;
  /** What the CRM calls it; `null` for one typed into Cin7. */
  crmStatus: "Confirmed Order" | null;
  /** Whether Cin7 has voided it. */
  voided: boolean;
  /** Whether the order is only a draft in Cin7, which holds no stock. */
  draft: boolean;
}

/** A line of a sale, or an additional charge. */
export interface SaleLineView {
  /** `null` for an additional charge. */
  productId: Guid | null;
  /** Empty for an additional charge. */
  sku: string;
  /** Cin7's name of the product, or the charge's. */
  name: string;
  comment: string;
  quantity: Decimal;
  /** How many of them have gone. */
  delivered: Decimal;
  backorder: Decimal;
  price: Decimal;
  /** Per cent. */
  discount: Decimal;
  tax: Decimal;
  /** By the account's own convention, usually without tax. */
  total: Decimal;
}

/** A box of a shipment, or several that travel together. */
export interface ParcelView {
  name: string;
  carrier: string;
  /** Tracking number; may be empty. */
  tracking: string;
  /** Where to follow it, always a web address. */
  url: string | null;
  /** Whether it has gone. A box with a tracking number may still stand in the warehouse. */
  shipped: boolean;
  on: Day | null;
}

/** A shipment. */
export interface ShipmentView {
  number: string;
  state: "waiting" | "partly" | "shipped";
  shippedOn: Day | null;
  contents: { sku: string; name: string; quantity: Decimal }[];
  parcels: ParcelView[];
}

/** An invoice or a credit note that counts: drafts and void ones do not. The amounts of a credit note are below zero. */
export interface SaleDocumentView {
  number: string;
  date: Day | null;
  due: Day | null;
  total: Decimal;
  open: Decimal;
  paid: boolean;
  paidOn: Day | null;
}

/** Money that came in or went back. */
export interface SalePaymentView {
  kind: "prepayment" | "payment" | "refund";
  /** Number of the invoice or credit note; empty for a prepayment. */
  document: string;
  reference: string;
  amount: Decimal;
  on: Day | null;
}

/** One whole sale. */
export interface SaleView {
  summary: SaleSummary;
  /** Whether the details are of the state that Cin7's list told last; if not, `desk.sales.refresh` reads them. */
  current: boolean;
  /** When the details were read; `null` when none are known yet. */
  detailsAsOf: Instant | null;
  /** Why the details could not be read now, Cin7's own words where it gave any. */
  problem: string | null;
  lines: SaleLineView[];
  net: Decimal | null;
  tax: Decimal | null;
  /** How many of all products together were ordered, and how many have gone. */
  ordered: Decimal;
  shipped: Decimal;
  shipments: ShipmentView[];
  /** Whole tracking references joined by commas, up to 255 characters. */
  trackingReferences: string;
  /** How many more there are. */
  trackingBeyond: number;
  invoices: SaleDocumentView[];
  /** Invoices that are drafts in Cin7: no debts yet. */
  draftInvoices: number;
  creditNotes: SaleDocumentView[];
  payments: SalePaymentView[];
  contact: string;
  phone: string;
  email: string;
  terms: string;
  priceTier: string;
  location: string;
  representative: string;
  /** Delivery notes: what Cin7 calls comments. */
  note: string;
  memo: string;
  shipBy: Day | null;
  delivery: {
    company: string;
    contact: string;
    line1: string;
    line2: string;
    city: string;
    state: string;
    postcode: string;
    country: string;
  } | null;
}

/** A row of the ledger: a line of an invoice or a credit note, or of an order as far as it has not been invoiced. */
export interface TransactionRow {
  saleId: Guid;
  orderNumber: string;
  customerId: Guid | null;
  customerName: string;
  quoteLink: string | null;
  kind: "order" | "invoice" | "credit";
  /** Number of the invoice or credit note; `null` before there is one. */
  document: string | null;
  date: Day | null;
  /** Empty for an additional charge. */
  sku: string;
  name: string;
  /** Below zero when credited. */
  quantity: Decimal;
  quantityDelivered: Decimal;
  price: Decimal;
  discount: Decimal;
  /** By the account's own convention; below zero when credited. */
  total: Decimal;
  currency: string;
  /** Whether the whole document is paid. Partly paid is not paid. */
  paid: boolean;
  /** The day of the payment that settled it. */
  paidDate: Day | null;
  /** What is open of the whole document; `null` before there is one. */
  open: Decimal | null;
}

/** The ledger, as far as it is known. */
export interface Transactions {
  /** The newest sale first. */
  rows: TransactionRow[];
  /** Sales that are not among them yet: their details are still to be read. */
  unread: number;
  /** What to ask on from, as `offset`; `null` when this is the end. */
  next: number | null;
}

/** What a customer owes, as far as Cin7's sales tell: Cin7 has no balance that could be read. */
export interface ExposureView {
  /** Open invoices less what was paid, plus what is authorised and not invoiced, in the customer's currency. */
  amount: Decimal;
  /** When the sales were last known to be whole; `null` before they were read. */
  asOf: Instant | null;
  /** Whether every sale has been taken into account with its details. */
  complete: boolean;
}

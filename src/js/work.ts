import type { AccountView } from "./companies.js";
import type { OrderView } from "./orders.js";
import type { QuoteSummary } from "./quotes.js";
import type { Decimal, Guid, Instant } from "./values.js";

/** What is kept on this device and nowhere else: leaving it would lose this. */
export interface UnsentWork {
  /** Orders on their way into Cin7, or stopped there. */
  orders: OrderView[];
  /** Quotes that are not ordered. */
  quotes: QuoteSummary[];
  /** Customer accounts that are not made in Cin7. */
  accounts: AccountView[];
  /** How many orders, quotes and accounts cannot be read. */
  unreadable: number;
  /** How many companies have names, contacts or categories of the CRM's own here. */
  companies: number;
}

/** Work that is kept on this device for another Cin7 account: it waits until the proxy speaks for that one again. */
export interface OtherAccountWork {
  /** Names the account; `null` for work of an earlier version that no account has proved to be its own. */
  account: string | null;
  /** The company's name; empty where it is not known any more. */
  company: string;
  work: UnsentWork;
}

/** What becomes of unsent work when the device is left. */
export interface LeaveOptions {
  /**
   * `"refuse"`, the default: nothing is wiped while there is any. `"keep"`: it stays, and goes on when the desk is opened on
   * this device again; all else is wiped. `"discard"`: it is wiped too, and gone; export it first.
   */
  unsent?: "refuse" | "keep" | "discard";
}

/** Something kept here that cannot be read. It is left as it is. */
export interface Unreadable {
  kind: "order" | "quote";
  /** The link of the quote. */
  key: string;
  problem: string;
  /** What is kept, as text. */
  text: string;
}

/** A line of an order, as it is sent. */
export interface ExportedLine {
  /** The quote's lines that it stands for. */
  lineIds: string[];
  product: Guid;
  sku: string;
  name: string;
  /** Whether it travels as an additional charge. */
  charge: boolean;
  quantity: Decimal;
  price: Decimal;
  /** Per cent, the quote's overall discount included. */
  discount: Decimal;
  tax: Decimal;
  taxRule: string;
  comment: string;
  /** With or without tax, by the setting `lineTotal`. */
  total: Decimal;
}

/** An order with everything that entering it again takes. */
export interface OrderExport {
  order: OrderView;
  customerId: Guid;
  /** The customer's own reference; may be empty. */
  reference: string;
  warehouse: string;
  lines: ExportedLine[];
  receipt: { amount: Decimal; reference: string } | null;
  /** The JSON of `POST /sale`, byte by byte. Its `ExternalID` is the order's key. */
  saleBody: string;
  /** The JSON of `POST /sale/order`, which lacks only the `SaleID` that the first one answers. */
  orderBody: string;
  /** Everything that has happened, oldest first. */
  log: { step: string; at: Instant; ok: boolean; text: string }[];
}

/** A quote that is not ordered. */
export interface QuoteExport {
  gross: Decimal;
  changedAt: Instant;
  /** The price of each line, in their order; `null` where it has none. */
  prices: (Decimal | null)[];
  /** The quote as it is kept. */
  document: {
    link: string;
    number: string;
    customer: Guid;
    customerName: string;
    currency: string;
    customerReference: string;
    warehouse: string | null;
    lines: {
      sku: string;
      name: string;
      description: string;
      quantity: Decimal;
      discount: Decimal;
      taxRule: string;
      [more: string]: unknown;
    }[];
    [more: string]: unknown;
  };
}

/** What the JSON of an export holds. */
export interface WorkExport {
  exportedAt: Instant;
  orders: OrderExport[];
  quotes: QuoteExport[];
  /** What could not be read, as it is. */
  unreadable: Unreadable[];
}

/** As what an export is wanted: data for another tool, a table for a spreadsheet, or a text to read. */
export type ExportFormat = "json" | "csv" | "text";

/** A file to hand over. */
export interface ExportedFile {
  /** Such as `"orders-2026-03-30-1512.csv"`. */
  name: string;
  /** Its media type. */
  type: string;
  text: string;
  /** How many orders and quotes are in it, those that cannot be read included. */
  count: number;
}

/** How safe what is kept here is. */
export interface StorageView {
  /** `"protected"`: the browser promised to keep it; `"best-effort"`: it may evict it; `"memory"`: gone with the tab. */
  protection: "protected" | "best-effort" | "memory";
  /** The browser's words where it stores nothing; `null` where it does. */
  refusal: string | null;
  /** Bytes in use and allowed on this origin, by the browser's estimate; `null` where it gives none. */
  used: number | null;
  quota: number | null;
  /** Whether a write was just refused for want of room, or so little is left that one may soon be. */
  nearlyFull: boolean;
  /** Orders and quotes that cannot be read; they stay as they are, and `desk.orders.export` hands them over. */
  unreadable: Unreadable[];
}

/** The word that an order was entered in Cin7 by hand. */
export interface EnteredByHand {
  /** The number that Cin7 gave it. */
  number: string;
  /** Who says so. */
  by: string;
  /** Whether it holds although something does not agree, as `does-not-match` told. Default false. */
  despite?: boolean;
}

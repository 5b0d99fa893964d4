/** What the desk is opened with. */

import type { Decimal } from "./values.js";

/** What `QuoteDesk.open` takes. Unknown or mistyped options are refused, all at once. */
export interface OpenOptions {
  /** Where the proxy answers, such as `"/cin7/"`; relative to the page. */
  proxyUrl: string;
  /**
   * Separates the databases of several users on one origin. Default `"default"`. Those of Cin7 accounts are apart by
   * themselves.
   */
  databaseName?: string;
  /** What changes the desk's behaviour. */
  settings?: Settings;
  /**
   * The CRM's token for the proxy, sent as `authorization: Bearer …`. Asked for before each group of requests, so it may be
   * renewed at any time; an empty one sends none. Left out where a cookie signs in, or nobody has to.
   */
  token?: () => Promise<string>;
  /**
   * Starts the worker (`cin7-quote-desk/worker`, a module) where the desk cannot: on a page that asks for trusted types, or
   * takes its scripts from another origin. Called again should the worker end.
   */
  worker?: () => Worker;
}

/** System settings. Each has a default. */
export interface Settings {
  /** Type of the sales that confirming makes. Default `"Advanced"`. */
  salesType?: "Simple" | "Advanced";
  /** Whether orders land authorised (reserving stock) or as drafts. Default `"AUTHORISED"`. */
  orderStatus?: "AUTHORISED" | "DRAFT";
  /** Whether the total of an order line leaves tax out (`"net"`, as Cin7's examples do) or contains it. Default `"net"`. */
  lineTotal?: "net" | "gross";
  /** Ordinal of the tier that is the standard price, used when neither quote nor customer has a tier. Default 1. */
  standardTier?: number;
  /** Whether the quote's sales person is sent as the sale's representative. Default false. */
  sendSalesPerson?: boolean;
  /** Whether a quote past its end date may still be confirmed. Default `"stop"`. */
  expiredQuotes?: "stop" | "allow";
  /** Whether product pictures are synced. Default false. */
  pictures?: boolean;
  /**
   * The CRM's standard stock calculation: what is available less what waiting orders and reserving quotes want; and the
   * next available date by advanced purchases. Default true.
   */
  standardStock?: boolean;
  /** Where Cin7's long description goes. Default `"extendedDescription"`. */
  longDescription?: DescriptionField;
  /** Where Cin7's short description goes; the long one wins where both aim at one field. Default `"specification"`. */
  shortDescription?: DescriptionField;
  /** The least margin of a line, per cent; `null` asks for none, which is the default. */
  minimumMargin?: Decimal | null;
  /** Whether a quote with a line below it can still be confirmed. Default `"warn"`. */
  lowMargins?: "warn" | "stop";
  /**
   * What a quantity break counts: all lines of the product together, as its one line of the order will be, or each line by
   * itself. Default `"product"`.
   */
  quantityBreaks?: "product" | "line";
  /** Whether this user may see cost and margin. Default false. */
  showCost?: boolean;
  /** Code of the receivable account of new customer accounts. Without it none can be created. */
  receivableAccount?: string | null;
  /** Code of the revenue account of new customer accounts. Without it none can be created. */
  revenueAccount?: string | null;
  /** Code of the account that receipts are booked to. Without it no receipt is posted. */
  receiptAccount?: string | null;
  /** The CRM's users who sell: quotes name the code, Cin7 knows the name. Default none. */
  salesPeople?: { code: string; name: string }[];
}

/** A field of the CRM's product: plain text on quote lines, plain text for the company alone, text that may keep markup. */
export type DescriptionField = "extendedDescription" | "internalNotes" | "specification";

/**
 * Everything that crosses between the desk and the page: plain data, camelCase, no classes.
 *
 * Numbers that are money, quantities or percentages are always {@link Decimal} strings. Instants and days are ISO text.
 * `null` means "none"; a key is never left out.
 */

import type { AccountView, MatrixState } from "./companies.js";
import type { Arriving } from "./products.js";
import type { ByHand, StorageView } from "./work.js";

export type * from "./companies.js";
export type * from "./products.js";
export type * from "./sales.js";

/** A decimal number as text, exact: `"622.50"`, `"0.675"`, `"4"`. Never a JavaScript number. */
export type Decimal = string;
/** An instant in UTC: `"2026-03-30T15:00:00.000Z"`. */
export type Instant = string;
/** A calendar day: `"2026-04-17"`. */
export type Day = string;
/** A Cin7 id, lower case with hyphens. */
export type Guid = string;

/** What went wrong, as one of a closed list. */
export type ErrorCode =
  | "invalid-options"
  | "invalid-input"
  | "unknown-customer"
  | "unknown-product"
  | "unknown-quote"
  | "unknown-line"
  | "unknown-order"
  | "unsent-work"
  | "does-not-match"
  | "not-ready"
  | "cannot-confirm"
  | "already-confirmed"
  | "storage"
  | "storage-full"
  | "conflict"
  | "offline"
  | "rate-limited"
  | "credentials-refused"
  | "signed-out"
  | "other-account"
  | "cin7-refused"
  | "cin7-failed"
  | "proxy-refused"
  | "load-failed"
  | "blocked"
  | "closed"
  | "internal";

/** One thing that is wrong. */
export interface Detail {
  /** The option, field, line or record that it is about; empty when it is about the whole. */
  field: string;
  /** What is wrong, in one sentence; Cin7's own words where Cin7 refused. */
  problem: string;
}

/** What `QuoteDesk.open` takes. Unknown or mistyped options are refused, all at once. */
export interface OpenOptions {
  /** Where the proxy answers, such as `"/cin7/"`; relative to the page. */
  proxyUrl: string;
  /** Separates the databases of several users on one origin. Default `"default"`. Those of Cin7 accounts are apart by themselves. */
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
   * What a quantity break counts: all lines of the product together, as its one line of the order will be, or each line by itself.
   * Default `"product"`.
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

/** An account of Cin7's account book, and what it can be used for. */
export interface LedgerAccount {
  code: string;
  name: string;
  /** Whether it may still be used. */
  active: boolean;
  /** What it is for: customers' debts (`receivableAccount`), sales (`revenueAccount`), money that comes in (`receiptAccount`). */
  uses: ("receivable" | "revenue" | "payments")[];
}

/** A field of the CRM's product: plain text on quote lines, plain text for the company alone, text that may keep markup. */
export type DescriptionField = "extendedDescription" | "internalNotes" | "specification";

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

/**
 * How what was typed names a hit: it is the SKU, the barcode or the whole name of this one and no other (`"exact"`); it could
 * be that of several, which differ in letter case alone or share a barcode (`"several"`); it is a part of it; or it is only
 * alike, by one letter.
 */
export type Fit = "exact" | "several" | "part" | "alike";

/** A row of the customer picker. */
export interface CustomerHit {
  id: Guid;
  name: string;
  /** How the text names it. */
  fit: Fit;
  currency: string;
  priceTier: string | null;
  city: string;
  onHold: boolean;
  /** Matched parts of `name`, as `[start, end)` in UTF-16 units. */
  marks: [number, number][];
}

/** An address of a customer. */
export interface AddressView {
  id: Guid | null;
  line1: string;
  line2: string;
  city: string;
  state: string;
  postcode: string;
  country: string;
}

/** A customer as the quote screen shows it. */
export interface CustomerView {
  id: Guid;
  /** The CRM's own name for it. */
  name: string;
  currency: string;
  priceTier: string | null;
  paymentTerm: string | null;
  warehouse: string | null;
  salesRepresentative: string | null;
  phone: string;
  contact: string;
  taxRule: string | null;
  /** `null` means no limit. */
  creditLimit: Decimal | null;
  onHold: boolean;
  mainAddress: AddressView | null;
  deliveryAddresses: AddressView[];
  /** How much of its credit it uses apart from the quote it is shown with, an estimate; `null` where that is not asked. */
  credit: { sales: Decimal; waiting: Decimal; asOf: Instant | null; complete: boolean } | null;
  /** Where Cin7 now differs in a field that does not travel (`"name"`, `"phone"`, `"mainAddress"`, `"contacts"`). */
  drift: { field: string; cin7: string }[];
}

/** Stock at one warehouse. */
export interface StockAt {
  warehouse: string;
  available: Decimal;
  /** What is left of that after orders on their way and other quotes' reservations (`settings.standardStock`). */
  promise: Decimal;
  onHand: Decimal;
  allocated: Decimal;
  onOrder: Decimal;
  inTransit: Decimal;
}

/** Stock of one product. */
export interface StockView {
  /** `"counted"`, or `"service"` / `"other"` for what has no stock. */
  kind: "counted" | "service" | "other";
  /** The quote's warehouse; `null` when none is chosen. */
  here: StockAt | null;
  /** Every warehouse with any figure, the quote's own first. */
  warehouses: StockAt[];
  /** Available everywhere. */
  totalAvailable: Decimal;
  /** What can be promised everywhere, with its parts: 15 less 4 waiting less 2 reserved are 9; `null` when nobody else claims any. */
  promise: { available: Decimal; waiting: Decimal; reserved: Decimal; promise: Decimal } | null;
  /** Whether the quantity on the line can be met from the quote's warehouse. `"unknown"` when none is chosen or nothing was read. */
  verdict: "enough" | "short" | "none" | "not-counted" | "unknown";
  /** One short sentence: `"North Depot 3. Main Warehouse 12."`. */
  sentence: string;
  /** When the figures were read; `null` before the first reading. */
  asOf: Instant | null;
}

/** Where a price came from, in the order in which sources are asked. */
export type PriceSource = "typed" | "quantity" | "customer" | "quoteTier" | "customerTier" | "standard";

/** One source that was asked for a price. */
export interface PriceReason {
  source: PriceSource;
  /** `"typed"`, `"customer price"`, the tier's name. */
  label: string;
  /** What it offers; `null` when it has no price. */
  price: Decimal | null;
  /** Whether this one was used, lost to an earlier one, or does not apply. */
  outcome: "used" | "outranked" | "not-priced" | "not-applicable";
}

/** A line of a quote, worked out. */
export interface LineView {
  /** Stable within the quote. */
  id: string;
  /** 1 for the first. */
  number: number;
  productId: Guid;
  /** Its SKU when the line was made. */
  sku: string;
  /** The SKU that the product has now, where that is another: the order uses it. The fix `use-product-texts` switches the line. */
  renamedTo: string | null;
  /** The line's own text, copied from the product when it was added. */
  description: string;
  kind: "stock" | "service" | "other";
  image: string | null;
  quantity: Decimal;
  /** Unit price; `null` when there is none yet. */
  price: Decimal | null;
  priceState: "found" | "typed" | "missing";
  /** The winning reason in words: `"Wholesale"`, `"customer price"`, `"typed"`, `"no price on Distributor"`. */
  priceReason: string;
  /** Every source, losers included. */
  trail: PriceReason[];
  /** When the price that would be found now differs from the one on the line; else `null`. */
  priceNow: Decimal | null;
  /** Per cent. */
  discount: Decimal;
  /** Whether the product's discount rule gave it, by quantity, or it was typed by hand; `resetDiscount` is the way back. */
  discountState: "none" | "rule" | "typed";
  /** The name of the rule that gave it; else empty. */
  discountReason: string;
  /** What one weighs, such as `"7.5 kg"`; `null` when that is not known, or it is a service. */
  weight: string | null;
  /** What the line weighs. */
  weightTotal: string | null;
  /** What is left after cost; `null` for those who may not see it (`settings.showCost`). */
  margin: LineMargin | null;
  /** `null` while there is no price. */
  net: Decimal | null;
  tax: Decimal | null;
  gross: Decimal | null;
  taxRule: string;
  taxPercent: Decimal | null;
  extendedDescription: string;
  /** Name of the warehouse that this line should ship from, where that is not the quote's. */
  warehouse: string | null;
  /** When it should be delivered. */
  deliveryDate: Day | null;
  stock: StockView;
  /** What of it is on its way by Cin7's open advanced purchases, the earliest first (`settings.standardStock`). */
  arriving: Arriving[];
  /** The product's ladder: ten tiers in order, `price` null where not priced. */
  ladder: { ordinal: number; name: string; price: Decimal | null }[];
  /** What was typed into its fields and not taken. */
  refusedInputs: RefusedInput[];
}

/** A field that can be typed into: of a line the first six, of the header the others; `"search"` is the search for products. */
export type InputField =
  | "quantity"
  | "price"
  | "discount"
  | "description"
  | "extendedDescription"
  | "deliveryDate"
  | "customerReference"
  | "deliveryNotes1"
  | "deliveryNotes2"
  | "memo"
  | "phone"
  | "contact"
  | "exchangeRate"
  | "endDate"
  | "overallDiscount"
  | "receiptAmount"
  | "receiptReference"
  | "receiptDate"
  | "search";

/** What was typed into a field and not taken. The field shows it until it is mended or put back, and the order waits. */
export interface RefusedInput {
  field: InputField;
  /** As it was typed; empty for a day that was left unfinished. */
  text: string;
  /** Why it was not taken, in a sentence; `null` where it could not be read as a number. */
  problem: string | null;
}

/** The margin of a line. */
export interface LineMargin {
  /** What one costs, in the base currency, as it was when the line was made; `null` is unknown. */
  cost: Decimal | null;
  /** What one costs now, where that is something else. */
  costNow: Decimal | null;
  /** What is left, per cent of the net; below zero for a loss; `null` is unknown. */
  percent: Decimal | null;
}

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
  /** The key of its order: the link, or, ordered again after a void, the link with a number behind `#`. Give `link` to open the quote. */
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
  /** The part: a name of the header's, or of a line's; `line` where one tab removed a line that the other changed, `lineOrder` for the order of the lines. */
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

/** One step of an order on its way. */
export interface OrderStep {
  /** `"mended"` is there once the order was changed after Cin7 refused it; `"kept"` is there once the proxy keeps the order too; `"second-look"` once it was taken: some minutes after the order stood, or when Cin7 listed another sale with its key. */
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

/** Progress of one list. */
export interface ListState {
  /** `"reference"`, `"customers"`, `"suppliers"`, `"products"`, `"stock"`, `"sales"`, `"purchases"`. */
  list: string;
  /** Rows kept. */
  rows: number;
  /** Rows read in the current or last run. */
  read: number;
  /** Pages read in the current run, and how many there are; `null` when unknown. */
  page: number;
  pages: number | null;
  /** When its content was last known to be whole, by this machine's clock. */
  asOf: Instant | null;
  /** Records that could not be taken over. */
  bad: { list: string; record: string; field: string; problem: string }[];
}

/** How the desk stands with Cin7. */
export interface SyncView {
  phase: "idle" | "running" | "waiting" | "stopped";
  /** Whether every list that quoting needs has been read at least once. */
  ready: boolean;
  lists: ListState[];
  startedAt: Instant | null;
  endedAt: Instant | null;
  /** `null` while a run is on: it counts from the end. */
  nextAt: Instant | null;
  /** The last run's failure in words, Cin7's own where it gave any. */
  failure: string | null;
  /** The list at which it failed; `null` also where what was read could not be stored. */
  failedList: Cin7List | null;
  /** Whether this tab reads for all, or another one does. */
  leader: boolean;
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

/** A list of Cin7's, in the order in which a run reads them. */
export type Cin7List =
  | "account"
  | "priceTiers"
  | "taxRules"
  | "locations"
  | "paymentTerms"
  | "contacts"
  | "discountRules"
  | "customers"
  | "suppliers"
  | "products"
  | "availability"
  | "sales"
  | "purchases";

/** A run that has ended. */
export interface RunView {
  startedAt: Instant;
  endedAt: Instant;
  /** Why it failed, Cin7's own words where it gave any; `null` when it ended well. */
  failure: string | null;
  /** The list at which it failed; `null` also where what was read could not be stored. */
  failedList: Cin7List | null;
  /** Rows that came of each list, and how many reports there were of what could not be taken over. */
  lists: { list: string; read: number; refused: number }[];
  /** The first few of these reports. */
  errors: { list: string; record: string; field: string; problem: string }[];
}

/** What `desk.on` reports. */
export interface DeskEvents {
  /** Progress and state of the sync. */
  sync: SyncView;
  /** A step of an order. */
  order: OrderView;
  /** The quote with this link was written, here or in another tab. An open {@link Quote} takes it over by itself. */
  quote: { key: string; revision: number };
  /** How safe what is kept here is has changed: the browser answered whether it promises to keep it. */
  storage: StorageView;
  /** A tab with a newer version of this package has taken the stored data over: nothing is saved here until the page is loaded anew. */
  outdated: Record<string, never>;
  /** The device was left in another tab: what was kept here is wiped, and this desk is closed. */
  left: Record<string, never>;
  /**
   * The proxy has begun to speak for another Cin7 account. This desk stays what it is, and nothing of it is sent: what asks Cin7 fails
   * with `other-account`, orders wait for their own account. Close it and open a new one to work with the other account.
   */
  otherAccount: Record<string, never>;
  /** Another day has begun where the account is: what the screen says of today has changed. Open quotes follow by themselves. */
  day: { today: Day };
  /** Records changed: reload what is on screen. Open quotes follow by themselves. */
  records: { lists: string[] };
  /** The CRM's own fields of the company with this id changed, here or in another tab. */
  company: { key: Guid };
  /** The orders that wait on other devices are these. */
  elsewhere: { orders: OrderElsewhere[] };
  /** A customer account moved towards Cin7. */
  account: AccountView;
  /**
   * A company has come further with a category: a quote was saved in this tab, or confirmed. Told once for each change, in
   * the tab where it happened.
   */
  matrix: { companyId: Guid; category: string; state: MatrixState };
}

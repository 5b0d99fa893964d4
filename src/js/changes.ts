import type { SaleView, TransactionRow } from "./sales.js";
import type { ReferenceView } from "./reference.js";
import type { Day, Decimal, Guid, Instant } from "./values.js";

/**
 * The change feed: everything imported, as the CRM's own server keeps a copy of it.
 *
 * Each record is given as it is when it is asked for. New fields may be added to a record; none is ever left out.
 */

/** Which part of the feed to read. */
export interface ChangesAsk {
  /** The `last` of the part before; 0, the default, begins at the beginning. */
  after?: number;
  /** How many changes at most, 1 to 5000; default 500. */
  limit?: number;
}

/** A part of the feed. */
export interface Changes {
  /**
   * Names the Cin7 account that all of this is of; `null` where the proxy does not tell accounts apart. Each account has a feed
   * of its own, and none knows another one's numbers: asking on from one gives `reset`.
   */
  account: string | null;
  /** In the order of their sequence numbers. */
  changes: Change[];
  /** What to ask on from, when all of this is stored. */
  last: number;
  /** Whether there is more by now. */
  more: boolean;
  /**
   * The number asked from is not of this feed: what is kept in this browser was lost and read again. This part is the first of
   * all; records of the copy that are not named until `more` is false no longer exist.
   */
  reset: boolean;
}

/** One change of one record; `record` is `null` when it is gone. */
export type Change = { sequence: number } & (
  | { kind: "references"; key: "references"; record: ReferenceView | null }
  | { kind: "company"; key: Guid; record: CompanyRecord | null }
  | { kind: "product"; key: Guid; record: ProductRecord | null }
  | { kind: "stock"; key: Guid; record: StockRecord | null }
  | { kind: "sale"; key: Guid; record: SaleRecord | null }
  | { kind: "renamed"; key: Guid; record: RenamedRecord | null }
);

/** A person at a company. */
export interface ContactRecord {
  name: string;
  email: string;
  phone: string;
  jobTitle: string;
  default: boolean;
}

/** An address of a company. */
export interface AddressRecord {
  id: Guid | null;
  /** A kind that is not known here comes in Cin7's word. */
  kind: "billing" | "business" | "shipping" | { other: string };
  default: boolean;
  line1: string;
  line2: string;
  city: string;
  state: string;
  postcode: string;
  country: string;
}

/** A customer or supplier. */
export interface CompanyRecord {
  /** The CRM's own: copied when the company first arrived. */
  own: { name: string; phone: string; contacts: ContactRecord[]; mainAddress: AddressRecord | null };
  /** What Cin7 says now. */
  cin7: {
    id: Guid;
    kind: "customer" | "supplier";
    name: string;
    currency: string;
    priceTier: string | null;
    taxRule: string | null;
    paymentTerm: string | null;
    location: string | null;
    salesRepresentative: string | null;
    discount: Decimal;
    /** `null` means no limit. */
    creditLimit: Decimal | null;
    onHold: boolean;
    deprecated: boolean;
    tags: string;
    contacts: ContactRecord[];
    addresses: AddressRecord[];
    prices: { product: Guid; price: Decimal }[];
    modified: Instant | null;
  };
}

/** A product or service. */
export interface ProductRecord {
  id: Guid;
  sku: string;
  name: string;
  category: string;
  brand: string;
  barcode: string;
  /** A kind that is not known here comes in Cin7's word. */
  kind: "stock" | "service" | { other: string };
  dropShip: "no" | "optional" | "always";
  /** Ten tiers in order; `null` is "not priced". */
  tiers: (Decimal | null)[];
  /** `null` when it is unknown, and wherever the setting `showCost` is off. */
  averageCost: Decimal | null;
  weight: { value: Decimal; unit: string } | null;
  tags: string;
  /** Cin7's texts, possibly with markup: not to be trusted. */
  shortDescription: string;
  longDescription: string;
  saleTaxRule: string | null;
  /** Name of its discount rule for quantities. */
  discountRule: string | null;
  /** False for what Cin7 has retired or does not sell. */
  sellable: boolean;
  deprecated: boolean;
  /** Its state in Cin7. */
  status: "active" | "setup-required" | "deprecated";
  /** Addresses of its pictures, the one that stands for it first; empty while pictures are not synced. */
  images: string[];
  /** Whether Cin7 names the first of them as the default. */
  imageChosen: boolean;
  modified: Instant | null;
}

/**
 * The records under SKUs that a product has given up by a renaming, by its id; the product itself is a `"product"` under its
 * new SKU. They stay as they were last seen, and receive no updates.
 */
export interface RenamedRecord {
  productId: Guid;
  records: ProductRecord[];
}

/** Stock of one product, summed per location, by the last full reading, and what open purchases bring. */
export interface StockRecord {
  productId: Guid;
  levels: {
    location: string;
    onHand: Decimal;
    allocated: Decimal;
    available: Decimal;
    onOrder: Decimal;
    inTransit: Decimal;
  }[];
  /**
   * What is on its way, the earliest day first and what has none last; only with the setting `standardStock`. The product's next
   * available date is the earliest `day` from today on: it passes without a change.
   */
  arriving: { location: string; quantity: Decimal; day: Day | null; purchases: string[] }[];
}

/** A sale of any origin, with its rows of the ledger; those and its details come once they have been read. */
export interface SaleRecord {
  sale: SaleView;
  transactions: TransactionRow[];
}

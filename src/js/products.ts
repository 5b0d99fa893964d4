/** Products, as they cross between the desk and the page. */

import type { Arriving, StockAt, StockView } from "./stock.js";
import type { Day, Decimal, Fit, Guid, Instant } from "./values.js";

/**
 * Whether a product can be put on a quote, and if not, why: it is not sold, deprecated in Cin7, or the record under a SKU
 * that was given up by a renaming and receives no more updates.
 */
export type ProductState = "offered" | "not-sellable" | "deprecated" | "renamed";

/** A row of the product search. */
export interface ProductHit {
  id: Guid;
  sku: string;
  name: string;
  category: string;
  /** How the text names it. */
  fit: Fit;
  state: ProductState;
  /** The SKU that the product has now, when this is the record under one that was given up. */
  renamedTo: string | null;
  kind: "stock" | "service" | "other";
  image: string | null;
  /** The price for the quote or customer that was asked about; `null` when there is none. */
  price: Decimal | null;
  /** Why: `"Wholesale"`, `"customer price"`, `"no price on Distributor"`. */
  priceReason: string;
  /** Available at the quote's warehouse; `null` for services. */
  availableHere: Decimal | null;
  /** Available at all other warehouses together; `null` for services. */
  availableElsewhere: Decimal | null;
  /** Matched parts of `sku`, as `[start, end)` in UTF-16 units. */
  skuMarks: [number, number][];
  /** Matched parts of `name`. */
  nameMarks: [number, number][];
}

/** One step of a discount rule. */
export interface DiscountStep {
  /** The least quantity. */
  from: Decimal;
  /** The largest, itself included; `null` is open. */
  to: Decimal | null;
  /** Per cent; `null` for a step that is no percentage of the line. */
  percent: Decimal | null;
  /** What kind of step it is, in Cin7's word: `"DiscountPercent"`, `"PriceOverride"`. */
  kind: string;
}

/** A product with everything that is known of it. */
export interface ProductView {
  id: Guid;
  sku: string;
  /** Cin7's description of it. */
  name: string;
  state: ProductState;
  /** Whether Cin7 says "Setup required": it may be quoted, and Cin7 may refuse to ship or invoice it until it is set up there. */
  setupRequired: boolean;
  /** The SKU that the product has now, when this is the record under one that was given up. */
  renamedTo: string | null;
  /** SKUs that it had before. */
  formerly: string[];
  kind: "stock" | "service" | "other";
  category: string;
  brand: string;
  barcode: string;
  tags: string[];
  /** Addresses of its pictures, the one that stands for it first. */
  images: string[];
  /** Weight of one: `"7.5 kg"`; empty when none is entered. */
  weight: string;
  dropShip: "no" | "optional" | "always";
  taxRule: string | null;
  /** Ten tiers in order, `price` null where not priced. */
  ladder: { ordinal: number; name: string; price: Decimal | null }[];
  /** The tier that is the standard price, by ordinal. */
  standardTier: number;
  /** Its discount rule; `active` is false also when the account has no rule of that name. */
  discount: { name: string; active: boolean; steps: DiscountStep[] } | null;
  baseCurrency: string;
  /** Average cost in the base currency; `null` when it is unknown or not this user's to see. */
  cost: Decimal | null;
  /** Whether this user may see the cost: the setting `showCost`. */
  costShown: boolean;
  /** Stock by warehouse. */
  stock: StockView;
  /** The same over all warehouses; `warehouse` is empty. */
  stockTotal: StockAt;
  /**
   * The earliest day from today on that more of it is expected, by authorised advanced purchases. `null` when none tells, and
   * without `settings.standardStock`. It is the product's alone: no warehouse has such a day.
   */
  nextAvailable: Day | null;
  /** What is on its way by those purchases, the earliest first and what has no day last. */
  arriving: Arriving[];
  /** Plain text that new quote lines begin with. */
  extendedDescription: string;
  /** Plain text for the company alone. */
  internalNotes: string;
  /** Text that may hold markup. It comes from Cin7 as it is: never put it into a page as HTML. */
  specification: string;
  /** When Cin7 last changed it. */
  modified: Instant | null;
}

/** For which quote or customer a search prices its hits. */
export interface ProductSearch {
  /** How many at most; default 20. */
  limit?: number;
  /** Prices for this customer. */
  customerId?: Guid;
  /** Prices on this tier; `null` or left out: the customer's own. */
  priceTier?: number | null;
  /** Whose stock is "here". */
  warehouse?: string | null;
  /** Only products with this tag, whole, in any letter case; a word such as `#indoor` in the text finds them too. */
  tag?: string | null;
  /** Also the product whose SKU or barcode the text is where it cannot be quoted, or is called otherwise now; see its `state`. */
  named?: boolean;
  /** Only products of this category. */
  category?: string | null;
  /** Also products that may not be sold, and records under SKUs that were given up; without text, everything by SKU. */
  everything?: boolean;
}

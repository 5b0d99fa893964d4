/** A line of a quote: its price, why, its stock and its sums. */

import type { Arriving, StockView } from "./stock.js";
import type { Day, Decimal, Guid } from "./values.js";

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
  /**
   * The SKU that the product has now, where that is another: the order uses it. The fix `use-product-texts` switches the line.
   */
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

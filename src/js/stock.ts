/** Stock, as a quote sees it. */

import type { Day, Decimal, Instant } from "./values.js";

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
  /**
   * What can be promised everywhere, with its parts: 15 less 4 waiting less 2 reserved are 9; `null` when nobody else claims
   * any.
   */
  promise: { available: Decimal; waiting: Decimal; reserved: Decimal; promise: Decimal } | null;
  /**
   * Whether the quantity on the line can be met from the quote's warehouse. `"unknown"` when none is chosen or nothing was
   * read.
   */
  verdict: "enough" | "short" | "none" | "not-counted" | "unknown";
  /** One short sentence: `"North Depot 3. Main Warehouse 12."`. */
  sentence: string;
  /** When the figures were read; `null` before the first reading. */
  asOf: Instant | null;
}

/** So much of a product on its way to a warehouse: 20 into North Depot on 17 April. */
export interface Arriving {
  /** May be empty. */
  warehouse: string;
  quantity: Decimal;
  /** `null` when nobody knows. */
  day: Day | null;
  /** Whether the day has passed. */
  late: boolean;
  /** Numbers of the purchases that bring it: `["PO-00101"]`. */
  purchases: string[];
}

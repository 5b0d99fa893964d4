/** How the desk stands with Cin7. */

import type { Instant } from "./values.js";

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

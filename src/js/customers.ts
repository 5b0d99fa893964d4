/** Customers, as a quote sees them. */

import type { Decimal, Fit, Guid, Instant } from "./values.js";

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

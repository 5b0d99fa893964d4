/** Customers, suppliers and new customer accounts, as they cross between the desk and the page. */

import type { AddressView } from "./customers.js";
import type { Decimal, Guid, Instant } from "./values.js";

/** Which of Cin7's two lists a company came from. The same firm in both is two companies. */
export type CompanyKind = "customer" | "supplier";

/** A row of the list of companies. */
export interface CompanyRow {
  id: Guid;
  kind: CompanyKind;
  /** The CRM's own name for it. */
  name: string;
  city: string;
  phone: string;
  currency: string;
  priceTier: string | null;
  paymentTerm: string | null;
  onHold: boolean;
  /** Whether Cin7 has retired it. */
  deprecated: boolean;
  /** Whether Cin7 differs in a field that does not travel. */
  drifted: boolean;
  /** Matched parts of `name`, as `[start, end)` in UTF-16 units. */
  marks: [number, number][];
}

/** What a search among companies finds. */
export interface CompanyList {
  /** How many there are to search among, of the kind that was asked for. */
  total: number;
  /** The best matches; for an empty text, the first by name. */
  rows: CompanyRow[];
}

/** How far a company has come with a category: something of it was quoted, or was ordered. It never goes back. */
export type MatrixState = "Opportunity" | "Bought";

/** A category that a company is aware of. */
export interface MatrixCell {
  /** As Cin7 named it at the time; never blank. */
  category: string;
  state: MatrixState;
  /** When the company came there, by this machine's clock. */
  since: string;
}

/** A person at a company. */
export interface ContactView {
  name: string;
  email: string;
  phone: string;
  jobTitle: string;
  /** Exactly one of a company's contacts is the default. */
  default: boolean;
}

/** A company in full. Name, phone, contacts and main address are the CRM's own; the rest follows Cin7. */
export interface CompanyView {
  /** Cin7's id: the account code, and the only key between the two systems. */
  id: Guid;
  kind: CompanyKind;
  name: string;
  /** What Cin7 calls it now. */
  cin7Name: string;
  phone: string;
  contacts: ContactView[];
  mainAddress: AddressView | null;
  /** As Cin7 says now, the default first. */
  deliveryAddresses: AddressView[];
  currency: string;
  priceTier: string | null;
  /** `null` when no tier is chosen, or when the account has no tier of that name. */
  priceTierOrdinal: number | null;
  paymentTerm: string | null;
  taxRule: string | null;
  warehouse: string | null;
  salesRepresentative: string | null;
  /** Per cent off every sale. */
  discount: Decimal;
  /** `null` means no limit. Cin7 gives no balance. */
  creditLimit: Decimal | null;
  onHold: boolean;
  deprecated: boolean;
  tags: string[];
  /** Special prices; `sku` and `name` are empty when the product is not among the synced ones. */
  prices: { productId: Guid; sku: string; name: string; price: Decimal }[];
  /** Where Cin7 differs in a field that does not travel; `companies.accept` takes Cin7's word for one. */
  drift: { field: string; cin7: string }[];
  /** When Cin7 last changed it, by Cin7's clock. */
  modifiedAt: Instant | null;
  /** When its list was last read to its end. */
  readAt: Instant | null;
}

/** What of a company may be edited in the CRM; none of it goes to Cin7. Leave out what stays. */
export interface CompanyEdit {
  name?: string;
  phone?: string;
  contacts?: ContactView[];
  mainAddress?: Omit<AddressView, "id"> | null;
}

/** A new customer, as the CRM's form has it. Everything that is wrong with it is said at once. */
export interface AccountForm {
  name: string;
  /** A currency code. */
  currency: string;
  /** Name of an active payment term. */
  paymentTerm: string;
  /** Name of an active tax rule for sales. */
  taxRule: string;
  /** Ordinal of the price tier; `null` or left out: none. */
  priceTier?: number | null;
  /** One of `ReferenceView.salesPeople`. Any other name is not sent, and the account is made without. */
  salesRepresentative?: string | null;
  /** One of `ReferenceView.warehouses`. */
  warehouse?: string | null;
  /** Kept by Cin7 with the default contact. */
  phone?: string;
  /** Each with a name, exactly one of them the default. */
  contacts?: ContactView[];
  /** The CRM's five lines: three of the street, the town, the county. The country is required. */
  address: { line1: string; line2?: string; line3?: string; line4?: string; line5?: string; postcode?: string; country: string };
}

/** A customer account on its way to Cin7, or there. */
export interface AccountView {
  /** What it is known by: its name, as names are compared. */
  key: string;
  name: string;
  /** `"asks"`: Cin7 has a customer of this name. `"lost"`: no answer came, and none is found. Both wait for a person. */
  state: "queued" | "sending" | "unknown" | "refused" | "lost" | "asks" | "made";
  /** What the state means and what happens next, in one sentence. */
  sentence: string;
  /** The customer, once it stands in Cin7. */
  companyId: Guid | null;
  /** The customers of this name that Cin7 has, when it asks. */
  found: { id: Guid; name: string; address: string; contact: string; deprecated: boolean }[];
  /** The representative that was not sent, because Cin7 has no sales contact of exactly this name. */
  representative: { given: string; closest: string | null } | null;
  createdAt: Instant;
  /** When the next try is due; `null` when none is. */
  nextTryAt: Instant | null;
}

/** Which companies a search looks at. */
export interface CompanySearch {
  /** `null` or left out: both. */
  kind?: CompanyKind | null;
  /** How many at most; default 50. */
  limit?: number;
}

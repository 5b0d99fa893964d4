/**
 * Everything that crosses between the desk and the page: plain data, camelCase, no classes.
 *
 * Numbers that are money, quantities or percentages are always {@link Decimal} strings. Instants and days are ISO text.
 * `null` means "none"; a key is never left out.
 */

export type * from "./changes.js";
export type * from "./companies.js";
export type * from "./customers.js";
export type * from "./events.js";
export type * from "./lines.js";
export type * from "./orders.js";
export type * from "./products.js";
export type * from "./quotes.js";
export type * from "./reference.js";
export type * from "./sales.js";
export type * from "./settings.js";
export type * from "./stock.js";
export type * from "./sync.js";
export type * from "./values.js";
export type * from "./work.js";
export type { Detail, ErrorCode } from "./errors.js";

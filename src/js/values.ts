/** Plain values, as they cross between the desk and the page. */

/** A decimal number as text, exact: `"622.50"`, `"0.675"`, `"4"`. Never a JavaScript number. */
export type Decimal = string;

/** An instant in UTC: `"2026-03-30T15:00:00.000Z"`. */
export type Instant = string;

/** A calendar day: `"2026-04-17"`. */
export type Day = string;

/** A Cin7 id, lower case with hyphens. */
export type Guid = string;

/**
 * How what was typed names a hit: it is the SKU, the barcode or the whole name of this one and no other (`"exact"`); it could
 * be that of several, which differ in letter case alone or share a barcode (`"several"`); it is a part of it; or it is only
 * alike, by one letter.
 */
export type Fit = "exact" | "several" | "part" | "alike";

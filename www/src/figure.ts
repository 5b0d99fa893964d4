import type { Decimal } from "cin7-quote-desk";

/** The screen's language: how it shows numbers, and how it reads them. */
export const LOCALE = "en-GB";
const formats = new Map<string, Intl.NumberFormat>();

/** Formats a decimal as it stands: digits are grouped, never computed with; Intl takes decimal text exactly. */
function format(value: Decimal, least: number, most: number): string {
  const key = `${least}/${most}`;
  let numbers = formats.get(key);
  if (numbers === undefined) {
    numbers = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: least, maximumFractionDigits: most });
    formats.set(key, numbers);
  }
  return numbers.format(value as Intl.StringNumericLiteral).replace("-", "\u2212");
}

/** An amount: `"1,234.50"`. More decimals than two are shown, never rounded away. */
export function amount(value: Decimal): string {
  return format(value, 2, 8);
}

/** A quantity or percentage: `"4"`, `"1,200.5"`, `"12.35"`. */
export function quantity(value: Decimal): string {
  return format(value, 0, 8);
}

/** A whole count. */
export function count(value: number): string {
  return value.toLocaleString(LOCALE);
}

/** `"1 line"`, `"3 lines"`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** The shortest text of a decimal: `"012.50"` becomes `"12.5"`. Text that is no plain decimal comes back trimmed. */
export function plain(value: string): string {
  const text = value.trim();
  const parts = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text);
  if (parts === null || text === "") return text;
  const whole = parts[2] === "" ? "0" : parts[2];
  const fraction = parts[3] ?? "";
  return `${parts[1] === "-" ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** What a price field shows: at least two decimals, no grouping. */
export function priceText(value: Decimal): string {
  const [whole = "0", fraction = ""] = plain(value).split(".");
  return `${whole}.${fraction.padEnd(2, "0")}`;
}

/** Whether text is a decimal number that can be taken while it is still being typed. */
export function isDecimal(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text.trim());
}

/** How large `part` is of `whole`, 0 to 1, for the length of a bar only. */
export function share(part: Decimal, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, Number(part) / whole));
}

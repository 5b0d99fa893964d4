import type { Decimal } from "./values.js";

/** Why a text is not read as a number, as one of a closed list. */
export type NumberRefusal =
  /** There is no number in it, or more than a number. */
  | "not-a-number"
  /** The languages read it as two different numbers: `1.500` is 1500 in German and 1.5 in English. */
  | "two-readings"
  /** A sum that has not been worked out, such as `2*12`. */
  | "calculation"
  /** A sign that does not belong to the field, such as another currency's. */
  | "wrong-sign";

/**
 * What a text was read as. `instead` is what to type, in the first language, without a second reading; empty where nobody can
 * know.
 */
export type NumberReading = { value: Decimal; refusal: null } | { value: null; refusal: NumberRefusal; instead: string[] };

export interface NumberOptions {
  /**
   * By whose rules it is read, the language of the screen first; default the browser's languages. A text that two of them read as
   * two different numbers is refused.
   */
  languages?: readonly string[];
  /** The sign that may stand beside the number: `"%"`, or the code of a currency for its code and signs. */
  sign?: string;
}

interface Rules {
  decimal: string;
  group: string;
  /** Whether groups are of two digits but for the last of three, as in `12,34,567`. */
  twos: boolean;
  digits: string;
}

const rulesOf = new Map<string, Rules>();
/** What stands between groups whatever the language: spaces, and apostrophes. */
const SPACE = " ";
const APOSTROPHE = "'";

/**
 * Reads a number as people type it: `1,5`, `1.500,00`, `£65.50`, `10%`. It is understood where it has one reading, else refused
 * with what to type; it is never read as another number.
 *
 * The languages' own rules come first. What none of them can have written is read by the decimal comma and by the decimal point.
 */
export function readNumber(typed: string, { languages = navigator.languages, sign }: NumberOptions = {}): NumberReading {
  const rules = (languages.length > 0 ? languages : ["en"]).map(rulesFor);
  const text = plainText(typed, rules);
  const refused = (refusal: NumberRefusal, ...values: Decimal[]): NumberReading => ({
    value: null,
    refusal,
    instead: values.map((value) => written(value, rules[0]?.decimal ?? ".")),
  });
  const parts = /^([^\d.,٫٬]*)([\d.,٫٬](?:.*[\d.,٫٬])?)([^\d.,٫٬]*)$/su.exec(text);
  if (parts === null) return refused("not-a-number");
  const [, before = "", body = "", after = ""] = parts;
  const minus = /^[^-+]*-[^-+]*$/.test(before);
  const beside = [before.replace(/[-+]/, "").trim(), after.trim()].filter((part) => part !== "");
  const signs = beside.length === 0 ? "none" : beside.length > 1 ? "strange" : signKind(beside[0] ?? "", sign, languages);
  if (signs === "strange") return refused("not-a-number");
  // "Rs.500": the point belongs to the sign.
  if (signs !== "none" && (before.trim() !== "" ? /^\D/.test(body) && /[^-+\s]/.test(before) : /\D$/.test(body)))
    return refused("not-a-number");
  const values = readings(body, rules, sign === "%");
  if (values.length === 0) {
    const result = signs === "none" ? worked(`${minus ? "-" : ""}${body}`, rules) : undefined;
    return result === undefined ? refused("not-a-number") : refused("calculation", ...result);
  }
  if (signs === "wrong") return refused("wrong-sign");
  const signed = values.map((value) => (minus ? `-${value}` : value));
  const [value] = signed;
  return signed.length === 1 && value !== undefined ? { value, refusal: null } : refused("two-readings", ...signed);
}

/** Digits and marks of every script as ASCII has them, without what only steers the direction of writing. */
function plainText(typed: string, rules: Rules[]): string {
  let text = typed
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replaceAll(/\s/g, SPACE)
    .replaceAll(/[’ʼ＇]/g, APOSTROPHE)
    .replaceAll(/[−‒–－]/g, "-")
    .replaceAll("％", "%")
    .replaceAll("٪", "%")
    .replaceAll("．", ".")
    .replaceAll("，", ",");
  for (const digits of ["０１２３４５６７８９", ...rules.map((own) => own.digits)]) {
    text = text.replaceAll(new RegExp(`[${digits}]`, "gu"), (digit) => String([...digits].indexOf(digit)));
  }
  return text.trim();
}

/** Every number that the text can be: by the rules of the languages, else by comma and by point. */
function readings(body: string, rules: Rules[], isPercentage: boolean): Decimal[] {
  const by = (conventions: Pick<Rules, "decimal" | "group" | "twos">[]) => [
    ...new Set(conventions.map((rule) => numberBy(body, rule, isPercentage)).filter((value) => value !== null)),
  ];
  const own = by(rules);
  return own.length > 0
    ? own
    : by([
        { decimal: ".", group: ",", twos: false },
        { decimal: ",", group: ".", twos: false },
      ]);
}

/** The number by one language's rules. A percentage has no thousands. */
function numberBy(
  body: string,
  { decimal, group, twos }: Pick<Rules, "decimal" | "group" | "twos">,
  isPercentage: boolean,
): Decimal | null {
  const [whole = "", fraction = "", ...more] = body.split(decimal);
  if (more.length > 0 || !/^\d*$/.test(fraction) || whole + fraction === "") return null;
  for (const mark of new Set(isPercentage ? [] : [group, SPACE, APOSTROPHE])) {
    const [head = "", ...groups] = whole.split(mark);
    const last = groups.pop();
    if (last === undefined) continue;
    const inside = twos ? /^\d\d$/ : /^\d\d\d$/;
    if (
      !/^[1-9]\d?\d?$/.test(head) ||
      (twos && head.length > 2) ||
      !/^\d\d\d$/.test(last) ||
      !groups.every((part) => inside.test(part))
    )
      return null;
    return canonical(head + groups.join("") + last, fraction);
  }
  return /^\d*$/.test(whole) ? canonical(whole, fraction) : null;
}

function canonical(whole: string, fraction: string): Decimal {
  const kept = whole.replace(/^0+(?=\d)/, "") || "0";
  return fraction === "" ? kept : `${kept}.${fraction}`;
}

/** As it is typed in a language so that no other reads another number. */
function written(value: Decimal, decimal: string): string {
  const [whole = "", fraction] = value.split(".");
  const bare = fraction?.replace(/0+$/, "") ?? "";
  if (bare === "") return whole;
  // Three digits behind a mark could be thousands.
  return `${whole}${decimal}${bare.length === 3 ? `${bare}0` : bare}`;
}

function signKind(beside: string, sign: string | undefined, languages: readonly string[]): "own" | "wrong" | "strange" {
  if (beside === sign) return "own";
  if (sign !== undefined && /^[A-Z]{3}$/.test(sign)) {
    const own = [sign, ...languages.flatMap((language) => currencySigns(sign, language))].map((one) => one.toLowerCase());
    if (own.includes(beside.toLowerCase())) return "own";
  }
  return beside === "%" || /\p{Sc}/u.test(beside) || Intl.supportedValuesOf("currency").includes(beside.toUpperCase())
    ? "wrong"
    : "strange";
}

function currencySigns(currency: string, language: string): string[] {
  return (["symbol", "narrowSymbol"] as const).flatMap((currencyDisplay) => {
    const parts = new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay }).formatToParts(1);
    return parts.filter(({ type }) => type === "currency").map(({ value }) => value);
  });
}

/** What a sum of two numbers comes to, where it is one and comes out even. */
function worked(text: string, rules: Rules[]): Decimal[] | undefined {
  const [, left, operator, right] = /^(-?[^-+*×/÷]+)([-+*×/÷])([^-+*×/÷]+)$/.exec(text) ?? [];
  if (left === undefined || operator === undefined || right === undefined) return undefined;
  const [[one, ...others], [two, ...more]] = [left, right].map((part) =>
    readings(part.replace("-", "").trim(), rules, false),
  ) as [Decimal[], Decimal[]];
  if (one === undefined || two === undefined || others.length > 0 || more.length > 0) return undefined;
  const scale = 6;
  const scaled = (value: Decimal) => {
    const [whole = "", fraction = ""] = value.split(".");
    return fraction.length > scale ? undefined : BigInt(whole + fraction.padEnd(scale, "0"));
  };
  const [a, b] = [scaled(one), scaled(two)];
  if (a === undefined || b === undefined) return [];
  const unit = 10n ** BigInt(scale);
  const signedA = left.startsWith("-") ? -a : a;
  const [above, below] =
    operator === "+"
      ? [(signedA + b) * unit, unit]
      : operator === "-"
        ? [(signedA - b) * unit, unit]
        : operator === "*" || operator === "×"
          ? [signedA * b, unit]
          : [signedA * unit, b];
  if (below === 0n || above % below !== 0n) return [];
  const result = above / below;
  const digits = String(result < 0n ? -result : result).padStart(scale + 1, "0");
  return [`${result < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`];
}

function rulesFor(language: string): Rules {
  const known = rulesOf.get(language);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat(language, { useGrouping: true, maximumFractionDigits: 1 });
  const parts = format.formatToParts(123456789.5);
  const mark = (type: string, otherwise: string) =>
    (parts.find((part) => part.type === type)?.value ?? otherwise).replaceAll(/\s/g, SPACE).replaceAll("’", APOSTROPHE);
  const wholes = parts.filter(({ type }) => type === "integer");
  const digits = new Intl.NumberFormat(language, { useGrouping: false }).format(9876543210);
  const rules = {
    decimal: mark("decimal", "."),
    group: mark("group", SPACE),
    twos: wholes.at(-2)?.value.length === 2,
    digits: [...digits].reverse().join(""),
  };
  rulesOf.set(language, rules);
  return rules;
}

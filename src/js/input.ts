import { QuoteDeskError } from "./errors.js";
import type { Detail } from "./errors.js";

/**
 * What callers without TypeScript may pass: checked here, before it crosses, and refused all at once. wasm would read a number
 * or an
 * `undefined` as some text of its own, and -1 as 4,294,967,295.
 */

/** The largest whole number that crosses. */
const LARGEST = 0xffff_ffff;

/** What is thrown for one thing that is wrong. */
export function invalidInput(field: string, problem: string): QuoteDeskError {
  return new QuoteDeskError("invalid-input", problem, false, [{ field, problem }]);
}

function refuse(details: Detail[], several: string): void {
  const [first] = details;
  if (first === undefined) return;
  throw new QuoteDeskError("invalid-input", details.length === 1 ? first.problem : several, false, details);
}

function named(value: unknown): string {
  return value === null ? "null" : typeof value;
}

/** Refuses whatever is not text. @throws QuoteDeskError `invalid-input`. */
export function requireTexts(values: Record<string, unknown>): void {
  const details: Detail[] = Object.entries(values).flatMap(([field, value]) => {
    if (typeof value === "string") return [];
    if (typeof value === "number")
      return [{ field, problem: `${value} is a number; numbers cross as text, such as "${value}".` }];
    return [{ field, problem: `${named(value)} is not text.` }];
  });
  refuse(details, "Some of what was given is not text.");
}

/** Refuses what is no list of texts; none at all is taken. @throws QuoteDeskError `invalid-input`. */
export function requireTextList(field: string, value: unknown): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) throw invalidInput(field, `${named(value)} is not a list.`);
  requireTexts(Object.fromEntries(value.map((text, at) => [`${field}[${at}]`, text])));
}

/** Refuses what is no whole number from `least` to `most`. @throws QuoteDeskError `invalid-input`. */
export function requireWhole(field: string, value: unknown, least: number, most = LARGEST): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const what = typeof value === "number" ? String(value) : typeof value === "string" ? `“${value}”` : named(value);
  throw invalidInput(
    field,
    `${what} is not a whole number ${most === LARGEST ? `of at least ${least}` : `from ${least} to ${most}`}.`,
  );
}

/** Gives back an object as it is. @throws QuoteDeskError `invalid-input` for anything else. */
export function requireObject<T>(field: string, value: T): T {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalidInput(field, `${Array.isArray(value) ? "A list" : named(value)} is not a plain object.`);
  return value;
}

/** @throws QuoteDeskError `invalid-input` for what cannot be called. */
export function requireFunction(field: string, value: unknown): void {
  if (typeof value !== "function") throw invalidInput(field, `${named(value)} is not a function.`);
}

/**
 * An object as JSON text. What JSON would leave out or change in silence is refused.
 *
 * @throws QuoteDeskError `invalid-input`.
 */
export function jsonOf(field: string, value: unknown): string {
  requireObject(field, value);
  const details: Detail[] = [];
  let text = "";
  try {
    text = JSON.stringify(value, (key, item: unknown) => {
      const crosses = typeof item === "number" ? Number.isFinite(item) : !["bigint", "function", "symbol"].includes(typeof item);
      if (crosses) return item;
      details.push({ field: key, problem: `${typeof item === "number" ? String(item) : `A ${typeof item}`} cannot cross.` });
      return null;
    });
  } catch (caught) {
    details.push({
      field,
      problem: `It cannot be written as JSON: ${caught instanceof Error ? caught.message : String(caught)}`,
    });
  }
  refuse(details, "Some of what was given cannot cross.");
  return text;
}

import { QuoteDeskError } from "./errors.js";
import type { Detail } from "./types.js";

/**
 * Refuses whatever is not text, all at once. Callers without TypeScript may pass anything; wasm would read a number or an
 * `undefined` as some text of its own.
 *
 * @throws QuoteDeskError `invalid-input`.
 */
export function requireTexts(values: Record<string, unknown>): void {
  const details: Detail[] = Object.entries(values).flatMap(([field, value]) => {
    if (typeof value === "string") return [];
    if (typeof value === "number") return [{ field, problem: `${value} is a number; numbers cross as text, such as "${value}".` }];
    return [{ field, problem: `${value === null ? "null" : typeof value} is not text.` }];
  });
  const [first] = details;
  if (first === undefined) return;
  throw new QuoteDeskError("invalid-input", details.length === 1 ? first.problem : "Some of what was given is not text.", false, details);
}

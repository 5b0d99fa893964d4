import { readNumber, type Decimal, type NumberReading } from "cin7-quote-desk";
import { LOCALE } from "./figure.js";

/** The screen's own language decides; where the reader's would read another number, neither is taken. */
const LANGUAGES = [LOCALE, ...navigator.languages];

/** Reads what was typed into a number field; `sign` is `"%"` or a currency. */
export function readTyped(text: string, sign: string): { value: Decimal } | { value: null; problem: string } {
  const reading = readNumber(text, { languages: LANGUAGES, sign });
  return reading.value === null ? { value: null, problem: inWords(text, reading, sign) } : { value: reading.value };
}

/** Why it was not taken, and what to type. */
function inWords(text: string, { refusal, instead }: Extract<NumberReading, { value: null }>, sign: string): string {
  switch (refusal) {
    case "two-readings":
      return `“${text}” can be two numbers. Type ${instead.join(" or ")}.`;
    case "calculation":
      return `“${text}” is not worked out here. Type ${instead[0] ?? "the result"}.`;
    case "wrong-sign":
      return sign === "%"
        ? "Type per cent, such as 10."
        : sign === ""
          ? "Type the number alone, without a sign."
          : `The quote is in ${sign}. Type an amount in ${sign}.`;
    case "not-a-number":
      return `“${text}” is not a number. Type one such as 1.5.`;
  }
}

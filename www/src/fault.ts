import { isQuoteDeskError, type Detail } from "cin7-quote-desk";

/** What went wrong, in the desk's own sentences. */
export interface Fault {
  code: string;
  sentence: string;
  details: readonly Detail[];
  retryable: boolean;
}

/** Reads whatever was thrown. */
export function faultOf(caught: unknown): Fault {
  if (isQuoteDeskError(caught)) {
    return { code: caught.code, sentence: caught.message, details: caught.details, retryable: caught.retryable };
  }
  const sentence = caught instanceof Error ? caught.message : String(caught);
  return { code: "internal", sentence, details: [], retryable: false };
}

/** One sentence for one field or toast: the details where they say more than the message. */
export function inWords(caught: unknown): string {
  const { code, sentence, details } = faultOf(caught);
  // There the details are the browser's own words, which mean nothing to a reader by themselves.
  if (code === "storage-full") return `${sentence} Free space on this device, then try again.`;
  if (code === "storage") return `${sentence}${details.map((detail) => ` (${detail.problem})`).join("")}`;
  const said = details.map((detail) => detail.problem).filter((problem) => problem !== "" && problem !== sentence);
  return said.length > 0 ? said.join(" ") : sentence;
}

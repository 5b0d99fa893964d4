/** What went wrong, as one of a closed list. */
export type ErrorCode =
  | "invalid-options"
  | "invalid-input"
  | "unknown-customer"
  | "unknown-product"
  | "unknown-quote"
  | "unknown-line"
  | "unknown-order"
  | "unsent-work"
  | "does-not-match"
  | "not-ready"
  | "cannot-confirm"
  | "already-confirmed"
  | "storage"
  | "storage-full"
  | "conflict"
  | "offline"
  | "rate-limited"
  | "credentials-refused"
  | "signed-out"
  | "other-account"
  | "cin7-refused"
  | "cin7-failed"
  | "proxy-refused"
  | "load-failed"
  | "blocked"
  | "closed"
  | "internal";

/** One thing that is wrong. */
export interface Detail {
  /** The option, field, line or record that it is about; empty when it is about the whole. */
  field: string;
  /** What is wrong, in one sentence; Cin7's own words where Cin7 refused. */
  problem: string;
}

/** What every failing call of this package throws: a real `Error` with a code to branch on. */
export class QuoteDeskError extends Error {
  override readonly name = "QuoteDeskError";
  constructor(
    /** One of a closed list. */
    readonly code: ErrorCode,
    message: string,
    /** Whether the same call may succeed later without any change. */
    readonly retryable: boolean,
    /** Everything that was wrong, not only the first. */
    readonly details: readonly Detail[],
  ) {
    super(message);
  }
}

/** Whether something caught is a {@link QuoteDeskError}. */
export function isQuoteDeskError(caught: unknown): caught is QuoteDeskError {
  return caught instanceof QuoteDeskError;
}

/** The shape in which errors cross from wasm and between threads. */
interface PlainError {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  details: Detail[];
}

function isPlain(caught: unknown): caught is PlainError {
  return typeof caught === "object" && caught !== null && "code" in caught && "details" in caught && "message" in caught;
}

/** What a panic said, just before the instance of this thread trapped. */
let words: string | undefined;

/** Keeps what a panic says, for the error that it becomes. */
export function hearPanic(said: string): void {
  words = said;
}

/** Whether wasm ended on the way: by a panic, or for want of memory. What it had borrowed is locked from then on. */
export function isTrap(caught: unknown): caught is WebAssembly.RuntimeError {
  return caught instanceof WebAssembly.RuntimeError;
}

/** Turns whatever was thrown into a {@link QuoteDeskError}; an unforeseen fault becomes `internal`. */
export function toQuoteDeskError(caught: unknown): QuoteDeskError {
  if (caught instanceof QuoteDeskError) return caught;
  if (isPlain(caught)) return new QuoteDeskError(caught.code, caught.message, caught.retryable, caught.details);
  const text = (isTrap(caught) ? words : undefined) ?? (caught instanceof Error ? caught.message : String(caught));
  if (isTrap(caught)) words = undefined;
  return new QuoteDeskError("internal", "The desk met a fault of its own.", false, [{ field: "", problem: text }]);
}

/** The plain form of an error, for `postMessage`. */
export function toPlainError(caught: unknown): PlainError {
  const { code, message, retryable, details } = toQuoteDeskError(caught);
  return { code, message, retryable, details: [...details] };
}

/** Runs a call into wasm and throws its error as a {@link QuoteDeskError}. */
export function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (caught) {
    throw toQuoteDeskError(caught);
  }
}

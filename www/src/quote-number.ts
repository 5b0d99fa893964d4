/** Crockford's base 32: no I, L, O or U, so that a number can be read out on the phone. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * A new quote's number: the day and four random letters, `"261123-7F3K"`.
 *
 * It becomes part of the order's key, so two devices must not make the same one: it is drawn, never counted.
 */
export function newQuoteNumber(now = new Date()): string {
  const two = (value: number) => String(value % 100).padStart(2, "0");
  const drawn = crypto.getRandomValues(new Uint8Array(4));
  const letters = Array.from(drawn, (byte) => ALPHABET[byte & 31]).join("");
  return `${two(now.getFullYear())}${two(now.getMonth() + 1)}${two(now.getDate())}-${letters}`;
}

/** The link of the quote with this number on this screen. */
export function quoteLink(number: string): string {
  return `${location.origin}/quote/${encodeURIComponent(number)}`;
}

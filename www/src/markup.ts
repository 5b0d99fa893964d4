import DOMPurify from "dompurify";

/** Elements that untrusted markup may bring: all without attributes. */
const KEPT = ["b", "i", "em", "strong", "u", "p", "br", "ul", "ol", "li", "div"];
/** Elements that stand on lines of their own, whatever they were; none of them may join the page's headings. */
const BLOCKS = /^(section|article|header|footer|blockquote|h[1-6]|tr|dt|dd|pre)$/i;
const COMMENTS = /<!--.*?(?:-->|$)|<[!?][^>]*>/gs;
/** Elements whose content is no text. */
const DROPPED = /<(script|style|template|iframe|object|noscript|head|title|svg|math|textarea)\b[^>]*>.*?(?:<\/\1[^>]*>|$)/gis;
/** A tag as it should be, else up to the next sign that could end it; or a sign that begins none. */
const TAG = /<(\/?)([a-z][a-z0-9-]*)(?:(?:\s+[^\s"'>=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*\s*\/?>|[^>]*>)|</gi;

/** Untrusted markup as elements that are safe to show. */
export function safeMarkup(text: string): HTMLElement {
  const drawn = document.createElement("div");
  drawn.append(DOMPurify.sanitize(bare(text), { ALLOWED_TAGS: KEPT, ALLOWED_ATTR: [], RETURN_DOM_FRAGMENT: true }));
  drawn.className = drawn.children.length === 0 ? "markup plain-text" : "markup";
  return drawn;
}

/**
 * The markup without styles and attributes. This is not what makes it safe: a browser holds those that DOMPurify meets against
 * the page's policy, though they are in no page, and complains of each.
 */
function bare(text: string): string {
  const end = text.lastIndexOf(">") + 1;
  const tags = text.slice(0, end).replace(COMMENTS, "").replace(DROPPED, "");
  const bared = tags.replace(TAG, (_, closes?: string, name?: string) => {
    if (name === undefined) return "&lt;";
    if (/^t[dh]$/i.test(name)) return " ";
    if (/^(table|tbody|thead|tfoot)$/i.test(name)) return "";
    return `<${closes}${BLOCKS.test(name) ? "div" : name}>`;
  });
  return bared + text.slice(end).replaceAll("<", "&lt;");
}

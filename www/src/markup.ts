/** Elements that untrusted markup may bring: all without attributes. */
const KEPT = new Set(["b", "i", "em", "strong", "u", "p", "br", "ul", "ol", "li"]);
/** Elements that stand on lines of their own, whatever they were. */
const BLOCKS = new Set([
  "div",
  "section",
  "article",
  "header",
  "footer",
  "blockquote",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "tr",
  "dt",
  "dd",
  "pre",
]);
/** Elements whose content is no text. */
const DROPPED = new Set([
  "script",
  "style",
  "template",
  "iframe",
  "object",
  "noscript",
  "head",
  "title",
  "svg",
  "math",
  "textarea",
]);
/** How far quotes within a tag are looked at; an embedded picture is longer. */
const LONGEST_ATTRIBUTES = 4096;
/** Deeper nesting than any description has; deeper still, elements are left out and their text stays. */
const DEEPEST = 32;

interface Tag {
  name: string;
  closes: boolean;
  /** Where the text goes on behind it. */
  end: number;
}

/**
 * Untrusted markup as elements of our own making. It is read here and never handed to the browser as HTML: of what it holds only
 * the names of a few elements and the text are taken over, so that no attribute, script or address can come along.
 */
export function safeMarkup(text: string): HTMLElement {
  const drawn = document.createElement("div");
  const open: HTMLElement[] = [drawn];
  const write = (words: string) => open.at(-1)?.append(decoded(words));
  const lastEnd = text.lastIndexOf(">");
  let from = 0;
  for (;;) {
    const at = text.indexOf("<", from);
    if (at < 0 || at > lastEnd) break;
    write(text.slice(from, at));
    const comment = text.startsWith("<!--", at) ? text.indexOf("-->", at) : -2;
    if (comment !== -2) {
      from = comment < 0 ? text.length : comment + 3;
      continue;
    }
    if (text[at + 1] === "!" || text[at + 1] === "?") {
      from = text.indexOf(">", at) + 1;
      continue;
    }
    const tag = tagAt(text, at);
    if (tag === null) {
      write("<");
      from = at + 1;
    } else if (DROPPED.has(tag.name)) {
      from = tag.closes ? tag.end : afterClosing(text, tag);
    } else {
      from = tag.end;
      take(tag, open);
    }
  }
  write(text.slice(from));
  drawn.className = drawn.children.length === 0 ? "markup plain-text" : "markup";
  return drawn;
}

/** Opens or closes what a tag says. */
function take({ name, closes }: Tag, open: HTMLElement[]): void {
  const parent = open.at(-1);
  if (parent === undefined) return;
  if (name === "td" || name === "th") parent.append(" ");
  if (!KEPT.has(name) && !BLOCKS.has(name)) return;
  const own = KEPT.has(name) ? name : "div";
  if (closes) {
    const opened = open.findLastIndex((element, index) => index > 0 && element.localName === own);
    if (opened > 0) open.length = opened;
    return;
  }
  // A new paragraph or item ends the one before it, as browsers have it.
  if ((own === "p" || own === "li") && parent.localName === own) open.pop();
  if (open.length > DEEPEST) return;
  const element = document.createElement(own);
  open.at(-1)?.append(element);
  if (own !== "br") open.push(element);
}

/** The tag at this place; `null` when the sign is only a sign, as in `5 < 6`. */
function tagAt(text: string, at: number): Tag | null {
  const named = /^<(\/?)([a-z][a-z0-9-]*)/i.exec(text.slice(at, at + 64));
  if (named === null) return null;
  const inside = at + named[0].length;
  const end = attributesEnd(text, inside) ?? text.indexOf(">", inside);
  return end < 0 ? null : { name: (named[2] ?? "").toLowerCase(), closes: named[1] === "/", end: end + 1 };
}

/** Where the sign that ends a tag is: the first that is not within quotes. */
function attributesEnd(text: string, from: number): number | null {
  let quote = "";
  for (let at = from; at < Math.min(text.length, from + LONGEST_ATTRIBUTES); at++) {
    const letter = text[at] ?? "";
    if (quote === "" && letter === ">") return at;
    if (quote === "" && (letter === '"' || letter === "'")) quote = letter;
    else if (letter === quote) quote = "";
  }
  return null;
}

/** Where the text goes on behind the element that this tag opens; at its end when it is never closed. */
function afterClosing(text: string, { name, end }: Tag): number {
  const closing = new RegExp(`</${name}[^>]*>`, "gi");
  closing.lastIndex = end;
  return closing.exec(text) === null ? text.length : closing.lastIndex;
}

/** Text with its entities decoded: without a tag in it, the browser makes nothing but text of it. */
function decoded(words: string): string {
  if (!words.includes("&")) return words;
  return new DOMParser().parseFromString(words.replaceAll("<", "&lt;"), "text/html").documentElement.textContent ?? "";
}

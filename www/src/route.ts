import { quoteLink } from "./quote-number.js";

/** Pages that are one place each. */
const PLACES = {
  "/": "quotes",
  "/companies": "companies",
  "/companies/new": "account",
  "/products": "products",
  "/orders": "orders",
  "/settings": "settings",
  "/sync": "sync",
} as const;
/** Pages that show one record, named by what follows in the address. */
const RECORDS = { company: "company", product: "product", order: "sale" } as const;

/** Where the screen stands, as the address says. */
export type Route =
  | { page: (typeof PLACES)[keyof typeof PLACES] }
  | { page: (typeof RECORDS)[keyof typeof RECORDS]; id: string }
  | { page: "quote"; link: string }
  | { page: "lost" };

/** Reads an address of this screen. */
export function routeOf(url: URL): Route {
  const link = url.searchParams.get("link");
  if (url.pathname === "/" && link !== null && link !== "") return { page: "quote", link };
  if (Object.hasOwn(PLACES, url.pathname)) return { page: PLACES[url.pathname as keyof typeof PLACES] };
  const [, kind, name] = /^\/([a-z]+)\/([^/]+)\/?$/.exec(url.pathname) ?? [];
  if (kind === undefined || name === undefined) return { page: "lost" };
  const id = decodeURIComponent(name);
  if (kind === "quote") return { page: "quote", link: quoteLink(id) };
  return Object.hasOwn(RECORDS, kind) ? { page: RECORDS[kind as keyof typeof RECORDS], id } : { page: "lost" };
}

/** The address under which this screen shows the quote with a link: its own when the link is one of its own. */
export function addressOf(link: string): string {
  const own = `${location.origin}/quote/`;
  return link.startsWith(own) && !/[?#]/.test(link) ? link.slice(location.origin.length) : `/?link=${encodeURIComponent(link)}`;
}

/** Goes to an address of this screen without loading the page anew. */
export function go(address: string): void {
  history.pushState(null, "", address);
  dispatchEvent(new Event("qd-route"));
}

/** Turns a click on a link of this screen into a `go`; clicks that ask for a new tab are left alone. */
export function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const anchor = event.composedPath().find((part) => part instanceof HTMLAnchorElement);
  if (anchor === undefined || anchor.target !== "" || anchor.origin !== location.origin || anchor.hasAttribute("download"))
    return;
  event.preventDefault();
  go(anchor.pathname + anchor.search);
}

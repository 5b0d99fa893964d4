/**
 * The quote desk: price tiers, stock and quote-to-order inside a CRM's quote screen, synced with Cin7 Core.
 *
 * ```ts
 * import { QuoteDesk } from "cin7-quote-desk";
 * const desk = await QuoteDesk.open({ proxyUrl: "/cin7/" });
 * await desk.sync.start();
 * await desk.ready();
 * const quote = await desk.quotes.create({ link, customerId });
 * const line = await quote.addLine({ sku: "CHAIR-01", quantity: "4" });
 * ```
 */

import { versions as wasmVersions } from "./cin7_quote_desk.js";
import { Channel, closed } from "./channel.js";
import { Companies } from "./desk-companies.js";
import { Orders } from "./desk-orders.js";
import { isQuoteDeskError, QuoteDeskError } from "./errors.js";
import { exportedFile } from "./export.js";
import { invalidInput, jsonOf, requireFunction, requireObject, requireTextList, requireTexts, requireWhole } from "./input.js";
import { Listeners } from "./listeners.js";
import { blocked, loadWasm, type WasmSource } from "./loading.js";
import { askToKeep } from "./protection.js";
import { Quote } from "./quote.js";
import { untilReady } from "./readiness.js";
import type { Changes, ChangesAsk } from "./changes.js";
import type { ExposureView, SaleList, SaleSearch, SaleView, Transactions } from "./sales.js";
import type {
  CustomerHit,
  CustomerView,
  DeskEvents,
  Guid,
  LedgerAccount,
  OpenOptions,
  ProductHit,
  ProductSearch,
  ProductView,
  QuoteSummary,
  ReferenceView,
  RunView,
  Settings,
  SyncView,
} from "./types.js";
import type { ExportedFile, ExportFormat, LeaveOptions, OtherAccountWork, StorageView, UnsentWork, WorkExport } from "./work.js";

export { isQuoteDeskError, QuoteDeskError } from "./errors.js";
export { readNumber, type NumberOptions, type NumberReading, type NumberRefusal } from "./number.js";
export { Quote } from "./quote.js";
export type * from "./types.js";

/**
 * Loads the wasm module, for the page and its worker, as `QuoteDesk.open` does by itself; a second call is harmless, and one
 * after a failure tries again.
 *
 * @param source Where the `.wasm` is, when a bundler or a strict host needs it said; by default it stands beside this file.
 * @throws QuoteDeskError `load-failed`, `blocked`, `invalid-input`.
 */
export default async function init(source?: WasmSource): Promise<void> {
  await loadWasm(source);
}

/** The versions of this package's parts. */
export function versions(): { package: string; wasmBindgen: string } {
  return wasmVersions() as { package: string; wasmBindgen: string };
}

/** The opened desk: one per tab and account. Made by {@link QuoteDesk.open}. */
export class QuoteDesk {
  readonly #channel: Channel;
  /** Whether the cadence was asked for: a fresh worker goes on with it. */
  #syncing = false;
  readonly #opened = Date.now();
  readonly #closing = new AbortController();
  readonly #listeners: { [E in keyof DeskEvents]: Listeners<[DeskEvents[E]]> } = {
    sync: new Listeners(),
    order: new Listeners(),
    quote: new Listeners(),
    storage: new Listeners(),
    outdated: new Listeners(),
    left: new Listeners(),
    day: new Listeners(),
    records: new Listeners(),
    company: new Listeners(),
    elsewhere: new Listeners(),
    account: new Listeners(),
    matrix: new Listeners(),
    otherAccount: new Listeners(),
  };

  private constructor({ token, worker }: OpenOptions, options: string, module: WebAssembly.Module) {
    // The constructor call stands here literally so that bundlers find the worker's file.
    const start =
      worker ?? (() => new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "cin7-quote-desk" }));
    const hello = [options, token !== undefined, module];
    const resume = () => void (this.#syncing && this.#channel.call("startSync").catch(() => undefined));
    this.#channel = new Channel(
      start,
      hello,
      (event, data) => this.#emit(event, data),
      token,
      resume,
      () => void this.#protect(),
    );
    this.companies = new Companies(this.#channel);
    this.orders = new Orders(this.#channel);
  }

  /**
   * Opens the desk: starts the tab's worker, opens the databases and loads what was synced before.
   *
   * @throws QuoteDeskError `invalid-options`, with a detail for everything that is wrong with the options; `storage`, also
   * where it does not answer; `load-failed` for a file of this package; `blocked` where the browser or the page's policy
   * forbids something.
   */
  static async open(options: OpenOptions): Promise<QuoteDesk> {
    const crossing = crossingOptions(options);
    if (globalThis.origin === "null")
      throw blocked(
        "sandbox",
        "This page has no origin, so it can store nothing: a frame's `sandbox` needs `allow-same-origin`, and a file has to be " +
          "served.",
      );
    const desk = new QuoteDesk(options, crossing, await loadWasm());
    try {
      await desk.#channel.open();
    } catch (error) {
      desk.#channel.close();
      throw error;
    }
    return desk;
  }

  /** Calls `listener` at every `event`; returns the way to stop. */
  on<E extends keyof DeskEvents>(event: E, listener: (data: DeskEvents[E]) => void): () => void {
    if (!Object.hasOwn(this.#listeners, event)) throw invalidInput("event", `There is no event “${String(event)}”.`);
    return this.#listeners[event].add(listener);
  }

  #emit(event: keyof DeskEvents, data: unknown): void {
    // Another tab has wiped what this desk stands on.
    if (event === "left") this.close();
    (this.#listeners[event] as Listeners<[unknown]>).tell(data);
  }

  /**
   * Resolves as soon as quoting is possible: once every list that it needs has been read, now or in an earlier session. It
   * starts nothing: `sync.start` does, here or in another tab.
   *
   * @throws `not-ready` when a run ends in failure before that, with its reason; the cadence goes on, and so may the caller.
   * `closed`. When `signal` is aborted, its reason.
   */
  async ready(wait: { signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = requireObject("wait", wait);
    const source = {
      state: this.sync.state,
      hear: (listener: (state: SyncView) => void) => this.on("sync", listener),
      since: this.#opened,
    };
    await untilReady(source, [signal, this.#closing.signal]);
  }

  /** There is something to keep: the browser is asked to, and its answer is told. */
  async #protect(): Promise<void> {
    await askToKeep();
    // Nobody waits for this: a desk that was closed meanwhile has nothing to tell.
    const view = await this.storage().catch(() => undefined);
    if (view) this.#emit("storage", view);
  }

  /** The reference books that a screen offers choices from. @throws `not-ready` before the first sync has read them. */
  references(): Promise<ReferenceView> {
    return this.#channel.call("references");
  }

  /**
   * How safe what is kept here is. When a quote is first saved or an order confirmed, the browser is asked to promise that it
   * keeps them; the `storage` event tells its answer.
   */
  storage(): Promise<StorageView> {
    return this.#channel.call("storage");
  }

  /** What is kept here and nowhere else: leaving this device would lose it. */
  unsent(): Promise<UnsentWork> {
    return this.#channel.call("unsent");
  }

  /**
   * Names the Cin7 account that this desk is for, by what the proxy calls it; `null` while that is not known, or where the
   * proxy does not tell accounts apart.
   */
  async account(): Promise<string | null> {
    return (await this.#channel.call<string | undefined>("account")) ?? null;
  }

  /** The work that waits on this device for other Cin7 accounts, by account; none of it reaches the one that this desk is for. */
  otherAccounts(): Promise<OtherAccountWork[]> {
    return this.#channel.call("otherAccounts");
  }

  /**
   * Leaves this device: wipes what was read from Cin7, quotes and orders, and closes the desk in every tab. Of other Cin7
   * accounts the work that waits for them stays.
   *
   * @throws `unsent-work`, with a detail for everything that would be lost, unless `unsent` says what becomes of it; nothing
   * is wiped then.
   */
  async leave(options: LeaveOptions = {}): Promise<void> {
    const { unsent = "refuse" } = requireObject("options", options);
    requireTexts({ unsent });
    await this.#channel.call("leave", unsent);
    this.close();
  }

  /** System settings. They hold from `open` on: to change them, check them, close the desk and open it with them. */
  readonly settings = {
    /** What this desk was opened with, defaults included. */
    current: (): Promise<Required<Settings>> => this.#channel.call("settings"),
    /** Checks settings as `open` will. @throws `invalid-options` with a detail for everything that is wrong. */
    check: async (settings: Settings): Promise<void> => this.#channel.call("checkSettings", jsonOf("settings", settings)),
    /**
     * Cin7's account book, for the settings that name accounts: asks Cin7 each time.
     *
     * @throws `offline`, `rate-limited`, `cin7-refused`, `cin7-failed`.
     */
    accounts: (): Promise<LedgerAccount[]> => this.#channel.call("ledgerAccounts"),
  };

  /** Reading from Cin7. */
  readonly sync = {
    /** Starts the cadence: a run now if one is due, then a quarter of an hour after the end of each. */
    start: (): Promise<void> => {
      this.#syncing = true;
      return this.#channel.call("startSync");
    },
    /** Ends the cadence after the page that is being read. */
    stop: (): Promise<void> => {
      this.#syncing = false;
      return this.#channel.call("stopSync");
    },
    /** Asks for a run at once. */
    now: (): Promise<void> => this.#channel.call("syncNow"),
    /** How things stand; the `sync` event tells every change. */
    state: (): Promise<SyncView> => this.#channel.call("syncState"),
    /** The last runs that have ended, the newest first. */
    history: (): Promise<RunView[]> => this.#channel.call("syncHistory"),
  };

  /**
   * Every change of what is imported, for a server that keeps its own copy: durable, in order, each at least once. Reading
   * the same part again does no harm, since a change carries the record as it is now.
   */
  readonly changes = {
    /**
     * The changes after a sequence number; 0 begins at the beginning, which names every record once. Ask on from `last`
     * while there is `more`; the `records` event tells that there may be. After a `reset` forget the copy and take this
     * part as its beginning: records of the old copy that are not named again no longer exist.
     */
    read: async (ask: ChangesAsk = {}): Promise<Changes> => this.#channel.call("changes", jsonOf("ask", ask)),
  };

  /** The catalogue. */
  readonly products = {
    /** The best matches for what was typed, priced; the product whose SKU or barcode it is comes first. */
    search: async (text: string, ask: ProductSearch = {}): Promise<ProductHit[]> => {
      requireTexts({ text });
      return this.#channel.call("searchProducts", text, jsonOf("ask", ask));
    },
    /**
     * One product by SKU or id; a SKU that was given up shows the record as it was then. The exact spelling of a SKU wins; one
     * that is right but for its letter case means a product only where it means no other.
     *
     * @throws `unknown-product`; `invalid-input`, with their SKUs, where it could mean several.
     */
    get: async (skuOrId: string): Promise<ProductView> => {
      requireTexts({ skuOrId });
      return this.#channel.call("product", skuOrId);
    },
    /**
     * Changes a product's description in this tab. Products are Cin7's: nothing is sent to it, and the next sync puts Cin7's
     * text back.
     *
     * @throws `unknown-product`, `invalid-input`.
     */
    edit: async (id: Guid, edit: { description: string }): Promise<ProductView> => {
      requireTexts({ id });
      return this.#channel.call("editProduct", id, jsonOf("edit", edit));
    },
    /**
     * Another address for a product's picture that did not load: Cin7's links expire. Cin7 is asked once in ten minutes at most;
     * `null` when it has no other.
     */
    renewPicture: async (id: Guid, lost: string): Promise<string | null> => {
      requireTexts({ id, lost });
      return this.#channel.call("renewPicture", id, lost);
    },
    /** The categories of what may be sold, in order. */
    categories: (): Promise<string[]> => this.#channel.call("categories"),
  };

  /** The customers. */
  readonly customers = {
    /** The best matches for what was typed; suppliers and retired customers are not offered. */
    search: async (text: string, ask: { limit?: number } = {}): Promise<CustomerHit[]> => {
      requireTexts({ text });
      const { limit = 20 } = requireObject("ask", ask);
      requireWhole("limit", limit, 1);
      return this.#channel.call("searchCustomers", text, limit);
    },
    /** One customer. @throws `unknown-customer`. */
    get: async (id: Guid): Promise<CustomerView> => {
      requireTexts({ id });
      return this.#channel.call("customer", id);
    },
  };

  /** Customers and suppliers as pages show them, retired ones too. */
  readonly companies: Companies;

  /** Quotes, kept in this browser until they are ordered. */
  readonly quotes = {
    /**
     * Starts the quote with this link for a customer; the link is the CRM's address of the quote and becomes the order's
     * key. A quote that is already kept under the link is opened instead.
     *
     * Where the path names the quote (`…/quote/10452`), the path alone counts. In every other address the query and the fragment
     * belong to it, tracking parameters such as `utm_source` aside: leave out what only says how the quote is looked at.
     *
     * @throws `invalid-input` for a link that is none, `unknown-customer`, `not-ready`.
     */
    create: async (start: { link: string; customerId: Guid }): Promise<Quote> => {
      const { link, customerId } = requireObject("start", start);
      requireTexts({ link, customerId });
      return Quote.adopt(this.#channel, await this.#channel.call<string>("createQuote", link, customerId));
    },
    /**
     * Opens a quote that is kept here, by its link.
     *
     * @throws `unknown-quote`; its detail, if it has one, names in `field` the shorter link under which an earlier version may
     * have kept this quote.
     */
    open: async (link: string): Promise<Quote> => {
      requireTexts({ link });
      return Quote.adopt(this.#channel, await this.#channel.call<string>("openQuote", link));
    },
    /** Every quote kept here, the last changed first. */
    list: (): Promise<QuoteSummary[]> => this.#channel.call("quotes"),
    /** A file of the quotes that are not ordered: of those with these links, or of all, and then also of what cannot be read. */
    export: async (ask: { links?: string[]; as?: ExportFormat } = {}): Promise<ExportedFile> => {
      const { links, as = "json" } = requireObject("ask", ask);
      requireTextList("links", links);
      return exportedFile(await this.#channel.call<WorkExport>("exportQuotes", links), "quotes", as);
    },
    /** Forgets a quote that is not ordered. @throws `already-confirmed`. */
    remove: async (link: string): Promise<void> => {
      requireTexts({ link });
      return this.#channel.call("removeQuote", link);
    },
  };

  /** Sales orders of any origin as they stand in Cin7: those that quotes were confirmed into, and those typed in there. */
  readonly sales = {
    /** The newest first. */
    list: async (ask: SaleSearch = {}): Promise<SaleList> => this.#channel.call("sales", jsonOf("ask", ask)),
    /**
     * One sale with its lines, shipments, invoices and payments, as they are kept here; of a sale that nothing is kept of,
     * as they stand in Cin7.
     *
     * @throws `unknown-order`, `offline`, `cin7-refused` for one that neither the desk nor Cin7 knows.
     */
    get: async (id: Guid): Promise<SaleView> => {
      requireTexts({ id });
      return this.#channel.call("sale", id);
    },
    /** As `get`, reading from Cin7 what has changed since it was kept: one call, or none. */
    refresh: async (id: Guid): Promise<SaleView> => {
      requireTexts({ id });
      return this.#channel.call("refreshSale", id);
    },
    /**
     * The ledger line by line, of one customer or of all, part by part: after `limit` rows (500 unless told otherwise, at most
     * 2,000) no further sale is begun. `offset` is the `next` of the part before; it counts sales.
     */
    transactions: async (ask: { customerId?: Guid; limit?: number; offset?: number } = {}): Promise<Transactions> =>
      this.#channel.call("transactions", jsonOf("ask", { limit: 500, ...requireObject("ask", ask) })),
    /** What a customer owes: an estimate from the sales, since Cin7 has no balance. */
    exposure: async (customerId: Guid): Promise<ExposureView> => {
      requireTexts({ customerId });
      return this.#channel.call("exposure", customerId);
    },
  };

  /** Orders, from the moment they are confirmed. */
  readonly orders: Orders;

  /**
   * Ends the worker; a second call is harmless. What was saved stays; every later call throws `closed`, edits of open quotes
   * too.
   */
  close(): void {
    this.#channel.close();
    this.#closing.abort(closed());
  }
}

/** The options as the worker gets them, which refuses whatever is wrong with what crosses. */
function crossingOptions(options: OpenOptions): string {
  try {
    const { token, worker, ...crossing } = requireObject("options", options);
    for (const [name, value] of Object.entries({ token, worker })) if (value !== undefined) requireFunction(name, value);
    if (typeof crossing.proxyUrl === "string") crossing.proxyUrl = absoluteUrl(crossing.proxyUrl);
    return jsonOf("options", crossing);
  } catch (caught) {
    if (!isQuoteDeskError(caught)) throw caught;
    throw new QuoteDeskError("invalid-options", caught.message, false, caught.details);
  }
}

/** An address relative to the page, or to the host's own worker. */
function absoluteUrl(address: string): string {
  const base = typeof document === "undefined" ? location.href : document.baseURI;
  if (URL.canParse(address, base)) return new URL(address, base).href;
  throw invalidInput("proxyUrl", `“${address}” is not an address.`);
}

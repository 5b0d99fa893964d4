import type { Channel } from "./channel.js";
import { exportedFile } from "./export.js";
import { invalidInput, jsonOf, requireObject, requireTextList, requireTexts } from "./input.js";
import type { OrderElsewhere, OrderView, StandingSale } from "./orders.js";
import { Quote } from "./quote.js";
import type { EnteredByHand, ExportedFile, ExportFormat, WorkExport } from "./work.js";

/** Orders, from the moment they are confirmed. */
export class Orders {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /**
   * Turns a quote into one Cin7 sales order. Resolves once the order is safely stored here; the `order` event tells every
   * step after that. Confirming the same quote again gives the same order.
   *
   * @throws `cannot-confirm` with everything that stops it; `conflict` where another tab changed the quote: it is taken over,
   * and nothing is ordered that was not in sight.
   */
  readonly confirm = async (quote: Quote): Promise<OrderView> => {
    if (!(quote instanceof Quote)) throw invalidInput("quote", "This is no quote that the desk has opened.");
    return quote.confirm<OrderView>();
  };
  /** Every order kept here, the last confirmed first. */
  readonly list = (): Promise<OrderView[]> => this.#channel.call("orders");
  /** One order by its key. @throws `unknown-order`. */
  readonly get = async (key: string): Promise<OrderView> => {
    requireTexts({ key });
    return this.#channel.call("order", key);
  };
  /** The orders that wait on other devices of the same user, oldest first; the `elsewhere` event tells when they change. */
  readonly elsewhere = (): Promise<OrderElsewhere[]> => this.#channel.call("ordersElsewhere");
  /**
   * Goes on here, at once, with an order of another device. It is looked up in Cin7 first, so it stands once however many
   * devices are at it.
   *
   * @throws `unknown-order` when the proxy does not keep it or it has come to its end, `offline`, `storage`.
   */
  readonly takeOver = async (key: string): Promise<OrderView> => {
    requireTexts({ key });
    return this.#channel.call("takeOver", key);
  };
  /** Tries a waiting or refused order again now; it is looked up in Cin7 first. */
  readonly retry = async (key: string): Promise<OrderView> => {
    requireTexts({ key });
    return this.#channel.call("retryOrder", key);
  };
  /**
   * Marks an order as entered in Cin7 by hand. The number is looked up there: does it stand, is it this customer's, with
   * this total; and so is the order's own key. From then on nothing of the order is sent; should a sale of it turn up all the
   * same, the order needs attention and says both numbers.
   *
   * @throws `does-not-match` with what does not agree (details of the field `doubt`, which `despite` accepts) or forbids it
   * (`stop`: it is being sent, it stands, or a sale with its link stands under another number); `invalid-input`.
   */
  readonly enteredByHand = async (key: string, entry: EnteredByHand): Promise<OrderView> => {
    requireTexts({ key, number: requireObject("entry", entry).number, by: entry.by });
    return this.#channel.call("enterByHand", key, jsonOf("entry", entry));
  };
  /**
   * Takes that back: the order is looked up, and sent where Cin7 has none.
   *
   * @throws `does-not-match` while the number that was given stands in Cin7, `offline` and the like where Cin7 cannot be asked.
   */
  readonly undoByHand = async (key: string, ask: { by: string; despite?: boolean }): Promise<OrderView> => {
    requireTexts({ key, by: requireObject("ask", ask).by });
    return this.#channel.call("undoByHand", key, jsonOf("ask", ask));
  };
  /**
   * A file of orders, for whoever enters them in another way: of those with these keys, or of every one that waits, and then
   * also of what cannot be read. As `"json"`, the default, it holds a `WorkExport`. Nothing is changed by it.
   *
   * @throws `unknown-order`.
   */
  readonly export = async (ask: { keys?: string[]; as?: ExportFormat } = {}): Promise<ExportedFile> => {
    const { keys, as = "json" } = requireObject("ask", ask);
    requireTextList("keys", keys);
    return exportedFile(await this.#channel.call<WorkExport>("exportOrders", keys), "orders", as);
  };
  /**
   * Asks Cin7 which sales bear a quote's link, or the shorter one that earlier versions gave it; nothing is written. For a
   * browser that may have lost what it knew.
   *
   * @throws `invalid-input` for a link that is none, `offline`, `rate-limited`, `cin7-refused`, `cin7-failed`.
   */
  readonly lookUp = async (link: string): Promise<StandingSale[]> => {
    requireTexts({ link });
    return this.#channel.call("lookUpQuote", link);
  };
}

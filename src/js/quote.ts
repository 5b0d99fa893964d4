import { LiveQuote } from "./cin7_quote_desk.js";
import { closed, type Channel } from "./channel.js";
import { jsonOf, requireObject, requireTexts, requireWhole } from "./input.js";
import { Listeners } from "./listeners.js";
import { uniqueName } from "./unique.js";
import { guarded, isTrap, QuoteDeskError, toQuoteDeskError } from "./errors.js";
import type { DeskEvents } from "./events.js";
import type { InputField, LineView } from "./lines.js";
import type { HeaderEdit, Problem, QuoteChange, QuoteConflict, QuoteFigures, QuoteHeader, QuoteView, Totals } from "./quotes.js";
import type { Day, Decimal, Guid } from "./values.js";

/** How long edits rest before they are written down, in milliseconds. */
const SAVE_AFTER = 250;
/** How long a write that failed rests before it is tried again, in milliseconds. */
const SAVE_AGAIN = 3_000;
/** How long changed records rest before they are taken over, in milliseconds: the pages of a sync come in quick succession. */
const FOLLOW_AFTER = 400;
/** What may change what a quote rests on: records, the day, what other quotes and orders take. */
const FOLLOWED: readonly (keyof DeskEvents)[] = ["records", "day", "order"];

/**
 * A quote being written. Edits are worked out on the spot, in the page, and written down shortly after.
 *
 * Every edit returns what it changed. A value that cannot be taken throws `invalid-input` and changes nothing.
 */
export class Quote {
  /** `null` once it was freed. */
  #opened: LiveQuote | null;
  #fallen: QuoteDeskError | undefined;
  readonly #channel: Channel;
  readonly #listeners = new Listeners<[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Edits made, and how many of them are written down. */
  #edits = 0;
  #savedEdits = 0;
  #saving: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  /** How often something of another tab's was taken over. */
  #taken = 0;
  readonly #saveListeners = new Listeners<[QuoteDeskError | null]>();
  readonly #flush = () => void this.#saveAndTell();
  #following: ReturnType<typeof setTimeout> | undefined;
  readonly #follow = (event: keyof DeskEvents, data: unknown) => {
    if (event === "quote") this.#written(data as DeskEvents["quote"]);
    if (!FOLLOWED.includes(event)) return;
    clearTimeout(this.#following);
    // What cannot be told now stays as it was; the sync state says why nothing new came.
    this.#following = setTimeout(() => void this.refreshFacts().catch(() => undefined), FOLLOW_AFTER);
  };
  /** Hints are lost while a page is frozen: one that is looked at again asks. */
  readonly #seen = () => {
    this.#flush();
    if (document.visibilityState === "visible") void this.#takeOver().catch(() => undefined);
  };
  readonly #written = ({ key, revision }: DeskEvents["quote"]) => {
    if (key === this.#link) void this.#takeOver(revision).catch(() => undefined);
  };
  readonly #link: string;

  private constructor(channel: Channel, live: LiveQuote) {
    this.#channel = channel;
    this.#opened = live;
    this.#link = this.header().link;
    channel.hearers.add(this.#follow);
    addEventListener("pagehide", this.#flush);
    globalThis.document?.addEventListener("visibilitychange", this.#seen);
  }

  get #live(): LiveQuote {
    if (this.#opened === null) throw new QuoteDeskError("closed", "The quote is closed.", false, []);
    return this.#opened;
  }

  /** @internal */
  static adopt(channel: Channel, bundle: string): Quote {
    return new Quote(
      channel,
      guarded(() => LiveQuote.open(bundle)),
    );
  }

  /** The canonical link: the quote's name here, and the order's key. */
  get link(): string {
    return this.#link;
  }

  /** The whole quote, for drawing. */
  view(): QuoteView {
    return this.#ask((live) => live.view()) as QuoteView;
  }

  /** The header. */
  header(): QuoteHeader {
    return this.#ask((live) => live.header()) as QuoteHeader;
  }

  /** Every line, in order. */
  lines(): LineView[] {
    return this.#ask((live) => live.lines()) as LineView[];
  }

  /** One line. @throws `unknown-line`. */
  line(id: string): LineView {
    requireTexts({ id });
    return this.#ask((live) => live.line(id)) as LineView;
  }

  /** The totals, by the account's own tax method. */
  totals(): Totals {
    return this.#ask((live) => live.totals()) as Totals;
  }

  /** Weight and margin of the whole quote. */
  figures(): QuoteFigures {
    return this.#ask((live) => live.figures()) as QuoteFigures;
  }

  /** Everything that would stop the order or be lost in it, worst first. */
  problems(): Problem[] {
    return this.#ask((live) => live.problems()) as Problem[];
  }

  /**
   * Adds a product at the end, at quantity 1 unless told. SKUs are compared as in `products.get`.
   *
   * @throws `unknown-product`; `invalid-input`, also where the SKU could mean several products.
   */
  async addLine(line: { sku: string; quantity?: Decimal } | { productId: Guid; quantity?: Decimal }): Promise<LineView> {
    requireObject("line", line);
    const product = "sku" in line ? line.sku : line.productId;
    requireTexts({ ["sku" in line ? "sku" : "productId"]: product, quantity: line.quantity ?? "1" });
    const facts = await this.#channel.call<string>("lineFacts", this.header().customerId, product, this.link);
    return this.#edited((live) => live.addLine(facts, line.quantity ?? "1", uniqueName())) as LineView;
  }

  /** Takes a line out; `restoreLine` puts it back where it was. */
  removeLine(id: string): void {
    requireTexts({ id });
    this.#edited((live) => live.removeLine(id));
  }

  /** Puts back the line that was taken out last, or the one with this id. */
  restoreLine(id: string): LineView {
    requireTexts({ id });
    return this.#edited((live) => live.restoreLine(id)) as LineView;
  }

  /** Moves a line so that it becomes the `number`th. */
  moveLine(id: string, number: number): void {
    requireTexts({ id });
    requireWhole("number", number, 1);
    this.#edited((live) => live.moveLine(id, number));
  }

  /** Sets how many; settles on the account's decimals (1.234 becomes 1.23). */
  setQuantity(id: string, quantity: Decimal): LineView {
    requireTexts({ id, quantity });
    return this.#edited((live) => live.setQuantity(id, quantity)) as LineView;
  }

  /** Types a price; it stays until `resetPrice`, whatever else changes. */
  setPrice(id: string, price: Decimal): LineView {
    requireTexts({ id, price });
    return this.#edited((live) => live.setPrice(id, price)) as LineView;
  }

  /** Goes back to the price that is found now. */
  resetPrice(id: string): LineView {
    requireTexts({ id });
    return this.#edited((live) => live.resetPrice(id)) as LineView;
  }

  /** Sets the discount in per cent, 0 to 100; settles on two decimals. */
  setDiscount(id: string, discount: Decimal): LineView {
    requireTexts({ id, discount });
    return this.#edited((live) => live.setDiscount(id, discount)) as LineView;
  }

  /** Gives a typed discount up: what the product's discount rule gives at this quantity, or none, holds again. */
  resetDiscount(id: string): LineView {
    requireTexts({ id });
    return this.#edited((live) => live.resetDiscount(id)) as LineView;
  }

  /** Changes the line's own text. It stays in the CRM: Cin7 uses its own. */
  setDescription(id: string, text: string): LineView {
    requireTexts({ id, text });
    return this.#edited((live) => live.setDescription(id, text)) as LineView;
  }

  /** Changes the line's extended description, which becomes the comment of Cin7's order line. */
  setExtendedDescription(id: string, text: string): LineView {
    requireTexts({ id, text });
    return this.#edited((live) => live.setExtendedDescription(id, text)) as LineView;
  }

  /** Names the warehouse that a line should ship from; `null` is the quote's. A Cin7 order ships from one warehouse. */
  setLineWarehouse(id: string, name: string | null): LineView {
    requireTexts(name === null ? { id } : { id, name });
    return this.#edited((live) => live.setLineWarehouse(id, name ?? undefined)) as LineView;
  }

  /** Says when a line should be delivered, as `"2026-04-17"`; `null` is not said. */
  setLineDeliveryDate(id: string, day: Day | null): LineView {
    requireTexts(day === null ? { id } : { id, day });
    return this.#edited((live) => live.setLineDeliveryDate(id, day ?? undefined)) as LineView;
  }

  /** Puts a line under another tax rule, by its name. @throws `invalid-input` where it is no active rule for sales. */
  setTaxRule(id: string, name: string): LineView {
    requireTexts({ id, name });
    return this.#edited((live) => live.setTaxRule(id, name)) as LineView;
  }

  /** Prices the quote on a tier (1 to 10), or on the customer's own again (`null`). Typed prices stay. */
  setPriceTier(ordinal: number | null): void {
    if (ordinal !== null) requireWhole("ordinal", ordinal, 1, 10);
    this.#edited((live) => live.setPriceTier(ordinal ?? undefined));
  }

  /** Chooses the warehouse the order ships from. Prices stay. */
  setWarehouse(name: string | null): void {
    if (name !== null) requireTexts({ name });
    this.#edited((live) => live.setWarehouse(name ?? undefined));
  }

  /** Changes parts of the header. @throws `invalid-input` with everything that is wrong; nothing is changed then. */
  editHeader(edit: HeaderEdit): QuoteHeader {
    return this.#edited((live) => live.editHeader(jsonOf("edit", edit))) as QuoteHeader;
  }

  /**
   * Keeps what a person typed into fields and the quote did not take, on a line or (`null`) on the header. Each is a stop in
   * `problems()` until its field is mended, or put back by the fix that the problem offers; other tabs and a reload show it too.
   *
   * `read` is the number that the text was read as, where it could be (`readNumber`), so that the problem can say what is wrong
   * with it. The parts of a receipt are kept together: one of them replaces whatever was kept of the receipt before.
   */
  refuseInputs(lineId: string | null, inputs: { field: InputField; text: string; read?: Decimal | null }[]): void {
    for (const { field, text, read } of inputs) requireTexts({ field, text, read: read ?? "" });
    const kept = inputs.map(({ field, text, read }) => ({ field, text, read: read ?? null }));
    this.#edited((live) => live.refuseInputs(lineId ?? undefined, kept));
  }

  /** Whether there is an edit to undo. Edits are undone where they were made, as long as the quote is open and not confirmed. */
  get canUndo(): boolean {
    return this.#ask((live) => live.canUndo());
  }

  /** Whether there is an undone edit to do again. */
  get canRedo(): boolean {
    return this.#ask((live) => live.canRedo());
  }

  /**
   * Undoes the last edit, whatever it was; a removed line comes back where it was. What another tab has changed since stays.
   * Returns what moved: nothing when there is nothing to undo.
   */
  undo(): QuoteChange[] {
    return this.#edited((live) => live.undo()) as QuoteChange[];
  }

  /** Does again what was undone last. */
  redo(): QuoteChange[] {
    return this.#edited((live) => live.redo()) as QuoteChange[];
  }

  /** Makes `edit` a part of the edit before it, so that one `undo` takes both back: for a number that is still being typed. */
  amend<T>(edit: () => T): T {
    this.#ask((live) => live.amend());
    return edit();
  }

  /**
   * What was changed here and in another tab to different values. This tab shows its own value, the other's is the one that is
   * written down, and the quote is not ordered until each is ended by `resolve`.
   */
  get conflicts(): QuoteConflict[] {
    return this.#ask((live) => live.conflicts()) as QuoteConflict[];
  }

  /** Ends a conflict: keeps what is here, or takes what is there. @throws `invalid-input` where there is no such conflict. */
  resolve({ lineId, field }: { lineId: string | null; field: string }, keep: "here" | "there"): void {
    requireTexts(lineId === null ? { field, keep } : { lineId, field, keep });
    this.#edited((live) => live.choose(lineId ?? undefined, field, keep === "there"));
  }

  /** Carries out a fix that a problem offers. */
  applyFix(action: string, lineId: string | null): void {
    requireTexts(lineId === null ? { action } : { action, lineId });
    this.#edited((live) => live.applyFix(action, lineId ?? undefined));
  }

  /** Reads the stock of this quote's products from Cin7 now. @throws `offline`, `rate-limited`. */
  async refreshStock(): Promise<void> {
    await this.#refresh("refreshStock");
  }

  /**
   * Takes over what the last sync brought: stock, credit, problems, and what prices would be now. Prices on lines stay. A quote
   * that is open does so by itself when records change or another day begins.
   */
  async refreshFacts(): Promise<void> {
    await this.#refresh("quoteFacts");
  }

  async #refresh(method: string): Promise<void> {
    const facts = await this.#channel.call<string>(
      method,
      this.header().customerId,
      this.#ask((live) => live.productIds()),
      this.link,
    );
    if (this.#opened === null) return;
    this.#ask((live) => live.replaceFacts(facts));
    this.#changed();
  }

  /** Calls `listener` after every change; returns the way to stop. */
  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Calls `listener` after every try to write the quote down by itself, with what went wrong; returns the way to stop. */
  onSave(listener: (failure: QuoteDeskError | null) => void): () => void {
    return this.#saveListeners.add(listener);
  }

  /**
   * Writes the quote down now. Resolves once it is stored; until then it counts as unsaved, and the next edit or save tries
   * again. What another tab has written meanwhile is taken over.
   *
   * @throws `conflict`, with both values of each of `conflicts`: all else is stored. `already-confirmed` where the quote was
   * ordered in another tab meanwhile.
   */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.saved) return this.#saving.catch(() => undefined);
    return this.#next(() => this.#write());
  }

  /** Saves and what comes from other tabs wait for each other. */
  #next(work: () => Promise<void>): Promise<void> {
    this.#saving = this.#saving.catch(() => undefined).then(work);
    return this.#saving;
  }

  async #write(): Promise<void> {
    for (;;) {
      const edits = this.#edits;
      const unsaved = this.#ask((live) => live.unsaved()) as { document: string; gross: Decimal; revision: number } | undefined;
      if (unsaved === undefined) {
        this.#settled(edits);
        return;
      }
      try {
        const answer = await this.#channel.call<string>("saveQuote", unsaved.document, unsaved.gross, unsaved.revision);
        const changed = this.#ask((live) => live.saved(answer));
        if (changed && answer.startsWith('{"moved"')) this.#taken += 1;
        if (changed) this.#changed();
      } catch (caught) {
        if (toQuoteDeskError(caught).code === "already-confirmed") await this.#read();
        throw caught;
      }
    }
  }

  /** Nothing is left to write; what clashes waits for a person. */
  #settled(edits: number): void {
    const open = this.conflicts;
    if (open.length === 0) {
      this.#savedEdits = Math.max(this.#savedEdits, edits);
      return;
    }
    const details = open.map(({ lineId, field, here, there }) => ({
      field: lineId === null ? field : `lines.${lineId}.${field}`,
      problem: `here ${here ?? "nothing"}, there ${there ?? "nothing"}`,
    }));
    throw new QuoteDeskError("conflict", "The quote was changed in another tab. Choose what holds.", true, details);
  }

  /** Takes over what another tab has written, if it is newer than this. */
  #takeOver(revision = Infinity): Promise<void> {
    return this.#next(async () => {
      if (this.#opened !== null && revision > this.#ask((live) => live.revision())) await this.#read();
    });
  }

  async #read(): Promise<void> {
    const newer = await this.#channel.call<string>(
      "newerQuote",
      this.#link,
      this.#ask((live) => live.revision()),
    );
    if (newer === "null") return;
    if (this.#ask((live) => live.takeOver(newer))) {
      this.#taken += 1;
      this.#changed();
    }
    // An order that was made elsewhere ends all writing here.
    if (this.header().confirmed) this.#savedEdits = this.#edits;
  }

  /** Whether everything is written down. */
  get saved(): boolean {
    return this.#edits === this.#savedEdits;
  }

  /** The quote as it is stored, as JSON text. */
  document(): string {
    return this.#ask((live) => live.document());
  }

  /**
   * Opens the quote for editing again after its order was voided in Cin7. Its next order has a key of its own, `orderKey`.
   * @throws `cannot-confirm` while a sale of it stands in Cin7; `offline`, `rate-limited`.
   */
  async orderAgain(): Promise<void> {
    await this.#reopen("orderAgain");
  }

  /**
   * Opens the quote for editing again after Cin7 refused its order (`mending` is `"possible"`). Cin7 is asked first: it must
   * hold nothing of the order, or nothing but a header without lines; what went with that header (`header().begun`) cannot be
   * changed. Nothing is sent until the quote is confirmed again. Then the same sale is finished, never a second one.
   *
   * @throws `cannot-confirm` where the order stands, is on its way or waits for an answer; `conflict`, `offline`, `rate-limited`.
   */
  async mend(): Promise<void> {
    await this.#reopen("mendQuote");
  }

  /**
   * Reads the quote again as it is kept: another tab may have confirmed it, or opened it for changes. Edits that are not
   * written down are lost.
   */
  async reload(): Promise<void> {
    await this.#reopen("openQuote");
  }

  async #reopen(method: string): Promise<void> {
    await this.#next(async () => this.#replace(await this.#channel.call<string>(method, this.link)));
  }

  #replace(bundle: string): void {
    const before = this.#live;
    this.#opened = guarded(() => LiveQuote.open(bundle));
    if (this.#fallen === undefined) before.free();
    this.#fallen = undefined;
    this.#changed();
  }

  /**
   * @internal Turns the quote, as it is shown now, into an order.
   * @throws `conflict` where another tab changed it: nobody orders what they have not seen.
   */
  async confirm<T>(): Promise<T> {
    const taken = this.#taken;
    await this.save();
    const [document, revision] = [this.document(), this.#ask((live) => live.revision())];
    if (this.#taken !== taken)
      throw new QuoteDeskError(
        "conflict",
        "The quote was changed in another tab a moment ago. Look at it, then confirm again.",
        true,
        [],
      );
    let order: T;
    try {
      order = await this.#channel.call<T>("confirm", document, revision);
    } catch (caught) {
      if (toQuoteDeskError(caught).code === "conflict") await this.#takeOver();
      throw caught;
    }
    await this.reload();
    return order;
  }

  /** Writes down what is left and frees the quote; a second call is harmless. Every later call throws `closed`. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#channel.hearers.delete(this.#follow);
    clearTimeout(this.#following);
    removeEventListener("pagehide", this.#flush);
    globalThis.document?.removeEventListener("visibilitychange", this.#seen);
    this.#listeners.clear();
    try {
      await this.save();
    } finally {
      this.#saveListeners.clear();
      // What is locked cannot be freed.
      if (this.#fallen === undefined) this.#opened?.free();
      this.#opened = null;
    }
  }

  /** Asks the live quote. A panic leaves it locked, half-way through something: from then on every call gets what it said. */
  #ask<T>(call: (live: LiveQuote) => T): T {
    if (this.#fallen !== undefined) throw this.#fallen;
    const live = this.#live;
    try {
      return call(live);
    } catch (caught) {
      const error = toQuoteDeskError(caught);
      if (isTrap(caught)) this.#fallen = error;
      throw error;
    }
  }

  #edited<T>(edit: (live: LiveQuote) => T): T {
    // It could never be written down.
    if (this.#channel.closed) throw closed();
    const result = this.#ask(edit);
    this.#edits += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#flush, SAVE_AFTER);
    this.#changed();
    return result;
  }

  async #saveAndTell(): Promise<void> {
    if (this.saved) return;
    let failure: QuoteDeskError | null = null;
    try {
      await this.save();
    } catch (caught) {
      failure = toQuoteDeskError(caught);
      clearTimeout(this.#timer);
      // A conflict is a person's to end.
      if ((failure.retryable || failure.code === "storage-full") && failure.code !== "conflict" && this.#closing === undefined)
        this.#timer = setTimeout(this.#flush, SAVE_AGAIN);
    }
    this.#saveListeners.tell(failure);
  }

  #changed(): void {
    this.#listeners.tell();
  }
}

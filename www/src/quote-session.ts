import type {
  CustomerView,
  Decimal,
  HeaderEdit,
  InputField,
  LineView,
  OrderView,
  Problem,
  Quote,
  QuoteChange,
  QuoteConflict,
  QuoteFigures,
  QuoteHeader,
  ReferenceView,
  StorageView,
  Totals,
} from "cin7-quote-desk";
import { faultOf, inWords } from "./fault.js";
import { theDesk } from "./desk.js";

/**
 * The open quote as the screen draws it.
 *
 * An edit of one line reads back that line, the totals and the problems, so that a thousand lines cost no more than ten.
 * Fires `change` after every change.
 */
export class QuoteSession extends EventTarget {
  header: QuoteHeader;
  customer: CustomerView;
  lines: LineView[];
  totals: Totals;
  figures: QuoteFigures;
  problems: Problem[];
  /** What was changed here and in another tab. */
  conflicts: QuoteConflict[] = [];
  /** Whether the order was made in another tab while the quote was open in this one, and what then was too late. */
  orderedElsewhere = false;
  tooLate: QuoteConflict[] = [];
  canUndo = false;
  canRedo = false;
  /** Its order, where there is one: once confirmed, and while it is open for changes after a refusal. */
  order: OrderView | null = null;
  references: ReferenceView | null = null;
  /** Whether what is written down here outlives the tab; taken for so until it is known. */
  outlivesTab = true;

  /** Why the quote could not be written down; empty while all is well. */
  notSaved = "";
  /** Whether it never will be: a newer tab has taken the stored data over. */
  outdated = false;

  /** Resolves once every quote that was left is written down, so that a list read after it is whole. */
  static left: Promise<void> = Promise.resolve();

  #editing = false;
  #confirming = false;
  /** Changes that the quote has told of. */
  #told = 0;
  readonly #stops: (() => void)[];

  constructor(readonly quote: Quote) {
    super();
    const view = quote.view();
    this.header = view.header;
    this.customer = view.customer;
    this.lines = view.lines;
    this.totals = view.totals;
    this.figures = view.figures;
    this.problems = view.problems;
    const desk = theDesk();
    this.#stops = [
      quote.onChange(() => {
        this.#told += 1;
        if (!this.#editing) this.#movedElsewhere();
      }),
      desk.on("order", (order) => {
        if (order.key === this.header.orderKey) this.#setOrder(order);
      }),
      desk.on("outdated", () => {
        this.outdated = true;
        this.#changed();
      }),
      desk.on("records", ({ lists }) => {
        if (this.references === null || lists.includes("references"))
          void this.#readReferences().then(
            () => this.#changed(),
            () => undefined,
          );
        // What Cin7 has made of the order since is told by its list of sales.
        if (this.order !== null && lists.includes("sales"))
          void this.#readOrder().then(
            () => this.#changed(),
            () => undefined,
          );
      }),
      desk.on("storage", (storage) => this.#setStorage(storage)),
      // The quote writes itself down; should that fail, the rep must know before the tab is closed.
      // A conflict is shown as such, with what there is to choose.
      quote.onSave((failure) =>
        this.#saved(failure === null || failure.code === "conflict" || this.header.confirmed ? "" : inWords(failure)),
      ),
    ];
  }

  /** Reads what stands beside the quote: the reference books and, once there is one, its order. */
  async load(): Promise<void> {
    const storage = theDesk()
      .storage()
      .then(
        (storage) => this.#setStorage(storage),
        () => undefined,
      );
    await Promise.all([this.#readReferences(), storage, this.#readOrder()]);
    this.#changed();
  }

  /** Frees the quote; what is unsaved is written down first. */
  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    const closed = this.quote.close();
    QuoteSession.left = Promise.allSettled([QuoteSession.left, closed]).then(() => undefined);
    await closed;
  }

  /** Reads everything again. */
  readAll(): void {
    const view = this.quote.view();
    this.header = view.header;
    this.customer = view.customer;
    // A line that is as it was keeps its identity, so that only what changed is drawn again.
    const before = new Map(this.lines.map((line) => [line.id, line]));
    this.lines = view.lines.map((line) => {
      const known = before.get(line.id);
      return known !== undefined && JSON.stringify(known) === JSON.stringify(line) ? known : line;
    });
    this.totals = view.totals;
    this.figures = view.figures;
    this.problems = view.problems;
    this.tooLate = view.tooLate;
    this.#readState();
    this.#changed();
  }

  /** Something came that was not done here: another tab's edits, or its order. */
  #movedElsewhere(): void {
    const before = this.header.confirmed;
    this.readAll();
    if (!this.header.confirmed) this.orderedElsewhere = false;
    if (before || !this.header.confirmed || this.#confirming) return;
    this.orderedElsewhere = true;
    this.notSaved = "";
    void this.#readOrder().then(
      () => this.#changed(),
      () => undefined,
    );
  }

  #readState(): void {
    const { quote } = this;
    this.conflicts = quote.conflicts;
    this.canUndo = quote.canUndo;
    this.canRedo = quote.canRedo;
  }

  /** Undoes the last change of the quote, or does it again. */
  undo(): QuoteChange[] {
    return this.edit((quote) => quote.undo());
  }

  redo(): QuoteChange[] {
    return this.edit((quote) => quote.redo());
  }

  /** Puts a removed line back, where that has not been done in another way meanwhile. */
  restore(id: string): void {
    if (!this.header.confirmed && !this.lines.some((line) => line.id === id)) this.edit((quote) => quote.restoreLine(id));
  }

  /** Ends a conflict. */
  resolve(conflict: QuoteConflict, keep: "here" | "there"): void {
    this.edit((quote) => quote.resolve(conflict, keep));
  }

  /**
   * Changes one line; with `more`, the number in it is still being typed. @throws what the desk throws; nothing is changed
   * then.
   */
  editLine(edit: (quote: Quote) => LineView, more = false): LineView {
    const changed = this.#quietly(() => (more ? this.quote.amend(() => edit(this.quote)) : edit(this.quote)));
    if (this.#shared(changed)) this.readAll();
    else {
      this.lines = this.lines.map((line) => (line.id === changed.id ? changed : line));
      this.#settle();
    }
    return changed;
  }

  /** Changes the header, or anything that may touch every line. @throws what the desk throws. */
  edit<T>(edit: (quote: Quote) => T): T {
    const result = this.#quietly(() => edit(this.quote));
    this.readAll();
    return result;
  }

  /** Changes header fields; only an overall discount touches the lines. */
  editHeader(edit: HeaderEdit): void {
    this.header = this.#quietly(() => this.quote.editHeader(edit));
    if (edit.overallDiscount === undefined) this.#settle();
    else this.readAll();
  }

  /** Keeps what was typed and not taken, on a line or (`null`) on the header: it stops the order. @throws `already-confirmed`. */
  refuse(lineId: string | null, inputs: { field: InputField; text: string; read?: Decimal | null }[]): void {
    this.edit((quote) => quote.refuseInputs(lineId, inputs));
  }

  /** Gives up what was typed into a field and not taken. */
  putBack(lineId: string | null, field: InputField | "receipt"): void {
    this.edit((quote) => quote.applyFix(`put-back:${field}`, lineId));
  }

  /** Remembers where quote and lines ship from, with what was accepted of short stock; returns the way back to that. */
  rememberWarehouses(): () => void {
    const { warehouse } = this.header;
    const own = this.lines.filter((line) => line.warehouse !== null).map(({ id, warehouse }) => ({ id, warehouse }));
    const accepted = this.problems
      .filter(({ code, severity }) => code === "short-stock" && severity === "note")
      .map(({ lineId }) => lineId);
    const isHere = (id: string | null) => this.lines.some((line) => line.id === id);
    return () =>
      this.edit((quote) => {
        quote.setWarehouse(warehouse);
        for (const { id, warehouse } of own.filter((line) => isHere(line.id))) quote.setLineWarehouse(id, warehouse);
        for (const id of accepted.filter(isHere)) quote.applyFix("accept:short-stock", id);
      });
  }

  /** Adds a product at the end. */
  async add(productId: string): Promise<LineView> {
    this.#editing = true;
    const told = this.#told;
    try {
      const line = await this.quote.addLine({ productId });
      // Another tab's lines may have come meanwhile.
      if (this.#shared(line) || this.#told > told + 1) this.readAll();
      else {
        this.lines = [...this.lines, line];
        this.#settle();
      }
      return line;
    } finally {
      this.#editing = false;
    }
  }

  /** Turns the quote into an order. @throws `cannot-confirm`. */
  async confirm(): Promise<OrderView> {
    this.#confirming = true;
    const order = await theDesk()
      .orders.confirm(this.quote)
      .finally(() => (this.#confirming = false));
    // Steps may have been reported while this was on its way; the newest is kept by the desk.
    this.order = await theDesk()
      .orders.get(order.key)
      .catch(() => order);
    this.readAll();
    return order;
  }

  /** Opens the quote again whose order was voided in Cin7. */
  async orderAgain(): Promise<void> {
    await this.quote.orderAgain();
    [this.order, this.orderedElsewhere] = [null, false];
    this.readAll();
  }

  /** Opens the quote again whose order Cin7 refused. */
  async mend(): Promise<void> {
    await this.quote.mend();
    this.readAll();
  }

  /** Whether another line has the same product: its quantity break and what is short of it may have moved as well. */
  #shared({ id, productId }: LineView): boolean {
    return this.lines.some((line) => line.productId === productId && line.id !== id);
  }

  #quietly<T>(call: () => T): T {
    this.#editing = true;
    try {
      return call();
    } finally {
      this.#editing = false;
    }
  }

  #settle(): void {
    this.totals = this.quote.totals();
    this.figures = this.quote.figures();
    this.problems = this.quote.problems();
    this.#readState();
    this.#changed();
  }

  /** Writes the quote down again, after that failed. */
  async save(): Promise<void> {
    await this.quote.save().then(
      () => this.#saved(""),
      (caught: unknown) => this.#saved(faultOf(caught).code === "conflict" ? "" : inWords(caught)),
    );
  }

  #saved(fault: string): void {
    if (fault === this.notSaved) return;
    if (fault !== "") dispatchEvent(new Event("qd-not-kept"));
    this.notSaved = fault;
    this.#changed();
  }

  async #readReferences(): Promise<void> {
    try {
      this.references = await theDesk().references();
    } catch (caught) {
      if (faultOf(caught).code !== "not-ready") throw caught;
    }
  }

  async #readOrder(): Promise<void> {
    try {
      this.order = await theDesk().orders.get(this.header.orderKey);
    } catch (caught) {
      if (faultOf(caught).code !== "unknown-order") throw caught;
    }
  }

  #setStorage({ protection }: StorageView): void {
    this.outlivesTab = protection !== "memory";
    this.#changed();
  }

  #setOrder(order: OrderView): void {
    this.order = order;
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

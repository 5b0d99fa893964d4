import { LitElement } from "lit";
import type { DeskEvents } from "cin7-quote-desk";
import { theDesk } from "./desk.js";

/**
 * The base of every element of the screen. Elements draw into the page itself, so that labels, descriptions and the one
 * style sheet reach across them.
 */
export abstract class QdElement extends LitElement {
  readonly #whileHere: (() => void)[] = [];

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    // What the page showed before the element drew, such as "Opening the quote desk".
    if (!this.hasUpdated) this.replaceChildren();
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#whileHere.splice(0)) stop();
  }

  /** Listens to the desk until the element leaves the page. */
  protected hear<E extends keyof DeskEvents>(event: E, listener: (data: DeskEvents[E]) => void): void {
    this.#whileHere.push(theDesk().on(event, listener));
  }

  /** Listens to any target until the element leaves the page. */
  protected listen(
    target: EventTarget,
    type: string,
    listener: (event: Event) => void,
    options: AddEventListenerOptions = {},
  ): void {
    target.addEventListener(type, listener, options);
    this.#whileHere.push(() => target.removeEventListener(type, listener, options));
  }

  /** Calls every so often until the element leaves the page. */
  protected every(milliseconds: number, call: () => void): void {
    const timer = setInterval(call, milliseconds);
    this.#whileHere.push(() => clearInterval(timer));
  }
}

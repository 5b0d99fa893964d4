import { requireFunction } from "./input.js";

/**
 * Who wants to be told. One that throws is reported as if nobody had caught it; what happened stands, and the others are told.
 */
export class Listeners<Told extends unknown[]> {
  readonly #all = new Set<(...told: Told) => void>();

  /** Returns the way to stop. */
  add(listener: (...told: Told) => void): () => void {
    requireFunction("listener", listener);
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  tell(...told: Told): void {
    for (const listener of [...this.#all]) {
      try {
        listener(...told);
      } catch (caught) {
        reportError(caught);
      }
    }
  }

  clear(): void {
    this.#all.clear();
  }
}

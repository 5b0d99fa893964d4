/** The longest that a scanner takes from key to key on average, and ever, in milliseconds. Nobody types like that. */
const PACE = 35;
const GAP = 80;
/** The shortest code that is taken for a scan where a number could be meant. */
export const SHORTEST_SCAN = 6;

/** Follows the keys, and tells what a scanner typed from what a person did. */
export class Scan {
  #code = "";
  #began = 0;
  #last = 0;

  /** Takes in a key. At the Enter or Tab that ends a scan, what was scanned; else `null`. */
  key({ key, timeStamp, ctrlKey, metaKey, altKey }: KeyboardEvent): string | null {
    if (key === "Shift") return null;
    const code = this.#code;
    const goesOn = code !== "" && timeStamp - this.#last <= GAP;
    if ((key === "Enter" || key === "Tab") && !ctrlKey && !metaKey && !altKey) {
      this.#code = "";
      return goesOn && timeStamp - this.#began <= PACE * code.length ? code : null;
    }
    this.#last = timeStamp;
    if (!goesOn) this.#began = timeStamp;
    this.#code = key.length === 1 && !ctrlKey && !metaKey ? (goesOn ? code : "") + key : "";
    return null;
  }
}

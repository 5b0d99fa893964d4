/**
 * Keys that are typed while the place that they are meant for is not there yet: a quantity before its line is added, say.
 *
 * They are held as they come, and typed again in their order once the place has the focus. None of them reaches what
 * happens to have the focus in between.
 */

/** A place that does not come is not waited for any longer, in milliseconds. */
const LONGEST = 10_000;
/** After so many milliseconds without a key, what was typed in one go is complete. */
const REST = 100;

const held: KeyboardEvent[] = [];
let waits = 0;
let pressed = 0;

addEventListener(
  "keydown",
  (event) => {
    if (
      !event.isTrusted ||
      (waits === 0 && held.length === 0) ||
      ["Shift", "Control", "Alt", "Meta", "AltGraph"].includes(event.key)
    )
      return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push(event);
    pressed = performance.now();
  },
  { capture: true },
);

/** Holds the keys that are typed until `place` is settled. */
export async function holdKeys(place: Promise<unknown>): Promise<void> {
  waits++;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, LONGEST)));
  try {
    await Promise.race([place, late]);
  } finally {
    clearTimeout(timer);
    waits--;
    while (waits === 0) {
      const key = held.shift();
      if (key === undefined) break;
      typeAgain(key);
    }
  }
}

/** Resolves once whoever is typing has paused. */
export async function keysRest(): Promise<void> {
  const began = performance.now();
  for (let rest = REST; rest > 0; rest = Math.max(began, pressed) + REST - performance.now())
    await new Promise((resolve) => setTimeout(resolve, rest));
}

/** What was held up to its Enter, where `unwanted` says yes to it: it is typed nowhere then. */
export function dropHeld(unwanted: (text: string) => boolean): string {
  const end = held.findIndex(({ key }) => key === "Enter" || key === "Tab");
  const text = held
    .slice(0, Math.max(end, 0))
    .map(({ key }) => (key.length === 1 ? key : ""))
    .join("");
  if (!unwanted(text)) return "";
  held.splice(0, end + 1);
  return text;
}

/** Types a key where the focus is, at the time at which it was pressed. */
export function typeAgain(pressed: KeyboardEvent): void {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey, timeStamp } = pressed;
  const target = document.activeElement ?? document.body;
  const again = new KeyboardEvent("keydown", { key, code, ctrlKey, metaKey, altKey, shiftKey, bubbles: true, cancelable: true });
  Object.defineProperty(again, "timeStamp", { value: timeStamp });
  if (!target.dispatchEvent(again)) return;
  if (key === "Tab") {
    moveOn(target, shiftKey ? -1 : 1);
    return;
  }
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) || target.readOnly || ctrlKey || metaKey)
    return;
  const [from, to] = [target.selectionStart ?? 0, target.selectionEnd ?? 0];
  if (key.length === 1) target.setRangeText(key, from, to, "end");
  else if (key === "Backspace" && to > 0) target.setRangeText("", from === to ? from - 1 : from, to, "end");
  else return;
  target.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** What Tab does, which no event of a script can. */
function moveOn(from: Element, step: number): void {
  const stops = [
    ...document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, summary, [tabindex]"),
  ].filter((stop) => stop.tabIndex >= 0 && !stop.matches(":disabled") && stop.checkVisibility());
  stops[stops.indexOf(from as HTMLElement) + step]?.focus();
}

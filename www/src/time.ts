import type { Day, Instant } from "cin7-quote-desk";

const LOCALE = "en-GB";
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const exactClock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const shortDay = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const longDay = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "always", style: "short" });

/** Stock older than this is said to be old. */
export const STALE_AFTER = 45 * 60_000;

/** How long ago, in milliseconds. */
export function age(instant: Instant): number {
  return Date.now() - Date.parse(instant);
}

/** `"just now"`, `"8 min ago"`, `"2 hr ago"`, `"in 7 min"`. */
export function ago(instant: Instant): string {
  const seconds = Math.round((Date.parse(instant) - Date.now()) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return "just now";
  if (size < 45 * 60) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 22 * 3600) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

/** When something is due: `"in 7 min"`, `"in a moment"` when that is near or past. */
export function due(instant: Instant): string {
  return age(instant) > -45_000 ? "in a moment" : ago(instant);
}

/** `"15:12"` today, `"22 Nov 15:12"` on another day. */
export function at(instant: Instant): string {
  return onItsDay(instant, clock);
}

/** `"15:12:03"` today, `"22 Nov 15:12:03"` on another day. */
export function exactly(instant: Instant): string {
  return onItsDay(instant, exactClock);
}

function onItsDay(instant: Instant, format: Intl.DateTimeFormat): string {
  const time = new Date(instant);
  const today = time.toDateString() === new Date().toDateString();
  return today ? format.format(time) : `${shortDay.format(time)} ${format.format(time)}`;
}

/** `"17 Apr"`, with the year when it is another one. */
export function day(date: Day): string {
  const time = new Date(`${date}T12:00:00`);
  return (time.getFullYear() === new Date().getFullYear() ? shortDay : longDay).format(time);
}

/** Time left, in words; empty while it cannot be told. */
export function timeLeft(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || milliseconds <= 0) return "";
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `about ${seconds} s left` : `about ${Math.ceil(seconds / 60)} min left`;
}

import { QuoteDesk, type OpenOptions, type Settings } from "cin7-quote-desk";

declare global {
  interface Window {
    /** The opened desk, for the console and for tests. */
    quoteDesk?: QuoteDesk;
  }
}

/**
 * Settings that may be overridden in the address one by one, so that one build can be tried in every mode; `settings` takes any
 * of them, as JSON.
 */
const OVERRIDES = ["salesType", "orderStatus", "lineTotal", "expiredQuotes"] as const;
const REMEMBERED = "quote-desk-overrides";
const SAVED = "quote-desk-settings";

let opened: QuoteDesk | undefined;

/** Opens the desk and starts its sync. */
export async function openDesk(): Promise<QuoteDesk> {
  const desk = await QuoteDesk.open(options());
  opened = desk;
  window.quoteDesk = desk;
  desk.on("left", forget);
  desk.on("otherAccount", () => dispatchEvent(new Event("qd-other-account")));
  return desk;
}

/** Leaves this device. @throws what the desk throws; nothing is wiped then. */
export async function leaveDevice(unsent: "keep" | "discard"): Promise<void> {
  await theDesk().leave({ unsent });
  if (unsent === "discard") localStorage.clear();
  forget();
}

/** What the screen itself has kept goes with the desk. */
function forget(): void {
  localStorage.removeItem(SAVED);
  sessionStorage.clear();
  dispatchEvent(new Event("qd-left"));
}

/** The opened desk. Elements are drawn only once it is there. */
export function theDesk(): QuoteDesk {
  if (opened === undefined) throw new Error("The desk is not open yet.");
  return opened;
}

/** Overrides from the address hold for the tab, until it is closed or `?reset` is asked for. */
function options(): OpenOptions {
  const query = new URLSearchParams(location.search);
  const kept = query.has("reset") ? {} : (JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}") as Record<string, string>);
  for (const name of [...OVERRIDES, "standardTier", "sendSalesPerson", "pictures", "settings", "db"]) {
    const value = query.get(name);
    if (value !== null) kept[name] = value;
  }
  sessionStorage.setItem(REMEMBERED, JSON.stringify(kept));
  if (query.get("reset") === "all") localStorage.removeItem(SAVED);

  // What the values may be is the desk's to judge: it refuses all that is wrong at once, in words.
  const settings: Record<string, unknown> = {
    pictures: kept["pictures"] !== "false",
    showCost: true,
    ...savedSettings(),
    ...givenSettings(kept["settings"]),
  };
  for (const name of OVERRIDES) if (kept[name] !== undefined) settings[name] = kept[name];
  if (kept["standardTier"] !== undefined) settings["standardTier"] = Number(kept["standardTier"]);
  if (kept["sendSalesPerson"] !== undefined) settings["sendSalesPerson"] = kept["sendSalesPerson"] === "true";
  const chosen: OpenOptions = { proxyUrl: "/cin7/", settings: settings as Settings };
  if (kept["db"] !== undefined) chosen.databaseName = kept["db"];
  return chosen;
}

/** Settings saved in this browser, for its next desk. */
export function keepSettings(settings: Settings): void {
  localStorage.setItem(SAVED, JSON.stringify(settings));
}

/** The settings that the address of this tab has set, which outrank the saved ones. */
export function overridden(): string[] {
  const kept = JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}") as Record<string, string>;
  return Object.keys(kept)
    .filter((name) => name !== "db")
    .flatMap((name) => (name === "settings" ? Object.keys(givenSettings(kept[name])) : [name]));
}

function savedSettings(): Record<string, unknown> {
  try {
    return JSON.parse(localStorage.getItem(SAVED) ?? "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Settings given as one JSON object; what is none is left to the desk to refuse. */
function givenSettings(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { [text]: null };
  }
}

/**
 * The tab's worker: everything that touches the network, storage, JSON, the catalogue and search runs here.
 *
 * It only passes on: calls to the engine, events to the page, and the two things that need other tabs (the lock that
 * elects the one that reads from Cin7, and the hint that records changed). No correctness depends on either.
 */

import load, { Engine, onPanic } from "./cin7_quote_desk.js";
import type { Call, Opened, Reply } from "./channel.js";
import { isTrap, toPlainError } from "./errors.js";
import type { DeskEvents } from "./events.js";
import { uniqueName } from "./unique.js";

declare const self: DedicatedWorkerGlobalScope;

/** A lock of this name and the tab's own is held for as long as this worker lives and can reach the stored data. */
const TAB_LOCK = "cin7-quote-desk/tab/";

let engine: Engine | undefined;
let hints: BroadcastChannel | undefined;

/** What this tab holds for all tabs it lets go of when it ends, or when a newer one has taken the stored data over. */
let letGo: () => void = () => undefined;
const taken = new Promise<void>((resolve) => (letGo = resolve));

function tell(reply: Reply): void {
  self.postMessage(reply);
}

/** What one tab hints to the others. */
interface Hint {
  event: keyof DeskEvents;
  /** Of the order that moved. */
  key?: string | undefined;
}

/** Events go to the page; those that began in this tab are hinted to the other tabs. */
function emit(event: keyof DeskEvents, data: { key?: string }, beganHere: boolean): void {
  tell({ event, data });
  if (event === "outdated") {
    engine?.stopSync();
    letGo();
  }
  if (beganHere) hints?.postMessage({ event, key: data.key } satisfies Hint);
}

/** The tabs that live, by the locks they hold; nothing where the browser has no locks. */
async function tabsAlive(): Promise<string[] | undefined> {
  const locks = await navigator.locks?.query();
  return locks?.held?.flatMap(({ name }) => (name?.startsWith(TAB_LOCK) ? [name.slice(TAB_LOCK.length)] : []));
}

const calendars = new Map<string | undefined, Intl.DateTimeFormat>();

/** The calendar day at an instant, in a time zone or the device's own; nothing where there is no zone of the name. */
function dayIn(zone: string | undefined, at: Date): string | undefined {
  try {
    const calendar =
      calendars.get(zone) ??
      new Intl.DateTimeFormat("en", {
        timeZone: zone,
        calendar: "gregory",
        numberingSystem: "latn",
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
      });
    calendars.set(zone, calendar);
    const parts = new Map(calendar.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
  } catch {
    return undefined;
  }
}

/** How long the page may take over a token, in milliseconds; the request then goes without one. */
const TOKEN_PATIENCE = 20_000;

let asked: Promise<string> | undefined;
let give: (token: string) => void = () => undefined;

/** The host page's token, asked for once for all requests that wait for it. */
function token(): Promise<string> {
  asked ??= new Promise<string>((resolve) => {
    give = resolve;
    setTimeout(resolve, TOKEN_PATIENCE, "");
    tell({ asks: "token" });
  }).finally(() => (asked = undefined));
  return asked;
}

/** From now on what goes to the proxy carries the host's token. */
function carryTokens(proxyUrl: string): void {
  const bare = self.fetch.bind(self);
  self.fetch = async (input, init) => {
    if (input instanceof Request && input.url.startsWith(proxyUrl)) {
      const carried = (await token()).trim();
      // Anything else is no token, and no header either.
      if (/^[\x21-\x7e]+$/.test(carried)) input.headers.set("authorization", `Bearer ${carried}`);
    }
    return bare(input, init);
  };
}

/** Takes a lock until this worker ends or is outdated. Resolves once it is held, or to false where the browser gives none. */
function holdLock(name: string): Promise<boolean> {
  return new Promise((held) => {
    // Plain http has no locks, and where storage is blocked they are refused.
    if (navigator.locks === undefined) return held(false);
    const until = () => {
      held(true);
      return taken;
    };
    navigator.locks.request(name, until).catch(() => held(false));
  });
}

/** Opens the engine: what is kept at `place`, or else for the account that the proxy speaks for. */
async function open(options: string, hasToken: boolean, module: WebAssembly.Module, place: string | undefined): Promise<Opened> {
  await load({ module_or_path: module });
  onPanic((words: string) => tell({ fell: words }));
  const tab = uniqueName();
  const locked = await holdLock(TAB_LOCK + tab);
  if (hasToken) carryTokens((JSON.parse(options) as { proxyUrl: string }).proxyUrl);
  engine = await Engine.open(options, emit, { tabsAlive, dayIn }, tab, place);
  const name = `cin7-quote-desk/${engine.name()}`;
  hints = new BroadcastChannel(name);
  hints.onmessage = ({ data }: MessageEvent<Hint>) => {
    if (data.event === "left") tell({ event: "left", data: {} });
    else void engine?.hinted(data.event, data.key).catch(() => undefined);
  };
  self.addEventListener("online", () => engine?.online());
  // Held until the tab ends or is outdated; another tab then becomes the reader. Without locks every tab reads.
  void holdLock(`${name}/reader`).then(() => engine?.lead());
  return { lock: locked ? TAB_LOCK + tab : null, place: engine.place() };
}

async function answer({ method, args }: Call): Promise<unknown> {
  if (method === "open")
    return open(args[0] as string, args[1] === true, args[2] as WebAssembly.Module, args[3] as string | undefined);
  if (method === "token") return give(args[0] as string);
  const target = engine as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>;
  const called = target[method];
  if (called === undefined) throw new Error(`The engine has no method “${method}”.`);
  const answered = await called.apply(engine, args);
  if (method === "leave") hints?.postMessage({ event: "left" } satisfies Hint);
  return answered;
}

self.onmessage = async (message: MessageEvent<Call>) => {
  const { id } = message.data;
  try {
    tell({ id, value: await answer(message.data) });
  } catch (caught) {
    tell({ id, error: toPlainError(caught) });
    // A trap without a panic, such as one for want of memory, leaves the instance unusable too.
    if (isTrap(caught)) tell({ fell: caught.message });
  }
};

tell({ runs: true });

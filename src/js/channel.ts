import { QuoteDeskError, toQuoteDeskError } from "./errors.js";
import { startWorker } from "./loading.js";
import type { DeskEvents } from "./events.js";

/** From the page to the worker. */
export interface Call {
  id: number;
  method: string;
  args: unknown[];
}

/** What opening answers. */
export interface Opened {
  /** The lock by whose release the page learns that this worker has ended; `null` without locks. */
  lock: string | null;
  /** Which account's databases it has opened. */
  place: string;
}

/** From the worker to the page. */
export type Reply =
  /** Its script runs: the first that is heard of it. */
  | { runs: true }
  /** Its wasm panicked and is unusable: what the panic said. The last that is heard of it. */
  | { fell: string }
  | { id: number; value: unknown }
  | { id: number; error: unknown }
  | { event: keyof DeskEvents; data: unknown }
  /** The worker needs the host's token; the answer is a call of `token`. */
  | { asks: "token" };

/** How long a worker lives that counts as steady, and the longest pause before a fresh one, in milliseconds. */
const STEADY = 60_000;
const LONGEST_PAUSE = 60_000;

/** What a call that was under way gets when its worker ends. It may have taken effect. */
function ended(code: "internal" | "closed", why: string): QuoteDeskError {
  return new QuoteDeskError(code, "The desk's worker ended.", code === "internal", [{ field: "", problem: why }]);
}

/** What every call gets once the desk is closed. */
export function closed(): QuoteDeskError {
  return new QuoteDeskError("closed", "The desk is closed.", false, []);
}

function hasEnded(caught: unknown): boolean {
  return caught instanceof QuoteDeskError && caught.code === "internal" && caught.retryable;
}

type Waiting = { resolve: (value: unknown) => void; reject: (error: unknown) => void };

/**
 * Calls into the worker of this tab.
 *
 * A worker may end under the page: a panic leaves its wasm unusable, and browsers end workers that take too much, without a
 * word. A fresh worker then starts by itself, for orders may be on their way: it reads everything it needs back from storage.
 */
export class Channel {
  #worker: Worker | null = null;
  /** While a worker opens; calls wait for it. */
  #opening: Promise<void> | null = null;
  /** How long the next fresh worker waits, in milliseconds. */
  #pause = 0;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #closed = false;
  /** Whether a newer tab has taken the stored data over: the worker lives on with what it has in memory. */
  #outdated = false;
  #kept = false;
  /** A fresh worker opens what the first one did: the page goes on with what it had from there. */
  #place: string | undefined;
  /** Who hears of every event besides the desk: its open quotes. */
  readonly hearers = new Set<(event: keyof DeskEvents, data: unknown) => void>();

  constructor(
    private readonly start: () => Worker,
    private readonly hello: Call["args"],
    private readonly onEvent: (event: keyof DeskEvents, data: unknown) => void,
    private readonly token: () => Promise<string> = () => Promise.resolve(""),
    /** A fresh worker stands in for one that ended. */
    private readonly onFresh: () => void = () => undefined,
    /** Something was kept for the first time that cannot be fetched again. */
    private readonly onKept: () => void = () => undefined,
  ) {}

  /** Opens the worker's engine; rejects with its error when the options are wrong or storage is refused. */
  open(): Promise<void> {
    this.#opening ??= this.#start().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #start(): Promise<void> {
    const worker = await startWorker(this.start);
    if (this.#closed) {
      worker.terminate();
      throw closed();
    }
    worker.addEventListener("message", (message: MessageEvent<Reply>) => this.#heard(worker, message.data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#lost(worker, event.message || "It failed.");
    });
    this.#worker = worker;
    const since = Date.now();
    const { lock, place } = (await this.#post("open", [...this.hello, this.#place]).catch((error: unknown) => {
      this.#lost(worker, "It did not open.");
      throw error;
    })) as Opened;
    this.#place = place;
    if (lock === null) return;
    // The worker holds this lock for as long as it lives. Nothing else tells that a browser has ended it.
    navigator.locks
      .request(lock, () => {
        if (this.#outdated) return;
        if (Date.now() - since > STEADY) this.#pause = 0;
        this.#lost(worker, "The browser ended it.");
      })
      .catch(() => undefined);
  }

  /**
   * Calls a method of the engine. When the worker ends under it, it is made once more on a fresh one: each call may be made
   * twice, for whatever it writes is written under the name of what it is about.
   */
  async call<T>(method: string, ...args: unknown[]): Promise<T> {
    const first = this.#call(method, args);
    const answer = (await first
      .catch((caught: unknown) => (hasEnded(caught) ? this.#call(method, args) : first))
      .catch((caught: unknown) => Promise.reject(toQuoteDeskError(caught)))) as T;
    if (method === "confirm" || method === "saveQuote") this.#keeps();
    return answer;
  }

  async #call(method: string, args: unknown[]): Promise<unknown> {
    if (this.#closed) throw closed();
    await this.#ready();
    return this.#post(method, args);
  }

  /** Whether `close` was called: nothing reaches the worker any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Ends the worker; what waits is rejected. */
  close(): void {
    this.#closed = true;
    if (this.#worker !== null) this.#lost(this.#worker, "The desk was closed.", "closed");
  }

  async #ready(): Promise<void> {
    if (this.#worker === null || this.#opening !== null) await this.open();
  }

  #keeps(): void {
    if (this.#kept) return;
    this.#kept = true;
    this.onKept();
  }

  #post(method: string, args: unknown[]): Promise<unknown> {
    const worker = this.#worker;
    if (worker === null) return Promise.reject(ended("internal", "It ended before it was asked."));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const call: Call = { id, method, args };
      worker.postMessage(call);
    });
  }

  #heard(worker: Worker, reply: Reply): void {
    if ("runs" in reply) return;
    if ("fell" in reply) {
      this.#lost(worker, reply.fell);
      return;
    }
    if ("asks" in reply) return void this.#giveToken();
    if ("event" in reply) {
      this.#outdated ||= reply.event === "outdated";
      for (const hear of this.hearers) hear(reply.event, reply.data);
      this.onEvent(reply.event, reply.data);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("error" in reply) waiting?.reject(toQuoteDeskError(reply.error));
    else waiting?.resolve(reply.value);
  }

  /** A host that cannot sign in gives none; the proxy then says what it wants. */
  async #giveToken(): Promise<void> {
    const token: unknown = await Promise.resolve()
      .then(this.token)
      .catch(() => "");
    await this.#post("token", [typeof token === "string" ? token : ""]).catch(() => undefined);
  }

  #lost(worker: Worker, why: string, code: "internal" | "closed" = "internal"): void {
    worker.terminate();
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(ended(code, why));
    this.#waiting.clear();
    // Whoever opens one hears that it failed.
    if (code === "internal" && this.#opening === null) this.#replace();
  }

  /** Starts a fresh worker, later each time that one ends soon after its start. */
  #replace(): void {
    setTimeout(() => {
      // A call may have started one in the meantime.
      if (!this.#closed) this.#ready().then(this.onFresh, () => this.#replace());
    }, this.#pause);
    this.#pause = Math.min(this.#pause * 2 + 1000, LONGEST_PAUSE);
  }
}

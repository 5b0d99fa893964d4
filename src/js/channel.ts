import { QuoteDeskError, toQuoteDeskError } from "./errors.js";
import type { DeskEvents } from "./types.js";

/** From the page to the worker. */
export interface Call {
  id: number;
  method: string;
  args: unknown[];
}

/** From the worker to the page. */
export type Reply =
  | { id: number; value: unknown }
  | { id: number; error: unknown }
  | { event: keyof DeskEvents; data: unknown }
  /** The worker needs the host's token; the answer is a call of `token`. */
  | { asks: "token" };

type Waiting = { resolve: (value: unknown) => void; reject: (error: unknown) => void };

/**
 * Calls into the worker of this tab.
 *
 * A panic in wasm leaves the instance unusable, so a worker that reports a fault is ended: what waits is rejected, and
 * the next call starts a fresh worker, which reads everything it needs back from storage.
 */
export class Channel {
  #worker: Worker | null = null;
  #waiting = new Map<number, Waiting>();
  #next = 1;
  #closed = false;

  constructor(
    private readonly start: () => Worker,
    private readonly hello: Call["args"],
    private readonly onEvent: (event: keyof DeskEvents, data: unknown) => void,
    private readonly token: () => Promise<string> = () => Promise.resolve(""),
  ) {}

  /** Opens the worker's engine; rejects with its error when the options are wrong or storage is refused. */
  async open(): Promise<void> {
    const worker = this.start();
    worker.addEventListener("message", (message: MessageEvent<Reply>) => this.#heard(message.data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#lost(worker, event.message || "The worker ended.");
    });
    this.#worker = worker;
    await this.#post("open", this.hello);
  }

  /** Calls a method of the engine. */
  async call<T>(method: string, ...args: unknown[]): Promise<T> {
    if (this.#closed) throw new QuoteDeskError("closed", "The desk is closed.", false, []);
    if (this.#worker === null) await this.open();
    return (await this.#post(method, args)) as T;
  }

  /** Ends the worker; what waits is rejected. */
  close(): void {
    this.#closed = true;
    if (this.#worker !== null) this.#lost(this.#worker, "The desk was closed.", "closed");
  }

  #post(method: string, args: unknown[]): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const call: Call = { id, method, args };
      this.#worker?.postMessage(call);
    });
  }

  #heard(reply: Reply): void {
    if ("asks" in reply) return void this.#giveToken();
    if ("event" in reply) return this.onEvent(reply.event, reply.data);
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("error" in reply) waiting?.reject(toQuoteDeskError(reply.error));
    else waiting?.resolve(reply.value);
  }

  /** A host that cannot sign in gives none; the proxy then says what it wants. */
  async #giveToken(): Promise<void> {
    const token: unknown = await Promise.resolve().then(this.token).catch(() => "");
    await this.#post("token", [typeof token === "string" ? token : ""]).catch(() => undefined);
  }

  #lost(worker: Worker, why: string, code: "internal" | "closed" = "internal"): void {
    worker.terminate();
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) {
      reject(new QuoteDeskError(code, "The desk's worker ended.", code === "internal", [{ field: "", problem: why }]));
    }
    this.#waiting.clear();
  }
}

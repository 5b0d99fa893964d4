/**
 * The tab's worker: everything that touches the network, storage, JSON, the catalogue and search runs here.
 *
 * It only passes on: calls to the engine, events to the page, and the two things that need other tabs (the lock that
 * elects the one that reads from Cin7, and the hint that records changed). No correctness depends on either.
 */

import load, { Engine } from "./cin7_quote_desk.js";
import type { Call, Reply } from "./channel.js";
import { toPlainError } from "./errors.js";
import type { DeskEvents } from "./types.js";

declare const self: DedicatedWorkerGlobalScope;

let engine: Engine | undefined;
let hints: BroadcastChannel | undefined;

function tell(reply: Reply): void {
  self.postMessage(reply);
}

/** Events go to the page; those that other tabs need to hear of are hinted to them. */
function emit(event: keyof DeskEvents, data: unknown): void {
  tell({ event, data });
  if (event !== "sync") hints?.postMessage(event);
}

async function open(options: string): Promise<void> {
  await load();
  engine = await Engine.open(options, emit);
  const name = `cin7-quote-desk/${engine.name()}`;
  hints = new BroadcastChannel(name);
  hints.onmessage = (hint: MessageEvent<keyof DeskEvents>) => void engine?.hinted(hint.data).catch(() => undefined);
  // Held until the tab ends; another tab then becomes the reader.
  void navigator.locks?.request(`${name}/reader`, async () => {
    engine?.lead();
    await new Promise(() => undefined);
  });
  if (navigator.locks === undefined) engine.lead();
}

async function answer({ method, args }: Call): Promise<unknown> {
  if (method === "open") return open(args[0] as string);
  const target = engine as unknown as Record<string, (...args: unknown[]) => unknown>;
  return target[method]?.(...args);
}

self.onmessage = async (message: MessageEvent<Call>) => {
  const { id } = message.data;
  try {
    tell({ id, value: await answer(message.data) });
  } catch (caught) {
    tell({ id, error: toPlainError(caught) });
    // A trap (a panic) leaves the instance unusable: end loudly, so that the page starts a fresh worker.
    if (caught instanceof WebAssembly.RuntimeError) throw caught;
  }
};

import { QuoteDeskError } from "./errors.js";
import type { SyncView } from "./sync.js";

/** What tells how the sync stands. */
interface Source {
  state(): Promise<SyncView>;
  /** Calls back at every change; returns the way to stop. */
  hear(listener: (state: SyncView) => void): () => void;
  /** When this session began: the failure of an earlier one says nothing about it. */
  since: number;
}

/**
 * Waits until quoting is possible, a run of this session has failed, or one of the signals is aborted, whose reason is thrown
 * then.
 *
 * @throws QuoteDeskError `not-ready`.
 */
export async function untilReady({ state, hear, since }: Source, signals: (AbortSignal | undefined)[]): Promise<void> {
  for (const signal of signals) signal?.throwIfAborted();
  const ended = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const judge = ({ ready, phase, failure, endedAt }: SyncView) => {
        if (ready) return resolve();
        if (phase !== "idle" || failure === null || endedAt === null || Date.parse(endedAt) < since) return;
        reject(
          new QuoteDeskError("not-ready", "Cin7 has not been read yet, and the last try failed.", true, [
            { field: "sync", problem: failure },
          ]),
        );
      };
      ended.signal.addEventListener("abort", hear(judge));
      for (const signal of signals)
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { signal: ended.signal });
      state().then(judge, reject);
    });
  } finally {
    ended.abort();
  }
}

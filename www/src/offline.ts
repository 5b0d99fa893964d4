/** The lock of a version's name keeps its files for as long as a tab has it open, whatever comes later. */
export function holdScreen(): void {
  const version = document.querySelector<HTMLMetaElement>("meta[name=version]")?.content ?? "";
  navigator.locks
    ?.request(`quote-screen/${version}`, { mode: "shared" }, () => new Promise(() => undefined))
    .catch(() => undefined);
}

/** Has the screen's own files kept, so that it opens without a network. Pages that come by plain http need one. */
export function keepScreen(): void {
  if (import.meta.env.PROD) navigator.serviceWorker?.register("/service-worker.js").catch(() => undefined);
}

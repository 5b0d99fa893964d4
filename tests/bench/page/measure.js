// What is measured, from the page's side of the package, as a screen would use it.

import { QuoteDesk } from "./pkg/index.js";

const link = (number) => `https://crm.example/view/Quote/${number}`;
const open = () => QuoteDesk.open({ proxyUrl: "/cin7/", databaseName: "bench" });
let desk;

/** Percentiles of some times, in the unit they come in. */
function percentiles(times) {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), worst: sorted.at(-1) };
}

/** Reads everything for the first time. */
async function firstSync(said) {
  const start = performance.now();
  desk = await open();
  await new Promise((resolve, reject) => {
    desk.on("sync", (state) => {
      said(state.lists.map(({ list, read }) => `${list} ${read}`).join(", "));
      if (state.failure) reject(new Error(state.failure));
      if (state.ready && state.phase === "idle") resolve();
    });
    desk.sync.start().catch(reject);
  });
  const wallMs = performance.now() - start;
  const channel = new BroadcastChannel("bench-probe");
  const probe = await new Promise((resolve) => {
    channel.onmessage = ({ data }) => typeof data === "object" && resolve(data);
    channel.postMessage("tell");
  });
  channel.close();
  const { lists } = await desk.sync.state();
  return { wallMs, ...probe, rows: Object.fromEntries(lists.map(({ list, rows }) => [list, rows])) };
}

/** From opening the desk to the first line with a price. The tab is fresh, the databases are there. */
async function coldOpen({ customerId, sku, number }) {
  const start = performance.now();
  desk = await open();
  const opened = performance.now();
  const quote = await desk.quotes.create({ link: link(number), customerId });
  const line = await quote.addLine({ sku });
  const priced = performance.now();
  if (line.price === null) throw new Error(`${sku} has no price`);
  return { openMs: opened - start, pricedMs: priced - start, sincePageMs: priced };
}

/** Types every text letter by letter, as fast as answers come. */
async function keystrokes({ queries, customerId }) {
  const strokes = [];
  const found = {};
  for (const { kind, text, wants } of queries) {
    let hits = [];
    for (let end = 1; end <= text.length; end++) {
      const typed = text.slice(0, end);
      const start = performance.now();
      hits = await desk.products.search(typed, { limit: 20, customerId });
      strokes.push({ kind, typed, ms: performance.now() - start });
    }
    found[kind] ??= { asked: 0, right: 0 };
    found[kind].asked += 1;
    const right = ({ sku, name }) => wants.every((part) => `${sku} ${name}`.toLowerCase().includes(part));
    if (hits.some(right)) found[kind].right += 1;
  }
  const kinds = Object.keys(found).map((kind) => [
    kind,
    percentiles(strokes.filter((stroke) => stroke.kind === kind).map(({ ms }) => ms)),
  ]);
  const slowest = strokes.toSorted((one, other) => other.ms - one.ms).slice(0, 20);
  return { ...percentiles(strokes.map(({ ms }) => ms)), kinds: Object.fromEntries(kinds), slowest, found };
}

/** The mean time of a call in microseconds, over rounds of many calls: the page's clock is too coarse for one. */
function meanOf(rounds, calls, call) {
  const means = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let index = 0; index < calls; index++) call(round * calls + index);
    means.push(((performance.now() - start) * 1000) / calls);
  }
  return percentiles(means);
}

/** Edits of a quote with many lines. */
async function largeQuote({ customerId, skus, number }) {
  const quote = await desk.quotes.create({ link: link(number), customerId });
  for (const sku of skus) await quote.addLine({ sku, quantity: "2" });
  const lines = quote.lines().map(({ id }) => id);
  if (lines.length !== skus.length) throw new Error(`${lines.length} of ${skus.length} lines were added`);
  const quantity = (index) => String(1 + (index % 97));
  const before = quote.totals().net;
  const edit = meanOf(20, 250, (index) => quote.setQuantity(lines[(index * 7919) % lines.length], quantity(index)));
  if (quote.totals().net === before) throw new Error("the edits changed nothing");
  const editAndTotals = meanOf(20, 250, (index) => {
    quote.setQuantity(lines[(index * 7919) % lines.length], quantity(index + 1));
    quote.totals();
  });
  // As the quote screen does after each edit of a line: everything that is drawn anew is asked for.
  const editAndScreen = meanOf(20, 25, (index) => {
    quote.setQuantity(lines[(index * 7919) % lines.length], quantity(index + 2));
    quote.totals();
    quote.figures();
    quote.problems();
  });
  const figures = meanOf(20, 25, () => quote.figures());
  const problems = meanOf(20, 25, () => quote.problems());
  const crossing = meanOf(20, 250, (index) => quote.line(lines[(index * 7919) % lines.length]));
  const tierSwitch = meanOf(20, 1, (index) => {
    quote.setPriceTier(1 + (index % 10));
    quote.totals();
  });
  const view = meanOf(10, 1, () => quote.view());
  await quote.close();
  return { lines: lines.length, edit, editAndTotals, editAndScreen, figures, problems, crossing, tierSwitch, view };
}

const wait = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * The limit: the same bytes read back from IndexedDB, copied into wasm memory, and written again, by nothing but calls of the
 * browser.
 */
async function rawLimits() {
  const parts = [];
  let readMs = 0;
  for (const { name } of await indexedDB.databases()) {
    if (!name.includes("bench") || name === "raw") continue;
    const database = await wait(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const start = performance.now();
      const values = await wait(database.transaction(store).objectStore(store).getAll());
      readMs += performance.now() - start;
      parts.push(
        ...values.flatMap((value) =>
          ArrayBuffer.isView(value) ? [value] : Object.values(Object(value)).filter((inner) => ArrayBuffer.isView(inner)),
        ),
      );
    }
    database.close();
  }
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const memory = new Uint8Array(new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) + 1 }).buffer);
  memory.fill(1);
  let at = 0;
  const copied = performance.now();
  for (const part of parts) {
    memory.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  const copyMs = performance.now() - copied;
  const request = indexedDB.open("raw", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("parts");
  const raw = await wait(request);
  const written = performance.now();
  const transaction = raw.transaction("parts", "readwrite", { durability: "relaxed" });
  for (const [index, part] of parts.entries()) transaction.objectStore("parts").put(part, index);
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const writeMs = performance.now() - written;
  raw.close();
  await wait(indexedDB.deleteDatabase("raw"));
  return { bytes, parts: parts.length, readMs, copyMs, writeMs };
}

const customers = (text) => desk.customers.search(text, { limit: 20 });

window.bench = { firstSync, coldOpen, keystrokes, largeQuote, rawLimits, customers };

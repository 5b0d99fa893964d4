// Runs in the package's worker before the package: notes how long it waits for the network and for IndexedDB.

const spent = { fetches: 0, fetchedBytes: 0, writes: 0, writtenBytes: 0, puts: 0 };
const spans = { network: [], writing: [] };

const realFetch = self.fetch;
self.fetch = async (...args) => {
  const start = performance.now();
  spent.fetches += 1;
  const response = await realFetch(...args);
  // The answer counts as waiting until its last byte is there.
  const copy = response.clone();
  void copy.arrayBuffer().then((bytes) => {
    spent.fetchedBytes += bytes.byteLength;
    spans.network.push([start, performance.now()]);
  });
  return response;
};

const sizeOf = (value) => {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  if (typeof value === "string") return value.length;
  if (value && typeof value === "object") return Object.values(value).reduce((sum, inner) => sum + sizeOf(inner), 0);
  return 8;
};

const realTransaction = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const start = performance.now();
  const transaction = realTransaction.call(this, stores, mode, options);
  if (mode === "readwrite") {
    transaction.addEventListener("complete", () => {
      spent.writes += 1;
      spans.writing.push([start, performance.now()]);
    });
  }
  return transaction;
};

const realPut = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...key) {
  spent.puts += 1;
  spent.writtenBytes += sizeOf(value);
  return realPut.call(this, value, ...key);
};

/** Time covered by at least one of the spans, in milliseconds. */
function covered(all) {
  let end = -Infinity;
  let sum = 0;
  for (const [from, to] of all.toSorted(([one], [other]) => one - other)) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}

new BroadcastChannel("bench-probe").onmessage = ({ target, data }) => {
  if (data !== "tell") return;
  target.postMessage({
    ...spent,
    networkMs: covered(spans.network),
    writingMs: covered(spans.writing),
    networkOrWritingMs: covered([...spans.network, ...spans.writing]),
  });
};

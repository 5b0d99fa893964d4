// What the package costs to download, and the bar it must stay under.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { root, Stop } from "./command.mjs";

/** wasm and JavaScript together, as brotli packs them, in bytes: just above what was reached. The aim is 450,000 at most. */
const BUDGET = 415_000;

/** Prints raw, gzip and brotli of every shipped file. @throws Stop above the budget, if `held` to it. */
export function reportSize(held) {
  const pkg = join(root, "pkg");
  const rows = readdirSync(pkg)
    .filter((name) => /\.(js|wasm)$/.test(name))
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(pkg, name));
      return { name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
    });
  const total = rows.reduce((sum, row) => ({
    name: "total",
    raw: sum.raw + row.raw,
    gzip: sum.gzip + row.gzip,
    brotli: sum.brotli + row.brotli,
  }));
  console.log(`\n${"pkg/".padEnd(30)}${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}   kB`);
  for (const { name, raw, gzip, brotli } of [...rows, total]) {
    console.log(name.padEnd(30) + [raw, gzip, brotli].map((bytes) => (bytes / 1000).toFixed(1).padStart(10)).join(""));
  }
  const verdict = `wasm + JavaScript: ${(total.brotli / 1000).toFixed(1)} kB brotli of ${BUDGET / 1000} kB`;
  if (held && total.brotli > BUDGET) throw new Stop(`The package is too large: ${verdict}.`);
  console.log(`${verdict}\n`);
  return total;
}

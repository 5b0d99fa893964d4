// What the package costs to download, what that buys, and the bar it must stay under.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { root, Stop } from "./command.mjs";
import { functions } from "./wasm.mjs";

/** wasm and JavaScript together, as brotli packs them, in bytes: just above what was reached. The aim is 450,000 at most. */
const BUDGET = 780_000;
/** The wasm as it was before its names were taken out, kept for this report. */
export const NAMED = join(root, ".tools", "named.wasm");
/** Parts that are smaller than this are told in one line, in bytes. */
const SMALL = 10_000;

/** Prints every shipped file's size, and the wasm's by part. @throws Stop above the budget. */
export function reportSize() {
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
  if (existsSync(NAMED)) reportParts(readFileSync(NAMED));
  const verdict = `wasm + JavaScript: ${(total.brotli / 1000).toFixed(1)} kB brotli of ${BUDGET / 1000} kB`;
  if (total.brotli > BUDGET) throw new Stop(`The package is too large: ${verdict}.`);
  console.log(`${verdict}\n`);
}

/** What each module of ours and each crate adds to the code, raw; about a third of that is downloaded. */
function reportParts(wasm) {
  const sizes = new Map();
  for (const { name, size } of functions(wasm)) sizes.set(partOf(name), (sizes.get(partOf(name)) ?? 0) + size);
  const parts = [...sizes].sort(([, one], [, other]) => other - one);
  const code = parts.reduce((sum, [, size]) => sum + size, 0);
  const told = parts.filter(([, size]) => size >= SMALL);
  const rest = code - told.reduce((sum, [, size]) => sum + size, 0);
  const data = wasm.length === 0 ? 0 : readFileSync(join(root, "pkg", "cin7_quote_desk_bg.wasm")).length - code;
  console.log(`\n${"code of".padEnd(30)}${"raw".padStart(10)}   kB`);
  for (const [part, size] of [...told, ["smaller parts", rest], ["texts, tables, types", data]]) {
    console.log(part.padEnd(30) + (size / 1000).toFixed(1).padStart(10));
  }
  console.log("");
}

/**
 * A function belongs to the module of ours that it is for, so that what is made of a library's generics counts where it is used;
 * else to its crate.
 */
export function partOf(name) {
  const ours = /cin7_quote_desk::(\w+)/.exec(name);
  if (ours !== null) return `src/${ours[1]}`;
  return /(\w+)::/.exec(name)?.[1] ?? "other";
}

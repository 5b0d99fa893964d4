// Holds every text in the repository to a width and every source to a length, for what no formatter breaks: text, macros, pages.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.mjs";

const WIDTH = 130;
const LENGTH = 500;
/** Data, one record or input a line. */
const DATA = /\.png$|lock(\.json)?$|^fuzz\/(corpus|words)|^tests\/sandbox\/worlds\//;
/** How many lines may still be wider. Only ever goes down. */
const WIDER = 155;
/** Sources that may still be longer. Only ever gets shorter. */
const LONGER = new Set([
  "proxy/src/custody/ledger.rs",
  "src/catalogue/documents.rs",
  "src/catalogue/search.rs",
  "src/js/quote.ts",
]);

/** Every file of the repository that is there. */
export function tracked() {
  const names = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");
  return names.filter((name) => existsSync(join(root, name)));
}

/** What is too wide or too long, in sentences. */
export function checkSources() {
  const wrong = [];
  const wide = [];
  for (const file of tracked().filter((name) => !DATA.test(name))) {
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    // A row of a table is one line, however wide.
    const over = (line) => [...line].length > WIDTH && !line.startsWith("|");
    wide.push(...lines.flatMap((line, at) => (over(line) ? [`${file}:${at + 1}`] : [])));
    const source = /\.(rs|ts|mjs|js|css)$/.test(file);
    if (source && lines.length - 1 > LENGTH && !LONGER.has(file)) wrong.push(`${file} has ${lines.length - 1} lines`);
  }
  if (wide.length > WIDER) wrong.push(`${wide.length} lines are wider than ${WIDTH}: ${wide.slice(-20).join(" ")}`);
  return wrong;
}

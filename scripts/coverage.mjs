// Which test shows which row of the mission: `node scripts/coverage.mjs` writes docs/coverage.md, `npm test` checks it.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, say } from "./command.mjs";
import { filesUnder } from "./fingerprint.mjs";
import { MISSION } from "./mission.mjs";

const PAGE = "docs/coverage.md";
const SCENARIO = /\brow\(\s*"([GCPSX]\d\d)_([a-z0-9_]+)"/g;
const NATIVE = /\bfn ([gcpsx]\d\d)_([a-z0-9_]+)\(/g;
/** How many rows may still be without a scenario. Only ever goes down. */
const OPEN = 0;

function testsByRow() {
  const found = new Map(Object.keys(MISSION).map((id) => [id, { scenarios: [], native: [] }]));
  const read = (files, pattern, kind) => {
    for (const file of files) {
      for (const [, id, words] of readFileSync(join(root, file), "utf8").matchAll(pattern)) {
        const row = found.get(id.toUpperCase());
        if (!row) throw new Error(`${file} shows ${id}, which is no row of the mission.`);
        row[kind].push({ file, name: `${id}_${words}` });
      }
    }
  };
  read(
    filesUnder("tests/e2e/rows").filter((name) => name.endsWith(".test.mjs")),
    SCENARIO,
    "scenarios",
  );
  read(
    [...filesUnder("src"), ...filesUnder("tests/native")].filter((name) => name.endsWith(".rs")),
    NATIVE,
    "native",
  );
  return found;
}

function page(found) {
  const cell = (tests) => tests.map(({ file, name }) => `[\`${name}\`](../${file})`).join("<br>") || "–";
  const lines = [...found].map(
    ([id, { scenarios, native }]) => `| ${id} | ${MISSION[id]} | ${cell(scenarios)} | ${cell(native)} |`,
  );
  const covered = [...found.values()].filter(({ scenarios }) => scenarios.length > 0).length;
  return [
    "# Coverage of the mission",
    "",
    `${covered} of ${found.size} rows have a scenario: the real package in a headless browser against the sandbox. Written by`,
    "`node scripts/coverage.mjs`; `npm test` fails when this page is old or a row loses its scenario.",
    "",
    "| row | what | scenarios | native tests |",
    "|---|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}

function withoutScenario(found) {
  return [...found].filter(([, { scenarios }]) => scenarios.length === 0).map(([id]) => id);
}

/** What is wrong with the coverage, in sentences. */
export function checkCoverage() {
  const found = testsByRow();
  const wrong = [];
  const open = withoutScenario(found);
  if (open.length > OPEN) wrong.push(`rows without a scenario: ${open.join(" ")}`);
  if (readFileSync(join(root, PAGE), "utf8") !== page(found)) wrong.push(`${PAGE} is old: run \`node scripts/coverage.mjs\``);
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = testsByRow();
  writeFileSync(join(root, PAGE), page(found));
  say(`Wrote ${PAGE}. Without a scenario: ${withoutScenario(found).join(" ") || "none"}.`);
}

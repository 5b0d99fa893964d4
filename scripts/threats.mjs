// Holds THREATS.md to its word: every test that it names exists where it says.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.mjs";
import { filesUnder } from "./fingerprint.mjs";

const PAGE = "THREATS.md";
/** Where the tests of a place are, and whether they are functions or have titles. */
const PLACES = {
  proxy: { folders: ["proxy/src", "proxy/tests"], functions: true },
  native: { folders: ["src", "tests/native"], functions: true },
  browser: { folders: ["tests/browser"], functions: true },
  e2e: { folders: ["tests/e2e"], functions: false },
  package: { folders: ["tests/package"], functions: false },
};

/** Whether a file is what is meant by `access`, as its own name or its folder's. */
function isCalled(file, name) {
  return file.split("/").some((part) => part.replace(/(\.test)?\.\w+$/, "") === name);
}

function exists(place, file, name) {
  const { folders, functions } = PLACES[place];
  const files = folders.flatMap((folder) => filesUnder(folder)).filter((path) => isCalled(path, file));
  const titled = new RegExp(`\\(\\s*${JSON.stringify(name).replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}`);
  return files
    .map((path) => readFileSync(join(root, path), "utf8"))
    .some((text) => (functions ? testIn(text, name) : titled.test(text)));
}

/** A test function: one with a test's attribute, or within `proptest!`, which has it on the line before. */
function testIn(text, name) {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => new RegExp(`^\\s*(pub )?(async )?fn ${name}\\(`).test(line));
  if (at < 0) return /^targets!\(/m.test(text) && name === "every_target_is_run";
  return lines.slice(Math.max(0, at - 4), at).some((line) => /#\[.*test/.test(line));
}

/** What is wrong with the page, in sentences. */
export function checkThreats() {
  const text = readFileSync(join(root, PAGE), "utf8");
  const wrong = [];
  let named = 0;
  // The tables whose last column says what shows it.
  const tables = text.split(/\n{2,}/).filter((part) => /^\|.*\| Shown by \|$/m.test(part));
  const rows = tables.flatMap((table) => table.split("\n").slice(2)).filter((line) => line.startsWith("| "));
  for (const row of rows) {
    const shown = row.split(" | ").at(-1);
    const tests = [...shown.matchAll(/`([^`]+)`/g)].map(([, test]) => test);
    if (tests.length === 0) wrong.push(`${PAGE} shows nothing for “${row.slice(2, 60)}…”`);
    for (const test of tests) {
      named += 1;
      const [, place, file, name] = /^(?:(\w+)\/)?([\w-]+): (.+)$/.exec(test) ?? [];
      const found =
        file === "fuzz" && place === undefined
          ? existsSync(join(root, `fuzz/fuzz_targets/${name}.rs`)) && existsSync(join(root, `fuzz/corpus/${name}.txt`))
          : place in PLACES && exists(place, file, name);
      if (!found) wrong.push(`${PAGE} names \`${test}\`, which does not exist`);
    }
  }
  if (named < 60) wrong.push(`${PAGE} names only ${named} tests`);
  return wrong;
}

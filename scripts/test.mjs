// `npm test`: runs every check, or those that are named (`npm test -- native e2e`), and counts what passed.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { main, record, root, say, Stop } from "./command.mjs";
import { filesUnder } from "./fingerprint.mjs";
import { buildPackage, buildPlanted, buildScreen, buildServers } from "./build.mjs";
import { chromium, firefox, npmPackages, rustChecks, wasmTools } from "./setup.mjs";
import { audit } from "./audit.mjs";
import { checkCoverage } from "./coverage.mjs";
import { checkReferences } from "./references.mjs";
import { checkSources } from "./sources.mjs";
import { checkThreats } from "./threats.mjs";
import { reportSize } from "./size.mjs";

/** Clean machines build everything once: what only helps the second build costs them time and disk. */
if (process.env.CI) process.env.CARGO_INCREMENTAL ??= "0";

/** How each runner counts. */
const CARGO = /^test result: .*?(?<passed>\d+) passed; (?<failed>\d+) failed/gm;
const SIMULATION = /^(?:simulation|planted): (?<passed>\d+) passed, (?<failed>\d+) failed/gm;
const NODE = /^[ℹ#] (?:pass (?<passed>\d+)|(?:fail|cancelled) (?<failed>\d+))$/gm;

/** Every stage, what takes seconds first. Each runs programs and returns how many tests passed and failed. */
const stages = {
  format: () => tool("cargo", ["fmt", "--all", "--check"]),
  lint: () => tool("biome", ["ci", "--error-on-warnings", "."]),
  sources: () => held(checkSources(), checkReferences()),
  coverage: () => held(checkCoverage(), checkThreats()),
  clippy: () => tool("cargo", ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
  // Unit tests are native; the browser has tests of its own.
  "wasm-clippy": () =>
    tool("cargo", [
      "clippy",
      "--target",
      "wasm32-unknown-unknown",
      "--lib",
      "--test",
      "page",
      "--test",
      "worker",
      "--",
      "-D",
      "warnings",
    ]),
  // Links in the documentation lead somewhere, of private items too: Cargo.toml denies those that do not.
  docs: async () => {
    const documented = (...which) => tool("cargo", ["doc", "--no-deps", "--document-private-items", ...which]);
    return sum([await documented("--workspace"), await documented("--lib", "--target", "wasm32-unknown-unknown")]);
  },
  native: () => tests("cargo", ["test", "--workspace", "--no-fail-fast"], CARGO),
  // Optimised, because thousands of histories are played (ten thousand by `npm run simulate -- --seeds 10000`); then every
  // planted bug must be found.
  simulation: async () => sum([await simulate("--seeds", "2000"), await simulate("--planted")]),
  build: async () => {
    await buildPackage();
    await buildScreen();
    if (process.env.QUOTE_DESK_BUILD !== "dev") reportSize();
    return { passed: 1, failed: 0 };
  },
  audit,
  types: async () => {
    await buildPackage();
    await buildScreen();
    return sum(await Promise.all(typeProjects().map((project) => tool("tsc", ["--noEmit", "--project", project]))));
  },
  browser: async () => {
    await wasmTools();
    await chromium();
    await firefox();
    return sum([await inBrowser("--chrome"), await inBrowser("--firefox")]);
  },
  package: async () => {
    await built();
    await buildPlanted();
    return tests(process.execPath, nodeTest("tests/package"), NODE);
  },
  e2e: async () => {
    await built();
    return tests(process.execPath, nodeTest("tests/e2e"), NODE);
  },
};

/** Projects that must type-check without writing anything. */
function typeProjects() {
  return [
    "tsconfig.json",
    "tsconfig.worker.json",
    "tests/golden/tsconfig.json",
    "www/tsconfig.json",
    "www/tsconfig.worker.json",
  ].filter((path) => existsSync(join(root, path)));
}

/** By the command of whoever tests by hand: in a page, in a worker, and the unit tests that a browser may answer otherwise. */
function inBrowser(browser) {
  return tests("wasm-pack", ["test", "--headless", browser], CARGO);
}

function simulate(...args) {
  return tests("cargo", ["run", "--quiet", "--profile", "server", "-p", "cin7-simulation", "--", ...args], SIMULATION);
}

async function built() {
  await chromium();
  await buildPackage();
  await buildScreen();
  await buildServers();
}

/** One file after the other: each starts servers and a browser, on two cores. */
function nodeTest(folder) {
  const files = filesUnder(folder).filter((name) => name.endsWith(".test.mjs"));
  return ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files];
}

/** Checks of our own, each by what it found wrong. */
function held(...checks) {
  const wrong = checks.flat();
  return { passed: checks.filter((found) => found.length === 0).length, failed: wrong.length, why: wrong.join("; ") };
}

/** A tool whose exit code is its verdict. */
async function tool(program, args) {
  say([program, ...args].join(" "));
  const { code } = await record(program, args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A test runner, whose own counts are added up by a pattern with the groups `passed` and `failed`. */
async function tests(program, args, pattern) {
  say([program === process.execPath ? "node" : program, ...args].join(" "));
  const { code, text } = await record(program, args);
  const counts = { passed: 0, failed: 0 };
  for (const { groups } of stripVTControlCharacters(text).matchAll(pattern)) {
    counts.passed += Number(groups.passed ?? 0);
    counts.failed += Number(groups.failed ?? 0);
  }
  // A runner that fails without a failed test (a build error, a crash) is a failure, and one that ran nothing has not passed.
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, why: `exit code ${code}` };
  if (counts.passed + counts.failed === 0) return { passed: 0, failed: 1, why: "no test ran" };
  return counts;
}

function sum(all) {
  return all.reduce((one, other) => ({ passed: one.passed + other.passed, failed: one.failed + other.failed }));
}

async function stage(name) {
  console.log(`\n== ${name}`);
  const start = Date.now();
  let result;
  try {
    result = await stages[name]();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(error.message);
    result = { passed: 0, failed: 1, why: error.message };
  }
  return { name, seconds: Math.round((Date.now() - start) / 1000), ...result };
}

await main(async () => {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !Object.hasOwn(stages, name));
  if (unknown.length > 0) throw new Stop(`There is no stage ${unknown.join(", ")}: there are ${Object.keys(stages).join(", ")}.`);
  await rustChecks();
  await npmPackages(".", "TypeScript and wasm-opt for the build, Playwright for the tests");
  const results = [];
  for (const name of named.length > 0 ? named : Object.keys(stages)) results.push(await stage(name));

  console.log(`\n${"stage".padEnd(14)}${"passed".padStart(8)}${"failed".padStart(8)}${"seconds".padStart(9)}`);
  for (const { name, passed, failed, seconds, why } of results) {
    console.log(
      [
        name.padEnd(14),
        String(passed).padStart(8),
        String(failed).padStart(8),
        String(seconds).padStart(9),
        why && `   ${why}`,
      ].join(""),
    );
  }
  const { passed, failed } = sum(results);
  console.log(`\n${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
});

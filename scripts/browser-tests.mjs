#!/usr/bin/env node
// Runs the browser tests: built once, then in each browser, in a page and in a dedicated worker.
//
//   node scripts/browser-tests.mjs                      both browsers, both hosts
//   node scripts/browser-tests.mjs chromium             one browser
//   node scripts/browser-tests.mjs firefox worker       one browser, one host
//   node scripts/browser-tests.mjs --filter blocked     only the tests whose name contains this
//   node scripts/browser-tests.mjs --verbose            the runner's whole output
//
// A driver is taken from CHROMEDRIVER or GECKODRIVER, else from the PATH. Exits with 1 when a test fails or none ran, with 2
// when something that the tests need is missing.

import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TARGET = "wasm32-unknown-unknown";
// Seconds; the runner's own limit of 20 is too short on a busy machine.
const TIME_LIMIT = "300";

const BROWSERS = {
  chromium: {
    names: ["chromium", "google-chrome", "chrome", "chromium-browser"],
    driver: "chromedriver",
    variable: "CHROMEDRIVER",
  },
  firefox: { names: ["firefox", "firefox-esr"], driver: "geckodriver", variable: "GECKODRIVER" },
};
const HOSTS = {
  page: "WASM_BINDGEN_USE_BROWSER",
  worker: "WASM_BINDGEN_USE_DEDICATED_WORKER",
};

const { browsers, hosts, filter, verbose } = readArguments(process.argv.slice(2));
const drivers = Object.fromEntries(browsers.map((browser) => [browser, findDriver(browser)]));
const runner = findRunner();
const wasm = build();

let failed = false;
for (const browser of browsers) {
  for (const host of hosts) {
    failed = !(await run(browser, host)) || failed;
  }
}
process.exit(failed ? 1 : 0);

function readArguments(given) {
  const chosen = { browsers: [], hosts: [], filter: undefined, verbose: false };
  while (given.length > 0) {
    const argument = given.shift();
    if (argument in BROWSERS) chosen.browsers.push(argument);
    else if (argument in HOSTS) chosen.hosts.push(argument);
    else if (argument === "--filter" && given.length > 0) chosen.filter = given.shift();
    else if (argument === "--verbose") chosen.verbose = true;
    else
      stop(
        `“${argument}” is not understood; give ${[...Object.keys(BROWSERS), ...Object.keys(HOSTS)].join(", ")}, ` +
          "--filter <text> or --verbose.",
      );
  }
  if (chosen.browsers.length === 0) chosen.browsers = Object.keys(BROWSERS);
  if (chosen.hosts.length === 0) chosen.hosts = Object.keys(HOSTS);
  return chosen;
}

function findDriver(browser) {
  const { names, driver, variable } = BROWSERS[browser];
  if (!names.some((name) => onPath(name))) {
    stop(`The browser tests need ${browser}, and none of ${names.join(", ")} is on the PATH.`);
  }
  const found = process.env[variable] ?? onPath(driver);
  if (!found) stop(`The browser tests need ${driver} to drive ${browser}; install it, or name it in ${variable}.`);
  if (!runs(found)) stop(`${variable} names ${found}, which cannot be run.`);
  return found;
}

function findRunner() {
  const found = onPath("wasm-bindgen-test-runner");
  const wanted = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(readFileSync(join(ROOT, "Cargo.lock"), "utf8"))?.[1];
  const install = `install it with “cargo install wasm-bindgen-cli --version ${wanted}”.`;
  if (!found) stop(`The browser tests need wasm-bindgen-test-runner; ${install}`);
  const version = spawnSync(found, ["--version"], { encoding: "utf8" }).stdout.trim().split(" ").pop();
  if (version !== wanted) stop(`wasm-bindgen-test-runner is ${version} and the crate uses wasm-bindgen ${wanted}; ${install}`);
  return found;
}

function build() {
  const started = Date.now();
  const cargo = spawnSync(
    "cargo",
    [
      "test",
      "--package",
      "cin7-quote-desk",
      "--target",
      TARGET,
      "--test",
      "browser",
      "--no-run",
      "--message-format",
      "json-render-diagnostics",
    ],
    { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] },
  );
  if (cargo.error) stop(`cargo could not be run: ${cargo.error.message}`);
  if (cargo.status !== 0) process.exit(1);
  const artifacts = cargo.stdout
    .split("\n")
    .filter((line) => line.includes('"compiler-artifact"'))
    .map((line) => JSON.parse(line));
  const wasm = artifacts.find((artifact) => artifact.target.name === "browser" && artifact.executable)?.executable;
  if (!wasm) stop("cargo built no browser test binary.");
  console.log(`built in ${seconds(started)}`);
  return wasm;
}

async function run(browser, host) {
  const started = Date.now();
  const { variable } = BROWSERS[browser];
  const environment = { ...process.env, WASM_BINDGEN_TEST_TIMEOUT: TIME_LIMIT, WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "30" };
  // The runner takes the first driver and the first host that it finds in the environment.
  for (const other of Object.values(BROWSERS)) delete environment[other.variable];
  for (const other of Object.values(HOSTS)) delete environment[other];
  environment[variable] = drivers[browser];
  environment[HOSTS[host]] = "1";

  const parameters = [wasm, "--nocapture", ...(filter ? [filter] : [])];
  const { output, status } = await collect(spawn(runner, parameters, { cwd: ROOT, env: environment }));
  const result = /test result: (\w+)\. (\d+) passed; (\d+) failed; (\d+) ignored/.exec(output);
  const passed = Number(result?.[2] ?? 0);
  const good = status === 0 && result?.[1] === "ok" && passed > 0;
  if (!good && !verbose) process.stdout.write(output);
  for (const line of new Set(output.match(/measured: .*/g) ?? [])) console.log(`${browser} ${host}: ${line}`);
  const counts = result ? `${passed} passed, ${result[3]} failed, ${result[4]} ignored` : "the tests did not finish";
  console.log(`${browser} ${host}: ${good ? "ok" : "FAILED"}, ${counts}, ${seconds(started)}`);
  return good;
}

function collect(child) {
  let output = "";
  const take = (chunk) => {
    output += chunk;
    if (verbose) process.stdout.write(chunk);
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ output: `${output}${error.message}\n`, status: -1 }));
    child.on("close", (status) => resolve({ output, status }));
  });
}

function onPath(name) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(runs);
}

function runs(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

function stop(sentence) {
  console.error(sentence);
  process.exit(2);
}

// What the dependencies are: their licences and sources, and the advisories that are known of them.
//
// Licences, bans and sources are checked anywhere, from what `cargo metadata` says. Advisories need data from outside; where it
// cannot be had, that is said and is no failure.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { record, root, say, Stop } from "./command.mjs";

/** The `npm` projects with a lock file. */
const PROJECTS = ["package-lock.json", "www/package-lock.json"];

/** Checks everything; returns how many checks passed and failed, and why. */
export async function audit() {
  const problems = [];
  let passed = 0;
  const checked = (found) => {
    problems.push(...found);
    if (found.length === 0) passed += 1;
  };
  const skipped = (what, why) => console.log(`${what} not checked: ${why}`);

  const packages = crates();
  const rules = readRules(readFileSync(join(root, "deny.toml"), "utf8"));
  checked(judge(packages, rules));
  console.log(`${packages.length} crates: licences, sources and bans checked`);

  if (installed("cargo", ["deny", "--version"])) {
    say("cargo deny check advisories");
    const { code, text } = await record("cargo", ["deny", "check", "advisories"]);
    if (/failed to fetch|unable to (fetch|update)/i.test(text)) skipped("advisories of crates", "the database cannot be reached");
    else checked(code === 0 ? [] : ["`cargo deny check advisories` found something, see above"]);
  } else if (installed("cargo", ["audit", "--version"])) {
    say("cargo audit");
    const { code, text } = await record("cargo", ["audit"]);
    if (/couldn't fetch|error fetching/i.test(text)) skipped("advisories of crates", "the database cannot be reached");
    else checked(code === 0 ? [] : ["`cargo audit` found something, see above"]);
  } else skipped("advisories of crates", "neither cargo-deny nor cargo-audit is installed");

  for (const lock of PROJECTS.filter((path) => existsSync(join(root, path)))) {
    const folder = dirname(lock);
    const found = npmAdvisories(quietly("npm", ["audit", "--json", "--audit-level=high"], join(root, folder)).text);
    if (found === undefined) skipped(`advisories of npm packages in ${folder}`, "the registry does not answer `npm audit`");
    else checked(found.map((name) => `npm package ${name} in ${folder} has a high or critical advisory`));
  }
  for (const problem of problems) console.error(problem);
  return { passed, failed: problems.length, why: problems.join("; ") };
}

/** Every crate that the host or the browser build uses. */
function crates() {
  const platforms = ["x86_64-unknown-linux-gnu", "wasm32-unknown-unknown"].flatMap((platform) => ["--filter-platform", platform]);
  const { code, text, why } = quietly("cargo", ["metadata", "--format-version", "1", "--locked", ...platforms]);
  if (code !== 0) throw new Stop(`\`cargo metadata\` failed: ${why.trim()}`);
  const { packages, resolve } = JSON.parse(text);
  const used = new Set(resolve.nodes.map(({ id }) => id));
  return packages.filter(({ id }) => used.has(id));
}

/** The two lists of `deny.toml` that are needed here. */
export function readRules(toml) {
  const list = (section, name) => {
    const part = toml.split(`[${section}]`)[1]?.split(/^\[/m)[0] ?? "";
    const [, inside] = new RegExp(`^${name} = \\[([^\\]]*)\\]`, "m").exec(part) ?? [];
    return new Set([...(inside ?? "").matchAll(/"([^"]+)"/g)].map(([, text]) => text));
  };
  return { licences: list("licenses", "allow"), banned: list("bans", "deny") };
}

/** One sentence for each crate that may not be here. */
export function judge(packages, { licences, banned }) {
  return packages.flatMap(({ name, version, license, source }) => {
    if (banned.has(name)) return [`${name} ${version} is banned`];
    // Our own crates come from no source.
    if (source !== null && !/^(registry|sparse)\+/.test(source)) return [`${name} ${version} does not come from a registry`];
    if (source !== null && !allows(license ?? "", licences)) return [`${name} ${version} has the licence “${license}”`];
    return [];
  });
}

/** Whether a licence expression can be satisfied by allowed licences. */
export function allows(expression, allowed) {
  const words = expression.replaceAll("/", " OR ").match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const one = () => {
    if (words[at] === "(") {
      at += 1;
      const inside = any();
      at += 1;
      return inside;
    }
    let name = words[at++] ?? "";
    if (words[at] === "WITH") {
      name += ` WITH ${words[at + 1]}`;
      at += 2;
    }
    return allowed.has(name);
  };
  const all = () => {
    let good = one();
    while (words[at] === "AND") {
      at += 1;
      good = one() && good;
    }
    return good;
  };
  const any = () => {
    let good = all();
    while (words[at] === "OR") {
      at += 1;
      good = all() || good;
    }
    return good;
  };
  return words.length > 0 && any() && at === words.length;
}

/** Names of packages with a high or critical advisory; `undefined` if the registry said nothing about it. */
function npmAdvisories(text) {
  let report;
  try {
    report = JSON.parse(text.slice(text.indexOf("{")));
  } catch {
    return undefined;
  }
  if (report.vulnerabilities === undefined) return undefined;
  return Object.values(report.vulnerabilities)
    .filter(({ severity }) => severity === "high" || severity === "critical")
    .map(({ name }) => name);
}

function installed(program, args) {
  return quietly(program, args).code === 0;
}

function quietly(program, args, cwd = root) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
  });
  return { code: status ?? 1, text: stdout ?? "", why: stderr ?? "" };
}

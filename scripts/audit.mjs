// What the dependencies are: their licences and sources, and the advisories that are known of them.
//
// Licences, bans and sources are judged anywhere. Advisories need data from outside; where it cannot be had, that is said and
// is no failure.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { record, root, say } from "./command.mjs";
import { cargoDeny } from "./setup.mjs";

/** The workspaces of crates, and the folders of npm packages, each with a lock file. */
const CRATES = ["Cargo.toml", "fuzz/Cargo.toml"];
const PACKAGES = [".", "www"];

/** Checks everything; returns how many checks passed and failed, and why. */
export async function audit() {
  await cargoDeny();
  const failed = [];
  let passed = 0;
  const judged = (good, what) => {
    if (good) passed += 1;
    else failed.push(what);
  };
  const skipped = (what, why) => say(`${what}: not checked, ${why}.`);

  for (const manifest of CRATES) {
    judged((await deny(manifest, "licenses", "bans", "sources")).code === 0, `licences, bans or sources of ${manifest}`);
    const { code, text } = await deny(manifest, "advisories");
    if (text.includes("failed to fetch advisory database"))
      skipped(`Advisories of ${manifest}`, "as their database cannot be reached");
    else judged(code === 0, `advisories of ${manifest}`);
  }
  for (const folder of PACKAGES) {
    const bad = npmAdvisories(folder);
    if (bad === null) skipped(`Advisories of npm packages in ${folder}`, "as the registry does not answer `npm audit`");
    else judged(bad.length === 0, `npm packages in ${folder} with a high or critical advisory: ${bad.join(", ")}`);
  }
  return { passed, failed: failed.length, why: failed.join("; ") };
}

function deny(manifest, ...checks) {
  // Each workspace uses some of the licences that deny.toml allows.
  const rest = ["license-not-encountered", "license-exception-not-encountered"].flatMap((lint) => ["--allow", lint]);
  const args = ["deny", "--workspace", "--manifest-path", manifest, "--config", "deny.toml", "check", ...rest, ...checks];
  say(["cargo", ...args].join(" "));
  return record("cargo", args);
}

/** Names of packages with a high or critical advisory; `null` if the registry said nothing about it. */
function npmAdvisories(folder) {
  const { stdout } = spawnSync("npm", ["audit", "--json"], { cwd: join(root, folder), encoding: "utf8", timeout: 60_000 });
  const { vulnerabilities } = JSON.parse(stdout || "{}");
  if (vulnerabilities === undefined) return null;
  return Object.values(vulnerabilities)
    .filter(({ severity }) => severity === "high" || severity === "critical")
    .map(({ name }) => name);
}

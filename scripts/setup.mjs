// What the scripts need on a machine: each function is a no-op when it is there, and says what it installs and why.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ask, cargoBin, root, run, say, Stop } from "./command.mjs";
import { fingerprint, isFresh, remember } from "./fingerprint.mjs";

/** The version of cargo-deny whose lints deny.toml names. */
const DENY = "0.20.2";

/** The npm packages of one folder, exactly as its lock file says. */
export async function npmPackages(folder, why) {
  const at = folder === "." ? "" : `${folder}/`;
  const print = fingerprint([`${at}package.json`, `${at}package-lock.json`]);
  const name = `npm-${folder.replaceAll("/", "-")}`;
  if (isFresh(name, print, [`${at}node_modules`])) return;
  say(`Installing the npm packages of ${folder === "." ? "this repository" : folder} (${why}); under a minute.`);
  await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: join(root, folder),
    otherwise: `The npm packages of ${folder} cannot be installed: see npm's words above, and check the network.`,
  });
  remember(name, print);
}

/** The Rust toolchain, a linker, and the target that browsers run. */
export async function rust() {
  if (ask("rustup", ["--version"]) === null) {
    throw new Stop("Rust is not installed: install rustup (https://rustup.rs) and run this again.");
  }
  await linker();
  if (ask("rustc", ["--version"]) === null) {
    say("Installing the Rust toolchain that rust-toolchain.toml names; about a minute.");
    await run("rustup", ["toolchain", "install"], {
      otherwise: "The Rust toolchain cannot be installed: see rustup's words above, and check the network.",
    });
  }
  const installed = ask("rustup", ["target", "list", "--installed"]);
  if (installed?.split("\n").includes("wasm32-unknown-unknown")) return;
  say("Installing Rust's wasm32-unknown-unknown target (the package is compiled for the browser); under a minute.");
  await run("rustup", ["target", "add", "wasm32-unknown-unknown"], {
    otherwise: "Rust's wasm32-unknown-unknown target cannot be installed: see rustup's words above, and check the network.",
  });
}

async function linker() {
  if (ask("cc", ["--version"]) !== null) return;
  await debian(["build-essential"], "Rust needs a C compiler and linker");
}

/** The formatter and the linter, for the checks. */
export async function rustChecks() {
  await rust();
  const missing = ["rustfmt", "clippy"].filter((name) => ask(name === "clippy" ? "cargo-clippy" : name, ["--version"]) === null);
  if (missing.length === 0) return;
  say(`Installing Rust's ${missing.join(" and ")} (the checks run them); under a minute.`);
  await run("rustup", ["component", "add", ...missing], {
    otherwise: `Rust's ${missing.join(" and ")} cannot be installed: see rustup's words above.`,
  });
}

/** cargo-deny, which judges the dependencies. */
export async function cargoDeny() {
  await rust();
  if (ask("cargo", ["deny", "--version"])?.split(" ")[1] === DENY) return;
  await cargoInstall("cargo-deny", DENY, "it checks the licences, sources and advisories of the dependencies", "2 to 4 minutes");
}

/** wasm-pack and the wasm-bindgen command line tool of exactly the crate's version. */
export async function wasmTools() {
  await rust();
  const bindgen = lockedVersion("wasm-bindgen");
  if (ask(join(cargoBin, "wasm-bindgen"), ["--version"])?.split(" ")[1] !== bindgen) {
    await cargoInstall(
      "wasm-bindgen-cli",
      bindgen,
      "it writes the JavaScript side of the wasm package and must be exactly the crate's version",
      "2 to 8 minutes",
    );
  }
  if (ask("wasm-pack", ["--version"]) === null) {
    await cargoInstall("wasm-pack", "0.15.1", "it builds the wasm package", "2 to 4 minutes");
  }
}

/** The version of a crate in Cargo.lock. */
export function lockedVersion(crate) {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const found = new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`).exec(lock);
  if (!found) throw new Stop(`Cargo.lock names no ${crate}: run \`cargo metadata\` and commit Cargo.lock.`);
  return found[1];
}

async function cargoInstall(crate, version, why, duration) {
  say(`Installing ${crate} ${version} with cargo (${why}); ${duration}.`);
  // Without --locked: the tool's own lock may name a dependency that a registry does not serve yet.
  await run("cargo", ["install", crate, "--version", version, "--force"], {
    otherwise: `${crate} ${version} cannot be installed with \`cargo install\`: see cargo's words above, and check the network.`,
  });
}

/** Chromium and its WebDriver. */
export async function chromium() {
  if (chromiumPath() && ask("chromedriver", ["--version"]) !== null) return;
  await debian(["chromium", "chromium-driver"], "browser tests run in Chromium");
  if (!chromiumPath()) throw new Stop("Chromium was installed but is not found: set CHROMIUM to its path.");
}

/** Firefox and its WebDriver. */
export async function firefox() {
  if (ask("firefox-esr", ["--version"]) === null && ask("firefox", ["--version"]) === null) {
    await debian(["firefox-esr"], "browser tests run in Firefox too");
  }
  if (ask("geckodriver", ["--version"]) === null) {
    await cargoInstall("geckodriver", "0.37.1", "it drives Firefox for the browser tests", "2 to 4 minutes");
  }
}

/** Where Chromium is, or `undefined`. */
export function chromiumPath() {
  return [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
    (path) => path && existsSync(path),
  );
}

let listsRead = false;

async function debian(packages, why) {
  const names = packages.join(" ");
  if (ask("apt-get", ["--version"]) === null)
    throw new Stop(`${names} is missing (${why}), and this is no Debian: install it and run this again.`);
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (asRoot.length > 0 && ask("sudo", ["-n", "true"]) === null) {
    throw new Stop(
      `${names} is missing (${why}), and this user may not install it: run \`sudo apt-get install ${names}\` and start again.`,
    );
  }
  say(`Installing ${names} from Debian (${why}); about 2 minutes.`);
  const [program, ...first] = [...asRoot, "apt-get"];
  const apt = (...args) =>
    run(program, [...first, ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      otherwise: `${names} cannot be installed: see apt-get's words above, and check the network.`,
    });
  if (!listsRead) await apt("update", "-q");
  listsRead = true;
  await apt("install", "-y", "-q", "--no-install-recommends", ...packages);
}

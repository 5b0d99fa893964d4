// Builds the npm package into pkg/ and the quote screen into www/dist; skips what is up to date.

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { namedByPlace } from "./arrange.mjs";
import { main, root, run, say } from "./command.mjs";
import { fingerprint, isFresh, remember } from "./fingerprint.mjs";
import { npmPackages, SMALL_FLAGS, smallStd, wasmTools } from "./setup.mjs";
import { reportSize } from "./size.mjs";

const NAME = "cin7_quote_desk";
const WASM = `pkg/${NAME}_bg.wasm`;
/** `QUOTE_DESK_BUILD=dev` builds in seconds what is neither small nor fast; for trying a change out, never for shipping. */
const DEV = process.env.QUOTE_DESK_BUILD === "dev";

/**
 * What makes the download a quarter smaller: the standard library is compiled along with us, for size, and a panic is a bare
 * trap. Nothing is lost by that: on wasm a panic's words have nowhere to go. Stable compilers know all this behind
 * `RUSTC_BOOTSTRAP`; `smallStd` finds out whether this one does, and without it the package is only larger.
 */
const SMALL = {
  RUSTC_BOOTSTRAP: "1",
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "z",
  // They take the place of those in .cargo/config.toml.
  RUSTFLAGS: SMALL_FLAGS.join(" "),
};
const SMALL_STD = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/** The package: wasm, its JavaScript, and their types. */
export async function buildPackage() {
  await npmPackages(".", "TypeScript and wasm-opt for the build, Playwright for the tests");
  await buildWasm();
  await buildTypeScript();
}

async function buildWasm() {
  const sources = [
    "src",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "rust-toolchain.toml",
    "scripts/build.mjs",
    "scripts/arrange.mjs",
  ];
  const print = (DEV ? "dev " : "") + fingerprint(sources, (file) => !file.endsWith(".ts"));
  if (isFresh("wasm", print, [WASM, `pkg/${NAME}.js`, `pkg/${NAME}.d.ts`])) return;
  await wasmTools();
  const small = !DEV && (await smallStd());
  say(
    DEV
      ? "Building the wasm package (wasm-pack, dev)."
      : "Building the wasm package (wasm-pack, release); 1 to 3 minutes the first time.",
  );
  // RUSTFLAGS would silently replace the SIMD flag of .cargo/config.toml.
  const { RUSTFLAGS: _, ...env } = process.env;
  const ours = [
    "build",
    "--target",
    "web",
    DEV ? "--dev" : "--release",
    "--mode",
    "no-install",
    "--no-pack",
    "--no-gitignore",
    "--out-dir",
    "pkg",
    "--out-name",
    NAME,
  ];
  await run("wasm-pack", small ? [...ours, ".", "--", ...SMALL_STD] : ours, {
    env: small ? { ...env, ...SMALL } : env,
    otherwise: "The wasm package does not build: see the compiler's words above.",
  });
  if (!DEV) {
    await optimise();
    await dropComments([`${NAME}.js`]);
  }
  remember("wasm", print);
}

/**
 * wasm-opt from npm's `binaryen`: wasm-pack would try to download its own. What counts is the size after gzip: functions that
 * are put into their only caller, and values kept in more locals, make fewer bytes that repeat less (28 kB and 2 kB more to
 * download), so both are off.
 */
async function optimise() {
  say("Optimising the wasm (wasm-opt).");
  const wasm = join(root, WASM);
  const work = join(root, "pkg", `${NAME}.optimised`);
  await wasmOpt(wasm, work, [
    "-Oz",
    "--low-memory-unused",
    "--one-caller-inline-max-function-size=0",
    "--skip-pass=local-cse",
    "--strip-debug",
    "--strip-producers",
  ]);
  writeFileSync(wasm, namedByPlace(readFileSync(work)));
  await wasmOpt(wasm, work, ["--reorder-functions-by-name", "--strip-debug"]);
  renameSync(work, wasm);
}

async function wasmOpt(from, to, passes) {
  const features = [
    "simd",
    "bulk-memory",
    "bulk-memory-opt",
    "nontrapping-float-to-int",
    "sign-ext",
    "mutable-globals",
    "reference-types",
    "multivalue",
  ];
  const program = join(root, "node_modules", "binaryen", "bin", "wasm-opt");
  await run(process.execPath, [program, from, "-o", to, ...passes, ...features.map((feature) => `--enable-${feature}`)]);
}

async function buildTypeScript() {
  const print =
    (DEV ? "dev " : "") +
    fingerprint([
      "src/js",
      "tsconfig.base.json",
      "tsconfig.json",
      "tsconfig.worker.json",
      "package-lock.json",
      `pkg/${NAME}.d.ts`,
    ]);
  if (isFresh("typescript", print, ["pkg/index.js", "pkg/index.d.ts", "pkg/worker.js", "pkg/worker.d.ts"])) return;
  say("Compiling the package's TypeScript.");
  for (const name of readdirSync(join(root, "pkg"))) {
    if (!name.startsWith(NAME)) rmSync(join(root, "pkg", name), { recursive: true });
  }
  for (const project of ["tsconfig.json", "tsconfig.worker.json"]) {
    await run("tsc", ["--project", project], { otherwise: "The package's TypeScript does not compile: see tsc's words above." });
  }
  if (!DEV) await dropComments(readdirSync(join(root, "pkg")).filter((name) => name.endsWith(".js") && !name.startsWith(NAME)));
  remember("typescript", print);
}

/** What the comments of the JavaScript say stands in the .d.ts files too, and nobody has to download it. */
async function dropComments(names) {
  const plain = join(root, ".tools", "plain");
  const options = [
    "--allowJs",
    "--checkJs",
    "false",
    "--noResolve",
    "--skipLibCheck",
    "--removeComments",
    "--target",
    "esnext",
    "--module",
    "esnext",
    "--types",
    "",
  ];
  await run("tsc", [...options, "--ignoreConfig", "--outDir", plain, ...names.map((name) => join(root, "pkg", name))]);
  for (const name of names) renameSync(join(plain, name), join(root, "pkg", name));
}

/** The quote screen. */
export async function buildScreen() {
  await npmPackages("www", "Vite and Lit for the quote screen");
  const print = fingerprint(["www", "pkg"]);
  if (isFresh("screen", print, ["www/dist/index.html"])) return;
  say("Building the quote screen (Vite).");
  await run("npm", ["run", "build", "--silent"], {
    cwd: join(root, "www"),
    otherwise: "The quote screen does not build: see the words above.",
  });
  remember("screen", print);
}

/** The proxy and the sandbox, as they are run by `npm start` and the tests. */
export async function buildServers() {
  if (!existsSync(join(root, "target", "server", "cin7-proxy")))
    say("Building the proxy and the sandbox (cargo); about 3 minutes the first time.");
  await run("cargo", ["build", "--profile", "server", "-p", "cin7-proxy", "-p", "cin7-sandbox"], {
    otherwise: "The proxy and the sandbox do not build: see the compiler's words above.",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await buildPackage();
    await buildScreen();
    if (!DEV) reportSize(await smallStd());
    say("Built pkg/ and www/dist.");
  });
}

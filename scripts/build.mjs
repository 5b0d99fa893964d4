// Builds the npm package into pkg/ and the quote screen into www/dist; skips what is up to date.

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main, root, run, say } from "./command.mjs";
import { fingerprint, isFresh, remember } from "./fingerprint.mjs";
import { npmPackages, wasmTools } from "./setup.mjs";
import { NAMED, reportSize } from "./size.mjs";
import { withoutNames } from "./wasm.mjs";

const NAME = "cin7_quote_desk";
const WASM = `pkg/${NAME}_bg.wasm`;
/** `QUOTE_DESK_BUILD=dev` builds in seconds what is neither small nor fast; for trying a change out, never for shipping. */
const DEV = process.env.QUOTE_DESK_BUILD === "dev";

/** The package: wasm, its JavaScript, and their types. */
export async function buildPackage() {
  await npmPackages(".", "TypeScript and wasm-opt for the build, Playwright for the tests");
  await buildWasm();
  await buildTypeScript();
}

async function buildWasm() {
  const sources = ["src", "Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml", "scripts/build.mjs"];
  const print = (DEV ? "dev " : "") + fingerprint(sources, (file) => !file.endsWith(".ts"));
  if (isFresh("wasm", print, [WASM, `pkg/${NAME}.js`, `pkg/${NAME}.d.ts`])) return;
  await wasmTools();
  say(
    DEV
      ? "Building the wasm package (wasm-pack, dev)."
      : "Building the wasm package (wasm-pack, release); 2 to 4 minutes the first time.",
  );
  await wasmPack("pkg", DEV ? "--dev" : "--release");
  if (!DEV) {
    const named = readFileSync(join(root, WASM));
    writeFileSync(NAMED, named);
    writeFileSync(join(root, WASM), withoutNames(named));
    await dropComments([`${NAME}.js`]);
  }
  remember("wasm", print);
}

/** The package with a panic planted in it, for the tests of what becomes of one. Never shipped. */
export async function buildPlanted() {
  await wasmTools();
  say("Building the wasm package with a panic planted in it (wasm-pack, dev).");
  await wasmPack(join("target", "planted"), "--dev", "--features", "planted");
}

/** wasm-pack with the wasm-opt of npm's `binaryen`, which it finds on the PATH; `Cargo.toml` says with which passes. */
function wasmPack(folder, ...profile) {
  // RUSTFLAGS would silently replace the SIMD flag of .cargo/config.toml.
  const { RUSTFLAGS: _, ...env } = process.env;
  return run(
    "wasm-pack",
    ["build", "--target", "web", "--mode", "no-install", "--no-pack", "--no-gitignore", "--out-dir", folder, ...profile],
    {
      env,
      otherwise: "The wasm package does not build: see the compiler's words above.",
    },
  );
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
    if (!DEV) reportSize();
    say("Built pkg/ and www/dist.");
  });
}

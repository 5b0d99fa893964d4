// `npm run fuzz -- [target ...] [--runs N] [--keep]`: fuzzing with libFuzzer on the stable compiler, without cargo-fuzz.
//
// Each target starts from the inputs that are kept for it in fuzz/corpus. With `--keep`, the fewest inputs that reach all
// that was reached are kept there in place of the old ones; `npm test` runs what is kept as ordinary tests.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main, record, root, run, say, Stop } from "./command.mjs";

const PLATFORM = "x86_64-unknown-linux-gnu";
const FOLDER = join(root, "fuzz");
const WORK = join(FOLDER, "target");
/** What `cargo fuzz` would tell the compiler. Nothing here is unsafe, so no sanitizer is needed, and so no nightly. */
const COVERAGE = ["level=4", "inline-8bit-counters", "pc-table", "trace-compares"].map(
  (what) => `-Cllvm-args=-sanitizer-coverage-${what}`,
);
/** Longest input, in bytes: deep and long enough for every limit that is not about size. */
const LONGEST = 4096;
/** Inputs of a kept corpus that are longer are left out, and more bytes than this are not kept of a target. */
const LONGEST_KEPT = 1500;
const MOST_KEPT = 20_000;

/** The targets, by their files. */
export function targets() {
  return readdirSync(join(FOLDER, "fuzz_targets"))
    .map((file) => file.replace(/\.rs$/, ""))
    .sort();
}

/** An input as one line. */
export function packed(bytes) {
  return [...bytes]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x5c ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
}

/** The input that a line stands for. */
export function unpacked(line) {
  return Buffer.from(
    line.replace(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}

function kept(target) {
  try {
    return readFileSync(join(FOLDER, "corpus", `${target}.txt`), "utf8")
      .split("\n")
      .slice(0, -1);
  } catch {
    return [];
  }
}

function emptied(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function fuzz(target, runs) {
  const corpus = join(WORK, "corpus", target);
  mkdirSync(corpus, { recursive: true });
  for (const [at, line] of kept(target).entries()) writeFileSync(join(corpus, `kept-${at}`), unpacked(line));
  const options = [
    `-runs=${runs}`,
    `-max_len=${LONGEST}`,
    "-timeout=20",
    "-rss_limit_mb=3000",
    "-print_final_stats=1",
    "-verbosity=0",
  ];
  const found = `-artifact_prefix=${join(WORK, target)}-`;
  const start = Date.now();
  const { code, text } = await record(program(target), [...options, found, `-dict=${join(FOLDER, "words.dict")}`, corpus]);
  if (code !== 0)
    throw new Stop(
      `${target} found something: \`${program(target)} ${/written to (\S+)/.exec(text)?.[1] ?? ""}\` shows it again.`,
    );
  const count = Number(/number_of_executed_units: (\d+)/.exec(text)?.[1] ?? 0);
  say(`${target}: ${count.toLocaleString("en")} executions in ${Math.round((Date.now() - start) / 1000)} s, nothing found`);
  return count;
}

/** Keeps the fewest inputs that reach everything, and what once broke it: the lines above the first blank one. */
async function keep(target) {
  const fewest = emptied(join(WORK, "fewest", target));
  await run(
    program(target),
    ["-set_cover_merge=1", `-max_len=${LONGEST_KEPT}`, "-verbosity=0", fewest, join(WORK, "corpus", target)],
    { stdio: "ignore" },
  );
  const pinned = kept(target).filter((_, at, all) => all.indexOf("") > at);
  const inputs = readdirSync(fewest).map((file) => packed(readFileSync(join(fewest, file))));
  inputs.sort((one, other) => one.length - other.length || (one < other ? -1 : 1));
  let room = MOST_KEPT;
  const chosen = inputs.filter((line) => {
    if (line === "" || pinned.includes(line)) return false;
    room -= line.length;
    return room > 0;
  });
  const lines = [...pinned, ...(pinned.length > 0 ? [""] : []), ...chosen];
  mkdirSync(join(FOLDER, "corpus"), { recursive: true });
  writeFileSync(join(FOLDER, "corpus", `${target}.txt`), `${lines.join("\n")}\n`);
  say(`${target}: ${chosen.length} inputs kept`);
}

const program = (target) => join(WORK, PLATFORM, "release", target);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const args = process.argv.slice(2);
    const at = args.indexOf("--runs");
    const runs = at < 0 ? 100_000 : Number(args.splice(at, 2)[1]);
    const keeping = args.includes("--keep");
    const named = args.filter((arg) => !arg.startsWith("--"));
    const unknown = named.filter((name) => !targets().includes(name));
    if (!Number.isSafeInteger(runs) || runs < 0) throw new Stop("`--runs` needs a whole number.");
    if (unknown.length > 0) throw new Stop(`There is no target ${unknown.join(", ")}; there are ${targets().join(", ")}.`);
    const RUSTFLAGS = ["-Cpasses=sancov-module", ...COVERAGE, "-Ccodegen-units=1"].join(" ");
    await run("cargo", ["build", "--release", "--bins", "--target", PLATFORM], {
      cwd: FOLDER,
      env: { ...process.env, RUSTFLAGS },
    });
    let count = 0;
    for (const target of named.length > 0 ? named : targets()) {
      if (runs > 0) count += await fuzz(target, runs);
      if (keeping) await keep(target);
    }
    say(`${count.toLocaleString("en")} executions in all`);
  });
}

// Runs other programs, and ends with one clear sentence when something cannot be had.

import { spawn, spawnSync } from "node:child_process";
import { constants, homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where cargo puts the programs it installs. */
export const cargoBin = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "bin");

// Programs that were installed a moment ago must be found, in whatever shell this was started.
process.env.PATH = [cargoBin, join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);

/** Something that cannot be had: its message is the one sentence to end with. */
export class Stop extends Error {}

/** Says what is being done, and why. */
export function say(text) {
  console.log(`-- ${text}`);
}

/** Runs a program and shows what it says; rejects with `otherwise`, or a sentence naming the command, if it fails. */
export async function run(program, args, { otherwise, ...options } = {}) {
  const { code, signal } = await ended(
    spawn(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], ...options }),
    program,
  );
  if (code !== 0) throw new Stop(otherwise ?? `\`${[program, ...args].join(" ")}\` failed (${signal ?? `exit code ${code}`}).`);
}

/** Runs a program, shows what it says, and returns that with its exit code. */
export async function record(program, args, options = {}) {
  const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
  let text = "";
  const keep = (stream) => (chunk) => {
    text += chunk;
    stream.write(chunk);
  };
  child.stdout.on("data", keep(process.stdout));
  child.stderr.on("data", keep(process.stderr));
  const { code } = await ended(child, program);
  return { code, text };
}

function ended(child, program) {
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Stop(`\`${program}\` cannot be run: ${error.message}.`)));
    child.on("close", (code, signal) => resolve({ code: code ?? 128 + (constants.signals[signal] ?? 0), signal }));
  });
}

/** What a program prints, trimmed; `null` when it is not there or fails. */
export function ask(program, args, options = {}) {
  const { status, stdout } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    ...options,
  });
  return status === 0 ? stdout.trim() : null;
}

/** Runs a script's main function; a {@link Stop} becomes one sentence and exit code 1. */
export async function main(body) {
  try {
    if (Number(process.versions.node.split(".")[0]) < 20)
      throw new Stop(`Node.js 20 or newer is needed; this is ${process.version}.`);
    await body();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

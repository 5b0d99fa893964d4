// The package as it is published: packed, and installed in a folder of its own.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const here = dirname(fileURLToPath(import.meta.url));
export const root = dirname(dirname(here));

/** Runs a program; what it said is in the failure. */
export function run(program, args, cwd) {
  try {
    return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    assert.fail(`${program} ${args.join(" ")} failed:\n${error.stdout}\n${error.stderr}`);
  }
}

export class Tarball {
  #work = mkdtempSync(join(tmpdir(), "cin7-quote-desk-"));

  constructor() {
    const [packed] = JSON.parse(run("npm", ["pack", "--json", "--loglevel=error", "--pack-destination", this.#work], root));
    this.path = join(this.#work, packed.filename);
    this.files = packed.files.map(({ path }) => path);
  }

  /** A copy of a folder of this one, in which the package is installed; `prepare` is given it before. */
  installed(folder, prepare = () => undefined) {
    const app = join(this.#work, folder.replaceAll("/", "-"));
    cpSync(join(here, folder), app, { recursive: true });
    prepare(app);
    run("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error", "--save-dev", this.path], app);
    return app;
  }

  dispose() {
    rmSync(this.#work, { recursive: true, force: true });
  }
}

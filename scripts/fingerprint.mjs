// Remembers from which inputs something was made, so that it is made again only when one of them changed.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.mjs";

const SKIPPED = new Set(["node_modules", "dist", "target", ".git"]);

/** Every file at or below `path`, relative to the root, in a fixed order. */
export function filesUnder(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full)
    .filter((name) => !SKIPPED.has(name))
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}

/** A hash of the content of all these files and folders; `keep` leaves some of them out. */
export function fingerprint(paths, keep = () => true) {
  const hash = createHash("sha256");
  for (const file of paths.flatMap(filesUnder).filter(keep)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

const stampOf = (name) => join(root, ".tools", `${name}.stamp`);

/** Whether `name` was last made from inputs with this fingerprint, and all its `outputs` are still there. */
export function isFresh(name, print, outputs) {
  if (outputs.some((output) => !existsSync(join(root, output)))) return false;
  return existsSync(stampOf(name)) && readFileSync(stampOf(name), "utf8") === print;
}

/** Notes that `name` has been made from inputs with this fingerprint. */
export function remember(name, print) {
  mkdirSync(join(root, ".tools"), { recursive: true });
  writeFileSync(stampOf(name), print);
}

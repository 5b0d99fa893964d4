// Holds comments and pages to their word: whatever file, folder, heading, name or script they name is there.

import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { root } from "./command.mjs";
import { tracked } from "./sources.mjs";

const FILE = /`([\w./*-]+\.(?:rs|ts|mjs|js|css|html|md|json|toml))`/g;
const FOLDER = /`((?:src|proxy|tests|www|scripts|docs|fuzz)\/[\w./*-]*)`/g;
/** A name, or a part of it, in a source. */
const NAMED = /`(\w+)(?:\.\w+)?` in `([\w./-]+\.(?:rs|ts|mjs))`/g;
const LINK = /\]\(([^)\s]+)\)/g;
const SCRIPT = /`npm run ([\w-]+)/g;
/** Made by the build. */
const BUILT = /^pkg\/|\bdist\b|\.d\.ts$/;
/** Tells of what was. */
const HISTORY = "CHANGELOG.md";

const read = (file) => readFileSync(join(root, file), "utf8");

/** What leads nowhere, in sentences. */
export function checkReferences() {
  const files = tracked();
  const scripts = called("package.json", files).flatMap((file) => Object.keys(JSON.parse(read(file)).scripts ?? {}));
  return files
    .filter((file) => /\.(rs|ts|mjs|js|css|toml|jsonc|md)$/.test(file) && file !== HISTORY)
    .flatMap((file) => {
      const text = file.endsWith(".md") ? read(file) : comments(read(file));
      const named = (pattern) => [...text.matchAll(pattern)].map(([, ...groups]) => groups);
      const wrong = [
        ...[...named(FILE), ...named(FOLDER)].filter(([path]) => !BUILT.test(path) && called(path, files).length === 0),
        ...named(SCRIPT).filter(([script]) => !scripts.includes(script)),
        ...named(NAMED).filter(([name, path]) => !called(path, files).some((at) => declares(at, name))),
      ];
      if (file.endsWith(".md")) wrong.push(...named(LINK).filter(([link]) => !leads(file, link, files)));
      const told = wrong.map((what) => `${file} speaks of ${what.join(" in ")}, which is not there`);
      return [...new Set(told)];
    });
}

/** The comments of a source, the code between them left out. */
function comments(text) {
  return text
    .split("\n")
    .map((line) => /(?:^|\s)(?:\/\/[/!]?|\/?\*\*?|#)\s(.*)/.exec(line)?.[1] ?? "")
    .join("\n");
}

const pattern = (path) => path.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");

/** The files that are meant by a path or the end of one, or stand below it. */
function called(path, files) {
  const part = new RegExp(`(^|/)${pattern(path.replace(/^(\.\.?\/)+/, "").replace(/\/$/, ""))}(/|$)`);
  return files.filter((file) => part.test(file));
}

/** Whether a source declares a name, or hands it on from another one. */
function declares(file, name) {
  const text = read(file);
  if (new RegExp(`\\b(type|interface|class|function|const|enum|struct|trait|fn|mod) ${name}\\b`).test(text)) return true;
  return [...text.matchAll(/^export .* from "\.\/([\w-]+)\.js";$/gm)].some(([, part]) =>
    declares(join(dirname(file), `${part}.ts`), name),
  );
}

/** Whether a page's link leads to a file, a folder or a heading of ours; elsewhere nobody looks. */
function leads(page, link, files) {
  if (/^[a-z]+:/.test(link)) return true;
  const [path, heading] = link.split("#");
  const target = path === "" ? page : posix.join(posix.dirname(page), path);
  if (!files.some((file) => file === target || file.startsWith(`${target.replace(/\/$/, "")}/`))) return false;
  if (heading === undefined) return true;
  return [...read(target).matchAll(/^#+ (.+)$/gm)].some(([, title]) => anchor(title) === heading);
}

/** A heading's anchor, as GitHub makes it. */
function anchor(title) {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

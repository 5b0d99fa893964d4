// Every block of code in a page is run, or held against what it speaks of. README's example has readme.test.mjs.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { root } from "./tarball.mjs";

const pages = execFileSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" }).trim().split("\n");
const blocks = pages.flatMap((page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, kind, code]) => ({
    page,
    kind,
    code,
  })),
);
const theBlock = (page, kind) => blocks.find((block) => block.page === page && block.kind === kind).code;
/** A command line without its comment, and with a backslash's line joined. */
const commandsOf = (code) =>
  code
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/(^|\s+)#.*/, "").trim())
    .filter((line) => line !== "");

/** Starts a command of a page in a shell; `lines` gives what it prints line by line. */
async function started(command, body) {
  const { CIN7_BASE_URL: _, ...env } = process.env;
  const child = spawn("sh", ["-c", `exec ${command}`], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...env, PORT: "0" },
  });
  const gone = once(child, "exit");
  try {
    await body(createInterface({ input: child.stdout })[Symbol.asyncIterator]());
  } finally {
    child.kill("SIGTERM");
    await gone;
  }
}

/** The next line, and the address in it; it is the one that the page's comment shows, but for the port. */
async function said(lines, comment) {
  const { value } = await lines.next();
  const anyPort = (line) => line.replace(/:\d+\//, ":…/");
  assert.equal(anyPort(value), anyPort(comment));
  return /http:\S+/.exec(value)[0];
}

const commentsOf = (code) => [...code.matchAll(/^# (.*)$/gm)].map(([, comment]) => comment);

test("no page has a block of code that nothing runs or checks", () => {
  const checked = { sh: true, text: true, ts: ["README.md"], json: ["proxy/README.md"] };
  for (const { page, kind, code } of blocks) {
    const where = checked[kind];
    assert.ok(where === true || where?.includes(page), `${page} has a block of “${kind}”, which nobody checks:\n${code}`);
  }
  assert.equal(blocks.filter(({ kind }) => kind === "ts").length, 1, "only the first is run");
});

test("every command in a page is one that there is", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { stdout, stderr } = spawnSync(process.execPath, ["scripts/test.mjs", "no-such-stage"], { cwd: root, encoding: "utf8" });
  const stages = /there are (.*)\./.exec(stdout + stderr)[1].split(", ");
  const known = (command) => {
    const words = command.replace(/^(\w+=\S* +)+/, "").split(/ +/);
    const [program, verb, ...rest] = words;
    if (program === "npm" && verb === "test") return rest.slice(1).every((stage) => stages.includes(stage));
    if (program === "npm") return scripts[verb === "run" ? rest[0] : verb] !== undefined;
    // The stage `browser` runs these two.
    if (program === "wasm-pack") return /^test --headless --(chrome|firefox)$/.test([verb, ...rest].join(" "));
    if (program === "cargo") return spawnSync("cargo", [verb, "--help"]).status === 0;
    return ["target/server/cin7-proxy", "curl"].includes(program);
  };
  for (const { page, code } of blocks.filter(({ kind }) => kind === "sh"))
    for (const command of commandsOf(code)) assert.ok(known(command), `${page}: ${command}`);
});

test("the proxy starts as its page says, and tells its state in the members that the page shows", async () => {
  const page = theBlock("proxy/README.md", "sh");
  const [build, run] = commandsOf(page);
  execFileSync("sh", ["-c", build], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  await started(run, async (lines) => {
    const [screen, control] = commentsOf(page);
    const url = await said(lines, screen);
    await said(lines, control);
    const state = await (await fetch(new URL("cin7/status", url))).json();
    assert.deepEqual(shape(state), shape(JSON.parse(theBlock("proxy/README.md", "json"))));
  });
});

/** The members of an object and the types of their values, all the way down. */
function shape(value) {
  if (value === null || typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shape(member)]));
}

test("the sandbox starts and answers as its page says", async () => {
  const page = theBlock("tests/sandbox/README.md", "sh");
  const [run, ask] = commandsOf(page);
  await started(run.replace(/--port \d+/, "--port 0"), async (lines) => {
    const [, port] = /:(\d+)\//.exec(await said(lines, commentsOf(page)[0]));
    const headers = Object.fromEntries([...ask.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name, value]) => [name, value]));
    const answer = await fetch(/'(http[^']+)'/.exec(ask)[1].replace(/:\d+\//, `:${port}/`), { headers });
    assert.equal(answer.status, 200);
    assert.equal((await answer.json()).Products.length, 10);
  });
});

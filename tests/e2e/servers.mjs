// The servers that tests run against: a proxy with its sandbox on free ports, as `npm start` runs them, or parts of that.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Sandbox } from "./sandbox.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What a program is given of this one's surroundings: nothing that could set it up. */
const SURROUNDINGS = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CIN7_")));

const running = new Set();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A program of ours that runs until it is stopped, or killed. */
export class Program {
  #child;
  /** What it said on its error output. */
  log = "";

  /** Starts one and gives each line that it prints to `heard`, until that says yes. */
  static async start(name, args, env, heard) {
    const path = join(root, "target", "server", name);
    if (!existsSync(path))
      throw new Error(
        `${name} is not built: run \`npm test -- e2e\`, or \`cargo build --profile server -p cin7-proxy -p cin7-sandbox\`.`,
      );
    const program = new Program();
    const child = spawn(path, args, { cwd: root, stdio: ["pipe", "pipe", "pipe"], env: { ...SURROUNDINGS, ...env } });
    program.#child = child;
    child.stderr.on("data", (text) => (program.log += text));
    running.add(child);
    child.once("exit", () => running.delete(child));
    await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => heard(line) && resolve());
      child.once("exit", (code) => reject(new Error(`${name} ended with ${code}:\n${program.log}`)));
    });
    return program;
  }

  /** Ends it as a person would, or, when that takes too long, at once. */
  async stop() {
    const patience = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.#end("SIGTERM");
    clearTimeout(patience);
  }

  /** Ends it where it stands, without a chance to tidy up. */
  kill() {
    return this.#end("SIGKILL");
  }

  async #end(signal) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill(signal);
    await gone;
  }
}

/** A proxy for tests; resolves once it serves. `heard` is told what it says of itself: its address, and its sandbox's. */
export function startProxy({ screen = join(root, "www", "dist"), callsPerMinute = 600, env }, heard) {
  const settings = {
    HOST: "127.0.0.1",
    PORT: "0",
    QUOTE_SCREEN_DIR: screen,
    CIN7_CALLS_PER_MINUTE: String(callsPerMinute),
    // The proxy's clock is not the scenarios': here the desk alone waits before it sends an order again.
    SETTLE_SECONDS: "0",
    ...env,
  };
  return Program.start("cin7-proxy", [], settings, (line) => {
    const [, name, address] = /^(Quote screen|Sandbox control): (\S+)/.exec(line) ?? [];
    return name !== undefined && heard(name, address);
  });
}

export class Servers {
  #proxy;

  /**
   * Starts both and waits until they answer.
   *
   * @param {{ world?: string, worldArgs?: string, screen?: string, callsPerMinute?: number, env?: Record<string, string> }}
   * options
   */
  static async start({ world = "fixture", worldArgs = "", screen, callsPerMinute, env } = {}) {
    const servers = new Servers();
    servers.#proxy = await startProxy(
      { screen, callsPerMinute, env: { SANDBOX_WORLD: world, SANDBOX_ARGS: worldArgs, ...env } },
      (name, address) => {
        if (name === "Quote screen") servers.url = address;
        else servers.sandbox = new Sandbox(address);
        return servers.sandbox !== undefined;
      },
    );
    // The sandbox limits too; what a test wants to learn is seldom how long a minute is.
    await servers.sandbox.switches({ calls_per_minute: 100_000 });
    return servers;
  }

  /** What the proxy and the sandbox said on their error output. */
  get log() {
    return this.#proxy.log;
  }

  stop() {
    return this.#proxy.stop();
  }
}

// A proxy with its sandbox on free ports, as `npm start` runs them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Sandbox } from "./sandbox.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export class Servers {
  #proxy;
  /** What the proxy and the sandbox said on their error output. */
  log = "";

  /**
   * Starts both and waits until they answer.
   *
   * @param {{ world?: string, worldArgs?: string, screen?: string, callsPerMinute?: number, env?: Record<string, string> }} options
   */
  static async start({ world = "fixture", worldArgs = "", screen = join(root, "www", "dist"), callsPerMinute = 600, env: more = {} } = {}) {
    const servers = new Servers();
    const program = join(root, "target", "server", "cin7-proxy");
    if (!existsSync(program)) throw new Error("The proxy is not built: run `npm test -- e2e`, or `cargo build --profile server -p cin7-proxy -p cin7-sandbox`.");
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CIN7_")));
    const proxy = spawn(program, [], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...env,
        HOST: "127.0.0.1",
        PORT: "0",
        QUOTE_SCREEN_DIR: screen,
        SANDBOX_WORLD: world,
        SANDBOX_ARGS: worldArgs,
        CIN7_CALLS_PER_MINUTE: String(callsPerMinute),
        // The proxy's clock is not the scenarios': here the desk alone waits before it sends an order again.
        SETTLE_SECONDS: "0",
        ...more,
      },
    });
    servers.#proxy = proxy;
    proxy.stderr.on("data", (text) => (servers.log += text));
    process.once("exit", () => proxy.kill("SIGKILL"));
    const said = createInterface({ input: proxy.stdout });
    await new Promise((resolve, reject) => {
      said.on("line", (line) => {
        const [, name, address] = /^(Quote screen|Sandbox control): (\S+)/.exec(line) ?? [];
        if (name === "Quote screen") servers.url = address;
        if (name === "Sandbox control") resolve((servers.sandbox = new Sandbox(address)));
      });
      proxy.once("exit", (code) => reject(new Error(`The proxy ended with ${code}:\n${servers.log}`)));
    });
    // The sandbox limits too; what a test wants to learn is seldom how long a minute is.
    await servers.sandbox.switches({ calls_per_minute: 100_000 });
    return servers;
  }

  async stop() {
    if (this.#proxy.exitCode !== null || this.#proxy.signalCode !== null) return;
    const gone = once(this.#proxy, "exit");
    this.#proxy.kill("SIGTERM");
    const patience = setTimeout(() => this.#proxy.kill("SIGKILL"), 5000);
    await gone;
    clearTimeout(patience);
  }
}

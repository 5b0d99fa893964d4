// The servers as they stand in real life: the proxy and Cin7 are apart, the proxy can die alone, and comes back with its ledger.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CREDENTIALS, Sandbox } from "../sandbox.mjs";
import { Program, startProxy } from "../servers.mjs";
import { Line } from "./line.mjs";

export class Apart {
  #cin7;
  #proxy;
  #folder;

  static async start() {
    const apart = new Apart();
    apart.#folder = await mkdtemp(join(tmpdir(), "quote-desk-proxy-"));
    let api;
    apart.#cin7 = await Program.start(
      "cin7-sandbox",
      ["--port", "0", "--with-parent", "--world", "fixture"],
      {},
      (said) => (api = /^Cin7 sandbox: (\S+)/.exec(said)?.[1]),
    );
    /** Where Cin7 is looked into, and disturbed. */
    apart.sandbox = new Sandbox(new URL("/sandbox/", api).href);
    /** What the proxy speaks to Cin7 over. */
    apart.line = await Line.start(api);
    await apart.startProxy();
    return apart;
  }

  /** Kills the proxy where it stands. */
  killProxy() {
    return this.#proxy.kill();
  }

  /** Starts the proxy, at its former address if it had one. */
  async startProxy() {
    const [accountId, applicationKey] = CREDENTIALS;
    const env = {
      CIN7_BASE_URL: this.line.url,
      CIN7_ACCOUNT_ID: accountId,
      CIN7_APPLICATION_KEY: applicationKey,
      LEDGER_FILE: join(this.#folder, "ledger.sqlite"),
      PORT: this.url === undefined ? "0" : new URL(this.url).port,
    };
    this.#proxy = await startProxy({ env }, (_, address) => (this.url = address));
  }

  async stop() {
    await this.line?.stop();
    await this.#proxy?.stop();
    await this.#cin7?.stop();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

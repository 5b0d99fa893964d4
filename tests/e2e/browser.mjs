// Headless Chromium from the system, and tabs that remember everything that crossed the wire.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { CREDENTIALS } from "./sandbox.mjs";

const PATHS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = PATHS.find((path) => path && existsSync(path));

/** It calls nobody but the page's own origin. */
const ARGS = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

/** Starts Chromium. */
export function launch({ args = [], ...options } = {}) {
  return chromium.launch({ executablePath, args: [...ARGS, ...args], ...options });
}

/** Chromium on a profile that outlives it, so that it can be killed and started again. */
export class ProfileBrowser {
  #process;
  #gone;

  /** @param {string} folder of the profile; made when it is not there. */
  static async start(folder) {
    const started = new ProfileBrowser();
    const own = [
      "--headless=new",
      "--remote-debugging-port=0",
      `--user-data-dir=${folder}`,
      "--window-size=1440,900",
      "--lang=en-GB",
    ];
    started.#process = spawn(executablePath, [...ARGS, ...own, "about:blank"], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    process.once("exit", started.#endAll);
    started.#gone = once(started.#process, "exit");
    const address = await new Promise((resolve, reject) => {
      createInterface({ input: started.#process.stderr }).on("line", (line) => {
        const [, found] = /^DevTools listening on (ws:\S+)/.exec(line) ?? [];
        if (found !== undefined) resolve(found);
      });
      started.#process.once("exit", (code) => reject(new Error(`Chromium ended with ${code}.`)));
    });
    started.browser = await chromium.connectOverCDP(address);
    [started.context] = started.browser.contexts();
    started.context.setDefaultTimeout(20_000);
    return started;
  }

  /**
   * Ends the whole browser where it stands, with the processes that it started: one that lives on would write into the
   * profile.
   */
  async kill() {
    this.#endAll();
    process.off("exit", this.#endAll);
    await this.#gone;
  }

  /** By its process group, which it leads. */
  #endAll = () => {
    try {
      process.kill(-this.#process.pid, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
}

/** Everything that a context's pages sent, received or complained about. */
export class Wire {
  requests = [];
  answers = [];
  complaints = [];
  #pending = [];

  constructor(context) {
    context.on("request", (request) =>
      this.requests.push({
        method: request.method(),
        url: request.url(),
        headers: request.headers(),
        body: request.postData() ?? "",
      }),
    );
    context.on("response", (response) => {
      const entry = { url: response.url(), status: response.status(), headers: response.headers(), text: "" };
      this.answers.push(entry);
      // A page that goes away takes its bodies along.
      if (response.url().includes("/cin7/"))
        this.#pending.push(
          response.text().then(
            (text) => (entry.text = text),
            () => undefined,
          ),
        );
    });
    context.on("page", (page) => page.on("pageerror", (error) => this.complaints.push(String(error.stack ?? error))));
    context.on("console", (message) => {
      // Chromium notes each answer of 400 and more; those are the tests' own faults.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
        this.complaints.push(message.text());
    });
  }

  /** Everything that crossed, as one text. */
  async text() {
    await Promise.all(this.#pending);
    return JSON.stringify([this.requests, this.answers]);
  }
}

/** Whether a text holds one of the credentials, in any case, with or without hyphens. */
export function holdsCredential(text) {
  const plain = text.toLowerCase().replaceAll("-", "");
  return CREDENTIALS.some((secret) => plain.includes(secret.replaceAll("-", "")));
}

/** Everything that a page's origin keeps, as one text: every database, record by record, and the web storages. */
export function storedText(page) {
  return page.evaluate(async () => {
    const wait = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const text = (value) => {
      if (ArrayBuffer.isView(value)) return new TextDecoder("latin1").decode(value);
      if (value instanceof ArrayBuffer) return new TextDecoder("latin1").decode(value);
      if (Array.isArray(value)) return value.map(text).join("\n");
      if (value && typeof value === "object")
        return Object.entries(value)
          .map(([key, inner]) => `${key}=${text(inner)}`)
          .join("\n");
      return String(value);
    };
    const parts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
    for (const { name } of await indexedDB.databases()) {
      const database = await wait(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        parts.push(
          `${name}/${store}`,
          text(await wait(objects.getAll())),
          text(await wait(database.transaction(store).objectStore(store).getAllKeys())),
        );
      }
      database.close();
    }
    return parts.join("\n");
  });
}

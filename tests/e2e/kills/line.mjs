// The line between the proxy and Cin7: a call can be held on it, before Cin7 has seen it or after, and cut.

import { createServer, request } from "node:http";
import { once } from "node:events";

/** A call that is to stop on the line. */
class Held {
  #arrived;
  #go;
  /** Resolves once the call is there. */
  there = new Promise((resolve) => (this.#arrived = resolve));
  #fate = new Promise((resolve) => (this.#go = resolve));

  constructor(asked) {
    this.asked = asked;
  }

  /** Lets it pass. */
  letGo() {
    this.#go("pass");
  }

  /** Tears the line: a call that was held before never arrives, an answer that was held after is lost. */
  cut() {
    this.#go("cut");
  }

  async stop() {
    this.#arrived();
    return this.#fate;
  }
}

export class Line {
  #server;
  #target;
  #holds = [];
  /** Which quote each sale's id belongs to, learned from what was answered. */
  #links = new Map();
  /** Every call that Cin7 was asked, in order. */
  calls = [];

  /** Opens a line to an address, such as the sandbox's `http://127.0.0.1:4900/ExternalApi/v2/`. */
  static async start(target) {
    const line = new Line();
    line.#target = new URL(target);
    line.#server = createServer((asked, answer) => void line.#carry(asked, answer).catch(() => answer.destroy()));
    line.#server.listen(0, "127.0.0.1");
    await once(line.#server, "listening");
    line.url = `http://127.0.0.1:${line.#server.address().port}${line.#target.pathname}`;
    return line;
  }

  /**
   * Holds the next call of this kind: `path` as in `sale/order`, for the quote with this link; `when` it has not reached Cin7
   * (`before`), or Cin7 has answered (`after`).
   */
  hold({ method, path, link, when }) {
    const held = new Held({ method, path: path.toLowerCase(), link, when });
    this.#holds.push(held);
    return held;
  }

  async stop() {
    for (const held of this.#holds) held.cut();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #carry(asked, answer) {
    const body = await read(asked);
    const url = new URL(asked.url, this.#target);
    const call = {
      method: asked.method,
      path: url.pathname.slice(this.#target.pathname.length).toLowerCase(),
      link: this.#linkOf(url, body),
    };
    this.calls.push(call);
    if ((await this.#held(call, "before")) === "cut") return answer.destroy();
    const [response, text] = await this.#ask(asked, url, body);
    if (call.method === "POST" && call.path === "sale" && response.statusCode === 200)
      this.#links.set(JSON.parse(text).ID, call.link);
    if ((await this.#held(call, "after")) === "cut") return answer.destroy();
    answer.writeHead(response.statusCode, response.headers).end(text);
  }

  #held(call, when) {
    const at = this.#holds.findIndex(
      ({ asked }) => asked.when === when && asked.method === call.method && asked.path === call.path && asked.link === call.link,
    );
    return at < 0 ? "pass" : this.#holds.splice(at, 1)[0].stop();
  }

  #linkOf(url, body) {
    const sent = body.length > 0 ? JSON.parse(body) : {};
    const id = url.searchParams.get("ID") ?? url.searchParams.get("SaleID") ?? sent.SaleID ?? sent.TaskID;
    return url.searchParams.get("ExternalID") ?? sent.ExternalID ?? this.#links.get(id);
  }

  async #ask({ method, headers }, url, body) {
    const call = request(new URL(url.pathname + url.search, this.#target), {
      method,
      headers: { ...headers, host: this.#target.host },
    });
    call.end(body);
    const [response] = await once(call, "response");
    return [response, await read(response)];
  }
}

async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

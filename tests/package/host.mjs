// The web server of a CRM that uses the package without a bundler: its pages, the package's files, and /cin7/ handed on to the
// proxy.

import { readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>A CRM</title>';

/** What a browser must be told so that it finds this server under names that are not this machine's. */
export const NAMES = "--host-resolver-rules=MAP *.example 127.0.0.1";

export class Host {
  #server;
  #proxy;
  /** What a path is answered with instead, until it is taken out: `{ status, headers, body }`. */
  answers = new Map();

  /** @param {string} proxy address of the proxy */
  static async start(proxy) {
    const host = new Host();
    host.#proxy = new URL(proxy);
    host.#server = createServer((incoming, outgoing) => host.#answer(incoming, outgoing));
    await new Promise((resolve) => host.#server.listen(0, "127.0.0.1", resolve));
    return host;
  }

  /** An address on it; by a name other than 127.0.0.1 it is one that browsers do not take for secure. */
  url(path = "/", name = "127.0.0.1") {
    return `http://${name}:${this.#server.address().port}${path}`;
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(incoming, outgoing) {
    const { pathname } = new URL(incoming.url, "http://host");
    if (pathname.startsWith("/cin7/")) return this.#forward(incoming, outgoing);
    const { status = 200, headers = {}, body } = this.answers.get(pathname) ?? {};
    const content = body ?? (pathname.startsWith("/pkg/") ? await readFile(join(root, pathname)).catch(() => undefined) : PAGE);
    const type = TYPES[extname(pathname)] ?? "text/html";
    // Other origins may use the files, as those of a CDN.
    outgoing.writeHead(content === undefined ? 404 : status, {
      "content-type": type,
      "access-control-allow-origin": "*",
      "cache-control": "no-store",
      ...headers,
    });
    outgoing.end(content ?? "not found");
  }

  #forward(incoming, outgoing) {
    const { host: _, origin: __, "sec-fetch-site": ___, ...headers } = incoming.headers;
    const { hostname, port } = this.#proxy;
    const call = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    call.once("error", () => outgoing.destroy());
    incoming.pipe(call);
  }
}

// The network between a rep's browser and the proxy: bytes go through until it is pulled out.

import { connect, createServer } from "node:net";
import { once } from "node:events";

export class Cable {
  #server;
  #open = new Set();
  #plugged = true;

  /** Lays one to a port of this machine. */
  static async start(port) {
    const cable = new Cable();
    cable.#server = createServer((near) => {
      if (!cable.#plugged) return near.destroy();
      const far = connect(port, "127.0.0.1");
      for (const [one, other] of [
        [near, far],
        [far, near],
      ]) {
        cable.#open.add(one);
        one.on("error", () => other.destroy());
        one.once("close", () => {
          cable.#open.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    cable.#server.listen(0, "127.0.0.1");
    await once(cable.#server, "listening");
    cable.url = `http://127.0.0.1:${cable.#server.address().port}/`;
    return cable;
  }

  /** Whatever is under way is lost, and nothing goes through from now on. */
  pull() {
    this.#plugged = false;
    for (const socket of this.#open) socket.destroy();
  }

  plug() {
    this.#plugged = true;
  }

  async stop() {
    this.pull();
    this.#server.close();
    await once(this.#server, "close");
  }
}

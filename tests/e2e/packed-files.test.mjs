// The screen's own files travel packed: by the build, as well as brotli can, and not anew for each browser.

import assert from "node:assert/strict";
import { get } from "node:http";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { Servers } from "./servers.mjs";

/** One file, as the server sends it to who takes `encoding`. */
async function sent(address, encoding) {
  const headers = encoding === undefined ? {} : { "accept-encoding": encoding };
  const response = await new Promise((resolve, reject) => get(address, { headers }, resolve).once("error", reject));
  return { ...response.headers, status: response.statusCode, body: await buffer(response) };
}

test("every file of the screen is sent as brotli packed by the build, and unpacks to the plain one", async () => {
  const servers = await Servers.start();
  try {
    const script = (await sent(new URL("/service-worker.js", servers.url))).body.toString();
    const files = JSON.parse(/FILES=(\[[^\]]*\])/.exec(script)[1]);
    assert.ok(files.some((name) => name.endsWith(".wasm")) && files.some((name) => name.endsWith(".js")), `${files}`);
    for (const name of files) {
      const plain = await sent(new URL(name, servers.url));
      const packed = await sent(new URL(name, servers.url), "gzip, deflate, br, zstd");
      assert.equal(plain["content-encoding"], undefined, name);
      assert.equal(packed["content-encoding"], "br", name);
      // What is packed on the way has no length: nobody knows it before.
      assert.equal(Number(packed["content-length"]), packed.body.length, name);
      assert.ok(packed.body.length < plain.body.length, name);
      assert.ok(brotliDecompressSync(packed.body).equals(plain.body), name);
      assert.equal(packed["content-type"], plain["content-type"], name);
      assert.deepEqual([plain.vary, packed.vary], ["accept-encoding", "accept-encoding"], name);
    }
  } finally {
    await servers.stop();
  }
});

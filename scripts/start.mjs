// `npm start`: builds what is not built, then serves the quote screen, the proxy and (without credentials) the sandbox.
//
// PORT and HOST say where; CIN7_BASE_URL, CIN7_ACCOUNT_ID and CIN7_APPLICATION_KEY point it at a real account.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { main, root, Stop } from "./command.mjs";
import { buildPackage, buildScreen, buildServers } from "./build.mjs";

await main(async () => {
  const port = process.env.PORT?.trim() || "8787";
  await mustBeFree(process.env.HOST?.trim() || "127.0.0.1", port);
  await buildPackage();
  await buildScreen();
  await buildServers();
  serve(port);
});

/** Better said now than after minutes of building. Anything but "in use" is for the proxy to judge. */
async function mustBeFree(host, port) {
  const taken = await new Promise((resolve) => {
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) return resolve(false);
    const probe = createServer()
      .once("error", (error) => resolve(error.code === "EADDRINUSE"))
      .once("listening", () => probe.close(() => resolve(false)))
      .listen(Number(port), host);
  });
  if (taken)
    throw new Stop(
      `Port ${port} of ${host} is in use by another program: choose another, for example \`PORT=${Number(port) + 1} npm start\`.`,
    );
}

/** Runs the proxy, which starts the sandbox itself, until it or this ends. */
function serve(port) {
  const proxy = spawn(join(root, "target", "server", "cin7-proxy"), [], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PORT: port, QUOTE_SCREEN_DIR: process.env.QUOTE_SCREEN_DIR ?? join(root, "www", "dist") },
  });
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      asked = true;
      proxy.kill("SIGTERM");
    });
  }
  proxy.on("error", (error) => {
    console.error(`The proxy cannot be started: ${error.message}.`);
    process.exitCode = 1;
  });
  proxy.on("exit", (code) => {
    process.exitCode = asked ? 0 : (code ?? 1);
  });
}

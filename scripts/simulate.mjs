// `npm run simulate`: plays histories of the whole desk, each from a seed, and prints one line for each that goes wrong.

import { main, run } from "./command.mjs";
import { rustChecks } from "./setup.mjs";

await main(async () => {
  await rustChecks();
  await run("cargo", ["run", "--quiet", "--profile", "server", "-p", "cin7-simulation", "--", ...process.argv.slice(2)]);
});

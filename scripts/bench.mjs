// `npm run bench`: builds what is measured, then measures it in Chromium (tests/bench/bench.mjs).
//
// PRODUCTS, CUSTOMERS and WAREHOUSES choose the size of the world; 100,000, 20,000 and 5 unless told.

import { main, run } from "./command.mjs";
import { buildPackage, buildServers } from "./build.mjs";
import { chromium } from "./setup.mjs";

await main(async () => {
  await chromium();
  await buildPackage();
  await buildServers();
  await run(process.execPath, ["tests/bench/bench.mjs"], { otherwise: "The benchmark did not finish: see its words above." });
});

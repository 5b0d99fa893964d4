// Measures the real package in Chromium against the sandbox's bulk world, through the proxy.

import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../e2e/browser.mjs";
import { Servers } from "../e2e/servers.mjs";
import { makeQueries, spread } from "./queries.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const size = (name, otherwise) => Number(process.env[name] ?? otherwise);
const PRODUCTS = size("PRODUCTS", 100_000);
const CUSTOMERS = size("CUSTOMERS", 20_000);
const WAREHOUSES = size("WAREHOUSES", 5);
const LINES = 1000;
const COLD_OPENS = 5;

/** The page and the package, with a probe in front of the worker. */
function assemble() {
  const screen = join(here, "dist");
  rmSync(screen, { recursive: true, force: true });
  mkdirSync(screen, { recursive: true });
  cpSync(join(here, "page"), screen, { recursive: true });
  cpSync(join(root, "pkg"), join(screen, "pkg"), { recursive: true });
  renameSync(join(screen, "pkg", "worker.js"), join(screen, "pkg", "worker-of-the-package.js"));
  writeFileSync(join(screen, "pkg", "worker.js"), `import "../probe.js";\nimport "./worker-of-the-package.js";\n`);
  return screen;
}

async function tab(context, url) {
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(error));
  await page.goto(url);
  await page.waitForFunction(() => window.bench !== undefined);
  return page;
}

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
const ms = (value) => (value >= 100 ? `${Math.round(value)} ms` : `${value.toFixed(value >= 10 ? 1 : 2)} ms`);
const us = (value) => (value >= 1000 ? ms(value / 1000) : `${value.toFixed(1)} µs`);

function table({ sync, raw, cold, keys, quote }) {
  const kinds = Object.entries(keys.kinds).map(([kind, { p50, p99 }]) => {
    const { right, asked } = keys.found[kind];
    return [`of them, ${kind}`, `${ms(p50)}, p99 ${ms(p99)}`, "", `right hit in the first 20: ${right} of ${asked}`];
  });
  return [
    [
      `cold open to first priced line (median of ${COLD_OPENS})`,
      ms(median(cold.map(({ pricedMs }) => pricedMs))),
      "1 s",
      `${ms(raw.readMs)} read + ${ms(raw.copyMs)} copy`,
    ],
    ["of it, opening the desk", ms(median(cold.map(({ openMs }) => openMs))), "", ""],
    ["first write: in IndexedDB transactions", ms(sync.writingMs), "2 s", `${ms(raw.writeMs)} write`],
    ["first sync less waiting for the network", ms(sync.wallMs - sync.networkMs), "", ""],
    [`keystroke in product search, p50 of ${keys.count.toLocaleString("en")}`, ms(keys.p50), "", ""],
    ["keystroke in product search, p99", ms(keys.p99), "5 ms", ""],
    ...kinds,
    [`one edit in a ${quote.lines}-line quote`, us(quote.edit.p50), "50 µs", `${us(quote.crossing.p50)} for a line to cross`],
    ["one edit, and the totals read", us(quote.editAndTotals.p50), "", ""],
    [
      "one edit, and all that the screen draws anew",
      us(quote.editAndScreen.p50),
      "",
      `${us(quote.figures.p50)} weight and margin, ${us(quote.problems.p50)} problems`,
    ],
    [`tier switch of ${quote.lines} lines, and the totals read`, us(quote.tierSwitch.p50), "", ""],
  ];
}

const servers = await Servers.start({
  world: "bulk",
  worldArgs: `--products ${PRODUCTS} --customers ${CUSTOMERS} --locations ${WAREHOUSES}`,
  screen: assemble(),
  callsPerMinute: 600,
});
const browser = await launch();
try {
  const facts = {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    chromium: browser.version(),
    node: process.version,
    products: PRODUCTS,
    customers: CUSTOMERS,
    warehouses: WAREHOUSES,
  };
  console.log(JSON.stringify(facts));
  const products = await (await fetch(new URL("state/products", servers.sandbox.control))).json();
  const context = await browser.newContext();
  context.setDefaultTimeout(0);

  const first = await tab(context, servers.url);
  let heard = "";
  await first.exposeFunction("said", (text) => (heard = text));
  const report = setInterval(() => console.log(`reading: ${heard}`), 10_000);
  console.log("First sync; the proxy lets 600 calls through in a minute.");
  const sync = await first.evaluate(() => window.bench.firstSync(window.said));
  clearInterval(report);
  const [customer] = await first.evaluate(() => window.bench.customers("a"));
  await first.close();

  const skus = spread(products, LINES);
  const cold = [];
  for (let run = 0; run < COLD_OPENS; run++) {
    const page = await tab(context, servers.url);
    cold.push(
      await page.evaluate((ask) => window.bench.coldOpen(ask), { customerId: customer.id, sku: skus[run], number: 100 + run }),
    );
    if (run < COLD_OPENS - 1) await page.close();
  }
  const page = context.pages().at(-1);
  const keys = await page.evaluate((ask) => window.bench.keystrokes(ask), {
    queries: makeQueries(products),
    customerId: customer.id,
  });
  const quote = await page.evaluate((ask) => window.bench.largeQuote(ask), { customerId: customer.id, skus, number: 200 });
  await page.close();
  const bare = await tab(context, servers.url);
  const raw = await bare.evaluate(() => window.bench.rawLimits());

  const results = { at: new Date().toISOString(), facts, sync, raw, cold, keys, quote };
  writeFileSync(join(here, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  console.log(
    `\n${PRODUCTS.toLocaleString("en")} products x 10 tiers, ${CUSTOMERS.toLocaleString("en")} customers, ` +
      `${WAREHOUSES} warehouses; ${(raw.bytes / 1e6).toFixed(1)} MB kept in ${raw.parts} segments\n`,
  );
  const rows = [["what", "measured", "aim", "beside it"], ["---", "---:", "---:", "---:"], ...table(results)];
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
} finally {
  await browser.close();
  await servers.stop();
}

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** The package is taken as it is published; `DESK` names another module with its surface. */
const desk = new URL(process.env["DESK"] ?? "../pkg/index.js", import.meta.url).pathname;
const proxy = process.env["PROXY"] ?? "http://127.0.0.1:8787";

/** Tells the page and its service worker which version they are, and the latter which files belong to it. */
const version: Plugin = {
  name: "version",
  apply: "build",
  writeBundle({ dir = "dist" }, bundle) {
    const change = (file: string, changed: (text: string) => string) =>
      writeFileSync(join(dir, file), changed(readFileSync(join(dir, file), "utf8")));
    const files = Object.keys(bundle)
      .filter((name) => name.startsWith("assets/"))
      .sort()
      .map((name) => `/${name}`);
    const hash = createHash("sha256")
      .update(JSON.stringify(files))
      .update(readFileSync(join(dir, "index.html")))
      .digest("hex")
      .slice(0, 16);
    change("index.html", (page) => page.replace("__VERSION__", hash));
    change("service-worker.js", (script) => `const VERSION=${JSON.stringify(hash)},FILES=${JSON.stringify(files)};${script}`);
  },
};

/** Packs what never changes, once and as well as it goes, for a server that sends the `.br` beside a file. */
const packed: Plugin = {
  name: "packed",
  apply: "build",
  writeBundle({ dir = "dist" }, bundle) {
    const quality = process.env["QUOTE_DESK_BUILD"] === "dev" ? 5 : constants.BROTLI_MAX_QUALITY;
    for (const name of Object.keys(bundle).filter((name) => name.startsWith("assets/"))) {
      const packed = brotliCompressSync(readFileSync(join(dir, name)), { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
      writeFileSync(join(dir, `${name}.br`), packed);
    }
  },
};

export default defineConfig({
  base: "/",
  plugins: [version, packed],
  resolve: { alias: { "cin7-quote-desk": desk } },
  worker: { format: "es" },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    target: "es2022",
    // Colours are written with light-dark(); older targets would have it rewritten.
    cssTarget: ["chrome125", "firefox128", "safari17.5"],
    // The screen's policy allows no data: scripts or workers.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", "service-worker": "src/service-worker.ts" },
      // Its address stays, or browsers would not find the next one.
      output: { entryFileNames: ({ name }) => (name === "service-worker" ? "service-worker.js" : "assets/[name]-[hash].js") },
    },
  },
  server: { fs: { allow: [".."] }, proxy: { "/cin7": { target: proxy } } },
});

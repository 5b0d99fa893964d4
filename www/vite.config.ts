import { defineConfig } from "vite";

/** The package is taken as it is published; `DESK` names another module with its surface. */
const desk = new URL(process.env["DESK"] ?? "../pkg/index.js", import.meta.url).pathname;
const proxy = process.env["PROXY"] ?? "http://127.0.0.1:8787";

export default defineConfig({
  base: "/",
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
  },
  server: { fs: { allow: [".."] }, proxy: { "/cin7": { target: proxy } } },
});

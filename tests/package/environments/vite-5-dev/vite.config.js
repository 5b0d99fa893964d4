export default {
  // Vite 5 to 7 would move the package away from its worker and its .wasm.
  optimizeDeps: { exclude: ["cin7-quote-desk"] },
  server: { port: Number(process.env.PORT), strictPort: true, proxy: { "/cin7": process.env.PROXY } },
};

/**
 * The package's own files, the wasm and the worker: what keeps one of them from running is told by its file or by the setting.
 */

import load, { onPanic } from "./cin7_quote_desk.js";
import { hearPanic, QuoteDeskError } from "./errors.js";
import { invalidInput } from "./input.js";

/** Where the `.wasm` is, or what it holds. */
export type WasmSource = URL | string | Request | Response | BufferSource | WebAssembly.Module;

type File = "wasm" | "worker";

/** How long the worker's script may take until it runs, in milliseconds. */
const PATIENCE = 30_000;

let loading: Promise<WebAssembly.Module> | undefined;

/** Compiles the wasm once for the page and its workers. A failure is not remembered: the next call tries again. */
export function loadWasm(
  source: WasmSource = new URL("./cin7_quote_desk_bg.wasm", import.meta.url),
): Promise<WebAssembly.Module> {
  loading ??= explained("wasm", async () => {
    const module = await compiled(source);
    await load({ module_or_path: module });
    onPanic(hearPanic);
    return module;
  }).catch((caught: unknown) => {
    loading = undefined;
    throw caught;
  });
  return loading;
}

async function compiled(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source);
  const fetched = typeof source === "string" || source instanceof URL || source instanceof Request;
  if (!fetched && !(source instanceof Response)) throw invalidInput("source", "This is no address, answer, bytes or module.");
  const address = source instanceof Request || source instanceof Response ? source.url : String(source);
  const response = fetched
    ? await fetch(source).catch((caught: unknown) => fail(`${address} could not be fetched: ${wordsOf(caught)}`))
    : source;
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok) fail(`${address} was answered with ${response.status}.`);
  if (type.startsWith("text/html")) fail(`${address} was answered with a page instead of the file.`);
  // Only streaming minds the media type, which not every server knows.
  const compiling = type.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : response.arrayBuffer().then((bytes) => WebAssembly.compile(bytes));
  return compiling.catch((caught: unknown) => fail(`${address} does not compile: ${wordsOf(caught)}`));
}

/** Starts a worker; resolves once its script runs. */
export function startWorker(start: () => Worker): Promise<Worker> {
  return explained("worker", async () => {
    const worker = start();
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`worker.js did not start within ${PATIENCE / 1000} seconds.`)), PATIENCE);
      worker.addEventListener("message", () => resolve(clearTimeout(limit)), { once: true });
      worker.addEventListener(
        "error",
        (event: Event) => {
          event.preventDefault();
          clearTimeout(limit);
          const words = event instanceof ErrorEvent ? event.message : "";
          reject(
            new Error(
              words === "" ? "worker.js, or a file that it imports, could not be loaded." : `worker.js does not run: ${words}`,
            ),
          );
        },
        { once: true },
      );
    }).catch((caught: unknown) => {
      worker.terminate();
      throw caught;
    });
    return worker;
  });
}

function fail(problem: string): never {
  throw new Error(problem);
}

function wordsOf(caught: unknown): string {
  return caught instanceof Error || caught instanceof DOMException ? caught.message : String(caught);
}

/** Does `work`; where it fails, says whether it was the page's policy, its origin or the file. */
async function explained<T>(file: File, work: () => Promise<T>): Promise<T> {
  const violations: SecurityPolicyViolationEvent[] = [];
  const note = (event: Event) => void violations.push(event as SecurityPolicyViolationEvent);
  addEventListener("securitypolicyviolation", note);
  try {
    return await work();
  } catch (caught) {
    if (caught instanceof QuoteDeskError) throw caught;
    // A violation is told in a task of its own, after the failure.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const violation = violations.find((event) => event.disposition === "enforce" && isAbout(file, event));
    if (violation !== undefined) throw againstPolicy(file, violation);
    if (caught instanceof DOMException && caught.name === "SecurityError")
      throw blocked(
        "worker",
        `${caught.message} The worker has to come from the page's own origin: give \`open\` a \`worker\` that starts one.`,
      );
    const moved = import.meta.url.includes("/.vite/deps/")
      ? " Vite moved the package away from its files: name it in `optimizeDeps.exclude`."
      : "";
    throw new QuoteDeskError("load-failed", "A file of this package could not be loaded.", true, [
      { field: file, problem: wordsOf(caught) + moved },
    ]);
  } finally {
    removeEventListener("securitypolicyviolation", note);
  }
}

/** Whether a violation is about one of our files; a page may have others of its own at the same moment. */
function isAbout(file: File, { effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): boolean {
  if (file === "wasm")
    return blockedURI === "wasm-eval" || (effectiveDirective === "connect-src" && blockedURI.includes(".wasm"));
  return effectiveDirective === "worker-src" || effectiveDirective === "require-trusted-types-for";
}

function againstPolicy(file: File, { effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): QuoteDeskError {
  const cure: Record<string, string> = {
    "connect-src": `allow ${blockedURI}`,
    "worker-src": "allow the worker's address, such as with 'self'",
    "require-trusted-types-for": "give `open` a `worker` that starts one through a policy of the page's own",
  };
  return blocked(
    effectiveDirective,
    `The page's Content Security Policy (${effectiveDirective}) forbids the package's ${file}: ` +
      `${cure[effectiveDirective] ?? "allow 'wasm-unsafe-eval'"}.`,
  );
}

/** What the browser does not let this page do, and the setting that it depends on. */
export function blocked(setting: string, problem: string): QuoteDeskError {
  return new QuoteDeskError("blocked", "The browser does not let the quote desk run on this page.", false, [
    { field: setting, problem },
  ]);
}

import { smoke } from "./smoke.js";

smoke({ worker: () => new Worker(new URL("./desk-worker.js", import.meta.url)) });

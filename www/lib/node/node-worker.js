/** The worker thread that owns the engine in Node. */
import { parentPort } from "node:worker_threads";
import { answerRequests } from "../engine/worker-rpc.js";
import { checkManifest, openFrontend } from "./node-engine.js";
import { loadVoice } from "./node-store.js";

if (!parentPort) throw new Error("node-worker.js is a worker's module");
const port = parentPort;

const take = answerRequests(
  {
    createEngine: (base, memoryLimit, { relaxed }) => openFrontend(base, memoryLimit, relaxed),
    loadVoice,
    checkManifest,
  },
  (message, transfer) => port.postMessage(message, transfer),
);

port.on("message", take);

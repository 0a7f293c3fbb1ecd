/** The worker thread that owns the engine in Node. */
import { parentPort } from "node:worker_threads";
import { answerRequests } from "../engine/worker-rpc.js";
import { openFrontend } from "./node-engine.js";
import { loadVoice } from "./node-store.js";

if (!parentPort) throw new Error("node-worker.js is a worker's module");
const port = parentPort;

const take = answerRequests(
  {
    createEngine: openFrontend,
    loadVoice,
  },
  (message, transfer) => port.postMessage(message, transfer),
);

port.on("message", take);

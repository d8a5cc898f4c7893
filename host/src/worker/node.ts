/**
 * What a worker thread of Node runs. It imports the sandbox and what is evaluated beside the guest, and nothing that could touch
 * the platform: a worker starts with the first call, so what it loads is waited for.
 */
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import { serveWorker } from "../sandbox/worker/serve.ts";
import { localInterfaces } from "./local.ts";

const port = parentPort;
if (port === null) throw new Error("worker/node.ts runs in a worker thread");

port.on(
  "message",
  serveWorker(
    { post: (message) => port.postMessage(message), receive: () => receiveMessageOnPort(port)?.message },
    { now: () => performance.now(), local: localInterfaces },
  ),
);

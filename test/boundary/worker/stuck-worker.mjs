// A worker that never comes back from calls of `spin`, as one would that stands in the engine's own code; other calls it serves.
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import { serveWorker } from "../../../host/dist/sandbox/worker/serve.js";

const serve = serveWorker(
  { post: (message) => parentPort.postMessage(message), receive: () => receiveMessageOnPort(parentPort)?.message },
  { now: () => performance.now(), local: new Map() },
);
parentPort.on("message", (message) => {
  if (message.call?.function === "spin") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  serve(message);
});

// A worker that never comes back from calls of `spin`, as one would that stands in the engine's own code; other calls it serves.
// It cannot receive while it waits, so that every call comes as a message.
import { parentPort } from "node:worker_threads";
import { serveWorker } from "../../../host/dist/sandbox/worker/serve.js";

const serve = serveWorker(
  { post: (message) => parentPort.postMessage(message) },
  { now: () => performance.now(), local: new Map() },
);
parentPort.on("message", (message) => {
  if (message.call?.function === "spin") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  serve(message);
});

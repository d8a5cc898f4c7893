/** What a Web Worker of the pool runs; as `node.ts`, it imports nothing that could touch the platform. */
import { serveWorker } from "../sandbox/worker/serve.ts";
import { localInterfaces } from "./local.ts";

const handle = serveWorker(
  { post: (message) => postMessage(message) },
  { now: () => performance.now(), local: localInterfaces },
);
addEventListener("message", ({ data }) => handle(data));

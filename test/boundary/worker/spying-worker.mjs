// A worker that looks at everything a guest is linked to: shared memory among it, or nothing looked at, is the end of it.
import { parentPort, receiveMessageOnPort } from "node:worker_threads";

let looked = 0;
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(Instance, [module, imports = {}]) {
    for (const fields of Object.values(imports)) for (const value of Object.values(fields)) look(value);
    return new Instance(module, imports);
  },
});

function look(value) {
  looked += 1;
  const held = value instanceof WebAssembly.Memory ? value.buffer : value;
  if (held instanceof SharedArrayBuffer || ArrayBuffer.isView(held)) {
    throw new Error("a guest was given memory of the host");
  }
}

const { serveWorker } = await import("../../../host/dist/sandbox/worker/serve.js");
parentPort.on(
  "message",
  serveWorker(
    {
      post: (message) => {
        if (message.kind === "result" && looked === 0) throw new Error("no guest was looked at");
        parentPort.postMessage(message);
      },
      receive: () => receiveMessageOnPort(parentPort)?.message,
    },
    { now: () => performance.now(), local: new Map() },
  ),
);

/** Worker threads of Node, which run `worker/node.ts`. They get no environment, no arguments and no standard input. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { WORKER_HEAP_BYTES } from "../../limits.ts";
import type { ThreadsPower } from "../types.ts";

/**
 * What the threads run: the file of the same build, wherever that stands (a build is tried before it gets its place); where this one
 * runs from its source, the built file, since Node runs no TypeScript.
 */
const ENTRY = new URL(
  import.meta.url.endsWith(".ts") ? "../../../dist/worker/node.js" : "../../worker/node.js",
  import.meta.url,
);

export interface NodeThreadsOptions {
  /** The JavaScript heap of a thread, in bytes. @default WORKER_HEAP_BYTES */
  readonly heapBytes?: number;
  /** The module that the threads run. @default this package's own */
  readonly entry?: URL;
}

export function nodeThreads({ heapBytes = WORKER_HEAP_BYTES, entry = ENTRY }: NodeThreadsOptions = {}): ThreadsPower {
  return {
    cores: availableParallelism(),
    receivesWhileWaiting: true,
    start: (events) => {
      const worker = new Worker(entry, {
        argv: [],
        env: {},
        execArgv: [],
        stdin: false,
        resourceLimits: { maxOldGenerationSizeMb: heapBytes / 1024 ** 2 },
      });
      let isOver = false;
      const end = (why: "memory" | "failure", message: string): void => {
        if (!isOver) events.end(why, message);
        isOver = true;
      };
      worker.on("message", events.message);
      worker.on("messageerror", (error) => end("failure", error.message));
      worker.on("error", (error: NodeJS.ErrnoException) => {
        end(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "failure", error.message);
      });
      worker.on("exit", (code) => end("failure", `it exited with code ${code}`));
      worker.unref();
      return {
        post: (message) => worker.postMessage(message),
        hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
        terminate: async () => {
          isOver = true;
          await worker.terminate();
        },
      };
    },
  };
}

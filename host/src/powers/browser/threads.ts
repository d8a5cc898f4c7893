/**
 * Web Workers, which run `worker/browser.ts`. They are of the page's origin, for browsers start no others, but what they run touches
 * nothing of it. A worker that stands still receives no messages here.
 */
import { PluginError } from "../../errors.ts";
import type { ThreadsPower } from "../types.ts";

/**
 * `entry` is the address of the script, relative to the page; without it a bundler finds it from the `new URL` below.
 * @throws PluginError `unavailable` where the page has no shared memory, over which the answers of host functions travel
 */
export function webThreads(entry: string | URL | undefined): ThreadsPower {
  if (!globalThis.crossOriginIsolated) {
    throw new PluginError("unavailable", "This page is not isolated from other origins, so it has no shared memory", {
      hint: `Send "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp", or use isolation "inline".`,
    });
  }
  return {
    cores: navigator.hardwareConcurrency,
    receivesWhileWaiting: false,
    start: ({ message, end }) => {
      const worker = entry === undefined ? ownWorker() : new Worker(entry, { type: "module" });
      let isOver = false;
      const fail = (why: string): void => {
        if (!isOver) end("failure", why);
        isOver = true;
      };
      worker.addEventListener("message", ({ data }) => message(data));
      worker.addEventListener("messageerror", () => fail("a message could not be read"));
      worker.addEventListener("error", (event) => fail(event.message ?? "its script cannot be loaded"));
      return {
        post: (value) => worker.postMessage(value),
        hold: () => {}, // A page does not wait for its workers.
        terminate: async () => {
          isOver = true;
          worker.terminate();
        },
      };
    },
  };
}

/** Written as bundlers look for it. */
function ownWorker(): Worker {
  return new Worker(new URL("../../worker/browser.js", import.meta.url), { type: "module" });
}

/** The page of the tests: the host inline, and the whole host in a dedicated Web Worker. */
import { jobs } from "./jobs.ts";
import { serveJobs } from "./serve.ts";

serveJobs({
  ...jobs,
  inWorker,
  isolated: () => globalThis.crossOriginIsolated,
  /** What the policy forbids, so that a test knows that it is in force. */
  evaluate: () => {
    try {
      return `evaluated ${new Function("return 1")()}`;
    } catch (error) {
      return (error as Error).name;
    }
  },
});

/** A job, in a worker that holds the whole host. */
function inWorker(request: { readonly job: string; readonly input: unknown }): Promise<unknown> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ("answer" in data ? resolve(data.answer) : reject(new Error(data.problem)));
    worker.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`));
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

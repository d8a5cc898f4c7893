/** A dedicated Web Worker that holds the whole host and does the jobs that the page sends. */
import { jobs } from "./jobs.ts";

const violations: string[] = [];
addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.violatedDirective} ${event.blockedURI}`),
);

addEventListener(
  "message",
  async ({ data: { job, input } }: MessageEvent<{ job: keyof typeof jobs; input: never }>) => {
    try {
      const answer = await jobs[job](input);
      postMessage(violations.length === 0 ? { answer } : { problem: `policy violated: ${violations.join(", ")}` });
    } catch (error) {
      postMessage({ problem: (error as Error).stack });
    }
  },
);

/**
 * Guests that wait for a host function on the host's own thread, in a Node that can suspend them: results, fuel and errors are those of
 * a worker, which this Node compares them with.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { nodeThreads } from "../../../host/src/powers/node/threads.ts";
import { inlineRunner, WorkerRunner } from "../../../host/src/sandbox/index.ts";
import { NO_NEWER_NODE, newerNode, runInNewerNode } from "./newer-node.ts";
import { runPlugins } from "./plugins.ts";
import { runScenarios, type Told } from "./scenarios.ts";

interface Printed {
  readonly canWait: boolean;
  readonly told: Readonly<Record<string, unknown>>;
  readonly scenarios: readonly Told[];
  readonly plugins: unknown;
  readonly atOnce: unknown;
}

it("a Node that cannot suspend guests does not say that it can", () => {
  const known = "Suspending" in WebAssembly && "promising" in WebAssembly;
  expect(inlineRunner(() => performance.now()).canWait).toBe(known);
});

describe.skipIf(newerNode === undefined)(
  `a guest that waits on the host's own thread${newerNode === undefined ? ` (${NO_NEWER_NODE})` : ""}`,
  () => {
    let here: Printed;

    beforeAll(() => {
      here = runInNewerNode("inline.ts") as Printed;
    }, 250_000);

    it("is there at all", () => {
      expect(here.canWait).toBe(true);
    });

    it("gets the answers of a worker, with its fuel, and ends as it would there", async () => {
      const there = await runScenarios(
        (answerMs) => new WorkerRunner({ threads: nodeThreads(), workers: 2, ...(answerMs && { answerMs }) }),
      );
      expect(here.scenarios).toEqual(JSON.parse(JSON.stringify(there)));
    });

    it("asks the person as in a worker: results, fuel, records, changes, cancelling, closing", async () => {
      expect(here.plugins).toEqual(JSON.parse(JSON.stringify(await runPlugins("worker"))));
    });

    it("is not called again, nor captured, while it waits, and goes on as if nothing had been tried", () => {
      const busy = { code: "trap", message: "The instance is inside of a call already, and cannot be re-entered" };
      expect(here.told).toMatchObject({
        "a second call while the first waits": busy,
        "a second call at once": busy,
        "a snapshot while a call waits": { code: "unavailable" },
        "the first call": 42,
        "a call after it": 1,
      });
    });

    it("does not wait where nothing can be suspended: calls at once, start functions, destructors, undeclared functions", () => {
      const refused = { code: "unavailable", message: expect.stringContaining("answers later") };
      expect(here.told).toMatchObject({
        "a call at once": refused,
        "a call at once, answered at once": 1,
        "waits without a declaration": false,
        "a function that is not declared": refused,
        "a start function that asks": refused,
        "a destructor that asks": refused,
      });
      expect(here.atOnce).toEqual({ sync: "unavailable", awaited: "Ada, asked Who?", nested: "unavailable" });
    });

    it("is ended by a signal, whatever the host function does after that", () => {
      expect(here.told["a cancelled wait"]).toMatchObject({ code: "cancelled" });
    });
  },
);

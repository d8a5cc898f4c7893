/** The shared memory of a worker: what comes at the wrong moment is neither lost nor taken for something else. */
import { describe, expect, it, vi } from "vitest";
import { nodeThreads } from "../../../host/src/powers/node/threads.ts";
import type { ThreadsPower } from "../../../host/src/powers/types.ts";
import type { Running } from "../../../host/src/sandbox/index.ts";
import { BytesWriter } from "../../../host/src/sandbox/worker/bytes.ts";
import { createChannel, HostEnd, WorkerEnd } from "../../../host/src/sandbox/worker/channel.ts";
import { preparedToMessage } from "../../../host/src/sandbox/worker/prepared-message.ts";
import type { FromWorker, ToWorker } from "../../../host/src/sandbox/worker/protocol.ts";
import { serveWorker } from "../../../host/src/sandbox/worker/serve.ts";
import { writeTask } from "../../../host/src/sandbox/worker/short-messages.ts";
import { rootImports } from "../component/support.ts";
import { HOSTILE, HOSTILE_WIT } from "../sandbox/hostile.ts";
import { LIMITS, prepare } from "../sandbox/support.ts";
import { call, options, pool } from "./support.ts";

const PIECE_BYTES = 256 * 1024;
const RIGHT = Uint8Array.of(1, 2, 3);
const nothing = () => {};
const now = () => performance.now();
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function ends() {
  const memory = createChannel();
  return { host: new HostEnd(memory), worker: new WorkerEnd(memory) };
}

/** Waits for question 1; `meanwhile` happens before the first wait, and the answer comes before the second. */
function answered({ host, worker }: ReturnType<typeof ends>, meanwhile: () => void): Uint8Array {
  let looks = 0;
  worker.clear();
  const look = (): number => {
    looks += 1;
    if (looks === 1) meanwhile();
    if (looks === 2) host.answer(1, RIGHT);
    if (looks > 2) throw new Error("the answer was lost");
    return 1000;
  };
  return worker.wait(1, look, nothing);
}

/** A task inside asks, and gives up. */
function giveUp(worker: WorkerEnd, look: () => number): void {
  worker.clear();
  expect(() => worker.wait(2, look, nothing)).toThrow("late");
}

const late = (): number => {
  throw new Error("late");
};

describe("an answer", () => {
  it("to a question that was given up is not taken for that to another", () => {
    const both = ends();
    const taken = answered(both, () => {
      giveUp(both.worker, late);
      both.host.answer(2, Uint8Array.of(66, 6));
    });
    expect(taken).toEqual(RIGHT);
  });

  it("of which only pieces were taken neither", () => {
    const both = ends();
    const taken = answered(both, () => {
      let looks = 0;
      giveUp(both.worker, () => {
        looks += 1;
        if (looks > 1) late();
        both.host.answer(2, new Uint8Array(3 * PIECE_BYTES));
        return 1000;
      });
      both.host.more(2);
    });
    expect(taken).toEqual(RIGHT);
  });

  it("is not lost when it comes just while the worker clears what was there before", () => {
    const { host, worker } = ends();
    const load = Atomics.load;
    let isAnswered = false;
    const spy = vi.spyOn(Atomics, "load").mockImplementation(((words: Int32Array, index: number) => {
      const seen = load(words, index);
      if (index === 0 && !isAnswered) {
        isAnswered = true;
        host.answer(1, RIGHT);
      }
      return seen;
    }) as typeof Atomics.load);
    let looks = 0;
    worker.clear();
    try {
      const look = (): number => {
        looks += 1;
        if (looks === 1) host.nudge();
        return looks < 3 ? 50 : late();
      };
      expect(worker.wait(1, look, nothing)).toEqual(RIGHT);
    } finally {
      spy.mockRestore();
    }
  });
});

describe("a task", () => {
  it("whose instance was dropped before the worker took it is cancelled", async () => {
    const channel = createChannel();
    const host = new HostEnd(channel);
    const posted: FromWorker[] = [];
    const writer = new BytesWriter(1000);
    const calling = { interface: "", function: "count", args: new Uint8Array(), fuel: 1e6, timeoutMs: 1e4 };
    const callOf = { ...calling, stackBytes: undefined, work: 0, local: [] };
    writeTask(writer, { kind: "task", task: 2, instance: 1, call: callOf });
    let isStarted = false;
    const receive = (): ToWorker | undefined => {
      // While the worker looks at its port, and waits for a task already.
      if (!isStarted || !host.offer(writer.written())) return undefined;
      isStarted = false;
      host.cancel(2);
      return { kind: "drop", instance: 1 };
    };
    const handle = serveWorker({ post: (message) => posted.push(message), receive }, { now, local: new Map() });
    handle({ kind: "open", channel, spins: false });
    isStarted = true;
    const component = preparedToMessage(await prepare(HOSTILE, HOSTILE_WIT));
    const more = { image: undefined, stackBytes: undefined, missing: [], local: [], hasWork: false };
    const start = { prepared: 1, component, limits: LIMITS, ...more };
    handle({ kind: "task", task: 1, instance: 1, start, call: callOf });
    expect(posted.slice(1)).toEqual([
      expect.objectContaining({ task: 1, value: expect.any(Uint8Array) }),
      expect.objectContaining({ task: 2, error: expect.objectContaining({ code: "cancelled" }) }),
    ]);
  });
});

describe("a call inside of another that is late", () => {
  it("leaves its caller the answer to its own question", async () => {
    const real = nodeThreads();
    // The host hears of results late, as one does whose thread is busy.
    const threads: ThreadsPower = {
      ...real,
      start: (events) =>
        real.start({
          ...events,
          message: (message) => {
            const isResult = typeof message === "object" && (message as Exclude<FromWorker, number>).kind === "result";
            if (isResult) setTimeout(() => events.message(message), 300);
            else events.message(message);
          },
        }),
    };
    const runner = pool({ threads });
    const prepared = await prepare(HOSTILE, HOSTILE_WIT);
    const slow = async (): Promise<number> => {
      await pause(250);
      return 666;
    };
    let outer: Running | undefined;
    const ask = async (): Promise<number> => {
      const inner = await runner.start(
        prepared,
        options({ imports: rootImports({ tick: nothing, ask: slow }), ...(outer && { caller: outer }) }),
      );
      await expect(call(inner, "asked", [5], { timeoutMs: 150 })).rejects.toMatchObject({ code: "deadline" });
      return 1;
    };
    outer = await runner.start(prepared, options({ imports: rootImports({ tick: nothing, ask }) }));
    expect(await call(outer, "asked", [0], { timeoutMs: 30_000 })).toBe(2);
  });
});

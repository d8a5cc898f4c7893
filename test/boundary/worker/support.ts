/** Pools of real worker threads for tests, and one program run on this thread and in a worker. */
import { afterEach } from "vitest";
import type { HostImports } from "../../../host/src/component/index.ts";
import { PluginError } from "../../../host/src/errors.ts";
import type { CallLimits } from "../../../host/src/limits.ts";
import { type NodeThreadsOptions, nodeThreads } from "../../../host/src/powers/node/threads.ts";
import {
  inlineRunner,
  type PreparedComponent,
  type Runner,
  type RunnerStart,
  type Running,
  WorkerRunner,
  type WorkerRunnerOptions,
} from "../../../host/src/sandbox/index.ts";
import { LIMITS, ROOT } from "../sandbox/support.ts";

const pools: WorkerRunner[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((one) => one.close()));
});

/** A pool that ends with the test. A worker that is only slow, on a busy machine, is left its time. */
export function pool(options: Partial<WorkerRunnerOptions> = {}, threads: NodeThreadsOptions = {}): WorkerRunner {
  const made = new WorkerRunner({ threads: nodeThreads(threads), workers: 1, graceMs: 20_000, ...options });
  pools.push(made);
  return made;
}

export function inline(): Runner {
  return inlineRunner(() => performance.now());
}

export const NO_IMPORTS: HostImports = new Map();

export function options(more: Partial<RunnerStart> = {}): RunnerStart {
  return { imports: NO_IMPORTS, limits: LIMITS, owner: "test", ...more };
}

/** Calls an export of the world itself. */
export function call(
  running: Running,
  name: string,
  args: readonly unknown[] = [],
  limits: Partial<CallLimits> = {},
  interfaceName = ROOT,
): Promise<unknown> {
  const { fuel, timeoutMs } = { ...LIMITS, ...limits };
  return running.call({ interface: interfaceName, function: name, args, fuel, timeoutMs });
}

/** What can be told of a call from outside. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string | undefined };
  readonly fuel: number;
  readonly memoryBytes: number;
}

export async function outcome(running: Running, work: () => Promise<unknown>): Promise<Outcome> {
  const figures = () => ({ fuel: running.fuelUsed, memoryBytes: running.memoryBytes });
  try {
    const value = await work();
    return { value, ...figures() };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    const { code, message, hint } = error;
    return { error: { code, message, hint }, ...figures() };
  }
}

/** The same calls on this thread and in a worker. */
export async function both(
  prepared: PreparedComponent,
  start: () => Partial<RunnerStart>,
  calls: (running: Running) => readonly (() => Promise<unknown>)[],
  worker: Runner,
): Promise<readonly [inline: Outcome[], worker: Outcome[]]> {
  const outcomes: Outcome[][] = [];
  for (const runner of [inline(), worker]) {
    const running = await runner.start(prepared, options(start()));
    const of: Outcome[] = [];
    for (const work of calls(running)) of.push(await outcome(running, work));
    running.drop();
    outcomes.push(of);
  }
  return [outcomes[0]!, outcomes[1]!];
}

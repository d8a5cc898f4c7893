/**
 * Where instances run: on this thread, or on one of a pool. Everything in `plugins/` starts instances through a `Runner`, so that a
 * plugin computes the same, with the same fuel and the same errors, wherever it runs. Here is the contract and the runner of
 * the caller's own thread; it has no authority, host functions come with every start.
 */
import { canSuspend, type HostImports } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import type { CallLimits } from "../limits.ts";
import type { MonotonicClock } from "./fuel-meter.ts";
import type { Image } from "./image.ts";
import { type Instance, type InstanceCall, startInstance, startInstanceSync } from "./instance.ts";
import { MemoryPool } from "./memory-pool.ts";
import type { PreparedComponent } from "./prepare.ts";

export interface Runner {
  readonly isolation: "inline" | "worker";
  /** Whether guests can wait for host functions that answer later. */
  readonly canWait: boolean;
  /** Errors: as `startInstance`; `cancelled`; in a pool also `busy`. */
  start(prepared: PreparedComponent, options: RunnerStart): Promise<Running>;
  /** The same at once, for instances that are made inside of a call; only where instances live on the caller's thread. */
  readonly startSync?: (prepared: PreparedComponent, options: RunnerStart) => RunningHere;
  /** Ends the runner and what runs in it. Whoever made it closes it. */
  close(): Promise<void>;
}

export interface RunnerStart {
  /** The host functions of every interface that the component imports. They run on the thread of whoever starts the instance. */
  readonly imports: HostImports;
  /** Memory of the whole life of the instance; fuel and time of the start. */
  readonly limits: CallLimits;
  /** As in `StartOptions`. */
  readonly takeWork?: () => number;
  /** As in `StartOptions`. */
  readonly image?: Image;
  /** As in `StartOptions`. */
  readonly stackBytes?: number;
  /** The plugin's name, or `engine:NAME`: whose turn it is in a queue, and who it is in messages. */
  readonly owner: string;
  /** Cancels the start and every call: `cancelled`. On the caller's own thread it is looked at before the guest runs, and while it waits. */
  readonly signal?: AbortSignal;
  /**
   * The instance whose call starts this one, from inside of a host function that it waits for. In a pool this one runs on the
   * caller's thread, so that a pool cannot lock up.
   */
  readonly caller?: Running;
  /** With `caller`: runs on any worker that is free, and on the caller's thread while it waits and none is. */
  readonly spread?: boolean;
}

/** One instance, wherever it lives. */
export interface Running {
  /** Errors: as `Instance.call`; `cancelled`. */
  call(call: InstanceCall): Promise<unknown>;
  /** Whether `call` may wait for host functions that answer later, so that other things happen before it ends. */
  readonly canWait: boolean;
  /** Only where the instance lives on the caller's thread. A host function that answers later is `unavailable` then. */
  readonly callSync?: (call: InstanceCall) => unknown;
  /** A snapshot of the instance at rest. Errors: `unavailable`. */
  capture(): Promise<Image>;
  /** Fuel of the last call, or of the start. */
  readonly fuelUsed: number;
  /** Bytes of stack that are left where its guest has called the host. */
  readonly stackRoom: number;
  /** The most linear memory that the instance had, in bytes. */
  readonly memoryBytes: number;
  /** Lets go of the instance and frees what it holds; its figures stay. More than once is the same as once. */
  drop(): void;
}

/** One that lives on the caller's thread. */
export type RunningHere = Running & Required<Pick<Running, "callSync">>;

export interface InlineOptions {
  /** How long a promise of a host function is waited for, where guests can wait. @default HOST_ANSWER_MS */
  readonly answerMs?: number;
}

/**
 * Runs instances on the caller's thread, which each call holds until it ends, or until it waits for a host function that answers later:
 * where the engine can suspend a guest, and the function is declared so.
 */
export function inlineRunner(now: MonotonicClock, { answerMs }: InlineOptions = {}): Runner {
  let isClosed = false;
  const memories = new MemoryPool();
  /** Instances with a call that may wait. */
  const suspended = new Set<Instance>();
  const own = { now, memories, ...(answerMs !== undefined && { answerMs }) };
  const checkOpen = (signal: AbortSignal | undefined): void => {
    if (isClosed) throw new PluginError("unavailable", "The runner was closed");
    refuseCancelled(signal);
  };
  return {
    isolation: "inline",
    canWait: canSuspend(),
    async start(prepared, { owner: _, caller: _caller, spread: _spread, signal, ...options }) {
      checkOpen(signal);
      return new InlineRunning(await startInstance(prepared, { ...options, ...own }), signal, suspended);
    },
    startSync(prepared, { owner: _, caller: _caller, spread: _spread, signal, ...options }) {
      checkOpen(signal);
      return new InlineRunning(startInstanceSync(prepared, { ...options, ...own }), signal, suspended);
    },
    async close() {
      isClosed = true;
      for (const instance of suspended)
        instance.stop(new PluginError("cancelled", "The host was closed during the call"));
      memories.clear();
    },
  };
}

class InlineRunning implements Running {
  readonly canWait: boolean;
  #instance: Instance | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #suspended: Set<Instance>;
  #fuelUsed = 0;
  #memoryBytes = 0;

  constructor(instance: Instance, signal: AbortSignal | undefined, suspended: Set<Instance>) {
    this.#instance = instance;
    this.#signal = signal;
    this.#suspended = suspended;
    this.canWait = instance.canWait;
  }

  get fuelUsed(): number {
    return this.#instance?.fuelUsed ?? this.#fuelUsed;
  }

  get stackRoom(): number {
    return this.#instance?.stackRoom ?? 0;
  }

  get memoryBytes(): number {
    return this.#instance?.memoryBytes ?? this.#memoryBytes;
  }

  readonly callSync = (call: InstanceCall): unknown => {
    refuseCancelled(this.#signal);
    refuseCancelled(call.signal);
    return this.#held().call(call);
  };

  async call(call: InstanceCall): Promise<unknown> {
    return this.canWait ? this.#callLater(call) : this.callSync(call);
  }

  async #callLater(call: InstanceCall): Promise<unknown> {
    refuseCancelled(this.#signal);
    refuseCancelled(call.signal);
    const instance = this.#held();
    const signals = [this.#signal, call.signal].filter((signal) => signal !== undefined);
    const cancel = (event: Event): void => instance.stop(cancelled(event.target as AbortSignal));
    if (this.#suspended.has(instance)) return instance.callLater(call); // Refused, and no business of the call that runs.
    for (const signal of signals) signal.addEventListener("abort", cancel);
    this.#suspended.add(instance);
    try {
      return await instance.callLater(call);
    } finally {
      this.#suspended.delete(instance);
      for (const signal of signals) signal.removeEventListener("abort", cancel);
    }
  }

  async capture(): Promise<Image> {
    return this.#held().capture();
  }

  drop(): void {
    if (this.#instance === undefined) return;
    this.#fuelUsed = this.fuelUsed;
    this.#memoryBytes = this.memoryBytes;
    if (this.#suspended.has(this.#instance)) this.#instance.stop(cancelled(undefined));
    this.#instance.end();
    this.#instance = undefined;
  }

  #held(): Instance {
    if (this.#instance) return this.#instance;
    throw new PluginError("unavailable", "The instance was dropped; start another");
  }
}

/** @throws PluginError `cancelled` once the signal has fired */
export function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal);
}

export function cancelled(signal: AbortSignal | undefined): PluginError {
  return new PluginError("cancelled", "The caller cancelled the call", { cause: signal?.reason });
}

/**
 * The runner of a pool of workers: which call runs where and when. An instance lives in the worker that its first call got, and
 * does not hold it between calls. Calls wait in a bounded queue in which plugins take turns. A worker that does not
 * stop when it is told to is ended, and another takes its place.
 */
import { PluginError } from "../../errors.ts";
import { HOST_ANSWER_MS, QUEUED_CALLS, STOP_GRACE_MS } from "../../limits.ts";
import type { ThreadsPower } from "../../powers/types.ts";
import { deadlinePassed } from "../fuel-meter.ts";
import type { PreparedComponent } from "../prepare.ts";
import { cancelled, type Runner, type RunnerStart, type Running, refuseCancelled } from "../runner.ts";
import { HostedWorker, type HostedWorkerOptions } from "./hosted-worker.ts";
import { type Pool, PooledInstance, type PooledTask } from "./pooled-instance.ts";
import { FairQueue } from "./queue.ts";

export interface WorkerRunnerOptions {
  readonly threads: ThreadsPower;
  /** Workers at most. @default the power's cores */
  readonly workers?: number;
  /** Calls that may wait for a worker. @default QUEUED_CALLS */
  readonly queuedCalls?: number;
  /** How long a promise of a host function is waited for. @default HOST_ANSWER_MS */
  readonly answerMs?: number;
  /** How long a worker has to stop before it is ended. @default STOP_GRACE_MS */
  readonly graceMs?: number;
  /** The number before that of a worker's first task. For tests. @default 0 */
  readonly lastTask?: number;
}

/** Timers take no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class WorkerRunner implements Runner {
  readonly isolation = "worker";
  readonly canWait = true;
  readonly #threads: ThreadsPower;
  readonly #size: number;
  readonly #hosted: HostedWorkerOptions;
  readonly #graceMs: number;
  readonly #queue: FairQueue<PooledTask>;
  /** Calls from inside of others: they do not wait for a worker of their own. */
  readonly #inside = new FairQueue<PooledTask>(Number.POSITIVE_INFINITY);
  /** Those of them that run now, and what is spread from others. */
  readonly #inner = new Set<PooledTask>();
  readonly #workers = new Set<HostedWorker>();
  readonly #numbers = new WeakMap<PreparedComponent, number>();
  /** A component that nobody holds any more is forgotten by the workers too. */
  readonly #unused = new FinalizationRegistry<number>((prepared) => {
    for (const worker of this.#workers) if (worker.known.delete(prepared)) worker.post({ kind: "forget", prepared });
  });
  readonly #pool: Pool = {
    run: (task) => this.#enter(task),
    numberOf: (prepared) => this.#numberOf(prepared),
    left: (worker) => this.#dismiss(worker),
    cancel: (task, why) => this.#cancel(task, why),
  };
  #numbered = 0;
  #isClosed = false;

  /** @throws PluginError `invalid-arguments` for a number of workers that cannot be */
  constructor({ threads, workers = threads.cores, ...options }: WorkerRunnerOptions) {
    if (!Number.isSafeInteger(workers) || workers < 1)
      throw new PluginError("invalid-arguments", `"workers" must be a positive integer, got ${workers}`);
    this.#threads = threads;
    this.#size = workers;
    this.#hosted = { answerMs: options.answerMs ?? HOST_ANSWER_MS, lastTask: options.lastTask ?? 0 };
    this.#graceMs = options.graceMs ?? STOP_GRACE_MS;
    this.#queue = new FairQueue(options.queuedCalls ?? QUEUED_CALLS);
  }

  /** Calls that wait for a worker. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Workers that there are now. */
  get workers(): number {
    return this.#workers.size;
  }

  /** Starts a worker before there is something to do, so that the first call finds it ready. */
  warmUp(): void {
    if (!this.#isClosed && this.#workers.size === 0) this.#hire();
  }

  /** The instance is made with its first call, in one message; errors of the start come from there. */
  async start(prepared: PreparedComponent, options: RunnerStart): Promise<Running> {
    this.#checkOpen();
    refuseCancelled(options.signal);
    return new PooledInstance(prepared, options, this.#pool);
  }

  /** What waits or runs ends in `cancelled`; resolves when no thread is left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const why = new PluginError("cancelled", "The host was closed during the call");
    this.#failWaiting(
      () => true,
      () => why,
    );
    await Promise.all([...this.#workers].map((worker) => worker.end(why)));
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new PluginError("unavailable", "The runner was closed");
  }

  #enter(task: PooledTask): void {
    this.#checkOpen();
    const { owner, caller, spread } = task.tenant.options;
    for (const signal of [task.tenant.options.signal, task.signal]) {
      refuseCancelled(signal);
      if (signal === undefined) continue;
      const abort = () => this.#cancel(task, cancelled(signal));
      signal.addEventListener("abort", abort);
      task.atEnd(() => signal.removeEventListener("abort", abort));
    }
    if (caller && !callerWaits(task))
      throw new PluginError("unavailable", "The caller of this instance is in no call that waits for it");
    (caller && !spread ? this.#inside : this.#queue).add(owner, task);
    this.#schedule();
  }

  #schedule(): void {
    while (!this.#isClosed && this.#queue.length + this.#inside.length > 0) {
      const idle = this.#idleWorkers();
      const canHire = this.#workers.size < this.#size;
      const task =
        this.#inside.take((one) => this.#canRunInside(one, idle)) ??
        this.#queue.take(({ tenant }) => {
          const helper = helperOf(tenant);
          if (tenant.worker) return tenant.worker.isIdle || tenant.worker === helper;
          return idle.length > 0 || canHire || helper !== undefined;
        });
      if (task === undefined) return;
      const { tenant } = task;
      const { caller, spread } = tenant.options;
      const warm = idle.find((worker) => worker.known.has(this.#numberOf(tenant.prepared)));
      const own = this.#threads.receivesWhileWaiting && caller && (!spread || !canHire) ? helperOf(tenant) : undefined;
      const free = spread || !own ? (warm ?? idle[0]) : undefined;
      this.#run(task, () => tenant.worker ?? free ?? own ?? this.#hire());
    }
  }

  /** A call from inside of another runs on its caller's thread; where a thread that waits cannot be reached, on any that is free or new. */
  #canRunInside({ tenant }: PooledTask, idle: readonly HostedWorker[]): boolean {
    if (this.#threads.receivesWhileWaiting) return helperOf(tenant) !== undefined;
    return tenant.worker === undefined || idle.includes(tenant.worker);
  }

  #idleWorkers(): readonly HostedWorker[] {
    return [...this.#workers].filter((worker) => worker.isIdle);
  }

  #run(task: PooledTask, choose: () => HostedWorker): void {
    let worker: HostedWorker;
    try {
      worker = choose();
      task.send(worker);
    } catch (error) {
      task.fail(error instanceof PluginError ? error : notSent(error));
      return;
    }
    const { running, timeoutMs } = task;
    if (task.tenant.options.caller && running && !task.isOver) {
      this.#inner.add(task);
      task.atEnd(() => this.#inner.delete(task));
    }
    if (!running || !worker.isOutermost(running.number)) return;
    const late = timeoutMs + this.#graceMs;
    if (late > LONGEST_TIMER_MS) return;
    // Twice: when this thread was held up itself, the worker's own answer may be here already.
    worker.whenStarted(() => {
      this.#after(task, late, () => this.#after(task, this.#graceMs, () => worker.end(deadlinePassed(timeoutMs))));
    });
  }

  #cancel(task: PooledTask, why: PluginError): void {
    const { running, tenant } = task;
    if (task.isOver) return;
    if (running === undefined) {
      for (const queue of [this.#queue, this.#inside]) queue.remove(tenant.options.owner, task);
      task.fail(why);
      return;
    }
    const { worker, number } = running;
    worker.cancel(number);
    if (worker.isOutermost(number)) worker.whenStarted(() => this.#after(task, this.#graceMs, () => worker.end(why)));
  }

  /** Does something later, unless the task is over by then. */
  #after(task: PooledTask, milliseconds: number, work: () => void): void {
    if (task.isOver) return;
    const timer = setTimeout(work, milliseconds);
    task.atEnd(() => clearTimeout(timer));
  }

  #hire(): HostedWorker {
    const worker = new HostedWorker(
      this.#threads,
      {
        free: (worker) => {
          this.#failOrphans();
          this.#schedule();
          this.#dismiss(worker);
        },
        ended: (worker) => this.#ended(worker),
      },
      this.#hosted,
    );
    this.#workers.add(worker);
    return worker;
  }

  /** A worker above the number of them is not kept, once nothing lives in it. */
  #dismiss(worker: HostedWorker): void {
    const isSurplus = this.#workers.size > this.#size;
    if (isSurplus && worker.isIdle && worker.tenants.size === 0) void worker.end(SURPLUS);
  }

  #ended(worker: HostedWorker): void {
    this.#workers.delete(worker);
    this.#failWaiting(
      ({ tenant }) => tenant.dead !== undefined,
      ({ tenant }) => tenant.dead as PluginError,
    );
    this.#failOrphans();
    this.#schedule();
  }

  /** What was started from inside of a call is of no use once that has ended, wherever it waits or runs. */
  #failOrphans(): void {
    const isOrphan = (task: PooledTask): boolean => task.tenant.options.caller !== undefined && !callerWaits(task);
    this.#failWaiting(isOrphan, callerEnded);
    for (const task of [...this.#inner]) if (isOrphan(task)) this.#cancel(task, callerEnded());
  }

  #failWaiting(which: (task: PooledTask) => boolean, why: (task: PooledTask) => PluginError): void {
    for (const queue of [this.#queue, this.#inside])
      for (let task = queue.take(which); task; task = queue.take(which)) task.fail(why(task));
  }

  #numberOf(prepared: PreparedComponent): number {
    let number = this.#numbers.get(prepared);
    if (number === undefined) {
      this.#numbered += 1;
      number = this.#numbered;
      this.#numbers.set(prepared, number);
      this.#unused.register(prepared, number);
    }
    return number;
  }
}

const SURPLUS = new PluginError("unavailable", "The worker is not needed any more");

/** The worker that the instance's caller holds while it waits: it does what it waits for itself, so that the pool cannot lock up. */
function helperOf({ options: { caller } }: PooledInstance): HostedWorker | undefined {
  return caller instanceof PooledInstance && caller.worker?.isHeldBy(caller) ? caller.worker : undefined;
}

function callerWaits({ tenant: { options } }: PooledTask): boolean {
  const { caller } = options;
  return caller instanceof PooledInstance && caller.worker?.waitsFor(caller) === true;
}

function callerEnded(): PluginError {
  return new PluginError("cancelled", "The call from which this one was started has ended");
}

function notSent(error: unknown): PluginError {
  const why = error instanceof Error ? error.message : String(error);
  return new PluginError("unavailable", `No worker could be given the call: ${why}`, { cause: error });
}

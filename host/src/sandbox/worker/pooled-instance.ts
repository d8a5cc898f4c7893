/**
 * An instance in a pool of workers: a `Running` whose guest is on another thread. It knows its worker once it has one, turns calls into
 * tasks, and what comes back into values and errors; it is dead for good when its worker ends.
 */
import type { HostImports } from "../../component/index.ts";
import { PluginError } from "../../errors.ts";
import { TRANSFER_BYTES } from "../../limits.ts";
import { failureOf } from "../failure.ts";
import type { Image } from "../image.ts";
import type { InstanceCall } from "../instance.ts";
import type { PreparedComponent } from "../prepare.ts";
import { type RunnerStart, type Running, refuseCancelled } from "../runner.ts";
import { bindingsOf } from "./bindings.ts";
import { BytesReader, BytesWriter, malformed } from "./bytes.ts";
import { HostResources } from "./host-resources.ts";
import type { HostedWorker, Task, Tenant } from "./hosted-worker.ts";
import { preparedToMessage } from "./prepared-message.ts";
import {
  type CallMessage,
  errorFromMessage,
  type ResultMessage,
  type StartMessage,
  type TaskMessage,
} from "./protocol.ts";
import { shareImage } from "./shared-image.ts";

/** What an instance needs of its pool. */
export interface Pool {
  /** Runs the task now or later; it ends in `finish` or `fail`. @throws PluginError when it does neither */
  run(task: PooledTask): void;
  /** The number of a component in messages. */
  numberOf(prepared: PreparedComponent): number;
  /** An instance has left the worker. */
  left(worker: HostedWorker): void;
  /** Tells a running or waiting task to stop. */
  cancel(task: PooledTask, why: PluginError): void;
}

type Work = { readonly call: InstanceCall; readonly args: Uint8Array | undefined } | "capture";

let instances = 0;
const writer = new BytesWriter(4 * TRANSFER_BYTES);

export class PooledInstance implements Running, Tenant {
  readonly prepared: PreparedComponent;
  readonly options: RunnerStart;
  readonly canWait = true;
  readonly resources = new HostResources();
  /** Once it has one. */
  worker: HostedWorker | undefined;
  readonly #pool: Pool;
  readonly #number: number;
  #task: PooledTask | undefined;
  #dead: PluginError | undefined;
  #isDropped = false;
  #fuelUsed = 0;
  #stackRoom = 0;
  #memoryBytes = 0;

  constructor(prepared: PreparedComponent, options: RunnerStart, pool: Pool) {
    this.prepared = prepared;
    this.options = options;
    this.#pool = pool;
    instances += 1;
    this.#number = instances;
  }

  get imports(): HostImports {
    return this.options.imports;
  }

  get takeWork(): (() => number) | undefined {
    return this.options.takeWork;
  }

  /** Its worker has ended, or it could not be started. */
  get dead(): PluginError | undefined {
    return this.#dead;
  }

  get fuelUsed(): number {
    return this.#fuelUsed;
  }

  get stackRoom(): number {
    return this.#stackRoom;
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** What the call has used so far, told with every question. */
  spent(fuel: number, stackRoom: number): void {
    this.#fuelUsed = fuel;
    this.#stackRoom = stackRoom;
  }

  async call(call: InstanceCall): Promise<unknown> {
    this.#checkUsable();
    const { value } = await this.#run({ call, args: this.#argsOf(call) }, call.timeoutMs);
    // It may have fired while the answer was on its way.
    refuseCancelled(this.options.signal);
    if (value === undefined) return undefined;
    const codec = bindingsOf(this.prepared).exports.get(call.interface)?.get(call.function);
    return codec?.result?.read(new BytesReader(value), this.#passage(`result of ${codec.name}`));
  }

  async capture(): Promise<Image> {
    this.#checkUsable();
    const { cores } = await this.#run("capture", this.options.limits.timeoutMs);
    return { prepared: this.prepared, cores: cores ?? malformed() };
  }

  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    if (this.#task)
      this.#pool.cancel(this.#task, new PluginError("cancelled", "The instance was dropped during the call"));
    this.resources.clear();
    if (this.worker === undefined) return;
    this.worker.tenants.delete(this);
    this.worker.post({ kind: "drop", instance: this.#number });
    this.#pool.left(this.worker);
  }

  lose(why: PluginError): void {
    this.#dead ??= why;
    this.resources.clear();
  }

  /** What the worker is to do. Called once for a task, when it is sent. */
  message(number: number, worker: HostedWorker, work: Work): TaskMessage {
    const isPlaced = this.worker !== undefined;
    this.worker = worker;
    worker.tenants.add(this);
    return {
      kind: "task",
      task: number,
      instance: this.#number,
      ...(!isPlaced && { start: this.#startMessage(worker) }),
      ...(work === "capture" ? { capture: true } : { call: this.#callMessage(work.call, work.args) }),
    };
  }

  /** Takes in what a task brought; the error that it ended in, if any. */
  absorb(result: ResultMessage, thrown: unknown): PluginError | undefined {
    this.#task = undefined;
    this.#fuelUsed = result.fuel;
    this.#memoryBytes = result.memoryBytes;
    for (const [name, report] of result.local) this.imports.get(name)?.local?.absorb(report);
    if (result.error === undefined) return undefined;
    const error = errorFromMessage(result.error);
    if (!(error instanceof PluginError)) return workerFailed(error);
    if (result.isLost === true) this.lose(error);
    // The error that the host threw is the same, with its cause.
    const isThrown = thrown instanceof PluginError && thrown.code === error.code && thrown.message === error.message;
    return isThrown ? thrown : error;
  }

  /** The task is over without a result. */
  release(): void {
    this.#task = undefined;
  }

  #checkUsable(): void {
    if (this.#isDropped) throw new PluginError("unavailable", "The instance was dropped; start another");
    if (this.#dead) {
      throw new PluginError("trap", `The instance ended before with ${this.#dead.code}; start another`, {
        cause: this.#dead,
      });
    }
    if (this.#task) throw new PluginError("trap", "The instance is inside of a call already, and cannot be re-entered");
  }

  #run(work: Work, timeoutMs: number): Promise<ResultMessage> {
    return new Promise((resolve, reject) => {
      const task = new PooledTask(this, work, timeoutMs, resolve, reject);
      this.#task = task;
      try {
        this.#pool.run(task);
      } catch (error) {
        task.fail(error as PluginError);
      }
    });
  }

  #startMessage(worker: HostedWorker): StartMessage {
    const { limits, image, takeWork } = this.options;
    const prepared = this.#pool.numberOf(this.prepared);
    const isKnown = worker.known.has(prepared);
    worker.known.add(prepared);
    const missing: number[] = [];
    bindingsOf(this.prepared).imports.forEach((binding, number) => {
      if (!this.imports.get(binding.interface)?.functions.has(binding.function)) missing.push(number);
    });
    return {
      prepared,
      ...(!isKnown && { component: preparedToMessage(this.prepared) }),
      limits,
      image: image && shareImage(image),
      stackBytes: this.options.stackBytes,
      missing,
      local: this.#local().map(([name]) => name),
      hasWork: takeWork !== undefined,
    };
  }

  #callMessage(call: InstanceCall, args: Uint8Array | undefined): CallMessage {
    return {
      interface: call.interface,
      function: call.function,
      args,
      fuel: call.fuel,
      timeoutMs: call.timeoutMs,
      stackBytes: call.stackBytes,
      work: this.takeWork?.() ?? 0,
      local: this.#local().map(([name, facts]) => [name, facts()]),
    };
  }

  /** What is wrong with them ends the instance, as on one thread. */
  #argsOf(call: InstanceCall): Uint8Array | undefined {
    const codec = bindingsOf(this.prepared).exports.get(call.interface)?.get(call.function);
    if (codec === undefined) return undefined;
    try {
      writer.clear();
      codec.params.write(writer, call.args, this.#passage(`arguments of ${codec.name}`));
      return writer.finish();
    } catch (error) {
      // No guest ran, so nothing of it has failed.
      const guest = { stopped: undefined, growFailed: false, stackFailed: false, ownStackFull: false, memoryBytes: 0 };
      this.#dead = failureOf(error, guest);
      throw this.#dead;
    }
  }

  #local(): readonly (readonly [string, () => Uint8Array | undefined])[] {
    return this.prepared.imports.flatMap((name) => {
      const local = this.imports.get(name)?.local;
      return local ? [[name, () => local.facts()] as const] : [];
    });
  }

  #passage(where: string) {
    return { resources: this.resources, where };
  }
}

function workerFailed(error: Error): PluginError {
  return new PluginError("unavailable", `The worker of the call failed: ${error.message}`, { cause: error });
}

/** One call or capture on its way: it waits, runs, and ends once. */
export class PooledTask implements Task {
  readonly tenant: PooledInstance;
  readonly timeoutMs: number;
  thrown: unknown;
  /** Where it runs, once it does. */
  running: { readonly worker: HostedWorker; readonly number: number } | undefined;
  readonly #work: Work;
  readonly #resolve: (result: ResultMessage) => void;
  readonly #reject: (error: unknown) => void;
  readonly #atEnd: (() => void)[] = [];
  #isOver = false;

  constructor(
    tenant: PooledInstance,
    work: Work,
    timeoutMs: number,
    resolve: (result: ResultMessage) => void,
    reject: (error: unknown) => void,
  ) {
    this.tenant = tenant;
    this.#work = work;
    this.timeoutMs = timeoutMs;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Of this call alone. */
  get signal(): AbortSignal | undefined {
    return this.#work === "capture" ? undefined : this.#work.call.signal;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** To be undone when the task ends. */
  atEnd(undo: () => void): void {
    this.#atEnd.push(undo);
  }

  /** Sends it to the worker. */
  send(worker: HostedWorker): void {
    const number = worker.run(this, (number) => this.tenant.message(number, worker, this.#work));
    this.running = { worker, number };
  }

  finish(result: ResultMessage): void {
    const error = this.tenant.absorb(result, this.thrown);
    this.#end();
    if (error) this.#reject(error);
    else this.#resolve(result);
  }

  fail(error: PluginError): void {
    this.tenant.release();
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.#isOver = true;
    this.running = undefined;
    for (const undo of this.#atEnd.splice(0)) undo();
  }
}

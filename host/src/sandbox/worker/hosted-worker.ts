/**
 * One worker as the host sees it: the tasks that it runs (one, and those inside of it), the questions of its guests, and its end. It
 * does not decide which task runs where; that is `pool.ts`.
 */
import type { HostImports } from "../../component/index.ts";
import { PluginError } from "../../errors.ts";
import { TRANSFER_BYTES } from "../../limits.ts";
import type { Thread, ThreadsPower } from "../../powers/types.ts";
import type { PreparedComponent } from "../prepare.ts";
import { bindingsOf } from "./bindings.ts";
import { BytesReader, BytesWriter, malformed } from "./bytes.ts";
import { createChannel, HostEnd } from "./channel.ts";
import type { HostResources } from "./host-resources.ts";
import {
  type AskMessage,
  errorToMessage,
  type FromWorker,
  IN_CHANNEL,
  type ResultMessage,
  type TaskMessage,
  type ToWorker,
} from "./protocol.ts";
import { isShortTask, readResult, writeTask } from "./short-messages.ts";
import { nextTask } from "./task-numbers.ts";

/** An instance that lives in a worker, as far as its guest's questions go. */
export interface Tenant {
  readonly prepared: PreparedComponent;
  readonly imports: HostImports;
  readonly takeWork: (() => number) | undefined;
  readonly resources: HostResources;
  /** Fuel that the call has used so far, and bytes of stack that are left to it. */
  spent(fuel: number, stackRoom: number): void;
  /** The worker has ended, and the instance with it. */
  lose(why: PluginError): void;
}

export interface Task {
  readonly tenant: Tenant;
  /** What a host function threw last. */
  thrown: unknown;
  finish(result: ResultMessage): void;
  fail(error: PluginError): void;
}

export interface HostedWorkerEvents {
  /** It has done a task. */
  free(worker: HostedWorker): void;
  ended(worker: HostedWorker): void;
}

/** A task with its open question. */
interface Entry {
  readonly number: number;
  readonly task: Task;
  /** The number of the question; 0 is none. */
  ask: number;
  /** The answer, while a task inside keeps the worker from taking it. */
  answer: Uint8Array | undefined;
  /** Runs while a promise of the host is waited for. */
  timer?: ReturnType<typeof setTimeout>;
}

export interface HostedWorkerOptions {
  /** How long a promise of a host function is waited for. */
  readonly answerMs: number;
  /** The number before that of the first task. */
  readonly lastTask: number;
}

export class HostedWorker {
  /** Numbers of the components that were sent to it. */
  readonly known = new Set<number>();
  readonly tenants = new Set<Tenant>();
  readonly #thread: Thread;
  readonly #channel: HostEnd;
  readonly #events: HostedWorkerEvents;
  readonly #answerMs: number;
  /** Outermost first. */
  readonly #entries: Entry[] = [];
  readonly #writer = new BytesWriter(4 * TRANSFER_BYTES);
  /** What waits for the worker's start; undefined once it has started. */
  #starting: (() => void)[] | undefined = [];
  #lastTask: number;
  #isEnded = false;

  constructor(threads: ThreadsPower, events: HostedWorkerEvents, { answerMs, lastTask }: HostedWorkerOptions) {
    const channel = createChannel();
    this.#channel = new HostEnd(channel);
    this.#events = events;
    this.#answerMs = answerMs;
    this.#lastTask = lastTask;
    this.#thread = threads.start({
      message: (message) => this.#receive(message as FromWorker),
      end: (why, message) => void this.end(endError(why, message)),
    });
    this.post({ kind: "open", channel, spins: threads.cores > 1 });
  }

  get isIdle(): boolean {
    return this.#entries.length === 0 && !this.#isEnded;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether a task of this tenant waits for the host, with or without another inside of it. */
  waitsFor(tenant: Tenant): boolean {
    return this.#entries.some((entry) => entry.task.tenant === tenant && isWaiting(entry));
  }

  /** Whether that task is the innermost one, so that another can run inside of it now. */
  isHeldBy(tenant: Tenant): boolean {
    const entry = this.#entries.at(-1);
    return entry?.task.tenant === tenant && isWaiting(entry);
  }

  /** Does something now, or when the thread has started: how long that takes is no fault of a guest. */
  whenStarted(work: () => void): void {
    if (this.#starting) this.#starting.push(work);
    else work();
  }

  post(message: ToWorker): void {
    if (this.#isEnded) return;
    this.#thread.post(message);
    this.#channel.wake();
  }

  /** Runs a task, inside of the one that waits if there is one. Answers its number. */
  run(task: Task, message: (number: number) => TaskMessage): number {
    const { cancelled } = this.#channel;
    const number = nextTask(this.#lastTask, (one) => one === cancelled || this.#placeOf(one) >= 0);
    this.#lastTask = number;
    const isInside = this.#entries.length > 0;
    this.#sendTask(message(number));
    this.#entries.push({ number, task, ask: 0, answer: undefined });
    if (isInside) this.#channel.nudge();
    else this.#thread.hold(true);
    return number;
  }

  /** Whether no other task is around it. */
  isOutermost(number: number): boolean {
    return this.#entries[0]?.number === number;
  }

  /** Asks the guest of a task to stop, and those inside of it. */
  cancel(number: number): void {
    const place = this.#placeOf(number);
    const cancelled = this.#placeOf(this.#channel.cancelled);
    // What is around a task was cancelled before: that counts for both.
    if (place >= 0 && !(cancelled >= 0 && cancelled < place)) this.#channel.cancel(number);
  }

  /** How many tasks are around a task; -1 where it does not run. */
  #placeOf(number: number): number {
    return this.#entries.findIndex((entry) => entry.number === number);
  }

  /** Ends the thread, whatever it does: its tasks fail and its instances are lost. */
  async end(why: PluginError): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const entries = this.#entries.splice(0).reverse();
    const tenants = [...this.tenants];
    this.tenants.clear();
    for (const { timer } of entries) clearTimeout(timer);
    const gone = this.#thread.terminate();
    for (const tenant of tenants) tenant.lose(why);
    for (const { task } of entries) task.fail(why);
    this.#events.ended(this);
    await gone;
  }

  /** By the short way if the worker waits there; not while another task runs in it. */
  #sendTask(message: TaskMessage): void {
    if (!this.#isEnded && this.#entries.length === 0 && isShortTask(message)) {
      this.#writer.clear();
      writeTask(this.#writer, message);
      if (this.#channel.offer(this.#writer.written())) return;
    }
    this.post(message);
  }

  #receive(message: FromWorker): void {
    if (this.#isEnded) return;
    if (message === IN_CHANNEL) {
      this.#finish(readResult(new BytesReader(this.#channel.result())));
      return;
    }
    switch (message.kind) {
      case "ready": {
        const waiting = this.#starting ?? [];
        this.#starting = undefined;
        for (const work of waiting) work();
        return;
      }
      case "result":
        this.#finish(message);
        return;
      case "ask":
        this.#question(message);
        return;
      case "more":
        this.#channel.more(message.ask);
    }
  }

  #finish(result: ResultMessage): void {
    const at = this.#placeOf(result.task);
    const [entry] = at < 0 ? [] : this.#entries.splice(at, 1);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    const around = this.#entries.at(-1);
    if (around?.answer) this.#send(around, around.answer);
    if (around === undefined) this.#thread.hold(false);
    entry.task.finish(result);
    if (!this.#isEnded) this.#events.free(this);
  }

  /** Runs what the guest asks for. An answer that comes after the task has ended is nobody's any more. */
  #question(message: AskMessage): void {
    const entry = this.#entries.find(({ number }) => number === message.task);
    if (entry === undefined) return;
    entry.ask = message.ask;
    entry.task.tenant.spent(message.fuel, message.stackRoom);
    const reply = (write: (work: number) => void): void => {
      if (this.#isEnded || entry.ask !== message.ask || !this.#entries.includes(entry)) return;
      write(entry.task.tenant.takeWork?.() ?? 0);
      const answer = this.#writer.finish();
      if (this.#entries.at(-1) === entry) this.#send(entry, answer);
      else entry.answer = answer;
    };
    const fail = (error: unknown): void => reply((work) => this.#writeError(entry.task, work, error));
    try {
      const { value, name, write, endsByItself } = this.#runFor(entry.task.tenant, message);
      const succeed = (answer: unknown): void =>
        reply((work) => {
          try {
            this.#writer.clear();
            this.#writer.f64(work);
            this.#writer.u8(0);
            write(answer);
          } catch (error) {
            this.#writeError(entry.task, work, error instanceof RangeError ? tooLarge(name) : error);
          }
        });
      if (value instanceof Promise) (endsByItself ? value : this.#within(entry, name, value)).then(succeed, fail);
      else succeed(value);
    } catch (error) {
      fail(error);
    }
  }

  #runFor(tenant: Tenant, { what, target, bytes }: AskMessage): Answering {
    const { prepared, imports, resources } = tenant;
    const { imports: functions, drops } = bindingsOf(prepared);
    const reader = new BytesReader(bytes);
    if (what === "drop") {
      const { interface: interfaceName, resource } = drops[target] ?? malformed();
      const dropped = resources.resourceOf(reader.u32(), true);
      const name = `drop of ${resource}`;
      return { name, value: imports.get(interfaceName)?.drops?.get(resource)?.(dropped), write: () => {} };
    }
    const binding = functions[target] ?? malformed();
    const host = imports.get(binding.interface)?.functions.get(binding.function) ?? malformed();
    const args = binding.params.read(reader, { resources, where: `arguments of ${binding.name}` });
    reader.end();
    return {
      name: binding.name,
      endsByItself: imports.get(binding.interface)?.endsByItself,
      value: (host as (...args: unknown[]) => unknown)(...args),
      write: (value: unknown) =>
        binding.result?.write(this.#writer, value, { resources, where: `result of ${binding.name}` }),
    };
  }

  /** The promise, or `timeout` when it does not settle. */
  #within(entry: Entry, name: string, promise: Promise<unknown>): Promise<unknown> {
    const late = new Promise((_, reject) => {
      entry.timer = setTimeout(() => {
        reject(new PluginError("timeout", `The host function ${name} did not answer within ${this.#answerMs} ms`));
      }, this.#answerMs);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(entry.timer));
  }

  #writeError(task: Task, work: number, error: unknown): void {
    task.thrown = error;
    this.#writer.clear();
    this.#writer.f64(work);
    this.#writer.u8(1);
    this.#writer.string(JSON.stringify(errorToMessage(error)));
  }

  #send(entry: Entry, answer: Uint8Array): void {
    const { ask } = entry;
    entry.answer = undefined;
    entry.ask = 0;
    this.#channel.answer(ask, answer);
  }
}

/** What a host function gave, and how it becomes an answer. */
interface Answering {
  readonly name: string;
  readonly value: unknown;
  readonly write: (value: unknown) => void;
  readonly endsByItself?: true | undefined;
}

function isWaiting({ ask, answer }: Entry): boolean {
  return ask !== 0 && answer === undefined;
}

function tooLarge(name: string): PluginError {
  return new PluginError(
    "transfer-limit",
    `The result of ${name} take more than ${TRANSFER_BYTES} bytes, the limit of one crossing of the boundary`,
    { hint: "Pass it in pieces." },
  );
}

function endError(why: "memory" | "failure", message: string): PluginError {
  if (why === "memory")
    return new PluginError("memory-limit", "The worker of the call ran out of the memory that it may use", {
      hint: "Give it less to do at once.",
    });
  return new PluginError("unavailable", `The worker of the call failed: ${message}`);
}

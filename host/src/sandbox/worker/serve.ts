/**
 * The worker's side: runs tasks one at a time on its thread, each with the same sandbox as on the host's own thread. A host
 * function is a question to the host, for whose answer the thread stands still; the pure ones are evaluated here. It has no
 * authority: whatever a guest reaches, the host answers.
 */
import type { HostFunction, HostImports, HostInterface } from "../../component/index.ts";
import { PluginError } from "../../errors.ts";
import { LINGER_MS, TRANSFER_BYTES } from "../../limits.ts";
import { deadlinePassed, type MonotonicClock } from "../fuel-meter.ts";
import { type Instance, startInstanceSync } from "../instance.ts";
import { MemoryPool } from "../memory-pool.ts";
import type { PreparedComponent } from "../prepare.ts";
import { bindingsOf, type ImportBinding } from "./bindings.ts";
import { BytesReader, BytesWriter, malformed } from "./bytes.ts";
import { createChannel, WorkerEnd } from "./channel.ts";
import type { ResourceNumbers } from "./codec.ts";
import { preparedFromMessage } from "./prepared-message.ts";
import {
  type CallMessage,
  errorFromMessage,
  errorToMessage,
  type FromWorker,
  IN_CHANNEL,
  type ResultMessage,
  type StartMessage,
  type TaskMessage,
  type ToWorker,
} from "./protocol.ts";
import { isShortResult, readTask, writeResult } from "./short-messages.ts";

/** The way to the host. */
export interface WorkerLink {
  post(message: FromWorker): void;
  /** A message that has come while the thread stood still; only where the platform has such a thing. */
  readonly receive?: () => ToWorker | undefined;
}

/** An interface that is evaluated where the guest runs: what it answers depends on facts that come with each call. */
export interface LocalInterface {
  readonly functions: HostInterface["functions"];
  begin(facts: Uint8Array | undefined): void;
  /** What the host is to know of it afterwards. */
  report(): Uint8Array | undefined;
}

export interface ServeOptions {
  readonly now: MonotonicClock;
  /** By versioned name. */
  readonly local: ReadonlyMap<string, () => LocalInterface>;
}

/** What handles every message of the host. */
export function serveWorker(link: WorkerLink, options: ServeOptions): (message: ToWorker) => void {
  const server = new Server(link, options);
  return (message) => {
    server.handle(message);
    server.linger();
  };
}

/** A task on the stack of this thread. */
interface Active {
  readonly task: number;
  readonly deadline: number;
  readonly timeoutMs: number;
}

class Server {
  readonly #link: WorkerLink;
  readonly #options: ServeOptions;
  readonly #prepared = new Map<number, PreparedComponent>();
  readonly #instances = new Map<number, Tenant>();
  /** Outermost first: a task can run while one below it waits for the host. */
  readonly #active: Active[] = [];
  readonly #writer = new BytesWriter(4 * TRANSFER_BYTES);
  #channel = new WorkerEnd(createChannel());
  #spins = false;
  /** Captures on their way, which need the event loop. */
  #captures = 0;
  readonly #memories = new MemoryPool();
  #asked = 0;

  constructor(link: WorkerLink, options: ServeOptions) {
    this.#link = link;
    this.#options = options;
  }

  handle(message: ToWorker): void {
    switch (message.kind) {
      case "open":
        this.#channel = new WorkerEnd(message.channel);
        this.#spins = message.spins;
        this.#link.post({ kind: "ready" });
        return;
      case "task":
        this.#run(message);
        return;
      case "drop":
        this.#instances.get(message.instance)?.instance?.end();
        this.#instances.delete(message.instance);
        return;
      case "forget":
        this.#prepared.delete(message.prepared);
    }
  }

  /**
   * While there are instances, the next call is waited for where it arrives sooner than in the event loop: in the shared memory. Only
   * where messages can be received meanwhile, and for a while: then the loop turns.
   */
  linger(): void {
    if (this.#link.receive === undefined) return;
    const { now } = this.#options;
    const until = now() + LINGER_MS;
    const look = (): number => {
      this.#receive();
      return this.#instances.size > 0 && this.#captures === 0 ? until - now() : 0;
    };
    const next = () => this.#channel.next(look, this.#spins ? now : undefined);
    for (let task = next(); task; task = next()) this.#run(readTask(new BytesReader(task)), true);
  }

  /** Does what has been posted. */
  #receive(): void {
    for (let message = this.#link.receive?.(); message; message = this.#link.receive?.()) this.handle(message);
  }

  /** `isShort`: it came through the shared memory, and so may its result. */
  #run(message: TaskMessage, isShort = false): void {
    const { timeoutMs } = message.call ?? message.start?.limits ?? { timeoutMs: Number.POSITIVE_INFINITY };
    this.#active.push({ task: message.task, deadline: this.#options.now() + timeoutMs, timeoutMs });
    let tenant = this.#instances.get(message.instance);
    try {
      if (message.start) {
        tenant = new Tenant();
        this.#start(tenant, message.start, message.call?.work ?? 0);
        this.#instances.set(message.instance, tenant);
      } else if (tenant) tenant.work += message.call?.work ?? 0;
      const started = tenant ?? this.#gone();
      if (message.capture) {
        this.#capture(message.task, started);
        return;
      }
      const value = message.call && this.#call(started, message.call);
      this.#finish(message.task, tenant, value && { value }, isShort);
    } catch (error) {
      const isLost = tenant?.instance === undefined;
      this.#finish(message.task, tenant, { error: errorToMessage(error), ...(isLost && { isLost }) });
    } finally {
      this.#active.pop();
    }
  }

  #start(tenant: Tenant, message: StartMessage, work: number): void {
    const { limits, image, component, stackBytes } = message;
    if (component) this.#prepared.set(message.prepared, preparedFromMessage(component));
    const prepared = this.#prepared.get(message.prepared) ?? malformed();
    tenant.prepared = prepared;
    tenant.work = work;
    tenant.instance = startInstanceSync(prepared, {
      imports: this.#importsOf(tenant, prepared, message),
      limits,
      now: this.#options.now,
      memories: this.#memories,
      interrupted: () => this.#interruption(),
      ...(stackBytes !== undefined && { stackBytes }),
      ...(message.hasWork && { takeWork: () => tenant.takeWork() }),
      ...(image && { image: { prepared, cores: image } }),
    });
  }

  #call(tenant: Tenant, message: CallMessage): Uint8Array | undefined {
    const { instance, prepared } = tenant;
    if (!instance || !prepared) return malformed();
    for (const [name, facts] of message.local) tenant.local.get(name)?.begin(facts);
    const codec = bindingsOf(prepared).exports.get(message.interface)?.get(message.function);
    const passage = { resources: tenant.resources, where: `arguments of ${codec?.name}` };
    const args = codec && message.args ? codec.params.read(new BytesReader(message.args), passage) : [];
    const { fuel, timeoutMs, stackBytes } = message;
    const value = instance.call({
      interface: message.interface,
      function: message.function,
      args,
      fuel,
      timeoutMs,
      ...(stackBytes !== undefined && { stackBytes }),
    });
    if (codec?.result === undefined) return undefined;
    this.#writer.clear();
    codec.result.write(this.#writer, value, { ...passage, where: `result of ${codec.name}` });
    return this.#writer.finish();
  }

  #capture(task: number, tenant: Tenant): void {
    const instance = tenant.instance ?? malformed();
    const finish = (outcome: Pick<ResultMessage, "error" | "cores">): void => {
      this.#captures -= 1;
      this.#finish(task, tenant, outcome);
    };
    this.#captures += 1;
    instance.capture().then(
      ({ cores }) => finish({ cores }),
      (error: unknown) => finish({ error: errorToMessage(error) }),
    );
  }

  #finish(
    task: number,
    tenant: Tenant | undefined,
    outcome: Pick<ResultMessage, "value" | "error" | "isLost" | "cores"> | undefined,
    isShort = false,
  ): void {
    const result: ResultMessage = {
      kind: "result",
      task,
      fuel: tenant?.instance?.fuelUsed ?? 0,
      memoryBytes: tenant?.instance?.memoryBytes ?? 0,
      local: tenant ? [...tenant.local].map(([name, local]) => [name, local.report()]) : [],
      ...outcome,
    };
    this.#link.post(isShort && isShortResult(result) && this.#put(result) ? IN_CHANNEL : result);
  }

  #put(result: ResultMessage): boolean {
    this.#writer.clear();
    writeResult(this.#writer, result);
    return this.#channel.put(this.#writer.written());
  }

  #importsOf(tenant: Tenant, prepared: PreparedComponent, { missing, local }: StartMessage): HostImports {
    const { imports, drops } = bindingsOf(prepared);
    const interfaces = new Map<
      string,
      { functions: Map<string, HostFunction>; drops: Map<string, (resource: object) => void> }
    >();
    const of = (name: string) => {
      const known = interfaces.get(name) ?? { functions: new Map(), drops: new Map() };
      interfaces.set(name, known);
      return known;
    };
    for (const name of local) {
      const make = this.#options.local.get(name);
      if (make) tenant.local.set(name, make());
    }
    imports.forEach((binding, target) => {
      if (missing.includes(target)) return;
      const evaluated = tenant.local.get(binding.interface)?.functions.get(binding.function);
      const ask = (...args: readonly unknown[]) => this.#askCall(tenant, binding, target, args);
      of(binding.interface).functions.set(binding.function, evaluated ?? ask);
    });
    drops.forEach((drop, target) => {
      of(drop.interface).drops.set(drop.resource, (resource: object) => this.#askDrop(tenant, target, resource));
    });
    return interfaces;
  }

  #askCall(tenant: Tenant, { params, result, name }: ImportBinding, target: number, args: readonly unknown[]): unknown {
    const { resources } = tenant;
    this.#writer.clear();
    params.write(this.#writer, args, { resources, where: `arguments of ${name}` });
    const answer = this.#ask(tenant, "call", target, this.#writer.finish());
    return result?.read(answer, { resources, where: `result of ${name}` });
  }

  #askDrop(tenant: Tenant, target: number, resource: object): void {
    this.#writer.clear();
    this.#writer.u32(tenant.resources.numberOf(resource));
    this.#ask(tenant, "drop", target, this.#writer.finish());
  }

  /** Stands still until the host has answered; throws what it answers with, and when the task is cancelled or late. */
  #ask(tenant: Tenant, what: "call" | "drop", target: number, bytes: Uint8Array): BytesReader {
    const { task } = this.#active.at(-1) ?? malformed();
    this.#asked += 1;
    const ask = this.#asked;
    this.#channel.clear();
    const { fuelUsed: fuel = 0, stackRoom = 0 } = tenant.instance ?? {};
    this.#link.post({ kind: "ask", task, ask, what, target, fuel, stackRoom, bytes });
    const answer = new BytesReader(
      this.#channel.wait(
        ask,
        () => this.#look(),
        () => this.#link.post({ kind: "more", ask }),
      ),
    );
    tenant.work += answer.f64();
    if (answer.u8() === 0) return answer;
    throw errorFromMessage(JSON.parse(answer.string()));
  }

  /** Before every wait: does what has come meanwhile, and says how long to wait at most. */
  #look(): number {
    this.#receive();
    const interruption = this.#interruption();
    if (interruption !== undefined) throw interruption;
    const now = this.#options.now();
    let rest = Number.POSITIVE_INFINITY;
    for (const { deadline, timeoutMs } of this.#active) {
      if (!(now < deadline)) throw deadlinePassed(timeoutMs);
      rest = Math.min(rest, deadline - now);
    }
    return rest;
  }

  /** The instance was dropped during the task, and that was heard first. */
  #gone(): never {
    throw this.#interruption() ?? malformed();
  }

  #interruption(): PluginError | undefined {
    const { cancelled } = this.#channel;
    if (cancelled === 0 || !this.#active.some(({ task }) => task === cancelled)) return undefined;
    return new PluginError("cancelled", "The caller cancelled the call");
  }
}

/** An instance that lives in this worker. */
class Tenant {
  instance: Instance | undefined;
  prepared: PreparedComponent | undefined;
  readonly resources = new RemoteResources();
  readonly local = new Map<string, LocalInterface>();
  /** Fuel of work that the host did and that is not charged yet. */
  work = 0;

  takeWork(): number {
    const { work } = this;
    this.work = 0;
    return work;
  }
}

/** A resource of the host, as the worker holds it. */
class RemoteResource {
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }
}

/** The guest never sees these numbers, only handles to the objects. */
class RemoteResources implements ResourceNumbers {
  numberOf(resource: object): number {
    return resource instanceof RemoteResource ? resource.number : malformed();
  }

  resourceOf(number: number): object {
    return new RemoteResource(number);
  }
}

/**
 * The worker's side: runs tasks one at a time on its thread, each with the same sandbox as on the host's own thread. What its guests ask
 * the host is the business of `questions.ts`. It has no authority: whatever a guest reaches, the host answers.
 */
import { LINGER_MS, TRANSFER_BYTES } from "../../limits.ts";
import type { MonotonicClock } from "../fuel-meter.ts";
import { startInstanceSync } from "../instance.ts";
import { MemoryPool } from "../memory-pool.ts";
import type { PreparedComponent } from "../prepare.ts";
import { bindingsOf } from "./bindings.ts";
import { BytesReader, BytesWriter, malformed } from "./bytes.ts";
import { WorkerEnd } from "./channel.ts";
import { preparedFromMessage } from "./prepared-message.ts";
import {
  type CallMessage,
  errorToMessage,
  type FromWorker,
  IN_CHANNEL,
  type ResultMessage,
  type StartMessage,
  type TaskMessage,
  type ToWorker,
} from "./protocol.ts";
import { Questions } from "./questions.ts";
import { isShortResult, readTask, writeResult } from "./short-messages.ts";
import { type LocalInterface, Tenant } from "./tenant.ts";

/** The way to the host. */
export interface WorkerLink {
  post(message: FromWorker): void;
  /** A message that has come while the thread stood still; only where the platform has such a thing. */
  readonly receive?: () => ToWorker | undefined;
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

class Server {
  readonly #link: WorkerLink;
  readonly #options: ServeOptions;
  readonly #prepared = new Map<number, PreparedComponent>();
  readonly #instances = new Map<number, Tenant>();
  readonly #questions: Questions;
  readonly #writer = new BytesWriter(4 * TRANSFER_BYTES);
  #spins = false;
  /** Captures on their way, which need the event loop. */
  #captures = 0;
  readonly #memories = new MemoryPool();

  constructor(link: WorkerLink, options: ServeOptions) {
    this.#link = link;
    this.#options = options;
    this.#questions = new Questions({
      ...options,
      writer: this.#writer,
      post: (message) => link.post(message),
      receive: () => this.#receive(),
    });
  }

  handle(message: ToWorker): void {
    switch (message.kind) {
      case "open":
        this.#questions.channel = new WorkerEnd(message.channel);
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
    const next = () => this.#questions.channel.next(look, this.#spins ? now : undefined);
    for (let task = next(); task; task = next()) this.#run(readTask(new BytesReader(task)), true);
  }

  /** Does what has been posted. */
  #receive(): void {
    for (let message = this.#link.receive?.(); message; message = this.#link.receive?.()) this.handle(message);
  }

  /** `isShort`: it came through the shared memory, and so may its result. */
  #run(message: TaskMessage, isShort = false): void {
    const { timeoutMs } = message.call ?? message.start?.limits ?? { timeoutMs: Number.POSITIVE_INFINITY };
    this.#questions.begin(message.task, timeoutMs);
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
      this.#questions.end();
    }
  }

  #start(tenant: Tenant, message: StartMessage, work: number): void {
    const { limits, image, component, stackBytes } = message;
    if (component) this.#prepared.set(message.prepared, preparedFromMessage(component));
    const prepared = this.#prepared.get(message.prepared) ?? malformed();
    tenant.prepared = prepared;
    tenant.work = work;
    tenant.instance = startInstanceSync(prepared, {
      imports: this.#questions.importsOf(tenant, prepared, message),
      limits,
      now: this.#options.now,
      memories: this.#memories,
      interrupted: () => this.#questions.interruption(),
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
    return this.#questions.channel.put(this.#writer.written());
  }

  /** The instance was dropped during the task, and that was heard first. */
  #gone(): never {
    throw this.#questions.interruption() ?? malformed();
  }
}

/**
 * What the guests of a worker ask: a host function is a question to the host, for whose answer the thread stands still until it is there, or
 * the task is cancelled or late. Which those tasks are is told by whoever runs them.
 */
import type { HostFunction, HostImports } from "../../component/index.ts";
import { PluginError } from "../../errors.ts";
import { deadlinePassed, type MonotonicClock } from "../fuel-meter.ts";
import type { PreparedComponent } from "../prepare.ts";
import { bindingsOf, type ImportBinding } from "./bindings.ts";
import { BytesReader, type BytesWriter, malformed } from "./bytes.ts";
import { createChannel, WorkerEnd } from "./channel.ts";
import { errorFromMessage, type FromWorker, type StartMessage } from "./protocol.ts";
import type { LocalInterface, Tenant } from "./tenant.ts";

export interface QuestionsOptions {
  readonly now: MonotonicClock;
  /** Evaluated here, by versioned name. */
  readonly local: ReadonlyMap<string, () => LocalInterface>;
  /** Shared with whoever runs the tasks: nothing stays in it across a question. */
  readonly writer: BytesWriter;
  readonly post: (message: FromWorker) => void;
  /** Does what the host has posted meanwhile. */
  readonly receive: () => void;
}

/** A task on the stack of this thread. */
interface Active {
  readonly task: number;
  readonly deadline: number;
  readonly timeoutMs: number;
}

export class Questions {
  /** Leads nowhere until the host has said where its own is. */
  channel = new WorkerEnd(createChannel());
  readonly #options: QuestionsOptions;
  /** Outermost first: a task can run while one below it waits for the host. */
  readonly #active: Active[] = [];
  #asked = 0;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** A task begins, on top of those that wait for the host. */
  begin(task: number, timeoutMs: number): void {
    this.#active.push({ task, deadline: this.#options.now() + timeoutMs, timeoutMs });
  }

  /** The one on top is over. */
  end(): void {
    this.#active.pop();
  }

  /** Why what runs is to end: a task on the stack has been cancelled. */
  interruption(): PluginError | undefined {
    const { cancelled } = this.channel;
    if (cancelled === 0 || !this.#active.some(({ task }) => task === cancelled)) return undefined;
    return new PluginError("cancelled", "The caller cancelled the call");
  }

  /** What a guest imports: functions that ask, or are evaluated here. */
  importsOf(tenant: Tenant, prepared: PreparedComponent, { missing, local }: StartMessage): HostImports {
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
    const { writer } = this.#options;
    writer.clear();
    params.write(writer, args, { resources, where: `arguments of ${name}` });
    const answer = this.#ask(tenant, "call", target, writer.finish());
    return result?.read(answer, { resources, where: `result of ${name}` });
  }

  #askDrop(tenant: Tenant, target: number, resource: object): void {
    const { writer } = this.#options;
    writer.clear();
    writer.u32(tenant.resources.numberOf(resource));
    this.#ask(tenant, "drop", target, writer.finish());
  }

  /** Stands still until the host has answered; throws what it answers with, and when the task is cancelled or late. */
  #ask(tenant: Tenant, what: "call" | "drop", target: number, bytes: Uint8Array): BytesReader {
    const { post } = this.#options;
    const { task } = this.#active.at(-1) ?? malformed();
    this.#asked += 1;
    const ask = this.#asked;
    this.channel.clear();
    const { fuelUsed: fuel = 0, stackRoom = 0 } = tenant.instance ?? {};
    post({ kind: "ask", task, ask, what, target, fuel, stackRoom, bytes });
    const answer = new BytesReader(
      this.channel.wait(
        ask,
        () => this.#look(),
        () => post({ kind: "more", ask }),
      ),
    );
    tenant.work += answer.f64();
    if (answer.u8() === 0) return answer;
    throw errorFromMessage(JSON.parse(answer.string()));
  }

  /** Before every wait: does what has come meanwhile, and says how long to wait at most. */
  #look(): number {
    this.#options.receive();
    const interruption = this.interruption();
    if (interruption !== undefined) throw interruption;
    const now = this.#options.now();
    let rest = Number.POSITIVE_INFINITY;
    for (const { deadline, timeoutMs } of this.#active) {
      if (!(now < deadline)) throw deadlinePassed(timeoutMs);
      rest = Math.min(rest, deadline - now);
    }
    return rest;
  }
}

/**
 * One running copy of a component: its ledger, its memories, its calls, its end. An instance is started fresh or from an
 * image, is dead after anything goes wrong in it, and is dropped by letting go of it. What it may do is decided by the
 * host functions that it is given; this file knows none of them.
 */
import {
  type Boundary,
  type ComponentInstance,
  type CoreExports,
  type GuestFunction,
  type HostImports,
  instantiate,
  instantiateSync,
  mayWait,
} from "../component/index.ts";
import { PluginError } from "../errors.ts";
import { type CallLimits, HANDLES, TABLE_ENTRIES, TRANSFER_BYTES } from "../limits.ts";
import { createLedger, type Ledger, RESERVED } from "../wasm/index.ts";
import { failureOf, memoryLimit } from "./failure.ts";
import { FuelMeter, type MonotonicClock } from "./fuel-meter.ts";
import { type CoreImage, type CoreState, captureCore, checkImage, type Image, restoreCore } from "./image.ts";
import type { MemoryPool, OwnedMemory } from "./memory-pool.ts";
import { isFull, stackPointerOf } from "./own-stack.ts";
import type { PreparedComponent, PreparedModule } from "./prepare.ts";
import { Waiting } from "./waiting.ts";

/** What instances that were let go of have died of: one for all, because the stack trace of an error takes 20 µs. */
const DROPPED = new PluginError("unavailable", "The instance was dropped");

const WASM_PAGE = 65536;
/** 4 GiB: what a 32-bit memory can have, whatever the limit allows. */
const MEMORY_PAGES = 65536;

export interface StartOptions {
  /** The host functions of every interface that the component imports. */
  readonly imports: HostImports;
  /** Memory of the whole life of the instance; fuel and time of the start, which runs start functions. */
  readonly limits: CallLimits;
  readonly now: MonotonicClock;
  /** Where its memories come from, and go when it has ended in peace (`Instance.end`). @default the system */
  readonly memories?: MemoryPool;
  /** Fuel for what host functions did since this was last called; taken with the next charge, which follows their answer. */
  readonly takeWork?: () => number;
  /** Starts from a snapshot instead of the component's own initial state; start functions do not run again. */
  readonly image?: Image;
  /** As for calls, for the start functions. */
  readonly stackBytes?: number;
  /** Fuel handed out at a time; does not influence results. For tests. */
  readonly fuelSlice?: number;
  /** How long a host function that answers later is waited for, in milliseconds. @default HOST_ANSWER_MS */
  readonly answerMs?: number;
  /** Asked wherever the deadline is looked at: why the guest must stop, or undefined. Must not throw. */
  readonly interrupted?: () => unknown;
}

/** What one call may take. */
export type CallTerms = Pick<InstanceCall, "fuel" | "timeoutMs" | "stackBytes">;

export interface InstanceCall {
  /** Interface and function as the component exports them. */
  readonly interface: string;
  readonly function: string;
  /** Values in the representation of `component/`. */
  readonly args: readonly unknown[];
  readonly fuel: number;
  readonly timeoutMs: number;
  /** Cancels this call, where the runner can (`RunnerStart.signal` cancels all of them). */
  readonly signal?: AbortSignal | undefined;
  /** Bytes of stack that the guest may use. A nested call continues with its caller's `stackRoom`. @default STACK_BYTES */
  readonly stackBytes?: number | undefined;
}

/**
 * @throws PluginError `memory-limit` when the component's initial memory, or the image, is above the limit; whatever a
 * start function ends in.
 */
export async function startInstance(prepared: PreparedComponent, options: StartOptions): Promise<Instance> {
  if (options.image) checkImage(options.image, prepared);
  const before = options.now();
  return started(prepared, options, await link(prepared, options, options.image ? "bare" : "start"), before);
}

/**
 * The same at once, for what has no time to wait: instances that are made inside of a call, and worker threads. A page's main
 * thread refuses to make large core instances this way.
 */
export function startInstanceSync(prepared: PreparedComponent, options: StartOptions): Instance {
  if (options.image) checkImage(options.image, prepared);
  const before = options.now();
  return started(prepared, options, linkSync(prepared, options, options.image ? "bare" : "start"), before);
}

function started(prepared: PreparedComponent, options: StartOptions, linked: Linked, before: number): Instance {
  options.image?.cores.forEach((core, index) => {
    restoreCore(linked.cores.states[index]!, core);
  });
  const fuel = linked.meter.used;
  const start = fuel > 0 ? { fuel, milliseconds: options.now() - before } : undefined;
  return new Instance(prepared, linked, options, start);
}

/** What start functions took. */
interface Spent {
  readonly fuel: number;
  readonly milliseconds: number;
}

/** A component instance with its core instances and its account. */
interface Linked extends Account {
  readonly component: ComponentInstance;
}

interface Account {
  readonly cores: CoreInstances;
  readonly ledger: Ledger;
  readonly meter: FuelMeter;
  /** Only where a host function can be waited for. */
  readonly waiting: Waiting | undefined;
}

/** `bare` leaves out start functions, so that no guest code runs. */
type LinkMode = "start" | "bare";

/** Links all core modules. */
async function link(prepared: PreparedComponent, options: StartOptions, mode: LinkMode): Promise<Linked> {
  const account = openAccount(prepared, options, mode);
  const { cores, meter } = account;
  try {
    const component = await instantiate(prepared.plan, {
      instantiateCore: (index, imports) => cores.instantiate(index, imports),
      imports: options.imports,
      boundary: boundaryOf(account, options),
    });
    meter.settle();
    return { component, ...account };
  } catch (thrown) {
    throw failureIn(thrown, account, options);
  }
}

function linkSync(prepared: PreparedComponent, options: StartOptions, mode: LinkMode): Linked {
  const account = openAccount(prepared, options, mode);
  const { cores, meter } = account;
  try {
    const component = instantiateSync(prepared.plan, {
      instantiateCore: (index, imports) => cores.instantiateSync(index, imports),
      imports: options.imports,
      boundary: boundaryOf(account, options),
    });
    meter.settle();
    return { component, ...account };
  } catch (thrown) {
    throw failureIn(thrown, account, options);
  }
}

function openAccount(prepared: PreparedComponent, options: StartOptions, mode: LinkMode): Account {
  const ledger = createLedger();
  const waiting = mayWait(options.imports) ? new Waiting(options.answerMs) : undefined;
  const interrupted = waiting ? () => waiting.reason ?? options.interrupted?.() : options.interrupted;
  const meter = new FuelMeter(ledger, options.now, options.fuelSlice, interrupted);
  ledger.setMemoryRoom(Math.min(MEMORY_PAGES, Math.floor(options.limits.memoryBytes / WASM_PAGE)));
  ledger.setTableRoom(TABLE_ENTRIES);
  meter.begin(options.limits.fuel, options.limits.timeoutMs, options.stackBytes);
  return { ledger, meter, waiting, cores: new CoreInstances(prepared, ledger, meter, options, mode) };
}

function boundaryOf({ meter, waiting }: Account, { takeWork }: StartOptions): Boundary {
  return {
    charge: takeWork === undefined ? (units) => meter.charge(units) : (units) => meter.charge(units + takeWork()),
    chargeLittle:
      takeWork === undefined ? (units) => meter.chargeLittle(units) : (units) => meter.chargeLittle(units + takeWork()),
    wayOut: (price, type, host) => meter.wayOut(price, type, host),
    notice: (price) => meter.notice(price, takeWork),
    stop: (reason) => meter.stop(reason, takeWork?.()),
    ...(waiting && { wait: (answer, name) => waiting.wait(answer, name, meter) }),
    transferBytes: TRANSFER_BYTES,
    handles: HANDLES,
  };
}

function failureIn(thrown: unknown, { meter, ledger, cores }: Account, { limits }: StartOptions): PluginError {
  return failureOf(thrown, {
    stopped: meter.stopped,
    growFailed: ledger.growFailed(),
    stackFailed: ledger.stackFailed(),
    ownStackFull: cores.stackPointers.some(isFull),
    memoryBytes: limits.memoryBytes,
  });
}

export class Instance {
  readonly #prepared: PreparedComponent;
  readonly #linked: Linked;
  readonly #options: StartOptions;
  #dead: PluginError | undefined;
  #isRunning = false;
  /** What its start functions took: the first call pays for it, so that no call has more than its limits. */
  #start: Spent | undefined;
  /** Once it has ended: its memories are not its own then. */
  #memoryBytes: number | undefined;

  /** Use `startInstance`. */
  constructor(prepared: PreparedComponent, linked: Linked, options: StartOptions, start?: Spent) {
    this.#prepared = prepared;
    this.#linked = linked;
    this.#options = options;
    this.#start = start;
  }

  /** Linear memory of all core modules, in bytes. It never shrinks, so this is the most there was. */
  get memoryBytes(): number {
    return this.#memoryBytes ?? this.#linked.cores.memoryBytes;
  }

  /** Bytes of stack that are left, for a host function that makes a nested call. */
  get stackRoom(): number {
    return this.#linked.meter.stackRoom;
  }

  /** Fuel of the last call, the first with that of the start, or of the start. Exact, unless it ended in a trap of its own: then up to a slice too low. */
  get fuelUsed(): number {
    return this.#linked.meter.used;
  }

  /**
   * Calls an exported function and returns its lifted result. Synchronous: the guest holds the thread until it ends or a
   * limit ends it.
   * @throws PluginError the limit, trap or capability that ended it; the instance is dead then and every later call says so.
   */
  call(call: InstanceCall): unknown {
    this.#checkReady();
    return this.#run(this.#exported(call.interface, call.function), call.args, call);
  }

  /** Whether `callLater` can wait for host functions that answer later (`HostInterface.later`). */
  get canWait(): boolean {
    return this.#linked.component.canWait;
  }

  /**
   * As `call`, and where a host function answers later (`HostInterface.later`), and the engine can suspend the guest, waits for it;
   * the deadline goes on meanwhile. No second call may begin before this one has ended.
   * @throws PluginError as `call`; `timeout`; what it was stopped for
   */
  async callLater(call: InstanceCall): Promise<unknown> {
    this.#checkReady();
    const { meter, waiting } = this.#linked;
    const target = this.#exported(call.interface, call.function);
    if (target.later === undefined || waiting === undefined) return this.#run(target, call.args, call);
    const start = this.#begin(call);
    waiting.isOpen = true;
    try {
      if (start) meter.charge(start.fuel);
      const value = await target.later(...call.args);
      meter.settle();
      if (waiting.reason) throw waiting.reason;
      return value;
    } catch (thrown) {
      this.#dead = failureIn(thrown, this.#linked, this.#options);
      throw this.#dead;
    } finally {
      waiting.isOpen = false;
      this.#isRunning = false;
    }
  }

  /** Ends a call that waits; one that does not, at its next look at the deadline. Only where `canWait`. */
  stop(reason: PluginError): void {
    if (this.#isRunning) this.#linked.waiting?.stop(reason);
  }

  /**
   * An exported function, looked up once, every call of which has these limits; otherwise as `call`. For numbers it is the
   * fastest way in: its deadline starts when the clock is first looked at, at most a slice of fuel later.
   * @throws PluginError `not-found`
   * @example const add = instance.function("test:maths/api", "add", { fuel: 10_000_000, timeoutMs: 1000 }); add(1, 2)
   */
  function(interfaceName: string, name: string, limits: CallTerms): (...args: unknown[]) => unknown {
    const target = this.#exported(interfaceName, name);
    const { meter } = this.#linked;
    const { scalars } = target;
    const isWhole = limits.stackBytes === undefined && this.#start === undefined;
    const account = scalars && isWhole ? meter.account(limits.fuel, limits.timeoutMs, scalars.fuel) : undefined;
    if (scalars === undefined || account === undefined) {
      return (...args) => {
        this.#checkReady();
        return this.#run(target, args, limits);
      };
    }
    return scalars.bind({
      begin: () => {
        if (this.#dead !== undefined || this.#isRunning) this.#checkReady();
        this.#isRunning = true;
        meter.open(account);
      },
      wayIn: (type, core) => meter.wayIn(account, type, core),
      end: () => {
        this.#isRunning = false;
      },
      fail: (thrown) => {
        this.#isRunning = false;
        this.#dead = failureIn(thrown, this.#linked, this.#options);
        throw this.#dead;
      },
    });
  }

  #exported(interfaceName: string, name: string): GuestFunction {
    const target = this.#linked.component.exports.get(interfaceName)?.get(name);
    if (target !== undefined) return target;
    throw new PluginError("not-found", `The component does not export ${name} in ${interfaceName}`);
  }

  #checkReady(): void {
    if (this.#dead) {
      throw new PluginError("trap", `The instance ended before with ${this.#dead.code}; start another`, {
        cause: this.#dead,
      });
    }
    // Before the account of the call that is running is touched: a new one would give it fuel again.
    if (this.#isRunning) {
      throw new PluginError("trap", "The instance is inside of a call already, and cannot be re-entered");
    }
  }

  /** Opens the account of a call. Answers what its start is still to be charged. */
  #begin({ fuel, timeoutMs, stackBytes }: CallTerms): Spent | undefined {
    const start = this.#start;
    this.#start = undefined;
    this.#linked.meter.begin(fuel, timeoutMs, stackBytes, start?.milliseconds);
    this.#isRunning = true;
    return start;
  }

  #run(target: GuestFunction, args: readonly unknown[], terms: CallTerms): unknown {
    const { meter } = this.#linked;
    const start = this.#begin(terms);
    try {
      if (start) meter.charge(start.fuel);
      const value = target(...args);
      meter.settle();
      return value;
    } catch (thrown) {
      this.#dead = failureIn(thrown, this.#linked, this.#options);
      throw this.#dead;
    } finally {
      this.#isRunning = false;
    }
  }

  /**
   * A snapshot from which `startInstance` makes copies of this instance. Only at rest: no open handle, not dead.
   * @throws PluginError `unavailable` when the component or its state cannot be captured; start fresh then.
   */
  async capture(): Promise<Image> {
    const reason = this.#notCapturable();
    if (reason !== undefined) throw new PluginError("unavailable", `This instance cannot be captured: ${reason}`);
    const { image: _, memories: _memories, ...coldOptions } = this.#options;
    const fresh = await link(this.#prepared, coldOptions, "bare");
    return {
      prepared: this.#prepared,
      cores: this.#linked.cores.states.map((state, index) => captureCore(state, fresh.cores.states[index]!)),
    };
  }

  /**
   * Ends the instance: it never runs again, whoever still holds a part of it, and its memories may serve another. What failed, and
   * what is running, keeps its memories to itself.
   */
  end(): void {
    if (this.#isRunning || this.#dead) return;
    this.#memoryBytes = this.memoryBytes;
    this.#dead = DROPPED;
    this.#linked.component.end();
    for (const owned of this.#linked.cores.owned.splice(0)) this.#options.memories?.give(owned);
  }

  #notCapturable(): string | undefined {
    if (this.#dead) return "it is dead";
    if (this.#isRunning) return "it is inside of a call";
    if (this.#linked.component.openHandles() > 0) return "it holds handles";
    return this.#prepared.imageable === true ? undefined : this.#prepared.imageable;
  }
}

/** The core instances of one component instance, in the order of their instantiation. */
class CoreInstances {
  readonly states: CoreState[] = [];
  /** Of the stacks that core instances keep in their memories. */
  readonly stackPointers: WebAssembly.Global<"i32">[] = [];
  /** Memories that were made for this instance. */
  readonly owned: OwnedMemory[] = [];
  readonly #prepared: PreparedComponent;
  readonly #ledger: Ledger;
  readonly #meter: FuelMeter;
  readonly #options: StartOptions;
  readonly #mode: LinkMode;

  constructor(prepared: PreparedComponent, ledger: Ledger, meter: FuelMeter, options: StartOptions, mode: LinkMode) {
    this.#prepared = prepared;
    this.#ledger = ledger;
    this.#meter = meter;
    this.#options = options;
    this.#mode = mode;
  }

  get memoryBytes(): number {
    return this.states.reduce((sum, { memory }) => sum + (memory?.buffer.byteLength ?? 0), 0);
  }

  /** Instantiates a core module with what the component wires to it and the host's own part; answers its original exports. */
  async instantiate(index: number, wired: ReadonlyMap<string, CoreExports>): Promise<CoreExports> {
    const { module, imports, memory } = this.#prepare(index, wired);
    return this.#finish(index, memory, (await WebAssembly.instantiate(module, imports)).exports);
  }

  instantiateSync(index: number, wired: ReadonlyMap<string, CoreExports>): CoreExports {
    const { module, imports, memory } = this.#prepare(index, wired);
    return this.#finish(index, memory, instanceAtOnce(module, imports).exports);
  }

  #prepare(index: number, wired: ReadonlyMap<string, CoreExports>) {
    const prepared = this.#prepared.modules[index]!;
    const image = this.#options.image?.cores[this.states.length];
    const memory = this.#createMemory(prepared, image);
    this.#takeTableEntries(prepared);
    const imports = importObject(wired);
    imports[RESERVED] = Object.assign(Object.create(null), this.#ledger.imports, {
      refill: this.#meter.refill,
      memory,
    });
    return { module: prepared.module, imports, memory };
  }

  #finish(index: number, memory: WebAssembly.Memory | undefined, exports: WebAssembly.Exports): CoreExports {
    const { metered } = this.#prepared.modules[index]!;
    this.states.push({ memory, globals: metered.globals.map(({ name }) => exports[name] as WebAssembly.Global) });
    const stackPointer = stackPointerOf(metered, exports);
    if (stackPointer) this.stackPointers.push(stackPointer);
    if (this.#mode === "start" && metered.hasStart) (exports[`${RESERVED}/start`] as () => void)();
    return new Map(metered.exports.map(({ name }) => [name, exports[name]!]));
  }

  /** The module's own memory, as large as the image wants it and capped by what the instance may still have. */
  #createMemory({ metered }: PreparedModule, image: CoreImage | undefined): WebAssembly.Memory | undefined {
    if (!metered.memory) return undefined;
    const room = this.#ledger.memoryRoom();
    const initial = image?.memoryPages ?? metered.memory.minimumPages;
    if (initial > room) throw memoryLimit(this.#options.limits.memoryBytes);
    this.#ledger.setMemoryRoom(room - initial);
    const maximum = Math.min(room, metered.memory.maximumPages ?? room, MEMORY_PAGES);
    const { memories } = this.#options;
    const memory = memories?.take(initial, maximum, image) ?? new WebAssembly.Memory({ initial, maximum });
    this.owned.push({ memory, initial, maximum });
    return memory;
  }

  /** Counts the module's tables against what all tables of the instance may have, before V8 makes them. */
  #takeTableEntries({ metered }: PreparedModule): void {
    const room = this.#ledger.tableRoom() - metered.tableEntries;
    if (room < 0) {
      throw new PluginError("memory-limit", `The tables of the component have more than ${TABLE_ENTRIES} entries`);
    }
    this.#ledger.setTableRoom(room);
  }
}

/** Browsers refuse that on a page's own thread for modules above 8 MB, which language engines are. */
function instanceAtOnce(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (cause) {
    if (!(cause instanceof RangeError && /main thread/.test(cause.message))) throw cause;
    throw new PluginError(
      "unavailable",
      "The browser makes no instance of this size on the page's own thread at once",
      {
        cause,
        hint: `Use isolation: "worker", or put the host in a Web Worker.`,
      },
    );
  }
}

/** Names here are chosen by guests: nothing may be inherited. */
function importObject(wired: ReadonlyMap<string, CoreExports>): WebAssembly.Imports {
  const imports: WebAssembly.Imports = Object.create(null);
  for (const [module, fields] of wired) {
    const object: WebAssembly.ModuleImports = Object.create(null);
    for (const [name, value] of fields) object[name] = value;
    imports[module] = object;
  }
  return imports;
}

/**
 * Links a planned component to host functions and makes one instance of it. How a core module becomes an instance is the
 * caller's business (`instantiateCore`); what is not in `imports` does not exist for the guest.
 */
import { PluginError } from "../errors.ts";
import { Crossing } from "./crossing.ts";
import type { GuestFunction } from "./exported-functions.ts";
import type { CoreItem, HostFunctionImport } from "./graph.ts";
import type { Destroy } from "./handles.ts";
import { bindDrop, bindNew, bindRepresentation, type CoreFunction, type HostFunction } from "./imported-functions.ts";
import { type Boundary, Entry, InstanceState, SharedState } from "./instance-state.ts";
import type { FlatValue } from "./lift.ts";
import type { ComponentPlan, ExportPlan, LiftedPlan } from "./plan.ts";
import { mayWait, Suspension } from "./suspension.ts";
import type { ResourceType } from "./value-types.ts";

export type CoreValue = WebAssembly.ExportValue;

/** Interfaces by versioned name, such as `crucible:plugin/kiln@0.1.0`; functions of a world itself under `""`. */
export type HostImports = ReadonlyMap<string, HostInterface>;

export interface HostInterface {
  /**
   * Keys as in WIT: `read-note`, `[method]note-cursor.next`, `[constructor]x`, `[static]x.y`. Arguments and result are lifted
   * values. What a function throws stops the guest; an error that the guest may handle is a `result`.
   */
  readonly functions: ReadonlyMap<string, HostFunction>;
  /** By name of the resource; called when the guest drops a handle that it owns. */
  readonly drops?: ReadonlyMap<string, (resource: object) => void>;
  /** The functions run guests under deadlines of their own: an answer that comes later is waited for as long as that takes. */
  readonly endsByItself?: true;
  /**
   * Functions that may answer with a promise. On the caller's own thread only these are waited for, where the engine can suspend a
   * guest; a worker waits for all.
   */
  readonly later?: ReadonlySet<string>;
  /** Present where the functions answer from facts alone, so that they can be evaluated wherever the guest runs. */
  readonly local?: LocalEvaluation;
}

/** What goes to the place where functions are evaluated, and what comes back: bytes, whose meaning is theirs. */
export interface LocalEvaluation {
  /** Asked for at the beginning of every call. */
  facts(): Uint8Array | undefined;
  /** Given what the evaluation has to report, after the call. */
  absorb(report: Uint8Array | undefined): void;
}

/** Exports of a core instance by name. */
export type CoreExports = ReadonlyMap<string, CoreValue>;

export interface LinkOptions<Made = CoreExports> {
  /** Instantiates core module `index`. `imports`: module name → field name → value. Answers its original exports. */
  readonly instantiateCore: (index: number, imports: ReadonlyMap<string, CoreExports>) => Made;
  readonly imports: HostImports;
  readonly boundary: Boundary;
}

export interface ComponentInstance {
  /** Interface → function, synchronous. Throws what the guest ends in; the instance is dead then. */
  readonly exports: ReadonlyMap<string, ReadonlyMap<string, GuestFunction>>;
  /** Whether its exports have `later`: host functions may answer later, and the guest be suspended until they do. */
  readonly canWait: boolean;
  /** Handles that the guest holds; with none and no call running it may be captured. */
  openHandles(): number;
  /** From now on no guest code of it runs: not by its exports, nor by resources that the host still holds. */
  end(): void;
}

/**
 * Links and instantiates at once. Where the platform makes large core instances asynchronously only (a page's main thread), use
 * `instantiate`.
 *
 * @throws PluginError `unavailable`: the component imports a function that is not in `imports`; and what `instantiateCore` throws
 */
export function instantiateSync(plan: ComponentPlan, options: LinkOptions): ComponentInstance {
  const linker = new Linker(plan, options);
  for (const { module, imports } of plan.component.graph.coreInstances)
    linker.coreInstances.push(options.instantiateCore(module, linker.resolveImports(imports)));
  return linker.finish();
}

/** The same where `instantiateCore` takes its time; core modules are instantiated one after the other all the same. */
export async function instantiate(
  plan: ComponentPlan,
  options: LinkOptions<CoreExports | Promise<CoreExports>>,
): Promise<ComponentInstance> {
  const linker = new Linker(plan, options);
  for (const { module, imports } of plan.component.graph.coreInstances)
    linker.coreInstances.push(await options.instantiateCore(module, linker.resolveImports(imports)));
  return linker.finish();
}

class Linker {
  readonly coreInstances: CoreExports[] = [];
  readonly #shared: SharedState;
  readonly #states: readonly InstanceState[];
  readonly #plan: ComponentPlan;
  readonly #imports: HostImports;
  readonly #suspension: Suspension | undefined;
  readonly #trampolines: (CoreFunction | undefined)[] = [];
  readonly #crossings: (Crossing | undefined)[] = [];

  constructor(plan: ComponentPlan, { imports, boundary }: Pick<LinkOptions, "imports" | "boundary">) {
    const { graph } = plan.component;
    this.#plan = plan;
    this.#imports = imports;
    this.#shared = new SharedState(boundary);
    const states: InstanceState[] = [];
    for (const { parent } of graph.instances)
      states.push(new InstanceState(this.#shared, parent === undefined ? undefined : states[parent]));
    // A component without code of its own still stands between the host and what it exports.
    if (states.length === 0) states.push(new InstanceState(this.#shared, undefined));
    this.#states = states;
    this.#shared.isSimple = states.length === 1 && graph.definitions.size === 0;
    // Between two instances, and on the way to a destructor, there are frames of JavaScript, which cannot be put aside.
    this.#suspension = this.#shared.isSimple && boundary.wait && mayWait(imports) ? new Suspension() : undefined;
    for (const { callee } of plan.imports.filter((one) => one !== undefined))
      if (callee.from === "host") hostFunction(imports, callee);
    for (const [resource, { instance }] of graph.definitions) {
      const state = this.#state(instance);
      this.#shared.define(resource, state, this.#destroyer(resource, undefined));
    }
  }

  resolveImports(imports: ReadonlyMap<string, ReadonlyMap<string, CoreItem>>): ReadonlyMap<string, CoreExports> {
    const resolved = new Map<string, CoreExports>();
    for (const [module, fields] of imports) {
      const values = new Map<string, CoreValue>();
      for (const [name, item] of fields) values.set(name, this.#resolve(item));
      resolved.set(module, values);
    }
    return resolved;
  }

  finish(): ComponentInstance {
    return {
      exports: this.#bindExports(),
      canWait: this.#suspension !== undefined,
      openHandles: () => this.#shared.room.open,
      end: () => this.#end(),
    };
  }

  #bindExports(): ReadonlyMap<string, ReadonlyMap<string, GuestFunction>> {
    const exports = new Map<string, ReadonlyMap<string, GuestFunction>>();
    for (const [name, plans] of this.#plan.exports) {
      const functions = new Map<string, GuestFunction>();
      for (const [key, plan] of plans) functions.set(key, this.#bindExport(plan));
      exports.set(name, functions);
    }
    return exports;
  }

  #bindExport(plan: ExportPlan): GuestFunction {
    if (plan.from === "guest") return this.#bindLifted(plan, undefined);
    const entry = new Entry(this.#state(0), undefined);
    return plan.bind(this.#crossing(plan.crossing), entry, hostFunction(this.#imports, plan.imported));
  }

  #bindLifted({ bind, lifted, crossing }: LiftedPlan, caller: InstanceState | undefined): GuestFunction {
    const { postReturn } = lifted.options;
    return bind(
      this.#crossing(crossing),
      new Entry(this.#state(lifted.instance), caller),
      this.#function(lifted.core),
      postReturn && this.#function(postReturn),
      this.#suspension,
    );
  }

  #resolve({ source, kind }: CoreItem): CoreValue {
    if (source.from === "trampoline") return this.#trampoline(source.trampoline);
    const value = this.coreInstances[source.instance]?.get(source.name);
    if (value === undefined || !isOfKind(value, kind))
      throw new PluginError(
        "invalid-module",
        `Cannot link the component: core instance ${source.instance} has no ${kind} ${JSON.stringify(source.name)}.`,
      );
    return value;
  }

  #function(item: CoreItem): (...flat: FlatValue[]) => FlatValue | undefined {
    return this.#resolve(item) as (...flat: FlatValue[]) => FlatValue | undefined;
  }

  #trampoline(index: number): CoreFunction {
    let made = this.#trampolines[index];
    if (made === undefined) {
      made = this.#makeTrampoline(index);
      this.#trampolines[index] = made;
    }
    return made;
  }

  #makeTrampoline(index: number): CoreFunction {
    const planned = this.#plan.imports[index];
    const trampoline = this.#plan.component.graph.trampolines[index];
    if (trampoline === undefined) throw new TypeError(`There is no trampoline ${index}`);
    const state = this.#state(trampoline.instance);
    if (planned !== undefined) {
      const { callee } = planned;
      const crossing = this.#crossing(planned.crossing);
      if (callee.from !== "host") return planned.bind(crossing, this.#bindLifted(callee, state));
      const isLater = this.#imports.get(callee.interface)?.later?.has(callee.name);
      return planned.bind(crossing, hostFunction(this.#imports, callee), isLater ? this.#suspension : undefined);
    }
    if (trampoline.kind === "lower") throw new TypeError(`The trampoline ${index} was not planned`);
    const { kind, resource } = trampoline;
    if (kind === "new") return bindNew(state, resource);
    if (kind === "rep") return bindRepresentation(state, resource);
    return bindDrop(state, resource, this.#dropped(resource, state));
  }

  #dropped(resource: ResourceType, state: InstanceState): ((value: unknown) => void) | undefined {
    if (resource.ofGuest) return this.#destroyer(resource, state) as (value: unknown) => void;
    return this.#imports.get(resource.interface)?.drops?.get(resource.name) as ((value: unknown) => void) | undefined;
  }

  /** Runs the destructor of a resource that a guest defines, called from the host or from a component instance. */
  #destroyer(resource: ResourceType, caller: InstanceState | undefined): Destroy {
    const definition = this.#plan.component.graph.definitions.get(resource);
    if (definition === undefined) throw new TypeError(`The resource ${JSON.stringify(resource.name)} is not defined`);
    const { instance, destructor } = definition;
    const entry = new Entry(this.#state(instance), caller);
    const shared = this.#shared;
    const name = `the destructor of ${JSON.stringify(resource.name)}`;
    return (representation) => {
      entry.enter(name);
      let isDone = false;
      try {
        if (destructor !== undefined) this.#function(destructor)(representation);
        if (shared.dead) this.#state(instance).refuseToLeave();
        isDone = true;
      } finally {
        entry.exit(isDone);
      }
    };
  }

  #end(): void {
    this.#shared.dead = true;
  }

  #state(instance: number): InstanceState {
    const state = this.#states[instance];
    if (state === undefined) throw new TypeError(`There is no component instance ${instance}`);
    return state;
  }

  #crossing(index: number): Crossing {
    let made = this.#crossings[index];
    if (made === undefined) {
      const plan = this.#plan.crossings[index];
      if (plan === undefined) throw new TypeError(`There is no crossing ${index}`);
      made = new Crossing(
        this.#state(plan.instance),
        plan.encoding,
        plan.memory && (this.#resolve(plan.memory) as WebAssembly.Memory),
        plan.realloc && (this.#resolve(plan.realloc) as (...flat: number[]) => number),
      );
      this.#crossings[index] = made;
    }
    return made;
  }
}

function hostFunction(imports: HostImports, imported: HostFunctionImport): HostFunction {
  const host = imports.get(imported.interface)?.functions.get(imported.name);
  if (host !== undefined) return host;
  throw new PluginError(
    "unavailable",
    `Cannot link the component: it imports the function ${JSON.stringify(imported.name)} of ` +
      `${JSON.stringify(imported.interface)}, which this host does not offer here.`,
  );
}

function isOfKind(value: CoreValue, kind: CoreItem["kind"]): boolean {
  switch (kind) {
    case "func":
      return typeof value === "function";
    case "memory":
      return value instanceof WebAssembly.Memory;
    case "table":
      return value instanceof WebAssembly.Table;
    case "global":
      return value instanceof WebAssembly.Global;
    default:
      return typeof value === "object";
  }
}

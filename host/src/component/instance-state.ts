/**
 * What the component instances of one linked component are at a moment: whether they may be entered, whether they may call out, what
 * handles they hold. The rules are those of the Canonical ABI ("Component Instances"), for synchronous components.
 */
import { PluginError } from "../errors.ts";
import type { CoreFunctionType, EdgeFunction } from "../wasm/index.ts";
import { type Destroy, HandleRoom, HandleTable } from "./handles.ts";
import type { ResourceType } from "./value-types.ts";

/** What the linker needs from the instance's owner. Every method may stop the guest; none returns an error to it. */
export interface Boundary {
  /** Takes fuel; refills or traps when it is used up. */
  charge(units: number): void;
  /** The same where little happens, or has happened: whether there is time left need not be looked at. */
  chargeLittle(units: number): void;
  /** `host` with this core type behind a charge of `price`, which wasm takes before it is called. */
  wayOut(price: number, type: CoreFunctionType, host: EdgeFunction): EdgeFunction;
  /**
   * To be called by such a `host` before the first of as many calls as this answers, one at least: what is not done for every call,
   * such as a look at the clock.
   */
  notice(price: number): number;
  /** Records `reason`, unless one is recorded already, and traps. */
  stop(reason: unknown): never;
  /**
   * Waits for what a host function is going to answer, while the guest is suspended; undefined where the call that runs cannot be.
   * Rejects with the function's failure, or the reason for which nobody waits any longer. @default nothing is waited for
   */
  wait?(answer: Promise<unknown>, name: string): Promise<unknown> | undefined;
  /** Budget of one crossing, in estimated host bytes (`host-bytes.ts`). */
  readonly transferBytes: number;
  /** Handles that the instance may hold at a time. */
  readonly handles: number;
}

/** What all component instances of one linked component share: they live and die together. */
export class SharedState {
  readonly boundary: Boundary;
  readonly room: HandleRoom;
  /** Set by everything that goes wrong inside; a dead component neither runs nor calls out again. */
  dead = false;
  /** One component instance, and no resources whose destructors the host could call. */
  isSimple = false;
  readonly #owners = new Map<ResourceType, { readonly state: InstanceState; readonly destroy: Destroy }>();

  constructor(boundary: Boundary) {
    this.boundary = boundary;
    this.room = new HandleRoom(boundary.handles);
  }

  /** Tells which instance defines a resource, and how the host destroys one. */
  define(resource: ResourceType, state: InstanceState, destroy: Destroy): void {
    this.#owners.set(resource, { state, destroy });
  }

  /** How the host destroys a resource that a guest defines. */
  destroyer(resource: ResourceType): Destroy {
    return this.#owner(resource).destroy;
  }

  /** The instance that defines a resource. */
  definer(resource: ResourceType): InstanceState {
    return this.#owner(resource).state;
  }

  #owner(resource: ResourceType): { readonly state: InstanceState; readonly destroy: Destroy } {
    const owner = this.#owners.get(resource);
    if (owner === undefined)
      throw new TypeError(`The component does not define the resource ${JSON.stringify(resource.name)}`);
    return owner;
  }
}

/** One component instance. */
export class InstanceState {
  readonly shared: SharedState;
  readonly handles: HandleTable;
  readonly parent: InstanceState | undefined;
  /** False while the guest's realloc and post-return functions run: they may not call out. */
  mayLeave = true;
  /** Whether a call of it is under way. */
  entered = false;

  constructor(shared: SharedState, parent: InstanceState | undefined) {
    this.shared = shared;
    this.parent = parent;
    this.handles = new HandleTable(shared.room);
  }

  /** To be called before the guest gets anything from the host. */
  leave(): void {
    if (!this.mayLeave || this.shared.dead) this.refuseToLeave();
  }

  refuseToLeave(): never {
    throw new PluginError(
      "trap",
      this.shared.dead
        ? "The plugin called the host after it was stopped"
        : "The plugin called the host from its realloc or post-return function",
    );
  }
}

/**
 * The way into a component instance: from the host, or from another instance. Enters the instance and all around it but what the
 * caller is in already, and refuses where one of them is entered: a guest need not expect to be called while it calls. The set is
 * known when the component is linked.
 */
export class Entry {
  readonly shared: SharedState;
  /** One of those that are entered; where there are none, one that nothing else knows. */
  readonly #first: { entered: boolean };
  readonly #others: readonly InstanceState[] | undefined;
  /** 1 for calls that come from the host. */
  readonly #calls: 0 | 1;
  /** Whether the component is this one instance, defines no resources, and is entered from the host. */
  readonly isWhole: boolean;

  constructor(callee: InstanceState, caller: InstanceState | undefined) {
    this.shared = callee.shared;
    this.isWhole = caller === undefined && callee.parent === undefined && callee.shared.isSimple;
    const inside = new Set(selfAndAncestors(caller));
    const [first, ...others] = selfAndAncestors(callee).filter((state) => !inside.has(state));
    this.#first = first ?? NOTHING;
    this.#calls = caller === undefined ? 1 : 0;
    this.#others = others.length === 0 ? undefined : others;
  }

  // What nearly every call does is kept so small that it is compiled into the call.
  enter(what: string): void {
    if (this.shared.dead || this.#first.entered) refuse(this.shared, what);
    if (this.#others !== undefined) enterAll(this.shared, this.#others, what);
    this.#first.entered = true;
    this.shared.room.calls += this.#calls;
  }

  /** `isAlive`: whether the call ended as it should; else the component is dead. */
  exit(isAlive: boolean): void {
    if (!isAlive) this.shared.dead = true;
    this.#first.entered = false;
    if (this.#others !== undefined) setEntered(this.#others, false);
  }
}

/** What an instance enters that calls itself, or what is around it: it is inside already, and may be so again. */
const NOTHING = {
  get entered(): boolean {
    return false;
  },
  set entered(_) {},
};

function refuse(shared: SharedState, what: string): never {
  throw new PluginError(
    "trap",
    shared.dead
      ? `Cannot call ${what}: the instance is dead after an earlier failure`
      : `Cannot call ${what}: the instance is inside of a call already, and cannot be re-entered`,
  );
}

function enterAll(shared: SharedState, states: readonly InstanceState[], what: string): void {
  if (states.some((state) => state.entered)) refuse(shared, what);
  setEntered(states, true);
}

function setEntered(states: readonly InstanceState[], entered: boolean): void {
  for (const state of states) state.entered = entered;
}

function selfAndAncestors(state: InstanceState | undefined): InstanceState[] {
  const all: InstanceState[] = [];
  for (let at = state; at !== undefined; at = at.parent) all.push(at);
  return all;
}

/**
 * What the component instances of one linked component are at a moment: whether they may be entered, whether they may call out, what
 * handles they hold. The rules are those of the Canonical ABI ("Component Instances"), for synchronous components.
 */
import { PluginError } from "../errors.ts";
import { type Destroy, HandleRoom, HandleTable } from "./handles.ts";
import type { ResourceType } from "./value-types.ts";

/** What the linker needs from the instance's owner. Every method may stop the guest; none returns an error to it. */
export interface Boundary {
  /** Takes fuel; refills or traps when it is used up. */
  charge(units: number): void;
  /** Records `reason`, unless one is recorded already, and traps. */
  stop(reason: unknown): never;
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
  readonly #entering: readonly InstanceState[];
  readonly #fromHost: boolean;

  constructor(callee: InstanceState, caller: InstanceState | undefined) {
    this.shared = callee.shared;
    this.#fromHost = caller === undefined;
    const inside = new Set(selfAndAncestors(caller));
    this.#entering = selfAndAncestors(callee).filter((state) => !inside.has(state));
  }

  enter(what: string): void {
    if (this.shared.dead)
      throw new PluginError("trap", `Cannot call ${what}: the instance is dead after an earlier failure`);
    for (const state of this.#entering)
      if (state.entered)
        throw new PluginError(
          "trap",
          `Cannot call ${what}: the instance is inside of a call already, and cannot be re-entered`,
        );
    for (const state of this.#entering) state.entered = true;
    if (this.#fromHost) this.shared.room.calls++;
  }

  exit(): void {
    for (const state of this.#entering) state.entered = false;
  }
}

function selfAndAncestors(state: InstanceState | undefined): InstanceState[] {
  const all: InstanceState[] = [];
  for (let at = state; at !== undefined; at = at.parent) all.push(at);
  return all;
}

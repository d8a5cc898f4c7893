/**
 * What one component instance is at a moment: whether it may be entered, whether it may call out, what handles it holds. The
 * rules are those of the Canonical ABI ("Component Instances"), for synchronous components.
 */
import { PluginError } from "../errors.ts";
import { HandleTable } from "./handles.ts";
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

export class InstanceState {
  readonly boundary: Boundary;
  readonly handles: HandleTable;
  /** False while the guest's realloc and post-return functions run: they may not call out. */
  mayLeave = true;
  /** Set by everything that goes wrong inside; a dead instance neither runs nor calls out again. */
  dead = false;
  #entered = false;
  readonly #destroyers = new Map<ResourceType, (representation: number) => void>();

  constructor(boundary: Boundary) {
    this.boundary = boundary;
    this.handles = new HandleTable(boundary.handles);
  }

  /** Tells how the host destroys a resource that the guest defines. */
  setDestroyer(resource: ResourceType, destroy: (representation: number) => void): void {
    this.#destroyers.set(resource, destroy);
  }

  destroyer(resource: ResourceType): (representation: number) => void {
    const destroy = this.#destroyers.get(resource);
    if (destroy === undefined)
      throw new TypeError(`The instance does not define the resource ${JSON.stringify(resource.name)}`);
    return destroy;
  }

  /** To be called before guest code is entered from the host. */
  enter(what: string): void {
    this.checkEnter(what);
    this.#entered = true;
  }

  checkEnter(what: string): void {
    if (this.dead) throw new PluginError("trap", `Cannot call ${what}: the instance is dead after an earlier failure`);
    if (this.#entered)
      throw new PluginError(
        "trap",
        `Cannot call ${what}: the instance is inside of a call already, and cannot be re-entered`,
      );
  }

  exit(): void {
    this.#entered = false;
  }

  /** To be called before the guest gets anything from the host. */
  leave(): void {
    if (!this.mayLeave || this.dead) this.refuseToLeave();
  }

  refuseToLeave(): never {
    throw new PluginError(
      "trap",
      this.dead
        ? "The plugin called the host after it was stopped"
        : "The plugin called the host from its realloc or post-return function",
    );
  }
}

/**
 * The handles of one component instance: small numbers that stand for resources (Canonical ABI, "Table State", "Resource
 * State"). A number that was never given, was dropped, stands for another type of resource, or is lent while it is given away, is
 * refused. The numbers that a guest sees depend on nothing but its own calls.
 */
import { PluginError } from "../errors.ts";
import type { ResourceType } from "./value-types.ts";

export interface Handle {
  readonly resource: ResourceType;
  /** The host's object; for a resource that a guest defines, its representation. */
  readonly value: unknown;
  /** Whether the guest owns it; else it is lent for the length of a call. */
  readonly own: boolean;
  /** The call that it is lent for. */
  readonly scope: BorrowScope | undefined;
  /** Calls under way that this handle is lent to; until they end it can be neither dropped nor given away. */
  lends: number;
}

/** One call of the guest, as far as borrowed handles go: all that it was lent must be dropped when it returns. */
export interface BorrowScope {
  borrows: number;
}

/** What the component instances of one component may hold together. */
export class HandleRoom {
  readonly #most: number;
  #open = 0;
  /** Calls that came from the host so far. */
  calls = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get open(): number {
    return this.#open;
  }

  take(): void {
    if (this.#open >= this.#most)
      throw new PluginError("memory-limit", `The plugin holds more than ${this.#most} handles`, {
        hint: "Drop cursors and other resources when they are no longer needed.",
      });
    this.#open++;
  }

  give(): void {
    this.#open--;
  }
}

export class HandleTable {
  readonly #room: HandleRoom;
  /** Number 0 is never given. */
  #handles: (Handle | undefined)[] = [undefined];
  #free: number[] = [];
  #open = 0;
  /** The call in which the table was last found empty. */
  #call = 0;

  constructor(room: HandleRoom) {
    this.#room = room;
  }

  /** Gives the guest a handle of its own. */
  add(resource: ResourceType, value: unknown): number {
    return this.#add({ resource, value, own: true, scope: undefined, lends: 0 });
  }

  /** Gives the guest a handle for the call `scope`. */
  lend(resource: ResourceType, value: unknown, scope: BorrowScope): number {
    const number = this.#add({ resource, value, own: false, scope, lends: 0 });
    scope.borrows++;
    return number;
  }

  /** What a handle stands for. */
  get(number: number, resource: ResourceType): Handle {
    const handle = this.#handles[number >>> 0];
    if (handle === undefined) return refuse(number, "it does not exist, or was dropped before");
    if (handle.resource !== resource)
      return refuse(
        number,
        `it is a handle of ${JSON.stringify(handle.resource.name)}, not of ${JSON.stringify(resource.name)}`,
      );
    return handle;
  }

  /** Takes a handle out of the table; the number is given again later. */
  remove(number: number, resource: ResourceType): Handle {
    const handle = this.get(number, resource);
    if (handle.lends > 0) return refuse(number, "it is lent to a call that has not ended");
    this.#handles[number >>> 0] = undefined;
    this.#open--;
    this.#room.give();
    if (handle.scope !== undefined) handle.scope.borrows--;
    this.#free.push(number >>> 0);
    return handle;
  }

  /** Takes a handle that the guest owns, to give the resource away. */
  removeOwn(number: number, resource: ResourceType): Handle {
    if (!this.get(number, resource).own) refuse(number, "the plugin only borrowed it and cannot give it away");
    return this.remove(number, resource);
  }

  #add(handle: Handle): number {
    // A table that is empty when a call first uses it is as new: an instance from an image gives the same numbers as a warm one.
    if (this.#open === 0 && this.#call !== this.#room.calls) {
      this.#call = this.#room.calls;
      this.#handles = [undefined];
      this.#free = [];
    }
    this.#room.take();
    const number = this.#free.pop() ?? this.#handles.length;
    this.#handles[number] = handle;
    this.#open++;
    return number;
  }
}

function refuse(number: number, why: string): never {
  throw new PluginError("trap", `The plugin used the handle ${number >>> 0} wrongly: ${why}`);
}

/** Runs the destructor of a resource that a guest defines; also tells the instances of one component apart. */
export type Destroy = (representation: number) => void;

/**
 * A resource that the guest defines, as the host holds it. One that is owned must be dropped, which runs the guest's destructor; it
 * can be passed to the exports of the instance that made it, and to no other. One that is lent ends with the call it was lent to.
 */
export class GuestResource {
  readonly #type: ResourceType;
  readonly #destroy: Destroy;
  readonly #own: boolean;
  #representation: number | undefined;

  constructor(type: ResourceType, representation: number, destroy: Destroy, own: boolean) {
    this.#type = type;
    this.#representation = representation;
    this.#destroy = destroy;
    this.#own = own;
  }

  /** Runs the guest's destructor. Once dropped, or given back to the guest, it cannot be used. */
  drop(): void {
    if (!this.#own) throw new TypeError("The resource was only lent, and cannot be dropped");
    this.#destroy(GuestResource.take(this));
  }

  /** The representation, for a guest that borrows it. */
  static lend(resource: GuestResource): number {
    if (resource.#representation === undefined)
      throw new TypeError("The resource was dropped, or given back to the plugin, before");
    return resource.#representation;
  }

  /** The representation, for giving the resource away; it cannot be used here any more. */
  static take(resource: GuestResource): number {
    const representation = GuestResource.lend(resource);
    resource.#representation = undefined;
    return representation;
  }

  /** Whether this is a resource of that type, of that instance of a component, and owned where it is to be given away. */
  static is(value: unknown, type: ResourceType, destroy: Destroy, own: boolean): value is GuestResource {
    return value instanceof GuestResource && value.#type === type && value.#destroy === destroy && (value.#own || !own);
  }
}

/** What a guest lent to a call: given back when the call ends. */
export class Lent {
  readonly #handles: Handle[] = [];
  readonly #resources: GuestResource[] = [];

  add(handle: Handle, resource: GuestResource | undefined): void {
    handle.lends++;
    this.#handles.push(handle);
    if (resource !== undefined) this.#resources.push(resource);
  }

  end(): void {
    for (const handle of this.#handles) handle.lends--;
    for (const resource of this.#resources) GuestResource.take(resource);
  }
}

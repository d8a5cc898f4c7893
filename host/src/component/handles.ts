/**
 * The handles of one component instance: small numbers that stand for resources (Canonical ABI, "Table State", "Resource
 * State"). A number that was never given, was dropped, or stands for another type of resource is refused. The numbers that a
 * guest sees depend on nothing but its own calls.
 */
import { PluginError } from "../errors.ts";
import type { ResourceType } from "./value-types.ts";

export interface Handle {
  readonly resource: ResourceType;
  /** The host's object; for a resource that the guest defines, its representation. */
  readonly value: unknown;
  /** Whether the guest owns it; else it is lent for the length of a call. */
  readonly own: boolean;
}

export class HandleTable {
  readonly #most: number;
  /** Number 0 is never given. */
  #handles: (Handle | undefined)[] = [undefined];
  #free: number[] = [];
  #open = 0;
  #borrows = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Handles that the guest holds. */
  get open(): number {
    return this.#open;
  }

  /** Handles that were lent to the guest and not dropped yet. */
  get borrows(): number {
    return this.#borrows;
  }

  add(resource: ResourceType, value: unknown, own: boolean): number {
    if (this.#open >= this.#most)
      throw new PluginError("memory-limit", `The plugin holds more than ${this.#most} handles`, {
        hint: "Drop cursors and other resources when they are no longer needed.",
      });
    const number = this.#free.pop() ?? this.#handles.length;
    this.#handles[number] = { resource, value, own };
    this.#open++;
    if (!own) this.#borrows++;
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
    this.#handles[number >>> 0] = undefined;
    this.#open--;
    if (!handle.own) this.#borrows--;
    this.#free.push(number >>> 0);
    // With all handles dropped, the table is as new: an instance from an image then gives the same numbers as a warm one.
    if (this.#open === 0) {
      this.#handles = [undefined];
      this.#free = [];
    }
    return handle;
  }

  /** Takes a handle that the guest owns, to give the resource away. */
  removeOwn(number: number, resource: ResourceType): Handle {
    if (!this.get(number, resource).own) refuse(number, "the plugin only borrowed it and cannot give it away");
    return this.remove(number, resource);
  }
}

function refuse(number: number, why: string): never {
  throw new PluginError("trap", `The plugin used the handle ${number >>> 0} wrongly: ${why}`);
}

/**
 * A resource that the guest defines, as the host holds it. It must be dropped, which runs the guest's destructor; it can be
 * passed to the exports of the instance that made it, and to no other.
 */
export class GuestResource {
  readonly #type: ResourceType;
  readonly #destroy: (representation: number) => void;
  #representation: number | undefined;

  constructor(type: ResourceType, representation: number, destroy: (representation: number) => void) {
    this.#type = type;
    this.#representation = representation;
    this.#destroy = destroy;
  }

  /** Runs the guest's destructor. Once dropped, or given back to the guest, it cannot be used. */
  drop(): void {
    const representation = this.#live();
    this.#representation = undefined;
    this.#destroy(representation);
  }

  /** The representation, for the instance that made it. */
  static lend(resource: GuestResource): number {
    return resource.#live();
  }

  /** The representation, for giving the resource back. */
  static take(resource: GuestResource): number {
    const representation = resource.#live();
    resource.#representation = undefined;
    return representation;
  }

  /** Whether this value is a live resource of that type; types of two instances differ by their destructors. */
  static is(value: unknown, type: ResourceType, destroy: (representation: number) => void): value is GuestResource {
    return value instanceof GuestResource && value.#type === type && value.#destroy === destroy;
  }

  #live(): number {
    if (this.#representation === undefined)
      throw new TypeError("The resource was dropped, or given back to the plugin, before");
    return this.#representation;
  }
}

/** The host's objects that one instance in a worker knows by number. They are let go of with the instance. */
import { malformed } from "./bytes.ts";
import type { ResourceNumbers } from "./codec.ts";

export class HostResources implements ResourceNumbers {
  readonly #resources = new Map<number, object>();
  #numbered = 0;

  /** How many the instance holds. */
  get size(): number {
    return this.#resources.size;
  }

  numberOf(resource: object): number {
    this.#numbered += 1;
    this.#resources.set(this.#numbered, resource);
    return this.#numbered;
  }

  resourceOf(number: number, isOwn: boolean): object {
    const resource = this.#resources.get(number) ?? malformed();
    if (isOwn) this.#resources.delete(number);
    return resource;
  }

  clear(): void {
    this.#resources.clear();
  }
}

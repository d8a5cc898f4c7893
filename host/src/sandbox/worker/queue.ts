/**
 * Calls that wait for a worker: bounded, and fair between owners, who take turns whatever number of calls each has waiting.
 */
import { PluginError } from "../../errors.ts";

export class FairQueue<Item> {
  readonly #limit: number;
  /** By owner, whose turn it is first; no list is empty. */
  readonly #waiting = new Map<string, Item[]>();
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** @throws PluginError `busy` when it is full */
  add(owner: string, item: Item): void {
    if (this.#length >= this.#limit) {
      throw new PluginError("busy", `${this.#length} calls are waiting for a worker already, the limit of this host`, {
        hint: "Wait until some have ended, or give the host more workers.",
      });
    }
    const items = this.#waiting.get(owner);
    if (items) items.push(item);
    else this.#waiting.set(owner, [item]);
    this.#length += 1;
  }

  /** The next one that can run; its owner is the last to have a turn again. */
  take(canRun: (item: Item) => boolean): Item | undefined {
    for (const [owner, items] of this.#waiting) {
      const at = items.findIndex(canRun);
      if (at < 0) continue;
      const [item] = items.splice(at, 1);
      this.#waiting.delete(owner);
      if (items.length > 0) this.#waiting.set(owner, items);
      this.#length -= 1;
      return item;
    }
    return undefined;
  }

  /** Takes out one that need not wait any longer. */
  remove(owner: string, item: Item): void {
    const items = this.#waiting.get(owner) ?? [];
    const at = items.indexOf(item);
    if (at < 0) return;
    items.splice(at, 1);
    this.#length -= 1;
    if (items.length === 0) this.#waiting.delete(owner);
  }
}

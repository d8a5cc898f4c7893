/**
 * A cursor over the bytes of a component: the reader of `wasm/` with what components have besides, and with failures that speak
 * of the component. It knows no section and no index space.
 */
import { PluginError } from "../errors.ts";
import { shortened } from "../text.ts";
import { Reader } from "../wasm/reader.ts";

export class ComponentReader extends Reader {
  get done(): boolean {
    return this.offset >= this.end;
  }

  peek(): number | undefined {
    return this.done ? undefined : this.bytes[this.offset];
  }

  /** A reader of the next `length` bytes, which this one skips. */
  slice(length: number): ComponentReader {
    const start = this.offset;
    this.skip(length);
    return new ComponentReader(this.bytes, start, this.offset);
  }

  /** The length of a vector whose elements take at least one byte each. */
  count(what: string, most: number): number {
    const at = this.offset;
    const count = this.u32();
    if (count > most) this.refuse(at, `it has ${count} ${what}, the limit is ${most}`);
    if (count > this.end - this.offset)
      this.refuse(at, `it announces ${count} ${what}, more than the bytes left can hold`);
    return count;
  }

  override refuse(offset: number, why: string): never {
    throw new PluginError("invalid-module", `Cannot accept the component: at byte ${offset}: ${why}`);
  }

  /** Refuses at the current offset, or at the one given. */
  fail(why: string, offset = this.offset): never {
    this.refuse(offset, why);
  }
}

/** A name of the guest for a message: escaped, and not longer than a line. */
export function quoted(name: string): string {
  return JSON.stringify(shortened(name, 120));
}

/**
 * The functions that the rewriter adds behind the module's own, in the order of their indices: `check`, `enter`, then wrappers, guards, and what is behind gates.
 * Holds their types and bodies; what is in them is written by `guards.ts` and `bridges.ts`.
 */
import { ByteWriter } from "./emit.ts";

export class AddedFunctions {
  /** Type indices. */
  readonly types: number[] = [];
  /** Bodies with their lengths. */
  readonly code = new ByteWriter(4096);
  private readonly first: number;

  /** @param first Index of the first one. */
  constructor(first: number) {
    this.first = first;
  }

  /** Adds a function whose body, without its length, `write` writes to `code`; answers its index. */
  add(type: number, write: (out: ByteWriter) => void): number {
    const start = this.code.openLength();
    write(this.code);
    this.code.closeLength(start);
    return this.push(type);
  }

  /** Takes the last body that was written to `from`, which begins at `start` with its length. */
  take(type: number, from: ByteWriter, start: number): number {
    this.code.copy(from.bytes, start, from.length);
    from.length = start;
    return this.push(type);
  }

  private push(type: number): number {
    this.types.push(type);
    return this.first + this.types.length - 1;
  }
}

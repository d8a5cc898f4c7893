/**
 * Branch hints: a custom section that tells the compiler which branches are seldom taken, so that it keeps what their slow paths need out of the
 * registers of the fast ones. Every test of the fuel is such a branch. Engines that do not know the section ignore it; results and fuel are
 * the same. Format: the branch hinting proposal, `metadata.code.branch_hint`, which must come before the code and name functions in order.
 */
import { ByteWriter } from "./emit.ts";

const UNLIKELY = 0;

export class BranchHints {
  private readonly entries = new ByteWriter(1024);
  private functions = 0;
  private offsets: number[] = [];

  /** @param offset Of an `if` or `br_if` that is seldom taken, from the beginning of the local declarations. */
  add(offset: number): void {
    this.offsets.push(offset);
  }

  /** Ends a function; `index` is undefined for one that does not stand in order. */
  endFunction(index: number | undefined): void {
    const { entries, offsets } = this;
    if (index !== undefined && offsets.length > 0) {
      this.functions++;
      entries.u32(index);
      entries.u32(offsets.length);
      for (const offset of offsets) {
        entries.u32(offset);
        entries.byte(1);
        entries.byte(UNLIKELY);
      }
    }
    offsets.length = 0;
  }

  get isEmpty(): boolean {
    return this.functions === 0;
  }

  /** Writes what is in the custom section. */
  write(out: ByteWriter): void {
    out.name("metadata.code.branch_hint");
    out.u32(this.functions);
    out.copy(this.entries.bytes, 0, this.entries.length);
  }
}

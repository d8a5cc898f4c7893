/** Large answers in pieces: a snapshot and a place in it. What open cursors hold together is bounded. */
import { PluginError } from "../errors.ts";
import { CURSOR_BYTES } from "../limits.ts";

const ROWS_AT_ONCE = 1_000;

/** Counts what open cursors hold. */
export interface CursorBudget {
  held: number;
}

export class Cursor<Row> {
  #rows: readonly Row[];
  #at = 0;
  #isOpen = true;
  readonly #bytes: number;
  readonly #budget: CursorBudget;

  /** `bytes` estimates what the rows take. Errors: `rate-limited` where open cursors hold too much already. */
  constructor(rows: readonly Row[], bytes: number, budget: CursorBudget) {
    if (budget.held + bytes > CURSOR_BYTES) {
      throw new PluginError("rate-limited", "too many listings are open at a time; finish one before the next");
    }
    budget.held += bytes;
    this.#rows = rows;
    this.#bytes = bytes;
    this.#budget = budget;
  }

  /** The next rows, at most 1,000; none at the end. Errors: `invalid-arguments` for 0. */
  next(max: number): readonly Row[] {
    if (max < 1) throw new PluginError("invalid-arguments", `"max" must be 1 to 1,000, got ${max}`);
    const rows = this.#rows.slice(this.#at, this.#at + Math.min(max, ROWS_AT_ONCE));
    this.#at += rows.length;
    return rows;
  }

  close(): void {
    if (this.#isOpen) this.#budget.held -= this.#bytes;
    this.#isOpen = false;
    this.#rows = [];
  }
}

/**
 * The guest's side of the boundary while values cross it: its memory through checked views, its `realloc`, the transfer budget.
 * Every pointer, length and alignment is a hostile number until it went through here. One crossing belongs to one memory and
 * string encoding of one instance and is used again for every call: calls of an instance never overlap.
 */
import { PluginError } from "../errors.ts";
import type { StringEncoding } from "./graph.ts";
import type { BorrowScope, Lent } from "./handles.ts";
import type { InstanceState } from "./instance-state.ts";

type Realloc = (old: number, oldSize: number, align: number, size: number) => number;

export class Crossing {
  readonly state: InstanceState;
  readonly encoding: StringEncoding;
  readonly #memory: WebAssembly.Memory | undefined;
  readonly #realloc: Realloc | undefined;
  /** The guest's memory. Growing it detaches the views: they are valid until guest code runs again. */
  bytes: Uint8Array = new Uint8Array(EMPTY);
  view: DataView = new DataView(EMPTY);
  /** Of the string or list that was written last, as the guest is told it. */
  length = 0;
  /** What is crossing, for messages. */
  where = "";
  /** The call that handles are being lent to. */
  scope: BorrowScope = { borrows: 0 };
  /** What the guest lends with the arguments that are being lifted. */
  lent: Lent | undefined;
  #budget = 0;
  #room = 0;
  /** What was read of the host's values and is still to be written. */
  #tape: unknown[] = [];
  #tapeEnd = 0;
  #tapeAt = 0;

  constructor(
    state: InstanceState,
    encoding: StringEncoding,
    memory: WebAssembly.Memory | undefined,
    realloc: Realloc | undefined,
  ) {
    this.state = state;
    this.encoding = encoding;
    this.#memory = memory;
    this.#realloc = realloc;
  }

  /** Starts a crossing: fresh views, a full budget. */
  begin(where: string): void {
    this.where = where;
    this.#tapeEnd = 0;
    this.#tapeAt = 0;
    this.#budget = this.state.shared.boundary.transferBytes;
    this.#room = this.#budget;
    this.refresh();
  }

  /** Memory that grew, even by nothing, has left its old buffer without bytes; asking the memory itself costs more than a call. */
  refresh(): void {
    if (this.bytes.length > 0 || this.#memory === undefined) return;
    const buffer = this.#memory.buffer as ArrayBuffer;
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  /** Estimated host bytes that this crossing has taken so far. */
  get taken(): number {
    return this.#budget - this.#room;
  }

  put(value: unknown): void {
    this.#tape[this.#tapeEnd++] = value;
  }

  next(): unknown {
    return this.#tape[this.#tapeAt++];
  }

  /** Lets go of what was on the tape. */
  rewind(): void {
    if (this.#tapeEnd > TAPE_KEPT) this.#tape = [];
    else this.#tape.fill(undefined, 0, this.#tapeEnd);
    this.#tapeEnd = 0;
    this.#tapeAt = 0;
  }

  /** Takes from the budget before anything of that size is made. */
  take(bytes: number): void {
    this.#room -= bytes;
    this.check(0);
  }

  /** Refuses, early, what is going to take more than is left. */
  check(bytes: number): void {
    if (this.#room - bytes < 0)
      throw new PluginError(
        "transfer-limit",
        `The ${this.where} take more than ${this.#budget} bytes, the limit of one crossing of the boundary`,
        { hint: "Pass it in pieces." },
      );
  }

  /** Checks a pointer of the guest to `size` bytes and returns it unsigned. */
  pointer(pointer: number, size: number, align: number, what: string): number {
    const start = pointer >>> 0;
    if (start % align !== 0) this.fault(`the ${what} at ${hex(start)} is not aligned to ${align} bytes`);
    if (start + size > this.bytes.length)
      this.fault(`the ${what} at ${hex(start)} with ${size} bytes lies outside of the memory of ${this.bytes.length}`);
    return start;
  }

  /** Has the guest allocate, and checks what it answers. The guest cannot call the host meanwhile. */
  allocate(size: number, align: number): number {
    const { state } = this;
    if (this.#realloc === undefined) return this.fault("there is no realloc function");
    state.mayLeave = false;
    const pointer = this.#realloc(0, 0, align, size) >>> 0;
    state.mayLeave = true;
    this.refresh();
    if (pointer === 0 && size > 0) this.fault(`realloc returned null for ${size} bytes`);
    return this.pointer(pointer, size, align, "allocation that realloc returned");
  }

  /** Refuses what the guest passed or returned. */
  fault(why: string): never {
    throw new PluginError("trap", `The plugin broke the Canonical ABI in the ${this.where}: ${why}`);
  }
}

const EMPTY = new ArrayBuffer(0);
/** Entries of a tape that are worth keeping for the next crossing. */
const TAPE_KEPT = 64;

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

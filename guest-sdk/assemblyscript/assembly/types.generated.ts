// Made by `npm run wit` from wit/*.wit; do not edit.
// Types that every other interface shares.

/** Where the code of each case of a capability's error stands, by its discriminant. */
export const CAPABILITY_ERROR_CODES: usize = memory.data<u8>([6, 14, 10, 15, 7, 5, 16, 17]);

/** Every way in which a call can fail; see the table in the host's `errors.ts`. */
export enum ErrorCode {
  FuelExhausted,
  Deadline,
  Cancelled,
  MemoryLimit,
  StackLimit,
  TransferLimit,
  Denied,
  RateLimited,
  InvalidModule,
  InvalidManifest,
  InvalidArguments,
  CompileError,
  GuestError,
  Trap,
  NotFound,
  Conflict,
  Timeout,
  Unavailable,
  Busy,
}

/** A place in a plugin's source. Lines and columns count from 1; a column counts Unicode scalar values. */
export class Position {
  constructor(
    /** The path of the source file as it was given to `compile`. */
    public file: string,
    public line: u32,
    public column: u32,
  ) {}
}

/** One frame of a plugin's own stack, innermost first. */
export class Frame {
  constructor(
    /** The function, as the plugin's language writes it. */
    public name: string,
    public position: Position | null = null,
  ) {}
}

/** Why a call of a plugin failed, told by the plugin. */
export class Failure {
  constructor(
    /**
     * A plugin may report `guest-error` and the cases of `error`; the host turns any other code from a guest into
     * `guest-error`, whose message begins with that code.
     */
    public code: ErrorCode,
    public message: string,
    public position: Position | null = null,
    public stack: Array<Frame> = new Array<Frame>(0),
  ) {}
}

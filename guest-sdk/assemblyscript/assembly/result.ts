// What functions answer that may fail. AssemblyScript has no exceptions: look at `ok` first, then at `value` or `error`.
import { ErrorCode, Failure } from "./types.generated";

export class Result<T> {
  /** Made by `ok` and `failed`. */
  constructor(
    /** Whether there is a value. */
    public readonly ok: bool,
    private held: T,
    private failure: Failure | null,
  ) {}

  /** The value. Ends the call with a trap where there is none. */
  get value(): T {
    if (!this.ok) throw new Error(this.failure!.message);
    return this.held;
  }

  /** Why there is no value. Ends the call with a trap where there is one. */
  get error(): Failure {
    if (this.ok) throw new Error("asked a result that is ok for its error");
    return this.failure!;
  }
}

/** A result with a value. */
export function ok<T>(value: T): Result<T> {
  return new Result<T>(true, value, null);
}

/** A result without one, such as `failed<Json>(note.error)`: whoever called learns the same code and message. */
export function failed<T>(failure: Failure): Result<T> {
  // Nobody reads the value of such a result: null, or zero.
  return new Result<T>(false, isReference<T>() ? changetype<T>(<usize>0) : <T>0, failure);
}

/** A result that says what is wrong, such as `fail<Json>("There is no title")`. */
export function fail<T>(message: string, code: ErrorCode = ErrorCode.GuestError): Result<T> {
  return failed<T>(new Failure(code, message));
}

/** A number or a bool where there may be none: those cannot be null. */
export class Some<T> {
  constructor(public value: T) {}
}

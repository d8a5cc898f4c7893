// What AssemblyScript's own runtime asks of its host, given by the capabilities that every plugin has: the log and random numbers.
import { Level, write } from "./log.generated";
import { nextU64 } from "./random.generated";

/** Called by `throw`, `assert` and failed checks: says what and where, and ends the call. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const text = message === null ? "abort" : message;
  write(Level.Error, file === null ? text : `${text} (${file}:${line}:${column})`);
  unreachable();
}

/** What `Math.random()` begins with. */
export function seed(): f64 {
  const bits = nextU64();
  return reinterpret<f64>(bits.ok ? bits.value : 0);
}

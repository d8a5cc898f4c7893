/**
 * The recording of one call of a plugin: everything outside of the pure computation, as JSON data. docs/recording.md describes
 * the format. Types only; `capabilities/recorder.ts` writes the calls, `plugins/recording.ts` reads and checks a whole one.
 */
import type { ErrorCode, SourcePosition } from "./errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One capability call, in the order in which the plugin made them. Exactly one of `answer`, `stop` and `fault` is there. */
export interface RecordedCall {
  /** Interface and function, as `kiln.read-note`. */
  readonly call: string;
  readonly args: readonly Json[];
  /** What the function answered, in the form that docs/recording.md gives each type; null where it answers nothing. */
  readonly answer?: Json;
  /** The capability ended the call of the plugin instead of answering. */
  readonly stop?: { readonly code: ErrorCode; readonly message: string };
  /** The host itself failed; why is not recorded, since it may name things of the machine. */
  readonly fault?: true;
  /** Fuel for the work behind the call, beside what its arguments and answer cost. @default 0 */
  readonly fuel?: number;
}

export interface RecordedFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly position?: SourcePosition;
  /** The tool had returned; the commit of its changes failed. */
  readonly atCommit?: true;
}

/** How the call ended: with a result or an error. */
export interface RecordedOutcome {
  readonly result?: unknown;
  readonly error?: RecordedFailure;
  readonly fuel: number;
  readonly memoryBytes: number;
}

export interface Recording {
  readonly format: "crucible-recording";
  readonly version: 1;
  /** Hashes are SHA-256 in hex; `codeHash` is of the compiled code, so that a source and its bundle are the same. */
  readonly plugin: {
    readonly name: string;
    readonly version: string;
    readonly codeHash: string;
    readonly sourceHash: string;
  };
  readonly engine: { readonly name: string; readonly abi: string; readonly hash: string };
  readonly tool: string;
  readonly arguments: { readonly [key: string]: unknown };
  /** Decimal. */
  readonly seed: string;
  readonly limits: { readonly memoryBytes: number; readonly fuel: number; readonly timeoutMs: number };
  /** What the plugin was allowed, for people: the answers say what came of it. */
  readonly grant: { readonly [key: string]: Json };
  readonly calls: readonly RecordedCall[];
  readonly outcome: RecordedOutcome;
}

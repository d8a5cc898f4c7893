/**
 * The one error class of the host and its closed set of codes. Every failure that leaves the host is a `PluginError`; what a
 * capability answers to a guest is a WIT variant instead (`wit/types.wit`) and is made in `capabilities/`.
 */
import type { Recording } from "./recording.ts";

/** Code → what it means to the person who reads it. The keys are the closed set. */
export const ERROR_CODES = {
  "fuel-exhausted": "the call used up its fuel (deterministic CPU limit)",
  deadline: "the call ran longer than its wall-clock limit",
  cancelled: "the caller cancelled the call",
  "memory-limit": "the plugin needed more memory than its limit",
  "stack-limit": "the plugin nested calls deeper than the stack allows",
  "transfer-limit": "a value that crossed the boundary was larger than the limit",
  denied: "the plugin's grant does not allow it",
  "rate-limited": "the plugin made more capability calls than its limit",
  "invalid-module": "the WebAssembly or the bundle is malformed, or uses something this host does not accept",
  "invalid-manifest": "the plugin's manifest cannot be read or breaks a rule",
  "invalid-arguments": "the request itself is wrong: arguments, paths, options",
  "compile-error": "the plugin's source does not compile",
  "guest-error": "the plugin's own code failed",
  trap: "the plugin's WebAssembly trapped",
  "not-found": "there is no such file, note, plugin, tool or key",
  conflict: "what was read for writing has changed since",
  timeout: "a capability did not answer in time",
  unavailable: "this host does not offer the capability here",
  busy: "too many calls are waiting",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A place in a plugin's source; lines and columns count from 1, columns in Unicode scalar values. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One message of a compiler. `excerpt` is the source around the position with a marker, several lines. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly position?: SourcePosition;
  readonly excerpt: string;
}

/** One frame of a plugin's own stack. */
export interface StackFrame {
  readonly name: string;
  readonly position?: SourcePosition;
}

/** What a call took, whether it succeeded or failed. */
export interface CallUsage {
  /** Fuel of the call alone; the limit, when it was exhausted. */
  readonly fuel: number;
  /** Fuel of loading the code. */
  readonly loadFuel: number;
  /** The most linear memory that the instance had, in bytes. */
  readonly memoryBytes: number;
  /** Wall clock of the call in milliseconds; the only figure here that differs from run to run. */
  readonly wallMs: number;
  /** The seed of `random`; the same seed gives the same run. */
  readonly seed: bigint;
  /** Of a call with `record: true`, failed ones too, for `Plugin.replay`. */
  readonly recording?: Recording;
}

export interface PluginErrorDetails {
  /** The plugin's name, where one is known. */
  readonly plugin?: string;
  /** Which instance of the plugin it was, such as `dice-roller#3`: the third that this host started. */
  readonly instance?: string;
  readonly position?: SourcePosition;
  /** The plugin's own stack, innermost frame first. */
  readonly stackFrames?: readonly StackFrame[];
  /** What to do next, one sentence. */
  readonly hint?: string;
  /** All messages of the compiler, for `compile-error`. */
  readonly diagnostics?: readonly Diagnostic[];
  /** Set when the plugin ran: the failure is its own, not one of the request. */
  readonly usage?: CallUsage;
  readonly cause?: unknown;
}

export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly code: ErrorCode;
  readonly #details: PluginErrorDetails;

  constructor(code: ErrorCode, message: string, details: PluginErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.#details = details;
  }

  get plugin(): string | undefined {
    return this.#details.plugin;
  }

  get instance(): string | undefined {
    return this.#details.instance;
  }

  get position(): SourcePosition | undefined {
    return this.#details.position;
  }

  get stackFrames(): readonly StackFrame[] {
    return this.#details.stackFrames ?? [];
  }

  get hint(): string | undefined {
    return this.#details.hint;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#details.diagnostics ?? [];
  }

  get usage(): CallUsage | undefined {
    return this.#details.usage;
  }

  /** The same error with more known about it; what it knows already stays. */
  with(details: Pick<PluginErrorDetails, "plugin" | "instance" | "usage" | "hint">): PluginError {
    return new PluginError(this.code, this.message, { cause: this, ...details, ...this.#details });
  }
}

/** Whether a word is one of the codes; guards words that come from a guest or a file. */
export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(ERROR_CODES, word);
}

/**
 * What the host's thread and a worker say to each other. Messages are structured clones; values of components are bytes
 * (`codec.ts`). Both ends are our own code, and the guest writes none of it.
 */
import type { Component } from "../../component/index.ts";
import { type ErrorCode, PluginError, type PluginErrorDetails } from "../../errors.ts";
import type { CallLimits } from "../../limits.ts";
import type { MeteredModule } from "../../wasm/index.ts";
import type { CoreImage } from "../image.ts";

export type ToWorker = OpenMessage | TaskMessage | DropMessage | ForgetMessage;

/** The first message. */
export interface OpenMessage {
  readonly kind: "open";
  readonly channel: SharedArrayBuffer;
  /** Whether there is more than one processor. */
  readonly spins: boolean;
}

/** One task: an instance is started, or was before; then it is called or captured, or neither. */
export interface TaskMessage {
  readonly kind: "task";
  /** Positive, never used again with this worker. */
  readonly task: number;
  readonly instance: number;
  readonly start?: StartMessage;
  readonly call?: CallMessage;
  readonly capture?: true;
}

export interface StartMessage {
  readonly prepared: number;
  /** Sent once to a worker. */
  readonly component?: PreparedMessage;
  readonly limits: CallLimits;
  readonly image: readonly CoreImage[] | undefined;
  /** Undefined: `STACK_BYTES`. */
  readonly stackBytes: number | undefined;
  /** Numbers of the imports that the host does not offer. */
  readonly missing: readonly number[];
  /** Interfaces that the worker evaluates itself. */
  readonly local: readonly string[];
  /** Whether the host's answers bring fuel of their work. */
  readonly hasWork: boolean;
}

/** By interface: bytes of those that the worker evaluates itself. */
export type LocalBytes = readonly (readonly [string, Uint8Array | undefined])[];

export interface CallMessage {
  readonly interface: string;
  readonly function: string;
  /** Undefined where the component does not export the function. */
  readonly args: Uint8Array | undefined;
  readonly fuel: number;
  readonly timeoutMs: number;
  /** Undefined: `STACK_BYTES`. */
  readonly stackBytes: number | undefined;
  /** Fuel of work that the host did before. */
  readonly work: number;
  /** Interface → its facts. */
  readonly local: LocalBytes;
}

/** The instance is gone. */
export interface DropMessage {
  readonly kind: "drop";
  readonly instance: number;
}

/** No instance of the component will be started any more. */
export interface ForgetMessage {
  readonly kind: "forget";
  readonly prepared: number;
}

export type FromWorker = ReadyMessage | ResultMessage | AskMessage | MoreMessage | typeof IN_CHANNEL;

/** A result is in the shared memory: a number is the cheapest clone. */
export const IN_CHANNEL = 0;

/** The worker has started: the answer to `OpenMessage`. */
export interface ReadyMessage {
  readonly kind: "ready";
}

export interface ResultMessage {
  readonly kind: "result";
  readonly task: number;
  readonly value?: Uint8Array;
  readonly error?: ErrorMessage;
  /** The instance could not be started: there is none. */
  readonly isLost?: true;
  /** What a capture gave. */
  readonly cores?: readonly CoreImage[];
  readonly fuel: number;
  readonly memoryBytes: number;
  /** Interface → what its evaluation has to report. */
  readonly local: LocalBytes;
}

/** A guest calls a function of the host, or has dropped a resource of it; the worker stands still until it has the answer. */
export interface AskMessage {
  readonly kind: "ask";
  readonly task: number;
  /** Positive, never used again by this worker. */
  readonly ask: number;
  readonly what: "call" | "drop";
  /** Number of the function, or of the resource type. */
  readonly target: number;
  /** Fuel that the guest has used so far in this call. */
  readonly fuel: number;
  /** Bytes of stack that are left to the guest. */
  readonly stackRoom: number;
  /** Arguments, or the number of the resource. */
  readonly bytes: Uint8Array;
}

/** The next piece of the answer. */
export interface MoreMessage {
  readonly kind: "more";
  readonly ask: number;
}

/** A component as far as a worker needs it; it makes its own plan of it. */
export interface PreparedMessage {
  readonly component: Component;
  readonly modules: readonly { readonly module: WebAssembly.Module; readonly metered: MeteredModule }[];
  readonly imports: readonly string[];
  readonly imageable: true | string;
}

/** An error as data; without a code it was no `PluginError` but a fault of the host. */
export interface ErrorMessage {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly details: Omit<PluginErrorDetails, "cause" | "usage">;
}

export function errorToMessage(error: unknown): ErrorMessage {
  if (!(error instanceof PluginError)) return { code: undefined, message: textOf(error), details: {} };
  const { code, message, plugin, position, stackFrames, hint, diagnostics } = error;
  return {
    code,
    message,
    details: {
      ...(plugin !== undefined && { plugin }),
      ...(position !== undefined && { position }),
      ...(hint !== undefined && { hint }),
      ...(stackFrames.length > 0 && { stackFrames }),
      ...(diagnostics.length > 0 && { diagnostics }),
    },
  };
}

export function errorFromMessage({ code, message, details }: ErrorMessage): Error {
  return code === undefined ? new Error(message) : new PluginError(code, message, details);
}

/** Anything can be thrown, also what throws again when it is looked at. */
function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error && typeof thrown.message === "string" ? thrown.message : String(thrown);
  } catch {
    return "it threw something that cannot be shown";
  }
}

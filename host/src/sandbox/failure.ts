/**
 * What went wrong, from what was thrown: the one place where engine exceptions (`WebAssembly.RuntimeError`, `RangeError`,
 * `WebAssembly.Exception`) become `PluginError`.
 */
import { PluginError } from "../errors.ts";

export interface FailureContext {
  /** The reason that the host recorded before it trapped the guest. */
  readonly stopped: { readonly reason: unknown } | undefined;
  /** Whether a `memory.grow` or `table.grow` was refused since the call began. */
  readonly growFailed: boolean;
  /** Whether the guest was stopped because it used up its stack, or left `refill` none to run on. */
  readonly stackFailed: boolean;
  /** Whether a stack that a guest keeps in its memory has no room left (`own-stack.ts`). */
  readonly ownStackFull: boolean;
  readonly memoryBytes: number;
}

export function failureOf(thrown: unknown, context: FailureContext): PluginError {
  if (context.stopped) {
    const reason = tame(context.stopped.reason);
    // A guest's own trap that passed through a host function: its realloc, or another component instance that it called.
    if (!isGuestTrap(reason)) return reasonOf(reason);
    return failureOf(reason, { ...context, stopped: undefined });
  }
  if (thrown instanceof PluginError) return thrown;
  if (context.stackFailed || isStackOverflow(thrown)) return stackLimit(thrown);
  if (context.growFailed) return memoryLimit(context.memoryBytes, thrown);
  if (context.ownStackFull && isOutOfMemoryBounds(thrown)) return stackLimit(thrown);
  if (thrown instanceof WebAssembly.RuntimeError) {
    return new PluginError("trap", `The plugin's WebAssembly trapped: ${thrown.message}`, { cause: thrown });
  }
  return new PluginError("trap", "The plugin's WebAssembly ended with an exception that it did not catch", {
    cause: thrown,
  });
}

function stackLimit(cause: unknown): PluginError {
  return new PluginError("stack-limit", "The plugin nested calls deeper than the stack allows", {
    hint: "Look for a recursion that does not end.",
    cause,
  });
}

export function memoryLimit(memoryBytes: number, cause?: unknown): PluginError {
  const size =
    memoryBytes < 1024 ** 2 ? `${memoryBytes} B` : `${(memoryBytes / 1024 ** 2).toFixed(1).replace(/\.0$/, "")} MiB`;
  return new PluginError("memory-limit", `The plugin needed more than its ${size} of memory`, {
    hint: "Give it more memory (--memory; from code the option memoryBytes), or less to do.",
    cause,
  });
}

function isGuestTrap(reason: unknown): boolean {
  return reason instanceof WebAssembly.RuntimeError || reason instanceof WebAssembly.Exception;
}

/** As V8 and as JavaScriptCore say it; not what they say of tables. */
function isOutOfMemoryBounds(thrown: unknown): boolean {
  return (
    thrown instanceof WebAssembly.RuntimeError &&
    /memory access out of bounds|out of bounds memory access/i.test(thrown.message)
  );
}

/** V8 reports a full stack as a `RangeError`, other engines as an `InternalError`. */
function isStackOverflow(thrown: unknown): boolean {
  return thrown instanceof Error && /call stack|too much recursion/i.test(thrown.message);
}

/** A capability stops a guest with a `PluginError`; anything else is a failure of the host's own code. */
function reasonOf(reason: unknown): PluginError {
  if (reason instanceof PluginError) return reason;
  if (isStackOverflow(reason)) return stackLimit(reason);
  return new PluginError(
    "unavailable",
    `A capability of the host failed: ${reason instanceof Error ? reason.message : String(reason)}`,
    {
      cause: reason,
    },
  );
}

/** Anything can be thrown, also objects and proxies that throw again when they are looked at. */
function tame(thrown: unknown): unknown {
  try {
    if (thrown instanceof WebAssembly.Exception) return thrown;
    return thrown instanceof Error && typeof thrown.message === "string" ? thrown : String(thrown);
  } catch {
    return "it threw something that cannot be shown";
  }
}

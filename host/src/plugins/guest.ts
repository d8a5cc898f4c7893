/**
 * The interface `guest` of an instance, whichever language is behind it: calls its functions and reads its tools. It starts no
 * instance and commits nothing.
 */
import { PluginError } from "../errors.ts";
import { type CallLimits, COMPILE_LIMITS } from "../limits.ts";
import { type Running, stackLimit } from "../sandbox/index.ts";
import { quoted } from "../text.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseGuestJson } from "./json.ts";
import type { OutOfBounds } from "./program.ts";

export const GUEST = "crucible:plugin/guest@0.1.0";

/** A function that a plugin offers. Schemas are JSON Schema objects. */
export interface ToolInfo {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly returns?: Readonly<Record<string, unknown>>;
}

/** Fuel and time of one call, and what cancels it. */
export type CallBounds = Pick<CallLimits, "fuel" | "timeoutMs"> & {
  readonly signal?: AbortSignal | undefined;
  /** As in `InstanceCall`. */
  readonly stackBytes?: number | undefined;
  /** As in `Launcher`. @default "stack-limit" */
  readonly outOfBounds?: OutOfBounds;
};

/** Calls a function of an interface that plugins and engines export. */
export async function callExport(
  instance: Running,
  interfaceName: string,
  name: string,
  args: readonly unknown[],
  { fuel, timeoutMs, signal, stackBytes, outOfBounds }: CallBounds,
): Promise<unknown> {
  try {
    return await instance.call({
      interface: interfaceName,
      function: name,
      args,
      fuel,
      timeoutMs,
      ...(signal && { signal }),
      ...(stackBytes !== undefined && { stackBytes }),
    });
  } catch (error) {
    throw outOfBounds === "trap" ? error : stackOverflow(error);
  }
}

/** The same at once, for an instance on this thread. */
export function callExportSync(
  callSync: NonNullable<Running["callSync"]>,
  interfaceName: string,
  name: string,
  args: readonly unknown[],
  { fuel, timeoutMs, signal, stackBytes, outOfBounds }: CallBounds,
): unknown {
  try {
    return callSync({ interface: interfaceName, function: name, args, fuel, timeoutMs, signal, stackBytes });
  } catch (error) {
    throw outOfBounds === "trap" ? error : stackOverflow(error);
  }
}

/** The tools that the code of an instance declares. @throws PluginError `invalid-module` for a schema that is none; a limit */
export async function toolsOf(instance: Running): Promise<readonly ToolInfo[]> {
  const tools = (await callExport(instance, GUEST, "tools", [], COMPILE_LIMITS)) as readonly GuestTool[];
  return tools.map(toolFromGuest);
}

/** Engines leave their memory when their stack is full (`Launcher.outOfBounds`). */
function stackOverflow(error: unknown): unknown {
  const isOutside = error instanceof PluginError && error.code === "trap" && OUT_OF_MEMORY_BOUNDS.test(error.message);
  return isOutside ? stackLimit(error) : error;
}

/** As V8 and as JavaScriptCore say it; not what they say of tables. */
const OUT_OF_MEMORY_BOUNDS = /memory access out of bounds|out of bounds memory access/i;

interface GuestTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: string;
  readonly returns: string | undefined;
}

function toolFromGuest({ name, description, parameters, returns }: GuestTool): ToolInfo {
  const schema = (text: string): JsonObject => {
    const value = parseGuestJson(text) as JsonValue;
    if (isJsonObject(value)) return value;
    throw new PluginError(
      "invalid-module",
      `The code declares the tool ${quoted(name)} with a schema that is no object`,
    );
  };
  return {
    name,
    description,
    parameters: schema(parameters),
    ...(returns !== undefined && { returns: schema(returns) }),
  };
}

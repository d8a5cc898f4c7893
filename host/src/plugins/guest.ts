/**
 * The interface `guest` of an instance, whichever language is behind it: calls its functions and reads its tools. It starts no
 * instance and commits nothing.
 */
import { PluginError } from "../errors.ts";
import { type CallLimits, COMPILE_LIMITS } from "../limits.ts";
import type { Running } from "../sandbox/index.ts";
import { quoted } from "../text.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseGuestJson } from "./json.ts";

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
};

/** Calls a function of an interface that plugins and engines export. */
export function callExport(
  instance: Running,
  interfaceName: string,
  name: string,
  args: readonly unknown[],
  { fuel, timeoutMs, signal, stackBytes }: CallBounds,
): Promise<unknown> {
  return instance.call({
    interface: interfaceName,
    function: name,
    args,
    fuel,
    timeoutMs,
    ...(signal && { signal }),
    ...(stackBytes !== undefined && { stackBytes }),
  });
}

/** The same at once, for an instance on this thread. */
export function callExportSync(
  callSync: NonNullable<Running["callSync"]>,
  interfaceName: string,
  name: string,
  args: readonly unknown[],
  { fuel, timeoutMs, signal, stackBytes }: CallBounds,
): unknown {
  return callSync({ interface: interfaceName, function: name, args, fuel, timeoutMs, signal, stackBytes });
}

/** The tools that the code of an instance declares. @throws PluginError `invalid-module` for a schema that is none; a limit */
export async function toolsOf(instance: Running): Promise<readonly ToolInfo[]> {
  const tools = (await callExport(instance, GUEST, "tools", [], COMPILE_LIMITS)) as readonly GuestTool[];
  return tools.map(toolFromGuest);
}

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

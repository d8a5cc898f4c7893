/**
 * Turns what was typed into the arguments of a tool: `key=value`, `key:=JSON`, `--args JSON`, `--args @FILE`, `--args -`. The
 * tool's schema decides whether `42` is a number or text; checking against it is the host's business.
 */
import { PluginError } from "../errors.ts";
import { TRANSFER_BYTES } from "../limits.ts";
import { propertyTypes, type SchemaType } from "../plugins/schema.ts";
import { readBounded } from "./files.ts";
import type { Terminal } from "./terminal.ts";

export interface ToolSchema {
  readonly name: string;
  readonly parameters: object;
}

/** Arguments of a call. Those given as `key=value` win over those in `--args`. */
export async function readArguments(
  pairs: readonly string[],
  json: string | undefined,
  tool: ToolSchema | undefined,
  terminal: Terminal,
): Promise<Record<string, unknown>> {
  const args: Record<string, unknown> = Object.create(null);
  if (json !== undefined) Object.assign(args, parseObject(await argsText(json, terminal), json));
  const seen = new Set<string>();
  for (const pair of pairs) {
    const { key, value } = readPair(pair, tool);
    if (seen.has(key)) {
      throw new PluginError("invalid-arguments", `The argument "${key}" is given twice`, {
        hint: `For a list write ${key}:='["one", "two"]'.`,
      });
    }
    seen.add(key);
    args[key] = value;
  }
  return args;
}

/** A seed: 0 to 2⁶⁴ − 1, decimal or `0x…`, `_` allowed. */
export function parseSeed(text: string): bigint {
  const digits = text.replaceAll("_", "");
  const seed = /^([0-9]{1,20}|0x[0-9a-fA-F]{1,16})$/.test(digits) ? BigInt(digits) : -1n;
  if (seed >= 0n && seed < 1n << 64n) return seed;
  throw new PluginError(
    "invalid-arguments",
    `"--seed" must be a whole number from 0 to 2^64 - 1, got ${JSON.stringify(text)}`,
  );
}

function readPair(pair: string, tool: ToolSchema | undefined): { readonly key: string; readonly value: unknown } {
  const equals = pair.indexOf("=");
  const explicit = equals > 0 && pair[equals - 1] === ":";
  const key = pair.slice(0, explicit ? equals - 1 : equals);
  if (equals < 1 || key === "") {
    throw new PluginError("invalid-arguments", `Cannot read the argument ${JSON.stringify(pair)}`, {
      hint: "Write arguments as name=value, or name:=JSON for numbers, lists and objects.",
    });
  }
  const text = pair.slice(equals + 1);
  if (explicit) return { key, value: parseJson(text, `the argument "${key}"`) };
  return {
    key,
    value: fromText(text, tool === undefined ? undefined : propertyTypes(tool.name, tool.parameters, key)),
  };
}

/** JSON where the schema asks for something other than text and the value is such JSON; text in every other case. */
function fromText(text: string, types: readonly SchemaType[] | undefined): unknown {
  if (types === undefined || types.includes("string")) return text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  return typeof value === "string" ? text : value;
}

async function argsText(option: string, terminal: Terminal): Promise<string> {
  if (option === "-") return terminal.readInput(TRANSFER_BYTES);
  if (!option.startsWith("@")) return option;
  const path = option.slice(1);
  let bytes: Uint8Array | undefined;
  try {
    bytes = readBounded(path, TRANSFER_BYTES);
  } catch (error) {
    throw new PluginError("not-found", `Cannot read the arguments from "${path}": ${reason(error)}`);
  }
  if (bytes !== undefined) return new TextDecoder().decode(bytes);
  throw new PluginError("invalid-arguments", `"${path}" is longer than ${TRANSFER_BYTES} bytes`);
}

function parseObject(text: string, option: string): object {
  const value = parseJson(
    text,
    option === "-" ? "standard input" : option.startsWith("@") ? `"${option.slice(1)}"` : `"--args"`,
  );
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new PluginError(
    "invalid-arguments",
    `"--args" must be a JSON object such as {"dice": "3d6"}, got ${text.slice(0, 40)}`,
  );
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PluginError("invalid-arguments", `Cannot read ${what} as JSON: ${reason(error)}`, {
      hint: "Put JSON in single quotes, so that the shell leaves it alone.",
    });
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, (stat|open) '.*'$/, "") : String(error);
}

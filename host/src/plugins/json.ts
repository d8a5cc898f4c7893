/**
 * JSON values as they cross the boundary: what counts as one, how it is copied from an untrusted object, one canonical
 * text, and how it is shown in a message. Copies have no prototype, so that a key named `__proto__` is a key.
 */
import { PluginError } from "../errors.ts";
import { jsonShapeProblem } from "../json-shape.ts";
import { JSON_DEPTH } from "../limits.ts";
import { shortened } from "../text.ts";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Why a value is no JSON, and where: `path` is for people, as in `options.keep[2]`. */
export class NotJson extends Error {
  override readonly name = "NotJson";
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/**
 * Copies own enumerable properties into JSON data. Properties that are `undefined` are left out, as `JSON.stringify` does.
 * Integers beyond ±2⁵³ are refused, because the two sides would read different numbers.
 * @throws NotJson
 */
export function copyJson(value: unknown, path = "", depth = 0): JsonValue {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new NotJson(path, "is text with a lone surrogate, which UTF-8 cannot carry");
    return value;
  }
  if (typeof value === "number") return checkNumber(value, path);
  if (typeof value !== "object") throw new NotJson(path, `is a ${typeof value}, which JSON cannot carry`);
  if (depth >= JSON_DEPTH) throw new NotJson(path, `is nested more than ${JSON_DEPTH} levels deep`);
  if (Array.isArray(value)) return Array.from(value, (item, index) => copyJson(item, `${path}[${index}]`, depth + 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new NotJson(path, "is an object of a class; give a plain object");
  }
  const copy: Record<string, JsonValue> = Object.create(null);
  for (const key of Object.keys(value)) {
    if (!key.isWellFormed()) throw new NotJson(path, "has a key with a lone surrogate, which UTF-8 cannot carry");
    const item: unknown = (value as Record<string, unknown>)[key];
    // The path of a value that is fine is not needed, and takes longer than the copy.
    if (typeof item === "string" && item.isWellFormed()) copy[key] = item;
    else if (item !== undefined) copy[key] = copyJson(item, joinPath(path, key), depth + 1);
  }
  return copy;
}

/**
 * Parses JSON text that a guest made. Objects of the answer are ordinary ones; a key `__proto__` is an own property.
 * @throws PluginError `guest-error` where it is no JSON, too deep, or has an integer beyond ±2⁵³, which would be rounded;
 * `transfer-limit` where it has too many values
 */
export function parseGuestJson(text: string): unknown {
  const problem = jsonShapeProblem(text, "return");
  if (problem) {
    const code = problem.isTooMuch ? "transfer-limit" : "guest-error";
    throw new PluginError(code, `The plugin answered with JSON that ${problem.message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PluginError("guest-error", "The plugin answered with text that is no JSON", { cause: error });
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `a.b`, or `a["b c"]` where the key is no plain word. */
export function joinPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** One text for one value: keys sorted by UTF-16 code unit, no white space (the order of RFC 8785). */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonicalJson(item)).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`).join(",")}}`;
}

/** A value for a message: JSON, shortened. Does not walk a large value to the end. */
export function brief(value: JsonValue, length = 60): string {
  if (typeof value === "string") return JSON.stringify(shortened(value, length));
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `a list of ${value.length}`;
  if (isJsonObject(value)) return "an object";
  return String(value);
}

function checkNumber(value: number, path: string): number {
  if (!Number.isFinite(value)) throw new NotJson(path, `is ${value}, which JSON cannot carry`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21) {
    throw new NotJson(path, `is an integer beyond ±2⁵³ (${value}); pass it as a string`);
  }
  return value;
}

/**
 * Lifted values of WIT types as the JSON of a recording, and back. Every value has one text, so that equal texts are equal
 * values. What is read back is hostile until it was read: every part is checked against its type. It knows no capability.
 */
import { camelCase, type ValueType } from "../component/index.ts";
import type { Json } from "../recording.ts";
import { quoted } from "../text.ts";

/** A resource and the number by which a recording names it. */
export interface HandleNumbers {
  numberOf(resource: object): number;
  /** @throws NotRecordable where no resource has this number */
  resourceOf(number: number): object;
}

/** Why a recorded value is none of its type; goes on after the name of the value. */
export class NotRecordable extends Error {
  override readonly name = "NotRecordable";
}

export function toRecorded(type: ValueType, value: unknown, handles: HandleNumbers): Json {
  const inner = (part: ValueType | undefined, item: unknown): Json =>
    part === undefined ? null : toRecorded(part, item, handles);
  switch (type.kind) {
    case "s64":
    case "u64":
      return String(value);
    case "f32":
    case "f64":
      return numberToRecorded(value as number);
    case "list":
      return type.element.kind === "u8"
        ? toBase64(value as Uint8Array)
        : (value as readonly unknown[]).map((item) => inner(type.element, item));
    case "record": {
      const record: Record<string, Json> = Object.create(null);
      for (const { name, type: part } of type.fields) {
        const item = (value as Readonly<Record<string, unknown>>)[camelCase(name)];
        if (item !== undefined) record[camelCase(name)] = inner(part, item);
      }
      return record;
    }
    case "tuple":
      return type.types.map((part, index) => inner(part, (value as readonly unknown[])[index]));
    case "variant":
    case "result": {
      const { tag, val } = value as { readonly tag: string; readonly val?: unknown };
      return { [tag]: inner(caseOf(type, tag), val) };
    }
    case "option": {
      if (type.type.kind !== "option") return value === undefined ? null : inner(type.type, value);
      const { tag, val } = value as { readonly tag: string; readonly val?: unknown };
      return tag === "none" ? null : { some: inner(type.type, val) };
    }
    case "flags":
      return type.names.map(camelCase).filter((name) => (value as Readonly<Record<string, boolean>>)[name]);
    case "own":
    case "borrow":
      return handles.numberOf(value as object);
    default:
      return value as Json;
  }
}

/** @throws NotRecordable */
export function fromRecorded(type: ValueType, json: unknown, handles: HandleNumbers, path = ""): unknown {
  const wrong = (wanted: string): never => {
    throw new NotRecordable(`${path === "" ? "" : `at ${path} `}must be ${wanted}`);
  };
  const inner = (part: ValueType | undefined, item: unknown, at: string): unknown => {
    if (part !== undefined) return fromRecorded(part, item, handles, `${path}${at}`);
    return item === null ? undefined : wrong(`without a value${at === "" ? "" : ` at ${at}`}`);
  };
  switch (type.kind) {
    case "bool":
      return typeof json === "boolean" ? json : wrong("true or false");
    case "s64":
    case "u64":
      return bigFromRecorded(type.kind, json) ?? wrong(`a ${type.kind} in decimal, as text`);
    case "f32":
    case "f64":
      return floatFromRecorded(type.kind, json) ?? wrong("a number, or one of -0, inf, -inf and nan as text");
    case "char":
      return typeof json === "string" && json.isWellFormed() && [...json].length === 1 ? json : wrong("one character");
    case "string":
      return typeof json === "string" && json.isWellFormed() ? json : wrong("text");
    case "list":
      if (type.element.kind === "u8") return fromBase64(json) ?? wrong("bytes in base64");
      if (!Array.isArray(json)) return wrong("a list");
      return json.map((item, index) => inner(type.element, item, `[${index}]`));
    case "tuple":
      if (!Array.isArray(json) || json.length !== type.types.length) return wrong(`a list of ${type.types.length}`);
      return type.types.map((part, index) => inner(part, json[index], `[${index}]`));
    case "record": {
      const object = objectOf(json) ?? wrong("an object");
      const record: Record<string, unknown> = {};
      const names = new Set(type.fields.map(({ name }) => camelCase(name)));
      for (const key of Object.keys(object)) if (!names.has(key)) wrong(`without the key ${quoted(key)}`);
      for (const { name, type: part } of type.fields) {
        const key = camelCase(name);
        if (Object.hasOwn(object, key)) record[key] = inner(part, object[key], `.${key}`);
        else if (part.kind === "option" && part.type.kind !== "option") record[key] = undefined;
        else wrong(`an object with the key ${key}`);
      }
      return record;
    }
    case "variant":
    case "result": {
      const { tag, val } = only(json) ?? wrong(`an object with one key`);
      if (!casesOf(type).has(tag)) return wrong(`one of ${[...casesOf(type).keys()].join(", ")}, got ${quoted(tag)}`);
      return { tag, val: inner(caseOf(type, tag), val, `.${tag}`) };
    }
    case "option": {
      if (type.type.kind !== "option") return json === null ? undefined : inner(type.type, json, "");
      if (json === null) return { tag: "none", val: undefined };
      const some = only(json);
      return some?.tag === "some" ? { tag: "some", val: inner(type.type, some.val, ".some") } : wrong("null or some");
    }
    case "enum":
      return typeof json === "string" && type.cases.includes(json) ? json : wrong(`one of ${type.cases.join(", ")}`);
    case "flags": {
      const names = type.names.map(camelCase);
      if (!Array.isArray(json) || json.some((name) => !names.includes(name))) return wrong("a list of names of flags");
      return Object.fromEntries(names.map((name) => [name, json.includes(name)]));
    }
    case "own":
    case "borrow":
      return Number.isSafeInteger(json) ? handles.resourceOf(json as number) : wrong("the number of a handle");
    default:
      return Number.isSafeInteger(json) && inRange(type.kind, json as number) ? json : wrong(`a ${type.kind}`);
  }
}

type Tagged = Extract<ValueType, { readonly kind: "variant" | "result" }>;

function casesOf(type: Tagged): ReadonlyMap<string, ValueType | undefined> {
  if (type.kind === "variant") return new Map(type.cases.map((one) => [one.name, one.type]));
  return new Map([
    ["ok", type.ok],
    ["err", type.err],
  ]);
}

function caseOf(type: Tagged, tag: string): ValueType | undefined {
  return casesOf(type).get(tag);
}

function objectOf(json: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof json === "object" && json !== null && !Array.isArray(json)
    ? (json as Readonly<Record<string, unknown>>)
    : undefined;
}

function only(json: unknown): { readonly tag: string; readonly val: unknown } | undefined {
  const entries = Object.entries(objectOf(json) ?? {});
  return entries.length === 1 && entries[0] !== undefined ? { tag: entries[0][0], val: entries[0][1] } : undefined;
}

const WORDS = new Map<string, number>([
  ["-0", -0],
  ["inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["nan", Number.NaN],
]);

/** JSON has no infinities and no NaN, and `JSON.stringify` loses the sign of zero. */
function numberToRecorded(value: number): Json {
  for (const [word, number] of WORDS) if (Object.is(value, number)) return word;
  return value;
}

function floatFromRecorded(kind: "f32" | "f64", json: unknown): number | undefined {
  const value = typeof json === "string" ? WORDS.get(json) : json;
  if (typeof value !== "number") return undefined;
  return kind === "f64" || Object.is(Math.fround(value), value) ? value : undefined;
}

function bigFromRecorded(kind: "s64" | "u64", json: unknown): bigint | undefined {
  if (typeof json !== "string" || !/^(0|-?[1-9][0-9]{0,19})$/.test(json)) return undefined;
  const value = BigInt(json);
  return value === (kind === "u64" ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value)) ? value : undefined;
}

function inRange(kind: string, value: number): boolean {
  const bits = Number(kind.slice(1));
  return kind.startsWith("u")
    ? value >= 0 && value < 2 ** bits
    : value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);
}

/** Bytes handed to `String.fromCharCode` at a time: its arguments go over the stack. */
const CHUNK = 8_192;

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

/** Undefined where it is no base64 in its one canonical form. */
function fromBase64(json: unknown): Uint8Array | undefined {
  if (typeof json !== "string") return undefined;
  try {
    const bytes = Uint8Array.from(atob(json), (character) => character.charCodeAt(0));
    return toBase64(bytes) === json ? bytes : undefined;
  } catch {
    return undefined;
  }
}

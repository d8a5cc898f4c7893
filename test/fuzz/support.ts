/** What fuzz targets share: choices from a seed, mutations of bytes and of text, and what counts as a refusal. */
import { type ErrorCode, PluginError } from "../../host/src/errors.ts";
import { random } from "../boundary/wasm/support.ts";

export type Pick = (below: number) => number;

/** A generator of whole numbers below a bound; `salt` keeps targets apart that have the same seeds. */
export function picker(seed: number, salt: number): Pick {
  return random((Math.imul(seed, 0x9e37_79b1) ^ salt) >>> 0);
}

export function one<T>(pick: Pick, choices: readonly T[]): T {
  return choices[pick(choices.length)]!;
}

const BYTES = [0, 1, 2, 0x0b, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff];

/** Mostly one, so that much of what is mutated is still accepted. */
function few(pick: Pick): number {
  return pick(3) > 0 ? 1 : 1 + pick(5);
}

/** A few bytes changed, removed, doubled, moved, or cut off; from `start` on. */
export function mutateBytes(original: Uint8Array, pick: Pick, start = 0): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(original);
  for (let count = few(pick); count > 0 && bytes.length > start; count--) {
    const at = start + pick(bytes.length - start);
    switch (pick(9)) {
      case 0:
        bytes = splice(bytes, at, 1, []);
        break;
      case 1:
        bytes = splice(bytes, at, 0, [pick(256)]);
        break;
      case 2: {
        // A run again somewhere else, as when a section or an entry stands twice.
        const end = Math.min(bytes.length, at + 1 + pick(40));
        bytes = splice(bytes, start + pick(bytes.length - start), 0, [...bytes.subarray(at, end)]);
        break;
      }
      case 3:
        bytes = splice(bytes, at, 1 + pick(30), []);
        break;
      case 4:
        bytes[at] = one(pick, BYTES);
        break;
      case 5:
        bytes[at]! ^= 1 << pick(8);
        break;
      case 6:
        bytes[at] = (bytes[at]! + one(pick, [1, 255, 128])) & 255;
        break;
      case 7:
        bytes[at] = pick(256);
        break;
      default:
        if (pick(8) === 0) bytes = bytes.slice(0, at);
        else bytes.copyWithin(at, start + pick(bytes.length - start), bytes.length);
    }
  }
  return bytes;
}

function splice(bytes: Uint8Array, at: number, removed: number, added: readonly number[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.max(at, bytes.length - removed) + added.length);
  out.set(bytes.subarray(0, at));
  out.set(added, at);
  out.set(bytes.subarray(Math.min(bytes.length, at + removed)), at + added.length);
  return out.subarray(0, at + added.length + Math.max(0, bytes.length - at - removed)) as Uint8Array<ArrayBuffer>;
}

/** Words that formats treat specially, and characters that text handling does. */
const WORDS = [
  ...["__proto__", "constructor", "then", "null", "true", "1e999", "-0", "9007199254740993", "0x10", "NaN", ""],
  ...[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"',
    "'",
    "\\",
    "#",
    "//",
    "---",
    "-",
    "|",
    ">",
    "&a",
    "*a",
    "<<: *a",
    "!!js/function",
    "%",
  ],
  ...[
    "\n",
    "\r\n",
    "\t",
    "  ",
    "\0",
    "\u2028",
    "\ufeff",
    "\ud800",
    "é",
    "\u{1f98a}",
    "(a+)+$",
    "[^x]{0,1000}",
    "../",
    "*".repeat(30),
  ],
];

/** A few characters, words or lines changed, removed, doubled, moved. */
export function mutateText(original: string, pick: Pick): string {
  let text = original;
  for (let count = few(pick); count > 0; count--) {
    const at = pick(text.length + 1);
    const length = pick(8) === 0 ? pick(200) : pick(6);
    switch (pick(6)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 1:
        text = text.slice(0, at) + one(pick, WORDS) + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + one(pick, WORDS) + text.slice(at + length);
        break;
      case 3: {
        const to = pick(text.length + 1);
        text = text.slice(0, to) + text.slice(at, at + length * 10) + text.slice(to);
        break;
      }
      case 4: {
        const lines = text.split("\n");
        const line = pick(lines.length);
        if (pick(2) === 0) lines.splice(line, 1);
        else lines.splice(pick(lines.length), 0, one(pick, ["", "  ", "    "]) + lines[line]!.trim());
        text = lines.join("\n");
        break;
      }
      default:
        text = text.slice(0, at) + one(pick, WORDS).repeat(1 + pick(30)) + text.slice(at);
    }
    if (text.length > 100_000) text = text.slice(0, 100_000);
  }
  return text;
}

const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1,
    1.5,
    -0,
    2 ** 53,
    2 ** 53 - 1,
    1e300,
    4294967296,
    "",
    "a",
    "__proto__",
    "0",
    "**",
    "plugin",
  ],
  ...["ab".repeat(32), "x".repeat(300), "1e3", "5s", "32MiB", [], {}, [[]], ["a", "a"], { a: 1 }],
];

/** A few values in a JSON value replaced, removed, renamed, doubled. Keys may be `__proto__`; they are own properties. */
export function mutateJson(original: unknown, pick: Pick): unknown {
  const root = { value: structuredClone(original) };
  for (let count = few(pick); count > 0; count--) {
    const places: (readonly [object, string])[] = [];
    collect(root, places);
    const [holder, key] = one(pick, places);
    const record = holder as Record<string, unknown>;
    switch (pick(holder === root ? 1 : 5)) {
      case 1:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete record[key];
        break;
      case 2:
        if (Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
        else
          define(holder, one(pick, ["__proto__", "constructor", "extra", "then", "", key.toUpperCase()]), record[key]);
        break;
      case 3: {
        const [other, from] = one(pick, places);
        define(holder, key, structuredClone((other as Record<string, unknown>)[from]));
        break;
      }
      case 4:
        if (typeof record[key] === "string") define(holder, key, mutateText(record[key], pick).toWellFormed());
        else define(holder, key, [structuredClone(record[key])]);
        break;
      default:
        define(holder, key, structuredClone(one(pick, VALUES)));
    }
  }
  return root.value;
}

function collect(holder: object, places: (readonly [object, string])[]): void {
  for (const [key, value] of Object.entries(holder)) {
    places.push([holder, key]);
    if (typeof value === "object" && value !== null) collect(value, places);
  }
}

function define(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

/**
 * What `work` returns, or undefined where it ends in one of these errors. Any other exception is a finding and passes through.
 */
export async function unlessRefused<T>(
  codes: readonly ErrorCode[],
  work: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PluginError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

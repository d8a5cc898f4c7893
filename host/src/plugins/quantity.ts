/**
 * Reads quantities as people write them in manifests, settings and flags: `500_000_000`, `5e9`, `32MiB`, `1 MB`, `10s`,
 * `250ms`. One parser for all three places. It knows nothing of which limits exist or how high they may be.
 */
import { PluginError } from "../errors.ts";
import { shortened } from "../text.ts";

/** `count` has no unit; `bytes` answers bytes; `duration` answers milliseconds. */
export type QuantityKind = "count" | "bytes" | "duration";

export type Quantity =
  | { readonly ok: true; readonly value: number }
  /** `problem` completes a sentence that begins with the name of the setting: `must be …, got "x"`. */
  | { readonly ok: false; readonly problem: string };

const UNITS: Record<QuantityKind, ReadonlyMap<string, number>> = {
  count: new Map([["", 1]]),
  bytes: new Map([
    ["", 1],
    ["B", 1],
    ["KB", 1e3],
    ["kB", 1e3],
    ["MB", 1e6],
    ["GB", 1e9],
    ["KiB", 2 ** 10],
    ["MiB", 2 ** 20],
    ["GiB", 2 ** 30],
  ]),
  duration: new Map([
    ["ms", 1],
    ["s", 1_000],
    ["m", 60_000],
    ["min", 60_000],
    ["h", 3_600_000],
  ]),
};

const EXPECTED: Record<QuantityKind, string> = {
  count: "a positive whole number such as 500_000_000",
  bytes: "a size such as 32MiB, 1MB or 65536",
  duration: "a duration such as 10s, 250ms or 2m",
};

const FORM = /^(-?)([0-9][0-9_]*)(?:\.([0-9]+))?(?:[eE]([0-9]{1,2}))?\s*([A-Za-z]*)$/;

/**
 * Reads a positive quantity. A number is taken as it is, except for a duration, which must say its unit (`10` could be
 * seconds or milliseconds). Units are case-sensitive, because `MB` (10⁶) and `MiB` (2²⁰) differ.
 *
 * @example parseQuantity("32MiB", "bytes") // { ok: true, value: 33554432 }
 */
export function parseQuantity(input: unknown, kind: QuantityKind, maximum: number = Number.MAX_SAFE_INTEGER): Quantity {
  const fail = (why: string): Quantity => ({
    ok: false,
    problem: `must be ${EXPECTED[kind]}, got ${show(input)}${why}`,
  });
  if (typeof input !== "number" && typeof input !== "string") return fail("");
  const parts = FORM.exec(typeof input === "number" ? String(input) : input.trim());
  if (parts === null) return fail("");
  const [, sign, whole = "", fraction = "", exponent = "0", unit = ""] = parts;
  if (sign === "-") return fail("; it cannot be negative");
  const factor = UNITS[kind].get(unit);
  if (factor === undefined) return fail(unitProblem(unit, kind));
  const exact = Number(`${whole.replaceAll("_", "")}.${fraction || "0"}e${exponent}`) * factor;
  // 0.29MB is 290,000 bytes, also where binary fractions make it 290000.00000000006.
  const value = Math.abs(exact - Math.round(exact)) < 1e-6 ? Math.round(exact) : exact;
  if (value > maximum) return fail(`; the largest allowed is ${maximum.toLocaleString("en-US").replaceAll(",", "_")}`);
  if (value === 0) return fail("; it must be greater than 0");
  if (!Number.isInteger(value))
    return fail(`; that is not a whole number of ${kind === "duration" ? "milliseconds" : kind}`);
  return { ok: true, value };
}

/**
 * The same for a flag or an option that has a name.
 * @throws PluginError `invalid-arguments`, as in `"--fuel" must be a positive whole number …, got "-5"; it cannot be negative`
 */
export function requireQuantity(name: string, input: unknown, kind: QuantityKind, maximum?: number): number {
  const quantity = parseQuantity(input, kind, maximum);
  if (!quantity.ok) throw new PluginError("invalid-arguments", `"${name}" ${quantity.problem}`);
  return quantity.value;
}

function unitProblem(unit: string, kind: QuantityKind): string {
  const units = [...UNITS[kind].keys()].filter((known) => known !== "" && known !== "kB");
  if (units.length === 0) return `; it has no unit`;
  if (unit === "") return `; it needs a unit: ${units.join(", ")}`;
  const near = units.find((known) => known.toLowerCase() === unit.toLowerCase());
  const folded = near === undefined ? "" : `, did you mean "${near}"?`;
  return `; unknown unit "${unit.slice(0, 20)}"${folded || `, known are ${units.join(", ")}`}`;
}

function show(input: unknown): string {
  if (typeof input === "string") return JSON.stringify(shortened(input, 40));
  if (input === null || typeof input === "number" || typeof input === "boolean") return String(input);
  return Array.isArray(input) ? "a list" : `a value of type ${typeof input}`;
}

/** Every kind of value crosses to the guest and back unchanged, and as jco's linker passes it. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { describe as typeName, type ValueType, valueType } from "../../../host/src/component/value-types.ts";
import { HOST_CALL_FUEL } from "../../../host/src/limits.ts";
import { echoGuest } from "./echo.ts";
import { buildComponent, type Linked, link, linkWithJco, rootImports, TestBoundary } from "./support.ts";
import { anyType, anyValue, forJco, WitPrinter } from "./types.ts";

const SEED = 20_240;
const TYPES = 60;

// A function whose result is a `result` throws in jco; inside of a tuple it is a value on both sides.
const types: ValueType[] = fc
  .sample(anyType(3), { seed: SEED, numRuns: TYPES })
  .map((type) => (type.kind === "result" ? valueType({ kind: "tuple", types: [type] }) : type));

describe("values of random types", () => {
  let ours: Linked;
  const charges: number[] = [];
  let jco: Record<string, (...args: never[]) => unknown>;
  const seen: { ours: unknown; jco: unknown } = { ours: undefined, jco: undefined };

  beforeAll(async () => {
    const wit = new WitPrinter();
    const functions = types.map((type, at) => {
      const name = wit.print(type);
      return `import in-f${at}: func(x: ${name}) -> ${name}; export out-f${at}: func(x: ${name}) -> ${name};`;
    });
    const source = `package test:echo;
      interface types { ${wit.declarations.join("\n")} }
      world test { use types.{${wit.declarations.map((_, at) => `t${at}`).join(", ")}}; ${functions.join("\n")} }`;
    const component = await buildComponent(echoGuest(types), source);
    const record = (side: "ours" | "jco") => (value: unknown) => {
      seen[side] = value;
      return value;
    };
    const boundary = new TestBoundary();
    boundary.charge = (units) => void charges.push(units);
    const imports = rootImports(Object.fromEntries(types.map((_, at) => [`in-f${at}`, record("ours")])));
    ours = await link(component, imports, boundary);
    jco = await linkWithJco(
      component,
      Object.fromEntries(types.map((_, at) => [`in-f${at}`, { default: record("jco") }])),
    );
  });

  types.forEach((type, at) => {
    it(`passes ${at}: ${typeName(type, 2)}`, () => {
      fc.assert(
        fc.property(anyValue(type), (value) => {
          charges.length = 0;
          const result = ours.call(`out-f${at}`, value);
          expectSameEstimates(charges);
          expect(plain(result)).toEqual(plain(value));
          expect(plain(seen.ours)).toEqual(plain(value));
          const oracle = (jco[camel(`out-f${at}`)] as (value: unknown) => unknown)(forJco(type, value));
          expect(plain(result, "jco")).toEqual(plain(oracle, "jco"));
          expect(plain(seen.ours, "jco")).toEqual(plain(seen.jco, "jco"));
        }),
        { seed: SEED, numRuns: 30 },
      );
    });
  });
});

/**
 * The value crosses four times: lowered, lifted (with the base cost of the call), lowered, lifted. Measuring it on the host and
 * lifting it out of memory must come to the same estimate. Functions of scalars are charged in one piece on each side.
 */
function expectSameEstimates(charges: readonly number[]): void {
  const [bytes, call, ...others] = charges;
  expect(call).toBe(bytes! + HOST_CALL_FUEL);
  if (others.length > 0) expect(others).toEqual([bytes, bytes]);
}

function camel(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * jco has typed arrays where we have arrays, and plain objects where ours have no prototype. It also loses a U+FEFF at the
 * beginning of a string, which is then left out of the comparison with it.
 */
function plain(value: unknown, side?: "jco"): unknown {
  if (typeof value === "string" && side === "jco") return value.replace(/^\ufeff/, "");
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>);
  if (Array.isArray(value)) return value.map((one) => plain(one, side));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part, side)]));
}

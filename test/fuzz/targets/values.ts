/** Random component types with random values: every value goes to the guest, from there to the host, and back unchanged. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ValueType, valueType } from "../../../host/src/component/value-types.ts";
import { echoGuest } from "../../boundary/component/echo.ts";
import { buildComponent, link, rootImports, TestBoundary } from "../../boundary/component/support.ts";
import { anyType, anyValue, WitPrinter } from "../../boundary/component/types.ts";

export const name = "values";

const TYPES = 5;
const VALUES = 20;

export function input(seed: number): string {
  return witOf(typesOf(seed));
}

export async function run(seed: number): Promise<void> {
  const types = typesOf(seed);
  const component = await buildComponent(echoGuest(types), witOf(types));
  const seen = types.map((): unknown => undefined);
  const echo = (at: number) => (value: unknown) => {
    seen[at] = value;
    return value;
  };
  const imports = rootImports(Object.fromEntries(types.map((_, at) => [`in-f${at}`, echo(at)])));
  const linked = await link(component, imports, new TestBoundary());
  for (const [at, type] of types.entries()) {
    for (const value of fc.sample(anyValue(type), { seed, numRuns: VALUES })) {
      const back = linked.call(`out-f${at}`, value);
      assert.deepEqual(plain(seen[at]), plain(value), "what the host was given");
      assert.deepEqual(plain(back), plain(value), "what came back");
    }
  }
}

/** A function whose result is a `result` throws in jco, which builds the component; inside of a tuple it is a value. */
function typesOf(seed: number): readonly ValueType[] {
  return fc
    .sample(anyType(3), { seed, numRuns: TYPES })
    .map((type) => (type.kind === "result" ? valueType({ kind: "tuple", types: [type] }) : type));
}

function witOf(types: readonly ValueType[]): string {
  const wit = new WitPrinter();
  const functions = types.map((type, at) => {
    const printed = wit.print(type);
    return `import in-f${at}: func(x: ${printed}) -> ${printed}; export out-f${at}: func(x: ${printed}) -> ${printed};`;
  });
  const used =
    wit.declarations.length === 0 ? "" : `use types.{${wit.declarations.map((_, at) => `t${at}`).join(", ")}};`;
  return `package test:echo;
    interface types { ${wit.declarations.join("\n")} }
    world test { ${used} ${functions.join("\n")} }`;
}

/** Lists of bytes are typed arrays, and our objects have no prototype. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

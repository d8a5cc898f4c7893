/**
 * Calls of exports with every number as bits, because JavaScript has no v128 and does not promise to keep the payload of a NaN. An export
 * is called through a small module of its own:
 *
 *     (module
 *       (import "" "" (func $f (param f32 v128) (result f64)))
 *       (func (export "") (param i32 i64 i64) (result i64)
 *         (call $f (f32.reinterpret_i32 (local.get 0))
 *                  (i64x2.replace_lane 1 (i64x2.splat (local.get 1)) (local.get 2)))
 *         (local.set 3) (i64.reinterpret_f64 (local.get 3))))
 */
import type { CoreExport, ValueType } from "../../host/src/wasm/index.ts";
import { HEADER, lebOf } from "../boundary/wasm/bytes.ts";

export type Bits = number | bigint | object | null;

const TYPE: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
  externref: 0x6f,
};

/** The types that JavaScript sees instead. */
function asBits(type: ValueType): readonly ValueType[] {
  if (type === "f32") return ["i32"];
  if (type === "f64") return ["i64"];
  return type === "v128" ? ["i64", "i64"] : [type];
}

/** Calls an exported function with bits, or reads an exported global; answers bits. */
export function callWithBits(
  exports: WebAssembly.Exports,
  declared: CoreExport,
  args: readonly Bits[],
): readonly Bits[] {
  const result = adapter(exports[declared.name]!, declared)(...args);
  if (result === undefined) return [];
  return Array.isArray(result) ? (result as Bits[]) : [result as Bits];
}

const adapters = new WeakMap<object, (...args: readonly Bits[]) => unknown>();

function adapter(exported: WebAssembly.ExportValue, declared: CoreExport): (...args: readonly Bits[]) => unknown {
  const known = adapters.get(exported);
  if (known !== undefined) return known;
  const bytes = declared.kind === "global" ? globalAdapter(declared.type) : functionAdapter(declared);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { "": { "": exported } });
  const made = instance.exports[""] as (...args: readonly Bits[]) => unknown;
  adapters.set(exported, made);
  return made;
}

function functionAdapter(declared: CoreExport): Uint8Array<ArrayBuffer> {
  if (declared.kind !== "function") throw new Error(`${declared.name} is no function`);
  const { params, results } = declared.type;
  const code: number[] = [];
  let local = 0;
  for (const type of params) {
    if (type === "v128") {
      code.push(0x20, ...lebOf(local), 0xfd, 0x12, 0x20, ...lebOf(local + 1), 0xfd, 0x1e, 1);
      local += 2;
    } else {
      code.push(0x20, ...lebOf(local++));
      if (type === "f32") code.push(0xbe);
      if (type === "f64") code.push(0xbf);
    }
  }
  code.push(0x10, 0);
  for (let i = results.length - 1; i >= 0; i--) code.push(0x21, ...lebOf(local + i));
  return build([0, 1], [[params, results]], params.flatMap(asBits), results, code, local);
}

function globalAdapter(type: { readonly type: ValueType; readonly mutable: boolean }): Uint8Array<ArrayBuffer> {
  return build([3, TYPE[type.type], type.mutable ? 1 : 0], [], [], [type.type], [0x23, 0, 0x21, 0], 0);
}

/** `code` leaves the results in locals from `firstResult` on. */
function build(
  imported: readonly number[],
  types: readonly (readonly [readonly ValueType[], readonly ValueType[]])[],
  params: readonly ValueType[],
  results: readonly ValueType[],
  code: readonly number[],
  firstResult: number,
): Uint8Array<ArrayBuffer> {
  const seen = results.flatMap((type, i) => {
    const get = [0x20, ...lebOf(firstResult + i)];
    if (type === "f32") return [...get, 0xbc];
    if (type === "f64") return [...get, 0xbd];
    return type === "v128" ? [...get, 0xfd, 0x1d, 0, ...get, 0xfd, 0x1d, 1] : get;
  });
  const functionType = (from: readonly ValueType[], to: readonly ValueType[]) => [
    0x60,
    ...vector(from.map((type) => [TYPE[type]])),
    ...vector(to.map((type) => [TYPE[type]])),
  ];
  const own = functionType(params, results.flatMap(asBits));
  const body = [...vector(results.map((type) => [1, TYPE[type]])), ...code, ...seen, 0x0b];
  // The adapter's own type comes first, so that it is 0 where a global is imported.
  return Uint8Array.from([
    ...HEADER,
    ...section(1, vector([own, ...types.map(([from, to]) => functionType(from, to))])),
    ...section(2, vector([[0, 0, ...imported]])),
    ...section(3, [1, 0]),
    ...section(7, vector([[0, 0, imported[0] === 0 ? 1 : 0]])),
    ...section(10, vector([[...lebOf(body.length), ...body]])),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...lebOf(content.length), ...content];
}

function vector(entries: readonly (readonly number[])[]): number[] {
  return [...lebOf(entries.length), ...entries.flat()];
}

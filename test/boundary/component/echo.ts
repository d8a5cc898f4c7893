/**
 * Components that pass every value on: `out-N` calls the host's `in-N` with what it was given and returns the answer. The code of
 * the guest follows from the core signatures alone, so it works for every type.
 */
import { coreSignature, type Field, type ValueType } from "../../../host/src/component/value-types.ts";

/** A bump allocator that grows the memory; 16-aligned whatever is asked for. */
export const REALLOC = `
  (global $next (mut i32) (i32.const 4096))
  (func $alloc (param $size i32) (result i32) (local $at i32)
    (local.set $at (global.get $next))
    (global.set $next (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 15)) (i32.const -16)))
    (block $fits (loop $grow
      (br_if $fits (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
      (br_if $fits (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))
      (br $grow)))
    (local.get $at))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (call $alloc (local.get 3)))`;

/** The WAT of a guest that echoes each of the types, which all are \`func(x: T) -> T\`. */
export function echoGuest(types: readonly ValueType[]): string {
  const imports: string[] = [];
  const exports: string[] = [];
  types.forEach((type, at) => {
    const params: Field[] = [{ name: "x", type }];
    const inner = coreSignature({ params, result: type }, "lower");
    const outer = coreSignature({ params, result: type }, "lift");
    imports.push(
      `(import "$root" "in-f${at}" (func $in${at} ${clause("param", inner.params)} ${clause("result", inner.results)}))`,
    );
    const given = outer.params.map((_, index) => `(local.get ${index})`).join(" ");
    const header = `(func (export "out-f${at}") ${clause("param", outer.params)} ${clause("result", outer.results)}`;
    exports.push(
      inner.resultInMemory
        ? `${header} (local $ret i32) (local.set $ret (call $alloc (i32.const ${type.size}))) (call $in${at} ${given} (local.get $ret)) (local.get $ret))`
        : `${header} (call $in${at} ${given}))`,
    );
  });
  return `(module ${imports.join("\n")} (memory (export "memory") 1) ${REALLOC} ${exports.join("\n")})`;
}

function clause(keyword: string, types: readonly string[]): string {
  return types.length === 0 ? "" : `(${keyword} ${types.join(" ")})`;
}

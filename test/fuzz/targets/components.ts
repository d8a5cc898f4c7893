/**
 * Mutated components, composed ones among them: refused with `invalid-module`, or linked in the sandbox and called with values of
 * their own types, which ends in a result or in an error that a guest may cause. Nothing is a failure of the host.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Component, decodeComponent, type HostImports } from "../../../host/src/component/index.ts";
import { camelCase, type FunctionType, type ValueType } from "../../../host/src/component/value-types.ts";
import { type ErrorCode, PluginError } from "../../../host/src/errors.ts";
import { type Instance, prepareComponent, startInstanceSync } from "../../../host/src/sandbox/index.ts";
import { WIT_COMPONENT } from "../../../host/src/wit.generated.ts";
import { buildResourceComponent } from "../../boundary/component/mutation-seed.ts";
import { assembleComponent } from "../../boundary/component/support.ts";
import { mutateBytes, one, type Pick, picker, unlessRefused } from "../support.ts";

export const name = "components";

const LIMITS = { memoryBytes: 4 << 20, fuel: 200_000, timeoutMs: 20_000 };
/** Errors that a guest may end in; `unavailable` would be a host function that failed. */
const GUESTS_FAULT: readonly ErrorCode[] = [
  ...(["trap", "fuel-exhausted", "memory-limit", "stack-limit", "transfer-limit", "invalid-module"] as const),
];
const PREAMBLE = 8;

/** Component arguments, core module arguments, outer aliases, instances again, resources, functions that are lowered again. */
const NESTED = `
  (import "now" (func $now (result u64)))
  (import "test:a/b" (instance $host (export "say" (func (param "text" string) (result (option string))))))
  (type $pair (tuple u32 string))
  (core type $plain (module (import "" "x" (func (param i32) (result i32))) (export "f" (func (param i32) (result i32)))))
  (core module $m (import "" "x" (func $x (param i32) (result i32)))
    (func (export "f") (param i32) (result i32) (i32.add (call $x (local.get 0)) (i32.const 1))))
  (core module $x (func (export "x") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3))))
  (component $inner
    (alias outer 1 $x (core module $x)) (alias outer 1 $plain (core type $plain))
    (import "m" (core module $m (type $plain)))
    (core instance $x (instantiate $x))
    (core instance $i (instantiate $m (with "" (instance $x))))
    (type $r' (resource (rep i32))) (export $r "r" (type $r'))
    (core func $new (canon resource.new $r'))
    (core module $make (import "" "new" (func $new (param i32) (result i32)))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0))))
    (core instance $make (instantiate $make (with "" (instance (export "new" (func $new))))))
    (func (export "f") (param "x" u32) (result u32) (canon lift (core func $i "f")))
    (func (export "make") (param "x" u32) (result (own $r)) (canon lift (core func $make "make"))))
  (component $outer
    (import "now" (func $now (result u64)))
    (import "c" (component $c (import "m" (core module (import "" "x" (func (param i32) (result i32)))
      (export "f" (func (param i32) (result i32))))) (export "f" (func (param "x" u32) (result u32)))))
    (alias outer 1 $m (core module $m)) (alias outer 1 $pair (type $pair))
    (instance $a (instantiate $c (with "m" (core module $m)))) (instance $b (instantiate $c (with "m" (core module $m))))
    (core func $f (canon lower (func $a "f"))) (core func $now (canon lower (func $now)))
    (core module $main (import "" "f" (func $f (param i32) (result i32))) (import "" "now" (func $now (result i64)))
      (memory (export "m") 1) (data (i32.const 8) "text")
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
      (func (export "run") (param i32 i32) (result i32)
        (i32.store (i32.const 32) (i32.add (call $f (local.get 1)) (i32.wrap_i64 (call $now))))
        (i32.store (i32.const 36) (local.get 0)) (i32.store (i32.const 40) (local.get 1)) (i32.const 32)))
    (core instance $main (instantiate $main (with "" (instance (export "f" (func $f)) (export "now" (func $now))))))
    (func (export "run") (param "text" string) (result $pair) (canon lift (core func $main "run")
      (memory $main "m") (realloc (func $main "realloc"))))
    (export "f" (func $b "f")))
  (instance $o (instantiate $outer (with "now" (func $now)) (with "c" (component $inner))))
  (instance $i (instantiate $inner (with "m" (core module $m))))
  (alias export $i "r" (type $r)) (alias export $i "make" (func $make))
  (instance $api (export "r" (type $r)) (export "make" (func $make)))
  (export "test:c/d" (instance $api)) (export "test:a/b" (instance $host))
  (export "run" (func $o "run")) (export "f" (func $o "f"))`;

const originals = [
  readFileSync(new URL("../../boundary/component/composed/composed.wasm", import.meta.url)),
  await assembleComponent(NESTED),
  await assembleComponent(NESTED),
  await buildResourceComponent(),
  Uint8Array.from(Buffer.from(WIT_COMPONENT, "base64")),
];

export function input(seed: number): Uint8Array<ArrayBuffer> {
  const pick = picker(seed, 0x636f);
  const original = one(pick, originals);
  return pick(4) === 0 ? mutateBytes(original, pick, PREAMBLE) : changeIndices(original, pick);
}

/** Keeps the lengths of sections and names: what is decoded then means something else. */
function changeIndices(original: Uint8Array, pick: Pick): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(original);
  for (let left = 1 + pick(2); left > 0; left--) {
    const at = PREAMBLE + pick(bytes.length - PREAMBLE);
    const byte = bytes[at] ?? 0;
    // Letters are names mostly, which say little when they change.
    if (byte >= 0x61 && byte < 0x70 && pick(4) > 0) left++;
    else bytes[at] = one(pick, [byte + 1, byte - 1, pick(8), pick(24), byte ^ (1 << pick(7)), 0x60 + pick(32)]);
  }
  return bytes;
}

export async function run(seed: number): Promise<void> {
  const mutant = input(seed);
  const component = await unlessRefused(["invalid-module"], () => decodeComponent(mutant));
  if (component === undefined) return;
  const prepared = await unlessRefused(["invalid-module"], () => prepareComponent(mutant, component));
  if (prepared === undefined) return;
  const pick = picker(seed, 0x7661);
  const imports = hostOf(component, pick);
  const start = () => startInstanceSync(prepared, { imports, limits: LIMITS, now: () => performance.now() });
  for (const [interfaceName, { functions }] of component.exports) {
    for (const [key, type] of functions) {
      const args = type.params.map((param) => sampleOf(param.type, pick));
      if (args.includes(NONE)) continue;
      const instance = await unlessRefused(GUESTS_FAULT, start);
      if (instance === undefined) return;
      await unlessRefused(GUESTS_FAULT, () => twice(instance, interfaceName, key, args));
    }
  }
}

function twice(instance: Instance, interfaceName: string, key: string, args: readonly unknown[]): void {
  const call = { interface: interfaceName, function: key, args, fuel: LIMITS.fuel, timeoutMs: LIMITS.timeoutMs };
  try {
    instance.call(call);
  } catch (error) {
    assert.throws(() => instance.call(call), PluginError, "an instance lives on after it failed");
    throw error;
  }
  instance.call(call);
}

/** Functions that answer with values of their types. */
function hostOf(component: Component, pick: Pick): HostImports {
  const imports = new Map<string, { functions: Map<string, () => unknown> }>();
  for (const [interfaceName, { functions }] of component.imports) {
    const made = [...functions].map(([key, type]) => [key, answer(type, pick)] as const);
    imports.set(interfaceName, { functions: new Map(made) });
  }
  return imports;
}

function answer({ result }: FunctionType, pick: Pick): () => unknown {
  const value = result && sampleOf(result, pick);
  return () => value;
}

/** Stands for values that the host cannot make: resources that the guest defines. */
const NONE = Symbol("none");

function sampleOf(type: ValueType, pick: Pick): unknown {
  switch (type.kind) {
    case "bool":
      return pick(2) === 0;
    case "s64":
    case "u64":
      return one(pick, [0n, 1n, 2n ** 62n]);
    case "char":
      return one(pick, ["a", "\u{1f98a}", "\0"]);
    case "string":
      return one(pick, ["", "text", "ä🎲", "x".repeat(300)]);
    case "list":
      if (type.element.kind === "u8") return new Uint8Array(pick(40));
      return whole(Array.from({ length: pick(3) }, () => sampleOf(type.element, pick)));
    case "tuple":
      return whole(type.types.map((part) => sampleOf(part, pick)));
    case "record": {
      const values = type.fields.map(({ name: key, type: part }) => [camelCase(key), sampleOf(part, pick)] as const);
      return values.some(([, value]) => value === NONE) ? NONE : Object.fromEntries(values);
    }
    case "flags":
      return Object.fromEntries(type.names.map((key) => [camelCase(key), pick(2) === 0]));
    case "enum":
      return one(pick, type.cases);
    case "variant":
      return tagged(one(pick, type.cases), pick);
    case "result":
      return tagged(
        one(pick, [
          { name: "ok", type: type.ok },
          { name: "err", type: type.err },
        ]),
        pick,
      );
    case "option": {
      if (pick(2) > 0) return type.type.kind === "option" ? { tag: "none" } : undefined;
      return type.type.kind === "option" ? tagged({ name: "some", type: type.type }, pick) : sampleOf(type.type, pick);
    }
    case "own":
    case "borrow":
      return type.resource.ofGuest ? NONE : {};
    default:
      return pick(100);
  }
}

function tagged(one: { readonly name: string; readonly type: ValueType | undefined }, pick: Pick): unknown {
  const val = one.type && sampleOf(one.type, pick);
  return val === NONE ? NONE : { tag: one.name, val };
}

function whole(values: readonly unknown[]): unknown {
  return values.includes(NONE) ? NONE : values;
}

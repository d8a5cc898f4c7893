/**
 * Section 8: `canon lift`, `canon lower`, `resource.new`, `resource.drop`, `resource.rep`, with their options, checked against
 * the core signatures that the Canonical ABI prescribes. The built-ins of asynchronous components are refused by name.
 */

import { signature } from "./core-module.ts";
import type { CanonicalOptions, CoreItem, StringEncoding, Trampoline } from "./graph.ts";
import type { ComponentReader } from "./reader.ts";
import type { Decoding, NamedLater, Scope } from "./scope.ts";
import { coreSignature, type FunctionType } from "./value-types.ts";

/** First byte of the built-ins that belong to asynchronous components, threads and error contexts. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [0x05, "task.cancel"],
  [0x06, "subtask.cancel"],
  [0x07, "resource.drop async"],
  [0x08, "backpressure.set"],
  [0x09, "task.return"],
  [0x0a, "context.get"],
  [0x0b, "context.set"],
  [0x0c, "thread.yield"],
  [0x0d, "subtask.drop"],
  [0x0e, "stream.new"],
  [0x0f, "stream.read"],
  [0x10, "stream.write"],
  [0x11, "stream.cancel-read"],
  [0x12, "stream.cancel-write"],
  [0x13, "stream.drop-readable"],
  [0x14, "stream.drop-writable"],
  [0x15, "future.new"],
  [0x16, "future.read"],
  [0x17, "future.write"],
  [0x18, "future.cancel-read"],
  [0x19, "future.cancel-write"],
  [0x1a, "future.drop-readable"],
  [0x1b, "future.drop-writable"],
  [0x1c, "error-context.new"],
  [0x1d, "error-context.debug-message"],
  [0x1e, "error-context.drop"],
  [0x1f, "waitable-set.new"],
  [0x20, "waitable-set.wait"],
  [0x21, "waitable-set.poll"],
  [0x22, "waitable-set.drop"],
  [0x23, "waitable.join"],
  [0x24, "backpressure.inc"],
  [0x25, "backpressure.dec"],
  [0x26, "thread.index"],
  [0x27, "thread.new-indirect"],
  [0x28, "thread.resume-later"],
  [0x29, "thread.suspend"],
  [0x2a, "thread.suspend-then-resume"],
  [0x2b, "thread.yield-then-resume"],
  [0x2c, "thread.suspend-then-promote"],
  [0x2d, "thread.yield-then-promote"],
  [0x40, "thread.spawn-ref"],
  [0x41, "thread.spawn-indirect"],
  [0x42, "thread.available-parallelism"],
]);

export function decodeCanon(decoding: Decoding, scope: Scope, reader: ComponentReader): void {
  const at = reader.offset;
  const byte = reader.byte();
  if (byte === 0x00) lift(decoding, scope, reader);
  else if (byte === 0x01) lower(decoding, scope, reader);
  else if (byte === 0x02) resourceFunction(decoding, scope, reader, "new", "i32 -> i32");
  else if (byte === 0x03) resourceFunction(decoding, scope, reader, "drop", "i32 -> ");
  else if (byte === 0x04) resourceFunction(decoding, scope, reader, "rep", "i32 -> i32");
  else {
    const name = REFUSED.get(byte) ?? `0x${byte.toString(16)}`;
    reader.fail(`the canonical built-in "${name}" is not supported by this host`, at);
  }
}

function lift(decoding: Decoding, scope: Scope, reader: ComponentReader): void {
  const at = reader.offset;
  if (reader.byte() !== 0x00) reader.fail("something is lifted that is not a function", at);
  const core = scope.get(scope.coreItems.func, reader, "core function");
  const options = readOptions(scope, reader);
  const entity = scope.get(scope.types, reader, "type");
  if (entity.sort !== "function") reader.fail("a function is lifted to a type that is not a function type", at);
  const { type } = entity;
  const abi = coreSignature(type, "lift");
  checkSignature(reader, at, "a lifted function", core, signature(abi.params, abi.results));
  const dynamic = paramsDynamic(type) || abi.paramsInMemory;
  if (dynamic && options.realloc === undefined) reader.fail("a lifted function needs the option realloc", at);
  if ((abi.resultInMemory || type.result?.isDynamic) && options.memory === undefined)
    reader.fail("a lifted function needs the option memory", at);
  if (options.postReturn !== undefined)
    checkSignature(reader, at, "a post-return function", options.postReturn, signature(abi.results, []));
  scope.addFunc(decoding, { from: "guest", instance: scope.instance(decoding), core, options, type });
}

function lower(decoding: Decoding, scope: Scope, reader: ComponentReader): void {
  const at = reader.offset;
  if (reader.byte() !== 0x00) reader.fail("something is lowered that is not a function", at);
  const callee = scope.get(scope.funcs, reader, "function");
  const options = readOptions(scope, reader);
  if (options.postReturn !== undefined) reader.fail("a lowered function has the option post-return", at);
  const { type } = callee;
  const abi = coreSignature(type, "lower");
  if ((paramsDynamic(type) || abi.paramsInMemory || abi.resultInMemory) && options.memory === undefined)
    reader.fail("a lowered function needs the option memory", at);
  if (type.result?.isDynamic && options.realloc === undefined)
    reader.fail("a lowered function needs the option realloc", at);
  addTrampoline(
    decoding,
    scope,
    { kind: "lower", instance: scope.instance(decoding), callee, options },
    signature(abi.params, abi.results),
  );
}

function resourceFunction(
  decoding: Decoding,
  scope: Scope,
  reader: ComponentReader,
  kind: "new" | "drop" | "rep",
  core: string,
): void {
  const at = reader.offset;
  const entity = scope.get(scope.types, reader, "type");
  if (entity.sort !== "resource") reader.fail(`resource.${kind} names a type that is not a resource`, at);
  const resource: NamedLater = entity.resource;
  const instance = scope.instance(decoding);
  if (kind !== "drop" && decoding.definitions.get(resource)?.instance !== instance)
    reader.fail(`resource.${kind} names a resource that the component does not define`, at);
  addTrampoline(decoding, scope, { kind, instance, resource }, core);
}

function addTrampoline(decoding: Decoding, scope: Scope, trampoline: Trampoline, core: string): void {
  const source = { from: "trampoline", trampoline: decoding.trampolines.length } as const;
  decoding.trampolines.push(trampoline);
  scope.addCoreItem(decoding, { kind: "func", signature: core, limits: undefined, source });
}

function paramsDynamic(type: FunctionType): boolean {
  return type.params.some((param) => param.type.isDynamic);
}

const ENCODINGS: readonly StringEncoding[] = ["utf8", "utf16", "latin1+utf16"];

function readOptions(scope: Scope, reader: ComponentReader): CanonicalOptions {
  let encoding: StringEncoding | undefined;
  let memory: CoreItem | undefined;
  let realloc: CoreItem | undefined;
  let postReturn: CoreItem | undefined;
  for (let left = reader.count("canonical options", 8); left > 0; left--) {
    const at = reader.offset;
    const byte = reader.byte();
    const once = (before: unknown) => before === undefined || reader.fail("a canonical option is there twice", at);
    if (byte <= 0x02) {
      once(encoding);
      encoding = ENCODINGS[byte];
    } else if (byte === 0x03) {
      once(memory);
      memory = scope.get(scope.coreItems.memory, reader, "core memory");
    } else if (byte === 0x04) {
      once(realloc);
      realloc = scope.get(scope.coreItems.func, reader, "core function");
      checkSignature(reader, at, "a realloc function", realloc, "i32 i32 i32 i32 -> i32");
    } else if (byte === 0x05) {
      once(postReturn);
      postReturn = scope.get(scope.coreItems.func, reader, "core function");
    } else if (byte === 0x06 || byte === 0x07) {
      reader.fail(`the canonical option "${byte === 0x06 ? "async" : "callback"}" is not supported by this host`, at);
    } else {
      reader.fail(`the canonical option 0x${byte.toString(16)} is unknown`, at);
    }
  }
  if (realloc !== undefined && memory === undefined) reader.fail("the option realloc needs the option memory");
  return { encoding: encoding ?? "utf8", memory, realloc, postReturn };
}

function checkSignature(reader: ComponentReader, at: number, what: string, core: CoreItem, expected: string): void {
  if (core.signature === expected) return;
  reader.fail(`${what} has the core type (${core.signature}), the Canonical ABI asks for (${expected})`, at);
}

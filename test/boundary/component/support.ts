/**
 * What the component tests share: components made of WAT and WIT with the real tools (wabt, jco's wit-component), instances of
 * them without metering, a boundary that traps for real, and jco's own linker as the oracle.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { componentEmbed, componentNew, parse, transpile } from "@bytecodealliance/jco";
import wabtFactory from "wabt";
import {
  type Boundary,
  type ComponentInstance,
  type CoreValue,
  decodeComponent,
  type HostImports,
  instantiateSync,
  planComponent,
} from "../../../host/src/component/index.ts";
import { HANDLES, TRANSFER_BYTES } from "../../../host/src/limits.ts";
import type { CoreFunctionType, EdgeFunction } from "../../../host/src/wasm/index.ts";

const wabt = await wabtFactory();

/** Assembles a core module. */
export function assemble(wat: string): Uint8Array {
  const module = wabt.parseWat("test.wat", wat, { exceptions: true, bulk_memory: true, reference_types: true });
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

/** A component of the world `test` in `wit`, whose code is `wat`. */
export async function buildComponent(wat: string, wit: string): Promise<Uint8Array> {
  const embedded = await componentEmbed({ binary: assemble(wat), witSource: wit, world: "test" });
  return componentNew(embedded, []);
}

/** Assembles the text of a component, without the word and the parentheses around it. */
export async function assembleComponent(wat: string): Promise<Uint8Array> {
  return parse(`(component ${wat})`);
}

const trapModule = new WebAssembly.Module(assemble(`(module (func (export "trap") unreachable))`) as BufferSource);

/** Counts what is charged, keeps the first reason to stop, and traps for real. */
export class TestBoundary implements Boundary {
  transferBytes = TRANSFER_BYTES;
  handles = HANDLES;
  charged = 0;
  reason: unknown;
  readonly #trap = new WebAssembly.Instance(trapModule).exports.trap as () => never;

  charge(units: number): void {
    this.charged += units;
  }

  chargeLittle(units: number): void {
    this.charge(units);
  }

  wayOut(price: number, _type: CoreFunctionType, host: EdgeFunction): EdgeFunction {
    return (...flat) => {
      this.charge(price);
      return host(...flat);
    };
  }

  notice(): number {
    return 1;
  }

  stop(reason: unknown): never {
    this.reason ??= reason;
    return this.#trap();
  }
}

export interface Linked {
  readonly boundary: TestBoundary;
  readonly instance: ComponentInstance;
  /** An export of the world itself. */
  readonly call: (name: string, ...args: unknown[]) => unknown;
  /** The same, for calls that must fail: what the guest was stopped for, or else what was thrown. */
  readonly fail: (name: string, ...args: unknown[]) => Error;
}

/** Instantiates a component of raw core modules with our linker. */
export async function link(
  bytes: Uint8Array,
  imports: HostImports = new Map(),
  boundary = new TestBoundary(),
): Promise<Linked> {
  const component = decodeComponent(bytes);
  const modules = component.coreModules.map((module) => new WebAssembly.Module(module as BufferSource));
  const instance = instantiateSync(planComponent(component), {
    instantiateCore: (index, wired) => rawInstance(modules[index]!, wired),
    imports,
    boundary,
  });
  const call = (name: string, ...args: unknown[]): unknown => {
    const target = instance.exports.get("")?.get(name);
    if (target === undefined) throw new Error(`no export ${name}`);
    return target(...args);
  };
  return { boundary, instance, call, fail: failing(call, boundary) };
}

/** What calls that must fail end in. */
export function failing(call: Linked["call"], boundary: TestBoundary): Linked["fail"] {
  return (name, ...args) => {
    try {
      call(name, ...args);
    } catch (thrown) {
      return (boundary.reason ?? thrown) as Error;
    }
    throw new Error(`${name} was expected to fail`);
  };
}

export function rawInstance(
  module: WebAssembly.Module,
  wired: ReadonlyMap<string, ReadonlyMap<string, CoreValue>>,
): ReadonlyMap<string, CoreValue> {
  const imports: WebAssembly.Imports = Object.create(null);
  for (const [name, fields] of wired) {
    const object: WebAssembly.ModuleImports = Object.create(null);
    for (const [field, value] of fields) object[field] = value;
    imports[name] = object;
  }
  return new Map(Object.entries(new WebAssembly.Instance(module, imports).exports));
}

/** Host functions of the world itself. */
export function rootImports(functions: Readonly<Record<string, (...args: never[]) => unknown>>): HostImports {
  return new Map([["", { functions: new Map(Object.entries(functions)) }]]);
}

/** Instantiates the same component with jco's generated code. `imports` by the names that jco uses. */
export async function linkWithJco(
  bytes: Uint8Array,
  imports: object,
): Promise<Record<string, (...args: never[]) => unknown>> {
  const { files } = await transpile(bytes, {
    name: "oracle",
    instantiation: "sync",
    optimize: false,
  });
  const folder = await mkdtemp(join(tmpdir(), "oracle-"));
  try {
    const script = join(folder, "oracle.mjs");
    await writeFile(script, files["oracle.js"]!);
    const { instantiate: start } = await import(/* @vite-ignore */ pathToFileURL(script).href);
    const core = (name: string) => new WebAssembly.Module(files[name] as BufferSource);
    return start(
      core,
      imports,
      (module: WebAssembly.Module, wired: WebAssembly.Imports) => new WebAssembly.Instance(module, wired),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

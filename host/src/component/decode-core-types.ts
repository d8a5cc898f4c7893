/**
 * Section 3: core types, and among them types of core modules (Binary.md, "Type Definitions"). They say what a component that is
 * given a core module may be given. Types of the garbage collection proposal are refused by name.
 */
import { MODULE_CAPS } from "../limits.ts";
import { FUNCTION_TYPE } from "../wasm/emit.ts";
import { readFunctionType, readGlobalType, readMemoryType, readTableType } from "../wasm/read-types.ts";
import { checkNotReserved } from "./caps.ts";
import { type CoreExtern, externOf, signature } from "./core-module.ts";
import { type ComponentReader, quoted } from "./reader.ts";
import type { CoreTypeEntity, Decoding, ModuleType, Scope } from "./scope.ts";

const MODULE_TYPE = 0x50;

export function decodeCoreType(decoding: Decoding, scope: Scope, reader: ComponentReader): void {
  scope.addCoreType(decoding, readCoreType(decoding, scope, reader));
}

function readCoreType(decoding: Decoding, scope: Scope, reader: ComponentReader): CoreTypeEntity {
  const at = reader.offset;
  const byte = reader.peek();
  if (byte === FUNCTION_TYPE) return functionType(reader);
  if (byte !== MODULE_TYPE) {
    const what = byte === undefined ? "missing" : `0x${byte.toString(16)}`;
    reader.fail(`the core type ${what} is not supported by this host: function and module types are`, at);
  }
  reader.byte();
  return { sort: "module", module: moduleType(decoding, scope, reader) };
}

function functionType(reader: ComponentReader): CoreTypeEntity {
  const { params, results } = readFunctionType(reader);
  return { sort: "function", signature: signature(params, results) };
}

function moduleType(decoding: Decoding, scope: Scope, reader: ComponentReader): ModuleType {
  const types: CoreTypeEntity[] = [];
  const imports = new Map<string, Map<string, CoreExtern>>();
  const exports = new Map<string, CoreExtern>();
  for (let left = reader.count("declarations of a module type", MODULE_CAPS.imports); left > 0; left--) {
    const at = reader.offset;
    decoding.caps.count("functions");
    const form = reader.byte();
    if (form === 0x00) {
      const module = reader.name();
      const name = reader.name();
      checkNotReserved(module, "core import module");
      const fields = imports.get(module) ?? new Map<string, CoreExtern>();
      if (fields.has(name)) reader.fail(`the import ${quoted(module)} ${quoted(name)} is declared twice`, at);
      fields.set(name, readExtern(types, reader));
      imports.set(module, fields);
    } else if (form === 0x01) {
      decoding.caps.count("types");
      types.push(functionType(reader));
    } else if (form === 0x02) {
      decoding.caps.count("types");
      types.push(outerAlias(scope, reader));
    } else if (form === 0x03) {
      const name = reader.name();
      checkNotReserved(name, "core export");
      if (exports.has(name)) reader.fail(`the export ${quoted(name)} is declared twice`, at);
      exports.set(name, readExtern(types, reader));
    } else {
      reader.fail(`the declaration 0x${form.toString(16)} is unknown in a module type`, at);
    }
  }
  return { imports, exports };
}

/** `alias outer` of a core function type; a module type's own scope is the innermost. */
function outerAlias(scope: Scope, reader: ComponentReader): CoreTypeEntity {
  const at = reader.offset;
  if (reader.byte() !== 0x10 || reader.byte() !== 0x01) reader.fail("a module type aliases what is no outer type", at);
  const depth = reader.u32();
  if (depth === 0) reader.fail("a module type aliases its own type", at);
  let view = scope.view();
  for (let left = depth; left > 1; left--)
    view = view.scope.outer ?? reader.fail("an alias reaches out of the component", at);
  const type = scope.get(view.scope.coreTypes, reader, "core type", view.coreTypes);
  return type.sort === "function" ? type : reader.fail("a module type aliases a module type", at);
}

function readExtern(types: readonly CoreTypeEntity[], reader: ComponentReader): CoreExtern {
  const at = reader.offset;
  const kind = reader.byte();
  switch (kind) {
    case 0x00:
      return { kind: "func", signature: typeAt(types, reader), limits: undefined };
    case 0x01:
      return externOf({ kind: "table", type: readTableType(reader) });
    case 0x02:
      return externOf({ kind: "memory", type: readMemoryType(reader) });
    case 0x03:
      return externOf({ kind: "global", type: readGlobalType(reader) });
    case 0x04:
      if (reader.byte() !== 0x00) reader.fail("a tag has an unknown attribute", at);
      return { kind: "tag", signature: typeAt(types, reader), limits: undefined };
    default:
      return reader.fail(`the core kind 0x${kind.toString(16)} is unknown`, at);
  }
}

function typeAt(types: readonly CoreTypeEntity[], reader: ComponentReader): string {
  const at = reader.offset;
  const type = types[reader.u32()];
  return type?.sort === "function" ? type.signature : reader.fail("there is no such core function type", at);
}

/** A core type index that names a module type. */
export function readModuleType(scope: Scope, reader: ComponentReader): ModuleType {
  const at = reader.offset;
  const type = scope.get(scope.coreTypes, reader, "core type");
  return type.sort === "module" ? type.module : reader.fail("a core module is declared with another type", at);
}

/** Section 6 and the sorts that indices have: aliases of exports, of core exports, and of outer scopes (Binary.md, "Alias Definitions"). */
import { checkNotReserved } from "./caps.ts";
import type { CoreKind } from "./core-module.ts";
import { type ComponentReader, quoted } from "./reader.ts";
import type { Decoding, Scope, TypeEntity } from "./scope.ts";

export type Sort =
  | "func"
  | "type"
  | "component"
  | "instance"
  | "core module"
  | "core instance"
  | "core type"
  | CoreSort;
type CoreSort = `core ${CoreKind}`;

export const CORE_KINDS: readonly CoreKind[] = ["func", "table", "memory", "global", "tag"];

export function readSort(reader: ComponentReader): Sort {
  const at = reader.offset;
  const byte = reader.byte();
  switch (byte) {
    case 0x00:
      return readCoreSort(reader);
    case 0x01:
      return "func";
    case 0x02:
      return reader.fail("values are not supported by this host", at);
    case 0x03:
      return "type";
    case 0x04:
      return "component";
    case 0x05:
      return "instance";
    default:
      return reader.fail(`the sort 0x${byte.toString(16)} is unknown`, at);
  }
}

function readCoreSort(reader: ComponentReader): Sort {
  const at = reader.offset;
  const byte = reader.byte();
  if (byte === 0x10) return "core type";
  if (byte === 0x11) return "core module";
  if (byte === 0x12) return "core instance";
  return `core ${readCoreKind(reader, byte, at)}`;
}

export function readCoreKind(reader: ComponentReader, byte: number, at: number): CoreKind {
  return CORE_KINDS[byte] ?? reader.fail(`the core sort 0x${byte.toString(16)} is unknown`, at);
}

export function decodeAlias(decoding: Decoding, scope: Scope, reader: ComponentReader): void {
  const at = reader.offset;
  const sort = readSort(reader);
  if (scope.isType && sort !== "type" && sort !== "instance" && sort !== "core type")
    reader.fail(`an ${scope.kind} aliases a ${sort}, which is not allowed`, at);
  const target = reader.byte();
  if (target === 0x00) exportAlias(decoding, scope, reader, sort);
  else if (target === 0x01) coreExportAlias(decoding, scope, reader, sort);
  else if (target === 0x02) outerAlias(decoding, scope, reader, sort);
  else reader.fail(`the alias target 0x${target.toString(16)} is unknown`, at);
}

function exportAlias(decoding: Decoding, scope: Scope, reader: ComponentReader, sort: Sort): void {
  const instance = scope.get(scope.instances, reader, "instance");
  const name = reader.name();
  const entity = instance.get(name);
  if (entity === undefined) reader.fail(`the instance has no export ${quoted(name)}`);
  if (entity.sort !== sort) reader.fail(`the export ${quoted(name)} is a ${entity.sort}, not a ${sort}`);
  scope.add(decoding, entity);
}

function coreExportAlias(decoding: Decoding, scope: Scope, reader: ComponentReader, sort: Sort): void {
  const instance = scope.get(scope.coreInstances, reader, "core instance");
  const name = reader.name();
  checkNotReserved(name, "core export");
  const item = instance.get(name);
  if (item === undefined) reader.fail(`the core instance has no export ${quoted(name)}`);
  if (`core ${item.kind}` !== sort) reader.fail(`the core export ${quoted(name)} is a ${item.kind}, not a ${sort}`);
  scope.addCoreItem(decoding, item);
}

function outerAlias(decoding: Decoding, scope: Scope, reader: ComponentReader, sort: Sort): void {
  const at = reader.offset;
  let view = scope.view();
  let leavesComponent = false;
  for (let left = reader.u32(); left > 0; left--) {
    leavesComponent ||= !view.scope.isType;
    view = view.scope.outer ?? reader.fail("an alias reaches out of the component", at);
  }
  const { scope: outer } = view;
  if (sort === "type") {
    const type = scope.get(outer.types, reader, "type", view.types);
    if (leavesComponent && mentionsResource(type))
      reader.fail("a component aliases an outer type with a resource, which it could only be given", at);
    scope.addType(decoding, type);
  } else if (sort === "core type")
    scope.addCoreType(decoding, scope.get(outer.coreTypes, reader, "core type", view.coreTypes));
  else if (sort === "component")
    scope.addComponent(decoding, scope.get(outer.components, reader, "component", view.components));
  else if (sort === "core module")
    scope.addCoreModule(decoding, scope.get(outer.coreModules, reader, "core module", view.coreModules));
  else reader.fail(`an alias of an outer ${sort} is not allowed`, at);
}

/** Resources are of one component instance: what is defined once for all instances cannot mention one. */
function mentionsResource(entity: TypeEntity): boolean {
  switch (entity.sort) {
    case "resource":
      return true;
    case "value":
      return entity.type.hasHandle;
    case "function":
      return entity.type.params.some((param) => param.type.hasHandle) || entity.type.result?.hasHandle === true;
    default:
      return false;
  }
}

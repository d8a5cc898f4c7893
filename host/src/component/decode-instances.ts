/** Section 5: instances, made of nested components or of what is there (Binary.md, "Instance Definitions"). */
import { COMPONENT_CAPS } from "../limits.ts";
import { readSort, type Sort } from "./decode-alias.ts";
import { readExternName } from "./decode-types.ts";
import { type ComponentReader, quoted } from "./reader.ts";
import type { Decoding, Entity, InstanceEntity, NestedComponent, Scope } from "./scope.ts";

/** Evaluates a nested component with its arguments. */
export type Evaluate = (
  decoding: Decoding,
  parent: Scope,
  component: NestedComponent,
  given: InstanceEntity,
) => InstanceEntity;

export function decodeInstance(decoding: Decoding, scope: Scope, reader: ComponentReader, evaluate: Evaluate): void {
  const at = reader.offset;
  const form = reader.byte();
  if (form === 0x00) {
    const component = scope.get(scope.components, reader, "component");
    const given = readEntities(decoding, scope, reader, "argument", () => reader.name());
    scope.addInstance(decoding, evaluate(decoding, scope, component, given));
  } else if (form === 0x01) {
    scope.addInstance(
      decoding,
      readEntities(decoding, scope, reader, "export", () => readExternName(reader)),
    );
  } else {
    reader.fail(`the instance form 0x${form.toString(16)} is unknown`, at);
  }
}

function readEntities(
  decoding: Decoding,
  scope: Scope,
  reader: ComponentReader,
  what: "argument" | "export",
  name: () => string,
): InstanceEntity {
  const entities = new Map<string, Entity>();
  for (let left = reader.count(`${what}s`, COMPONENT_CAPS.imports); left > 0; left--) {
    const at = reader.offset;
    decoding.caps.count(what === "argument" ? "imports" : "exports");
    const key = name();
    if (entities.has(key)) reader.fail(`two ${what}s are called ${quoted(key)}`, at);
    entities.set(key, readEntity(scope, reader));
  }
  return entities;
}

/** A sort and an index, as arguments and exports name a definition. */
export function readEntity(scope: Scope, reader: ComponentReader): Entity {
  const at = reader.offset;
  const sort: Sort = readSort(reader);
  if (sort === "func") return { sort, func: scope.get(scope.funcs, reader, "function") };
  if (sort === "type") return { sort, type: scope.get(scope.types, reader, "type") };
  if (sort === "instance") return { sort, instance: scope.get(scope.instances, reader, "instance") };
  if (sort === "component") return { sort, component: scope.get(scope.components, reader, "component") };
  if (sort === "core module") return { sort, module: scope.get(scope.coreModules, reader, "core module") };
  return reader.fail(`a ${sort} is passed or exported, which is not supported by this host`, at);
}

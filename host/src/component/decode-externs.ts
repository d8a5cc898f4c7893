/**
 * Sections 10 and 11: imports and exports. The outermost component makes what it imports out of the declared types; a nested
 * one is given definitions, which must be of the declared types. What a declaration says about an export is checked, not used.
 */
import { differenceOf, functionDifference } from "./compare.ts";
import { readEntity } from "./decode-instances.ts";
import { decodeInstanceType, newEntity, readExternName, readExternType } from "./decode-types.ts";
import type { InterfaceType } from "./graph.ts";
import { ComponentReader, quoted } from "./reader.ts";
import type { Decoding, Entity, ExternType, Importer, InstanceEntity, Scope } from "./scope.ts";
import type { FunctionType, ResourceType, ValueType } from "./value-types.ts";

export function decodeImport(decoding: Decoding, scope: Scope, reader: ComponentReader): void {
  decoding.caps.count("imports");
  const name = readExternName(reader);
  scope.add(decoding, scope.imports(name, readExternType(scope, reader), reader));
}

export function decodeExport(decoding: Decoding, scope: Scope, reader: ComponentReader): void {
  decoding.caps.count("exports");
  const at = reader.offset;
  const name = readExternName(reader);
  if (scope.exports.has(name)) reader.fail(`two exports are called ${quoted(name)}`, at);
  const entity = readEntity(scope, reader);
  const declared = reader.byte();
  if (declared > 1) reader.fail("an optional type begins with a byte that is neither 0 nor 1");
  if (declared === 1) checkDeclared(decoding, reader, name, entity, readExternType(scope, reader));
  if (entity.sort === "type" && entity.type.sort === "resource" && entity.type.resource.name === "")
    entity.type.resource.name = name;
  scope.exports.set(name, entity);
  scope.add(decoding, entity);
}

/** What the outermost component imports: everything is made out of its type. */
export function hostImporter(decoding: Decoding, imported: Map<string, Entity>): Importer {
  return (name, needed, reader) => {
    if (imported.has(name)) reader.fail(`two imports are called ${quoted(name)}`);
    const entity: Entity =
      needed.sort === "instance"
        ? {
            sort: "instance",
            instance: decodeInstanceType(
              decoding,
              needed.view,
              new ComponentReader(decoding.bytes, needed.at, decoding.bytes.length),
              name,
            ),
          }
        : newEntity(needed, "", name);
    imported.set(name, entity);
    return entity;
  };
}

/** What a nested component imports: the arguments of its instantiation. */
export function argumentImporter(decoding: Decoding, given: InstanceEntity): Importer {
  return (name, needed, reader) => {
    const entity = given.get(name);
    if (entity === undefined) return reader.fail(`a component imports ${quoted(name)}, which it is not given`);
    checkDeclared(decoding, reader, name, entity, needed);
    return entity;
  };
}

function checkDeclared(
  decoding: Decoding,
  reader: ComponentReader,
  name: string,
  entity: Entity,
  declared: ExternType,
): void {
  const what = `what is called ${quoted(name)}`;
  if (declared.sort === "instance")
    reader.fail(`${what} is declared with an instance type, which is not supported here`);
  if (declared.sort !== entity.sort) reader.fail(`${what} is a ${entity.sort}, but is declared as a ${declared.sort}`);
  const difference = declaredDifference(decoding, entity, declared);
  if (difference !== undefined) reader.fail(`${what} differs from its declaration: ${difference}`);
}

function declaredDifference(decoding: Decoding, entity: Entity, declared: ExternType): string | undefined {
  const same = (a: ResourceType, b: ResourceType) => a === b;
  if (entity.sort === "func" && declared.sort === "func") {
    decoding.caps.compare(entity.func.type);
    return functionDifference(entity.func.type, declared.type, same);
  }
  if (entity.sort !== "type" || declared.sort !== "type") return undefined;
  const { type } = entity;
  const { bound } = declared;
  if (bound === "resource") return type.sort === "resource" ? undefined : "a resource is needed";
  if (type.sort !== bound.sort) return `a ${type.sort} type stands for a ${bound.sort} type`;
  if (type.sort === "resource" && bound.sort === "resource")
    return type.resource === bound.resource ? undefined : "it is another resource";
  if (type.sort === "function" && bound.sort === "function") {
    decoding.caps.compare(type.type);
    return functionDifference(type.type, bound.type, same);
  }
  if (type.sort !== "value" || bound.sort !== "value") return "instance types are not supported here";
  decoding.caps.compare({ params: [], result: type.type });
  return differenceOf(type.type, bound.type, same);
}

/** The interfaces among imports or exports; what stands outside of an interface is collected under `""`. */
export function interfacesOf(entities: ReadonlyMap<string, Entity>): Map<string, InterfaceType> {
  const interfaces = new Map<string, InterfaceType>();
  const loose = new Map<string, Entity>();
  for (const [name, entity] of entities) {
    if (entity.sort === "instance") interfaces.set(name, interfaceOf(name, entity.instance));
    else loose.set(name, entity);
  }
  if (loose.size > 0) interfaces.set("", interfaceOf("", loose));
  return interfaces;
}

function interfaceOf(name: string, entities: InstanceEntity): InterfaceType {
  const functions = new Map<string, FunctionType>();
  const resources = new Map<string, ResourceType>();
  const types = new Map<string, ValueType>();
  for (const [key, entity] of entities) {
    if (entity.sort === "func") functions.set(key, entity.func.type);
    else if (entity.sort === "type" && entity.type.sort === "value") types.set(key, entity.type.type);
    else if (entity.sort === "type" && entity.type.sort === "resource") resources.set(key, entity.type.resource);
  }
  return { name, functions, resources, types };
}

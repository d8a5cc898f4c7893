/**
 * Sections 10 and 11: imports and exports. The outermost component makes what it imports out of the declared types; a nested
 * one is given definitions, which must be of the declared types. Of an instance the declaration also says what is seen of it.
 */
import { differenceOf, functionDifference } from "./compare.ts";
import { externDifference } from "./core-module.ts";
import { readEntity } from "./decode-instances.ts";
import { evaluateInstanceType, placeholder, readExternName, readExternType } from "./decode-types.ts";
import type { InterfaceType } from "./graph.ts";
import { type ComponentReader, quoted } from "./reader.ts";
import type { Decoding, Entity, ExternType, Importer, InstanceEntity, ModuleType, Scope } from "./scope.ts";
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
  let entity = readEntity(scope, reader);
  const declared = reader.byte();
  if (declared > 1) reader.fail("an optional type begins with a byte that is neither 0 nor 1");
  if (declared === 1) entity = conform(decoding, reader, name, entity, readExternType(scope, reader));
  if (entity.sort === "type" && entity.type.sort === "resource" && entity.type.resource.name === "")
    entity.type.resource.name = name;
  scope.exports.set(name, entity);
  scope.add(decoding, entity);
}

/** What the outermost component imports: everything is made out of its type. */
export function hostImporter(decoding: Decoding, imported: Map<string, Entity>): Importer {
  return (name, needed, reader) => {
    if (imported.has(name)) reader.fail(`two imports are called ${quoted(name)}`);
    const entity = hostEntity(decoding, name, needed, reader);
    imported.set(name, entity);
    return entity;
  };
}

function hostEntity(decoding: Decoding, name: string, needed: ExternType, reader: ComponentReader): Entity {
  if (needed.sort === "component" || needed.sort === "core module")
    reader.fail(`a ${needed.sort} is imported, ${quoted(name)}, which this host does not offer`);
  if (needed.sort !== "instance") return placeholder(decoding, needed, "", name);
  const instance = evaluateInstanceType(decoding, needed.type, (key, type, inner) => {
    if (type.sort === "func" || type.sort === "type") return placeholder(decoding, type, name, key);
    return inner.fail(`a ${type.sort} is imported inside of ${quoted(name)}, which this host does not offer`);
  });
  return { sort: "instance", instance };
}

/** What a nested component imports: the arguments of its instantiation. */
export function argumentImporter(decoding: Decoding, given: InstanceEntity): Importer {
  return (name, needed, reader) => {
    const entity = given.get(name);
    if (entity === undefined) return reader.fail(`a component imports ${quoted(name)}, which it is not given`);
    return conform(decoding, reader, name, entity, needed);
  };
}

/** Holds a definition against a declaration of it, and answers what the declaration shows of it. */
function conform(
  decoding: Decoding,
  reader: ComponentReader,
  name: string,
  entity: Entity,
  declared: ExternType,
): Entity {
  const what = `what is called ${quoted(name)}`;
  if (declared.sort === "instance" && entity.sort === "instance") {
    const instance = evaluateInstanceType(decoding, declared.type, (key, type, inner) => {
      const part = entity.instance.get(key);
      if (part === undefined) return inner.fail(`${what} has no export ${quoted(key)}, which is declared`);
      return conform(decoding, inner, key, part, type);
    });
    return { sort: "instance", instance };
  }
  if (declared.sort !== entity.sort)
    return reader.fail(`${what} is a ${entity.sort}, but is declared as a ${declared.sort}`);
  const difference = declaredDifference(decoding, entity, declared);
  return difference === undefined ? entity : reader.fail(`${what} differs from its declaration: ${difference}`);
}

function declaredDifference(decoding: Decoding, entity: Entity, declared: ExternType): string | undefined {
  const same = (a: ResourceType, b: ResourceType) => a === b;
  if (entity.sort === "func" && declared.sort === "func") {
    decoding.caps.compare(entity.func.type);
    return functionDifference(entity.func.type, declared.type, same);
  }
  if (entity.sort === "core module" && declared.sort === "core module")
    return moduleDifference(decoding, entity.module, declared.type);
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
  // Types of instances and components are compared where something of these types is used.
  if (type.sort !== "value" || bound.sort !== "value") return undefined;
  decoding.caps.compare({ params: [], result: type.type });
  return differenceOf(type.type, bound.type, same);
}

/** A module fits when it imports no more than the type says, and exports no less. */
function moduleDifference(decoding: Decoding, module: number | undefined, type: ModuleType): string | undefined {
  const info = module === undefined ? undefined : decoding.coreModules[module]?.info;
  if (info === undefined) return undefined;
  for (const need of info.imports) {
    const what = `the import ${quoted(need.module)} ${quoted(need.name)}`;
    const declared = type.imports.get(need.module)?.get(need.name);
    if (declared === undefined) return `${what} is not declared`;
    const difference = externDifference(need, declared);
    if (difference !== undefined) return `${what}: ${difference}`;
  }
  for (const [name, declared] of type.exports) {
    const given = info.exports.get(name);
    if (given === undefined) return `it has no export ${quoted(name)}`;
    const difference = externDifference(declared, given);
    if (difference !== undefined) return `the export ${quoted(name)}: ${difference}`;
  }
  return undefined;
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

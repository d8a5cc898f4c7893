/**
 * Reads a component (Binary.md of the component model, version 0x0d) into its interfaces and its link graph. Everything that is
 * not supported is refused by name with its offset. Nothing is built or compiled here; counts are capped while reading.
 */
import { PluginError } from "../errors.ts";
import { COMPONENT_BYTES } from "../limits.ts";
import { Caps } from "./caps.ts";
import { COMPONENT_PREAMBLE, COMPONENT_SECTION } from "./custom-section.ts";
import { decodeAlias } from "./decode-alias.ts";
import { decodeCanon } from "./decode-canon.ts";
import { decodeCoreInstance, decodeCoreModule } from "./decode-core.ts";
import { decodeCoreType } from "./decode-core-types.ts";
import { argumentImporter, decodeExport, decodeImport, hostImporter, interfacesOf } from "./decode-externs.ts";
import { decodeInstance } from "./decode-instances.ts";
import { decodeType } from "./decode-types.ts";
import type { Component, ComponentFunction } from "./graph.ts";
import { ComponentReader, quoted } from "./reader.ts";
import { type Decoding, type Entity, type InstanceEntity, type NestedComponent, Scope } from "./scope.ts";

/**
 * Decodes a component. The bytes are copied where they are kept, so they may change afterwards.
 *
 * @throws PluginError `invalid-module`: malformed, unsupported, or above `COMPONENT_CAPS`
 */
export function decodeComponent(bytes: Uint8Array): Component {
  if (bytes.length > COMPONENT_BYTES)
    throw new PluginError(
      "invalid-module",
      `Cannot accept the component: it has ${bytes.length} bytes, the limit is ${COMPONENT_BYTES}.`,
    );
  const copy = bytes.slice();
  const decoding: Decoding = {
    bytes: copy,
    caps: new Caps(),
    coreModules: [],
    coreModulesAt: new Map(),
    instances: [],
    coreInstances: [],
    trampolines: [],
    definitions: new Map(),
  };
  const imported = new Map<string, Entity>();
  const scope = new Scope(undefined, hostImporter(decoding, imported));
  decodeBody(decoding, scope, new ComponentReader(copy, 0, copy.length));
  return {
    coreModules: decoding.coreModules.map((module) => module.bytes),
    imports: interfacesOf(imported),
    exports: interfacesOf(scope.exports),
    graph: {
      instances: decoding.instances,
      coreInstances: decoding.coreInstances,
      trampolines: decoding.trampolines,
      exports: exportedFunctions(scope.exports),
      definitions: decoding.definitions,
    },
  };
}

function decodeBody(decoding: Decoding, scope: Scope, reader: ComponentReader): void {
  COMPONENT_PREAMBLE.forEach((expected, at) => {
    const found = reader.byte();
    if (found === expected) return;
    const isModule = at === 4 && found === 0x01;
    reader.fail(
      isModule ? "it is a core module, not a component" : "it does not begin with the preamble of a component",
      reader.offset - 1,
    );
  });
  while (!reader.done) {
    const at = reader.offset;
    const id = reader.byte();
    decodeSection(decoding, scope, id, reader.slice(reader.u32()), at);
  }
}

/** Sections that are vectors of definitions, by id. */
const DEFINITIONS: ReadonlyMap<number, (decoding: Decoding, scope: Scope, reader: ComponentReader) => void> = new Map([
  [2, decodeCoreInstance],
  [3, decodeCoreType],
  [5, (decoding, scope, reader) => decodeInstance(decoding, scope, reader, evaluate)],
  [6, decodeAlias],
  [7, (decoding, scope, reader) => scope.addType(decoding, decodeType(decoding, scope, reader))],
  [8, decodeCanon],
  [10, decodeImport],
  [11, decodeExport],
]);

/** What a section costs to be read besides its bytes: its header, and that there is one more. */
const SECTION_BYTES = 8;

const REFUSED_SECTIONS: ReadonlyMap<number, string> = new Map([
  [9, "a start function of the component is"],
  [12, "values are"],
]);

function decodeSection(decoding: Decoding, scope: Scope, id: number, section: ComponentReader, at: number): void {
  decoding.caps.read(SECTION_BYTES);
  if (id === COMPONENT_SECTION.custom) return;
  const refused = REFUSED_SECTIONS.get(id);
  if (refused !== undefined) section.fail(`${refused} not supported by this host`, at);
  if (id === COMPONENT_SECTION.coreModule) decodeCoreModule(decoding, scope, section);
  else if (id === COMPONENT_SECTION.component)
    scope.addComponent(decoding, { start: section.offset, end: section.end, view: scope.view() });
  else {
    const decode = DEFINITIONS.get(id);
    if (decode === undefined) section.fail(`the section ${id} is unknown`, at);
    decoding.caps.read(section.end - section.offset);
    for (let left = section.count("definitions", Number.POSITIVE_INFINITY); left > 0; left--)
      decode(decoding, scope, section);
    if (!section.done) section.fail("a section is longer than its definitions");
  }
}

function evaluate(
  decoding: Decoding,
  parent: Scope,
  component: NestedComponent,
  given: InstanceEntity,
): InstanceEntity {
  const scope = new Scope(component.view, argumentImporter(decoding, given), "component", parent);
  decoding.caps.nest(() => {
    decodeBody(decoding, scope, new ComponentReader(decoding.bytes, component.start, component.end));
  });
  return scope.exports;
}

function exportedFunctions(exports: ReadonlyMap<string, Entity>): Map<string, ReadonlyMap<string, ComponentFunction>> {
  const all = new Map<string, ReadonlyMap<string, ComponentFunction>>();
  const loose = new Map<string, ComponentFunction>();
  for (const [name, entity] of exports) {
    if (entity.sort === "func") loose.set(name, entity.func);
    if (entity.sort !== "instance") continue;
    const functions = new Map<string, ComponentFunction>();
    for (const [key, one] of entity.instance) {
      if (one.sort === "func") functions.set(key, one.func);
      if (one.sort === "instance") throw unsupportedExport(`${name} ${key}`, "an instance inside of an instance");
      if (one.sort === "type" && one.type.sort === "resource" && one.type.resource.interface === "")
        one.type.resource.interface = name;
    }
    all.set(name, functions);
  }
  if (loose.size > 0) all.set("", loose);
  return all;
}

function unsupportedExport(name: string, what: string): PluginError {
  return new PluginError(
    "invalid-module",
    `Cannot accept the component: it exports ${quoted(name)}, ${what}, which is not supported by this host.`,
  );
}

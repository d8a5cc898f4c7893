/** Sections 1 and 2: core modules and core instances (Binary.md, "Instance Definitions"). */
import { COMPONENT_CAPS } from "../limits.ts";
import { checkNotReserved } from "./caps.ts";
import { externDifference, readCoreModule } from "./core-module.ts";
import { readCoreKind } from "./decode-alias.ts";
import type { CoreItem } from "./graph.ts";
import { type ComponentReader, quoted } from "./reader.ts";
import { type CoreInstanceEntity, type Decoding, instanceOf, type Scope } from "./scope.ts";

/** `section` is the whole section, which is the module. */
export function decodeCoreModule(decoding: Decoding, scope: Scope, section: ComponentReader): void {
  const at = section.offset;
  section.offset = section.end;
  let module = decoding.coreModulesAt.get(at);
  if (module === undefined) {
    decoding.caps.count("coreModules");
    const bytes = section.bytes.subarray(at, section.end);
    module = decoding.coreModules.length;
    decoding.coreModules.push({ bytes, info: readCoreModule(bytes) });
    decoding.coreModulesAt.set(at, module);
  }
  scope.addCoreModule(decoding, module);
}

export function decodeCoreInstance(decoding: Decoding, scope: Scope, reader: ComponentReader): void {
  const at = reader.offset;
  const form = reader.byte();
  if (form === 0x00) scope.addCoreInstance(decoding, instantiateModule(decoding, scope, reader));
  else if (form === 0x01) scope.addCoreInstance(decoding, inlineInstance(decoding, scope, reader));
  else reader.fail(`the core instance form 0x${form.toString(16)} is unknown`, at);
}

function instantiateModule(decoding: Decoding, scope: Scope, reader: ComponentReader): CoreInstanceEntity {
  const at = reader.offset;
  decoding.caps.count("coreInstances");
  const module = scope.get(scope.coreModules, reader, "core module");
  // Core instances belong to a component instance: it exists, and so do those around it.
  scope.instance(decoding);
  const info = decoding.coreModules[module]?.info;
  if (info === undefined) return reader.fail(`there is no core module ${module}`, at);
  const given = readArguments(scope, reader);
  const imports = new Map<string, Map<string, CoreItem>>();
  for (const need of info.imports) {
    const what = `${quoted(need.module)} ${quoted(need.name)}`;
    const item = given.get(need.module)?.get(need.name);
    if (item === undefined) return reader.fail(`core module ${module} imports ${what}, which it is not given`, at);
    const difference = externDifference(need, item);
    if (difference !== undefined) reader.fail(`core module ${module} imports ${what}: ${difference}`, at);
    const fields = imports.get(need.module) ?? new Map<string, CoreItem>();
    fields.set(need.name, item);
    imports.set(need.module, fields);
  }
  const index = decoding.coreInstances.length;
  decoding.coreInstances.push({ module, imports });
  return instanceOf(info, index);
}

function readArguments(scope: Scope, reader: ComponentReader): Map<string, CoreInstanceEntity> {
  const given = new Map<string, CoreInstanceEntity>();
  for (let left = reader.count("core arguments", COMPONENT_CAPS.imports); left > 0; left--) {
    const at = reader.offset;
    const name = reader.name();
    checkNotReserved(name, "core import module");
    if (reader.byte() !== 0x12) reader.fail("a core argument is not an instance", at);
    if (given.has(name)) reader.fail(`two core arguments are called ${quoted(name)}`, at);
    given.set(name, scope.get(scope.coreInstances, reader, "core instance"));
  }
  return given;
}

function inlineInstance(decoding: Decoding, scope: Scope, reader: ComponentReader): CoreInstanceEntity {
  const items = new Map<string, CoreItem>();
  for (let left = reader.count("core exports", COMPONENT_CAPS.functions); left > 0; left--) {
    const at = reader.offset;
    decoding.caps.count("functions");
    const name = reader.name();
    checkNotReserved(name, "core export");
    if (items.has(name)) reader.fail(`two core exports are called ${quoted(name)}`, at);
    const kindAt = reader.offset;
    const kind = readCoreKind(reader, reader.byte(), kindAt);
    items.set(name, scope.get(scope.coreItems[kind], reader, `core ${kind}`));
  }
  return items;
}

/**
 * The index spaces of one component while it is decoded, and what stands in them. A definition is evaluated as soon as it is
 * read: aliases, arguments of nested components and re-exports end in the same objects.
 */
import type { Caps } from "./caps.ts";
import type { CoreModuleInfo } from "./core-module.ts";
import type { CanonicalOptions, CoreInstantiation, CoreItem, LiftedFunction, Trampoline } from "./graph.ts";
import type { ComponentReader } from "./reader.ts";
import type { FunctionType, ResourceType, ValueType } from "./value-types.ts";

/** A resource type of the guest gets its name when it is exported. */
export interface NamedLater extends ResourceType {
  interface: string;
  name: string;
}

export type TypeEntity =
  | { readonly sort: "value"; readonly type: ValueType }
  | { readonly sort: "function"; readonly type: FunctionType }
  | { readonly sort: "resource"; readonly resource: NamedLater }
  /** An instance type is evaluated again at each import, so that each import gets resources of its own. */
  | { readonly sort: "instance"; readonly at: number; readonly view: OuterView };

export type FuncEntity =
  | { readonly from: "import"; readonly interface: string; readonly name: string; readonly type: FunctionType }
  | { readonly from: "lift"; readonly core: CoreItem; readonly options: CanonicalOptions; readonly type: FunctionType };

export type Entity =
  | { readonly sort: "func"; readonly func: FuncEntity }
  | { readonly sort: "type"; readonly type: TypeEntity }
  | { readonly sort: "instance"; readonly instance: InstanceEntity };

/** Exports by name. */
export type InstanceEntity = ReadonlyMap<string, Entity>;

export interface NestedComponent {
  readonly start: number;
  readonly end: number;
  readonly view: OuterView;
}

/**
 * The outer definitions that a nested component or an instance type may name: those before its own. It is evaluated later, when
 * there are more; with them it could contain itself.
 */
export interface OuterView {
  readonly scope: Scope;
  readonly types: number;
  readonly components: number;
  readonly coreModules: number;
}

/** Exports of a core instance by name. */
export interface CoreInstanceEntity {
  get(name: string): CoreItem | undefined;
}

/** What the whole decoding shares. */
export interface Decoding {
  readonly bytes: Uint8Array;
  readonly caps: Caps;
  readonly coreModules: { readonly bytes: Uint8Array; readonly info: CoreModuleInfo }[];
  readonly coreInstances: CoreInstantiation[];
  readonly trampolines: Trampoline[];
  readonly destructors: Map<ResourceType, CoreItem | undefined>;
}

/** Answers an `import` definition: the outermost component makes what it imports, a nested one is given arguments. */
export type Importer = (name: string, needed: ExternType, reader: ComponentReader) => Entity;

/** What an import or export declaration says about a definition. */
export type ExternType =
  | { readonly sort: "func"; readonly type: FunctionType }
  | { readonly sort: "type"; readonly bound: TypeEntity | "resource" }
  /** Where the instance type is defined; it is evaluated in that scope. */
  | { readonly sort: "instance"; readonly at: number; readonly view: OuterView };

export class Scope {
  readonly outer: OuterView | undefined;
  readonly coreModules: number[] = [];
  readonly coreInstances: CoreInstanceEntity[] = [];
  readonly coreItems = {
    func: [] as CoreItem[],
    table: [] as CoreItem[],
    memory: [] as CoreItem[],
    global: [] as CoreItem[],
    tag: [] as CoreItem[],
  };
  readonly types: TypeEntity[] = [];
  readonly funcs: FuncEntity[] = [];
  readonly instances: InstanceEntity[] = [];
  readonly components: NestedComponent[] = [];
  /** Whether this is the scope of an instance type, in which only types are defined. */
  readonly isType: boolean;
  readonly imports: Importer;
  readonly exports = new Map<string, Entity>();

  constructor(outer: OuterView | undefined, imports: Importer, isType = false) {
    this.outer = outer;
    this.imports = imports;
    this.isType = isType;
  }

  /** What a definition that begins now may see of this scope. */
  view(): OuterView {
    const { types, components, coreModules } = this;
    return { scope: this, types: types.length, components: components.length, coreModules: coreModules.length };
  }

  /** The definition that an index names, among the first `visible` ones. */
  get<T>(space: readonly T[], reader: ComponentReader, what: string, visible = space.length): T {
    const at = reader.offset;
    const index = reader.u32();
    const found = index < visible ? space[index] : undefined;
    return found ?? reader.fail(`there is no ${what} ${index}`, at);
  }

  addCoreModule(decoding: Decoding, module: number): void {
    decoding.caps.count("instances");
    this.coreModules.push(module);
  }

  addComponent(decoding: Decoding, component: NestedComponent): void {
    decoding.caps.count("instances");
    this.components.push(component);
  }

  addCoreInstance(decoding: Decoding, instance: CoreInstanceEntity): void {
    decoding.caps.count("instances");
    this.coreInstances.push(instance);
  }

  addFunc(decoding: Decoding, func: FuncEntity): void {
    decoding.caps.count("functions");
    this.funcs.push(func);
  }

  addType(decoding: Decoding, type: TypeEntity): void {
    decoding.caps.count("types");
    this.types.push(type);
  }

  addInstance(decoding: Decoding, instance: InstanceEntity): void {
    decoding.caps.count("instances");
    this.instances.push(instance);
  }

  addCoreItem(decoding: Decoding, item: CoreItem): void {
    decoding.caps.count("functions");
    this.coreItems[item.kind].push(item);
  }

  /** Puts an entity of a component into its index space. */
  add(decoding: Decoding, entity: Entity): void {
    if (entity.sort === "func") this.addFunc(decoding, entity.func);
    else if (entity.sort === "type") this.addType(decoding, entity.type);
    else this.addInstance(decoding, entity.instance);
  }
}

/** The exports of an instance of a core module; items are made when they are asked for. */
export function instanceOf(info: CoreModuleInfo, instance: number): CoreInstanceEntity {
  return {
    get: (name) => {
      const extern = info.exports.get(name);
      return extern && { ...extern, source: { from: "instance", instance, name } };
    },
  };
}

export function asLifted(func: FuncEntity): LiftedFunction | undefined {
  return func.from === "lift" ? { type: func.type, core: func.core, options: func.options } : undefined;
}

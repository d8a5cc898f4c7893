/**
 * The index spaces of one component while it is decoded, and what stands in them. A definition is evaluated as soon as it is
 * read: aliases, arguments of nested components and re-exports end in the same objects. A nested component is evaluated each
 * time that it is instantiated, so what it defines exists once an instance.
 */
import type { Caps } from "./caps.ts";
import type { CoreExtern, CoreModuleInfo } from "./core-module.ts";
import type {
  ComponentFunction,
  ComponentInstantiation,
  CoreInstantiation,
  CoreItem,
  ResourceDefinition,
  Trampoline,
} from "./graph.ts";
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
  | InstanceTypeEntity
  /** What it declares is not kept: a component is checked against its arguments and uses when it is instantiated. */
  | { readonly sort: "component" };

export interface InstanceTypeEntity {
  readonly sort: "instance";
  /** Where the declarations begin; they are evaluated in that scope. */
  readonly at: number;
  readonly end: number;
  readonly view: OuterView;
}

/** What a core type section defines. */
export type CoreTypeEntity =
  | { readonly sort: "function"; readonly signature: string }
  | { readonly sort: "module"; readonly module: ModuleType };

export interface ModuleType {
  /** Module name → field name → what a module of this type may import. */
  readonly imports: ReadonlyMap<string, ReadonlyMap<string, CoreExtern>>;
  readonly exports: ReadonlyMap<string, CoreExtern>;
}

export type Entity =
  | { readonly sort: "func"; readonly func: ComponentFunction }
  | { readonly sort: "type"; readonly type: TypeEntity }
  | { readonly sort: "instance"; readonly instance: InstanceEntity }
  /** Undefined where only a declaration stands for it, within a type. */
  | { readonly sort: "component"; readonly component: NestedComponent | undefined }
  | { readonly sort: "core module"; readonly module: number | undefined };

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
  readonly coreTypes: number;
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
  /** Core modules by the offset at which they begin: a component that is instantiated twice has its modules once. */
  readonly coreModulesAt: Map<number, number>;
  readonly instances: ComponentInstantiation[];
  readonly coreInstances: CoreInstantiation[];
  readonly trampolines: Trampoline[];
  readonly definitions: Map<ResourceType, ResourceDefinition>;
}

/** Answers an `import` definition: the outermost component makes what it imports, a nested one is given arguments. */
export type Importer = (name: string, needed: ExternType, reader: ComponentReader) => Entity;

/** What an import or export declaration says about a definition. */
export type ExternType =
  | { readonly sort: "func"; readonly type: FunctionType }
  | { readonly sort: "type"; readonly bound: TypeEntity | "resource" }
  | { readonly sort: "instance"; readonly type: InstanceTypeEntity }
  | { readonly sort: "component" }
  | { readonly sort: "core module"; readonly type: ModuleType };

/** What kind of definitions a scope holds: a component's, or those of a type, which are declarations only. */
export type ScopeKind = "component" | "instance type" | "component type";

export class Scope {
  readonly outer: OuterView | undefined;
  readonly kind: ScopeKind;
  readonly coreModules: (number | undefined)[] = [];
  readonly coreTypes: CoreTypeEntity[] = [];
  readonly coreInstances: CoreInstanceEntity[] = [];
  readonly coreItems = {
    func: [] as CoreItem[],
    table: [] as CoreItem[],
    memory: [] as CoreItem[],
    global: [] as CoreItem[],
    tag: [] as CoreItem[],
  };
  readonly types: TypeEntity[] = [];
  readonly funcs: ComponentFunction[] = [];
  readonly instances: InstanceEntity[] = [];
  readonly components: (NestedComponent | undefined)[] = [];
  readonly imports: Importer;
  readonly exports = new Map<string, Entity>();
  /** The scope of the component that instantiates this one, which need not be the one around it. */
  readonly #parent: Scope | undefined;
  #instance: number | undefined;

  constructor(outer: OuterView | undefined, imports: Importer, kind: ScopeKind = "component", parent?: Scope) {
    this.outer = outer;
    this.imports = imports;
    this.kind = kind;
    this.#parent = parent;
  }

  get isType(): boolean {
    return this.kind !== "component";
  }

  /** The component instance that this evaluation makes; only those with code get a number. */
  instance(decoding: Decoding): number {
    if (this.#instance === undefined) {
      const parent = this.#parent?.instance(decoding);
      decoding.caps.count("componentInstances");
      this.#instance = decoding.instances.length;
      decoding.instances.push({ parent });
    }
    return this.#instance;
  }

  /** What a definition that begins now may see of this scope. */
  view(): OuterView {
    return {
      scope: this,
      coreTypes: this.coreTypes.length,
      types: this.types.length,
      components: this.components.length,
      coreModules: this.coreModules.length,
    };
  }

  /** The definition that an index names, among the first `visible` ones. */
  get<T>(space: readonly (T | undefined)[], reader: ComponentReader, what: string, visible = space.length): T {
    const at = reader.offset;
    const index = reader.u32();
    const found = index < visible ? space[index] : undefined;
    return found ?? reader.fail(`there is no ${what} ${index}`, at);
  }

  addCoreModule(decoding: Decoding, module: number | undefined): void {
    decoding.caps.count("instances");
    this.coreModules.push(module);
  }

  addCoreType(decoding: Decoding, type: CoreTypeEntity): void {
    decoding.caps.count("types");
    this.coreTypes.push(type);
  }

  addComponent(decoding: Decoding, component: NestedComponent | undefined): void {
    decoding.caps.count("instances");
    this.components.push(component);
  }

  addCoreInstance(decoding: Decoding, instance: CoreInstanceEntity): void {
    decoding.caps.count("instances");
    this.coreInstances.push(instance);
  }

  addFunc(decoding: Decoding, func: ComponentFunction): void {
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
    else if (entity.sort === "instance") this.addInstance(decoding, entity.instance);
    else if (entity.sort === "component") this.addComponent(decoding, entity.component);
    else this.addCoreModule(decoding, entity.module);
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

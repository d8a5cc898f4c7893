/**
 * What a component is after decoding: its interfaces, and the link graph, in which every index and alias is resolved. Nested
 * components are gone; what is left are component instances with their core instances, host functions to lower, core functions
 * to lift, and functions of one component instance that another calls.
 */
import type { CoreExtern } from "./core-module.ts";
import type { FunctionType, ResourceType, ValueType } from "./value-types.ts";

/** One interface, as a component imports or exports it. Functions of a world itself stand under the name `""`. */
export interface InterfaceType {
  readonly name: string;
  readonly functions: ReadonlyMap<string, FunctionType>;
  /** Resources by the name that this interface gives them. */
  readonly resources: ReadonlyMap<string, ResourceType>;
  /** Named value types. */
  readonly types: ReadonlyMap<string, ValueType>;
}

export interface Component {
  /** The bytes of the core modules, by index; not validated yet. */
  readonly coreModules: readonly Uint8Array[];
  readonly imports: ReadonlyMap<string, InterfaceType>;
  readonly exports: ReadonlyMap<string, InterfaceType>;
  readonly graph: LinkGraph;
}

/** Where a core item comes from. */
export type CoreSource =
  | { readonly from: "instance"; readonly instance: number; readonly name: string }
  | { readonly from: "trampoline"; readonly trampoline: number };

export interface CoreItem extends CoreExtern {
  readonly source: CoreSource;
}

export type StringEncoding = "utf8" | "utf16" | "latin1+utf16";

/** The options of one `canon lift` or `canon lower`. */
export interface CanonicalOptions {
  readonly encoding: StringEncoding;
  readonly memory: CoreItem | undefined;
  readonly realloc: CoreItem | undefined;
  readonly postReturn: CoreItem | undefined;
}

/** A function of a component: the host's, or a core function of one of the component instances, lifted. */
export type ComponentFunction = HostFunctionImport | LiftedFunction;

export interface HostFunctionImport {
  readonly from: "host";
  readonly interface: string;
  readonly name: string;
  readonly type: FunctionType;
}

export interface LiftedFunction {
  readonly from: "guest";
  /** The component instance that lifts it. */
  readonly instance: number;
  readonly type: FunctionType;
  readonly core: CoreItem;
  readonly options: CanonicalOptions;
}

/** A core function that the host makes, for the component instance `instance`. */
export type Trampoline =
  | {
      readonly kind: "lower";
      readonly instance: number;
      readonly callee: ComponentFunction;
      readonly options: CanonicalOptions;
    }
  | { readonly kind: "drop" | "new" | "rep"; readonly instance: number; readonly resource: ResourceType };

export interface CoreInstantiation {
  readonly module: number;
  /** Module name → field name → item; only what the module imports. */
  readonly imports: ReadonlyMap<string, ReadonlyMap<string, CoreItem>>;
}

/** A component instance that has code or contains one that has. */
export interface ComponentInstantiation {
  /** The instance whose component instantiates it; undefined for the outermost one. */
  readonly parent: number | undefined;
}

/** A resource type that a component instance defines. */
export interface ResourceDefinition {
  readonly instance: number;
  readonly destructor: CoreItem | undefined;
}

export interface LinkGraph {
  /** A parent stands before what it contains. */
  readonly instances: readonly ComponentInstantiation[];
  /** In the order of instantiation. */
  readonly coreInstances: readonly CoreInstantiation[];
  readonly trampolines: readonly Trampoline[];
  readonly exports: ReadonlyMap<string, ReadonlyMap<string, ComponentFunction>>;
  readonly definitions: ReadonlyMap<ResourceType, ResourceDefinition>;
}

/**
 * What a component is after decoding: its interfaces, and the link graph, in which every index and alias is resolved. Nested
 * components are gone; what is left is one component instance with core instances, host functions to lower and core
 * functions to lift.
 */
import type { CoreKind } from "./core-module.ts";
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

export interface CoreItem {
  readonly kind: CoreKind;
  readonly signature: string | undefined;
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

/** A core function that the host makes. */
export type Trampoline =
  | {
      readonly kind: "lower";
      readonly interface: string;
      readonly name: string;
      readonly type: FunctionType;
      readonly options: CanonicalOptions;
    }
  | { readonly kind: "drop" | "new" | "rep"; readonly resource: ResourceType };

export interface CoreInstantiation {
  readonly module: number;
  /** Module name → field name → item; only what the module imports. */
  readonly imports: ReadonlyMap<string, ReadonlyMap<string, CoreItem>>;
}

export interface LiftedFunction {
  readonly type: FunctionType;
  readonly core: CoreItem;
  readonly options: CanonicalOptions;
}

export interface LinkGraph {
  /** In the order of instantiation. */
  readonly coreInstances: readonly CoreInstantiation[];
  readonly trampolines: readonly Trampoline[];
  readonly exports: ReadonlyMap<string, ReadonlyMap<string, LiftedFunction>>;
  /** Destructors of the resources that the component defines. */
  readonly destructors: ReadonlyMap<ResourceType, CoreItem | undefined>;
}

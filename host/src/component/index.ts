/**
 * Reads WebAssembly components, compares their interfaces, and links them to host functions by the Canonical ABI. Usable alone:
 * it sees no capability, file or clock, and generates no code.
 */
export { compareInterface } from "./compare.ts";
export {
  type CoreImportNeed as CoreImport,
  type CoreModuleInfo as CoreModuleTypes,
  readCoreModule,
} from "./core-module.ts";
export { coreModuleSections, customSections, isComponent, isCoreModule } from "./custom-section.ts";
export { decodeComponent } from "./decode.ts";
export type { GuestFunction } from "./exported-functions.ts";
export type { Component, InterfaceType } from "./graph.ts";
export { GuestResource } from "./handles.ts";
export type { HostFunction } from "./imported-functions.ts";
export type { Boundary } from "./instance-state.ts";
export {
  type ComponentInstance,
  type CoreExports,
  type CoreValue,
  type HostImports,
  type HostInterface,
  instantiate,
  instantiateSync,
  type LinkOptions,
  type LocalEvaluation,
} from "./instantiate.ts";
export { outlineComponent } from "./outline.ts";
export { type ComponentPlan, planComponent } from "./plan.ts";
export { type Producer, producersOf } from "./producers.ts";
export { canSuspend, mayWait } from "./suspension.ts";
export { camelCase, describe, type FunctionType, type ResourceType, type ValueType } from "./value-types.ts";

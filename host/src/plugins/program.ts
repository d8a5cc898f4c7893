/**
 * What a plugin is made of, whoever wrote its WebAssembly: code that was loaded once, and something that starts instances of it,
 * which is a language engine (`engine.ts`) or the plugin's own component (`native.ts`).
 */
import type { Grant } from "../capabilities/index.ts";
import type { HostImports } from "../component/index.ts";
import type { EngineName } from "../engines.ts";
import type { CallLimits } from "../limits.ts";
import type { ArtifactCache } from "../powers/types.ts";
import type { Image, Runner, Running, RunningHere } from "../sandbox/index.ts";
import type { ToolInfo } from "./guest.ts";

/** A plugin that brings its own WebAssembly: a component, or an Extism plug-in. */
export type NativeName = "wasm" | "extism";

/** What runs a plugin's code. */
export interface EngineInfo {
  readonly name: EngineName | NativeName;
  /** SHA-256 of the component, in hex. */
  readonly hash: string;
  /** Names the format of the code. */
  readonly abi: string;
  /** The interfaces that the component imports: all that the plugin could ever reach. */
  readonly imports: readonly string[];
}

export type StartSync = (loaded: LoadedCode, functions: PluginFunctions, limits: CallLimits) => RunningHere;

export interface Launcher extends EngineInfo {
  /** An instance of the plugin at the moment after loading, with the host functions that are given. Whoever starts it drops it. */
  startPlugin(loaded: LoadedCode, functions: PluginFunctions, limits: CallLimits): Promise<Running>;
  /** The same at once; only where instances live on the caller's thread. */
  readonly startPluginSync: StartSync | undefined;
  /** @throws PluginError `denied` for a component that imports what the grant does not hold */
  checkGrant(grant: Grant): void;
}

/** Code that is ready to be started any number of times. */
export interface LoadedCode {
  readonly image: Image | undefined;
  readonly code: Uint8Array;
  /** Fuel that loading took. */
  readonly loadFuel: number;
  /** Tools that the code itself declares. */
  readonly tools: readonly ToolInfo[];
}

/** Whose instance it is, its host functions, the fuel that their work costs, and what cancels it (`RunnerStart`). */
export interface PluginFunctions {
  readonly owner: string;
  readonly imports: HostImports;
  readonly takeWork?: () => number;
  readonly signal?: AbortSignal;
  /** As in `RunnerStart`. */
  readonly stackBytes?: number;
  /** As in `RunnerStart`. */
  readonly caller?: Running;
  /** As in `RunnerStart`. */
  readonly spread?: boolean;
}

/** The host functions of a plugin's life outside calls: everything but the log answers `unavailable`. */
export type LoadFunctions = () => PluginFunctions;

/** What an engine needs of its host. */
export interface EngineContext {
  readonly runner: Runner;
  /** Host functions for the engine's own start. */
  readonly functions: LoadFunctions;
  readonly cache: ArtifactCache | undefined;
}

/** What of the public API needs no platform: it is the same in a page and in Node. Re-exports only. */
export {
  type Capabilities,
  type CapabilitiesOptions,
  createCapabilities,
  type FolderScope,
  type Grant,
  type Powers,
  type Progress,
  type Report,
} from "./capabilities/index.ts";
export { ENGINES, type EngineEntry, type EngineLoader, type EngineName } from "./engines.ts";
export {
  type CallUsage,
  type Diagnostic,
  ERROR_CODES,
  type ErrorCode,
  isErrorCode,
  PluginError,
  type PluginErrorDetails,
  type SourcePosition,
  type StackFrame,
} from "./errors.ts";
export { type CallLimits, DEFAULT_CALL_LIMITS } from "./limits.ts";
export type { AppOptions } from "./plugins/app-options.ts";
export type { PluginFolder } from "./plugins/folder.ts";
export type { ToolInfo } from "./plugins/guest.ts";
export { type HostOptions, PluginHost } from "./plugins/host.ts";
export type { LimitOptions } from "./plugins/limits-of-call.ts";
export type { Manifest, ToolDeclaration } from "./plugins/manifest.ts";
export type { OpenCallOptions, OpenOptions, OpenPlugin } from "./plugins/open-plugin.ts";
export type { CallOptions, CallOutcome, Plugin, PluginOptions } from "./plugins/plugin.ts";
export type { EngineInfo } from "./plugins/program.ts";
export { parseRecording, printRecording } from "./plugins/recording.ts";
export type { PluginFile } from "./plugins/source.ts";
export { frozenClock } from "./powers/memory/clock.ts";
export { type MemoryKiln, type MemoryKilnOptions, memoryKiln } from "./powers/memory/kiln.ts";
export {
  type MemoryState,
  type MemoryStateEntry,
  type MemoryStateOptions,
  memoryState,
} from "./powers/memory/state.ts";
export type {
  ArtifactCache,
  ClockPower,
  KilnStorage,
  LogEntry,
  LogLevel,
  Question,
  StateStorage,
  UiPower,
} from "./powers/types.ts";
export type { RecordedCall, RecordedOutcome, Recording } from "./recording.ts";
export {
  type Image,
  type Instance,
  type InstanceCall,
  inlineRunner,
  type MonotonicClock,
  type PreparedComponent,
  prepareComponent,
  type Runner,
  type RunnerStart,
  type Running,
  type StartOptions,
  startInstance,
  startInstanceSync,
} from "./sandbox/index.ts";
export { witExports, witImports } from "./wit.ts";

/**
 * Made by `npm run wit` from wit/*.wit; do not edit. The types describe host functions and exports in the lifted
 * representation of host/src/component.
 */
/** A `result`: of a function as of a value inside another. */
export type Result<T, E> = { readonly tag: "ok"; readonly val: T } | { readonly tag: "err"; readonly val: E };

export type TypesError = { readonly tag: "denied"; readonly val: string } | { readonly tag: "not-found"; readonly val: string } | { readonly tag: "invalid-arguments"; readonly val: string } | { readonly tag: "conflict"; readonly val: string } | { readonly tag: "rate-limited"; readonly val: string } | { readonly tag: "transfer-limit"; readonly val: string } | { readonly tag: "timeout"; readonly val: string } | { readonly tag: "unavailable"; readonly val: string };

export type TypesErrorCode = "fuel-exhausted" | "deadline" | "cancelled" | "memory-limit" | "stack-limit" | "transfer-limit" | "denied" | "rate-limited" | "invalid-module" | "invalid-manifest" | "invalid-arguments" | "compile-error" | "guest-error" | "trap" | "not-found" | "conflict" | "timeout" | "unavailable" | "busy";

export type TypesPosition = { readonly file: string; readonly line: number; readonly column: number };

export type TypesFrame = { readonly name: string; readonly position?: TypesPosition | undefined };

export type TypesFailure = { readonly code: TypesErrorCode; readonly message: string; readonly position?: TypesPosition | undefined; readonly stack: readonly TypesFrame[] };

export type KilnNoteInfo = { readonly path: string; readonly sizeBytes: bigint; readonly modifiedMs: bigint };

/** The host's own object behind the resource `note-cursor`. */
export type KilnNoteCursor = object;

export interface KilnFunctions {
  "[method]note-cursor.next"(self: KilnNoteCursor, max: number): Result<readonly KilnNoteInfo[], TypesError>;
  "read-note"(path: string): Result<string, TypesError>;
  "stat-note"(path: string): Result<KilnNoteInfo, TypesError>;
  "note-exists"(path: string): Result<boolean, TypesError>;
  "list-notes"(folder: string): Result<KilnNoteCursor, TypesError>;
  "write-note"(path: string, content: string): Result<undefined, TypesError>;
  "create-note"(path: string, content: string): Result<undefined, TypesError>;
  "delete-note"(path: string): Result<undefined, TypesError>;
}

export type SearchHit = { readonly path: string; readonly title?: string | undefined; readonly score: number; readonly snippet: string; readonly line: number };

export type SearchMode = "text" | "semantic" | "hybrid";

export type SearchOptions = { readonly mode: SearchMode; readonly folder?: string | undefined; readonly tags: readonly string[]; readonly limit: number };

/** The host's own object behind the resource `hit-cursor`. */
export type SearchHitCursor = object;

export interface SearchFunctions {
  "[method]hit-cursor.next"(self: SearchHitCursor, max: number): Result<readonly SearchHit[], TypesError>;
  "query"(text: string, options: SearchOptions): Result<SearchHitCursor, TypesError>;
}

export type GraphLinkKind = "wikilink" | "markdown" | "embed";

export type GraphLink = { readonly source: string; readonly target: string; readonly resolved: boolean; readonly kind: GraphLinkKind; readonly line: number };

export type GraphVisit = { readonly path: string; readonly depth: number; readonly via?: string | undefined };

export type GraphStrategy = "breadth-first" | "depth-first" | "similarity";

export type GraphDirection = "forward" | "backward" | "both";

export type GraphTraversal = { readonly strategy: GraphStrategy; readonly direction: GraphDirection; readonly maxDepth: number; readonly maxNotes: number; readonly tags: readonly string[] };

/** The host's own object behind the resource `link-cursor`. */
export type GraphLinkCursor = object;

/** The host's own object behind the resource `visit-cursor`. */
export type GraphVisitCursor = object;

export interface GraphFunctions {
  "[method]link-cursor.next"(self: GraphLinkCursor, max: number): Result<readonly GraphLink[], TypesError>;
  "[method]visit-cursor.next"(self: GraphVisitCursor, max: number): Result<readonly GraphVisit[], TypesError>;
  "backlinks"(path: string): Result<GraphLinkCursor, TypesError>;
  "forward-links"(path: string): Result<GraphLinkCursor, TypesError>;
  "traverse"(start: string, how: GraphTraversal): Result<GraphVisitCursor, TypesError>;
}

export type StateScope = "plugin" | "kiln" | "global";

/** The host's own object behind the resource `key-cursor`. */
export type StateKeyCursor = object;

export interface StateFunctions {
  "[method]key-cursor.next"(self: StateKeyCursor, max: number): Result<readonly string[], TypesError>;
  "get"(scope: StateScope, key: string): Result<string | undefined, TypesError>;
  "set"(scope: StateScope, key: string, value: string, expiresInMs: bigint | undefined): Result<undefined, TypesError>;
  "delete"(scope: StateScope, key: string): Result<boolean, TypesError>;
  "keys"(scope: StateScope, prefix: string): Result<StateKeyCursor, TypesError>;
}

export type NetworkHeader = { readonly name: string; readonly value: string };

export type NetworkRequest = { readonly method: string; readonly url: string; readonly headers: readonly NetworkHeader[]; readonly body?: Uint8Array | undefined; readonly timeoutMs?: number | undefined };

/** The host's own object behind the resource `response`. */
export type NetworkResponse = object;

export interface NetworkFunctions {
  "[method]response.status"(self: NetworkResponse): number;
  "[method]response.url"(self: NetworkResponse): string;
  "[method]response.headers"(self: NetworkResponse): readonly NetworkHeader[];
  "[method]response.read"(self: NetworkResponse, max: number): Result<Uint8Array, TypesError>;
  "fetch"(request: NetworkRequest): Result<NetworkResponse, TypesError>;
}

export interface ClockFunctions {
  "now-ms"(): Result<bigint, TypesError>;
  "monotonic-ns"(): Result<bigint, TypesError>;
  "utc-offset-minutes"(atMs: bigint): Result<number, TypesError>;
}

export interface RandomFunctions {
  "next-u64"(): Result<bigint, TypesError>;
  "next-f64"(): Result<number, TypesError>;
  "range"(low: bigint, high: bigint): Result<bigint, TypesError>;
  "bytes"(length: number): Result<Uint8Array, TypesError>;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogFunctions {
  "write"(level: LogLevel, message: string): void;
}

export type SessionStatus = "pending" | "running" | "done" | "failed" | "skipped";

export type SessionPhase = { readonly name: string; readonly agent?: string | undefined; readonly channel?: string | undefined; readonly input?: string | undefined; readonly output?: string | undefined; readonly status: SessionStatus; readonly durationMs?: bigint | undefined; readonly tokens?: bigint | undefined };

/** The host's own object behind the resource `phase-cursor`. */
export type SessionPhaseCursor = object;

export interface SessionFunctions {
  "[method]phase-cursor.next"(self: SessionPhaseCursor, max: number): Result<readonly SessionPhase[], TypesError>;
  "list-sessions"(limit: number): Result<readonly string[], TypesError>;
  "phases"(path: string): Result<SessionPhaseCursor, TypesError>;
  "append"(path: string, event: string): Result<undefined, TypesError>;
}

export type PluginsPluginInfo = { readonly name: string; readonly version: string; readonly description: string; readonly exports: readonly string[] };

/** The host's own object behind the resource `answer-cursor`. */
export type PluginsAnswerCursor = object;

export interface PluginsFunctions {
  "[method]answer-cursor.next"(self: PluginsAnswerCursor, max: number): Result<readonly Result<string, TypesFailure>[], TypesFailure>;
  "list-plugins"(): Result<readonly PluginsPluginInfo[], TypesFailure>;
  "call"(plugin: string, tool: string, args: string): Result<string, TypesFailure>;
  "map"(plugin: string, tool: string, inputs: readonly string[]): Result<PluginsAnswerCursor, TypesFailure>;
}

/** The host's own object behind the resource `row-cursor`. */
export type DatalogRowCursor = object;

/** The host's own object behind the resource `program`. */
export type DatalogProgram = object;

export interface DatalogFunctions {
  "[method]row-cursor.next"(self: DatalogRowCursor, max: number): Result<readonly string[], TypesError>;
  "[method]program.insert"(self: DatalogProgram, relation: string, rows: string): Result<undefined, TypesError>;
  "[method]program.retract"(self: DatalogProgram, relation: string, rows: string): Result<undefined, TypesError>;
  "[method]program.query"(self: DatalogProgram, goal: string): Result<DatalogRowCursor, TypesError>;
  "parse"(rules: string): Result<DatalogProgram, TypesError>;
}

export type UiChoice = { readonly question: string; readonly choices: readonly string[] };

export type UiQuestion = { readonly tag: "confirm"; readonly val: string } | { readonly tag: "text"; readonly val: string } | { readonly tag: "choose"; readonly val: UiChoice };

export interface UiFunctions {
  "ask"(question: UiQuestion): Result<string | undefined, TypesError>;
  "progress"(fraction: number | undefined, message: string): Result<undefined, TypesError>;
}

export type GuestTool = { readonly name: string; readonly description: string; readonly parameters: string; readonly returns?: string | undefined };

export interface GuestFunctions {
  "tools"(): readonly GuestTool[];
  "call"(name: string, args: string): Result<string, TypesFailure>;
}

export type CompilerSourceFile = { readonly path: string; readonly text: string };

export type CompilerCompileOptions = { readonly entry: string };

export type CompilerSeverity = "error" | "warning";

export type CompilerDiagnostic = { readonly severity: CompilerSeverity; readonly message: string; readonly position?: TypesPosition | undefined; readonly excerpt: string };

export type CompilerCompiled = { readonly code: Uint8Array; readonly warnings: readonly CompilerDiagnostic[] };

export interface CompilerFunctions {
  "abi"(): string;
  "warm-up"(): void;
  "compile"(files: readonly CompilerSourceFile[], options: CompilerCompileOptions): Result<CompilerCompiled, readonly CompilerDiagnostic[]>;
  "load"(code: Uint8Array): Result<undefined, TypesFailure>;
}

export interface WitImports {
  readonly "crucible:plugin/kiln@0.1.0": KilnFunctions;
  readonly "crucible:plugin/search@0.1.0": SearchFunctions;
  readonly "crucible:plugin/graph@0.1.0": GraphFunctions;
  readonly "crucible:plugin/state@0.1.0": StateFunctions;
  readonly "crucible:plugin/network@0.1.0": NetworkFunctions;
  readonly "crucible:plugin/clock@0.1.0": ClockFunctions;
  readonly "crucible:plugin/random@0.1.0": RandomFunctions;
  readonly "crucible:plugin/log@0.1.0": LogFunctions;
  readonly "crucible:plugin/session@0.1.0": SessionFunctions;
  readonly "crucible:plugin/plugins@0.1.0": PluginsFunctions;
  readonly "crucible:plugin/datalog@0.1.0": DatalogFunctions;
  readonly "crucible:plugin/ui@0.1.0": UiFunctions;
}

export interface WitExports {
  readonly "crucible:plugin/guest@0.1.0": GuestFunctions;
  readonly "crucible:plugin/compiler@0.1.0": CompilerFunctions;
}

/** What the world `engine` exports of it. */
export const WIT_EXPORTS: readonly string[] = ["crucible:plugin/guest@0.1.0","crucible:plugin/compiler@0.1.0"];

/** A component that imports every interface of the package and does nothing, in base64. */
export const WIT_COMPONENT = "AGFzbQ0AAQAH+AMBQg4BcQgGZGVuaWVkAXMACW5vdC1mb3VuZAFzABFpbnZhbGlkLWFyZ3VtZW50cwFzAAhjb25mbGljdAFzAAxyYXRlLWxpbWl0ZWQBcwAOdHJhbnNmZXItbGltaXQBcwAHdGltZW91dAFzAAt1bmF2YWlsYWJsZQFzAAQABWVycm9yAwAAAXMEAARqc29uAwACAW0TDmZ1ZWwtZXhoYXVzdGVkCGRlYWRsaW5lCWNhbmNlbGxlZAxtZW1vcnktbGltaXQLc3RhY2stbGltaXQOdHJhbnNmZXItbGltaXQGZGVuaWVkDHJhdGUtbGltaXRlZA5pbnZhbGlkLW1vZHVsZRBpbnZhbGlkLW1hbmlmZXN0EWludmFsaWQtYXJndW1lbnRzDWNvbXBpbGUtZXJyb3ILZ3Vlc3QtZXJyb3IEdHJhcAlub3QtZm91bmQIY29uZmxpY3QHdGltZW91dAt1bmF2YWlsYWJsZQRidXN5BAAKZXJyb3ItY29kZQMABAFyAwRmaWxlcwRsaW5leQZjb2x1bW55BAAIcG9zaXRpb24DAAYBawcBcgIEbmFtZXMIcG9zaXRpb24IBAAFZnJhbWUDAAkBcAoBcgQEY29kZQUHbWVzc2FnZXMIcG9zaXRpb24IBXN0YWNrCwQAB2ZhaWx1cmUDAAwKIAEAG2NydWNpYmxlOnBsdWdpbi90eXBlc0AwLjEuMAUABgoBAwAABWVycm9yB+QCAUIdBAALbm90ZS1jdXJzb3IDAQFyAwRwYXRocwpzaXplLWJ5dGVzdwttb2RpZmllZC1tc3cEAAlub3RlLWluZm8DAAECAwIBAQQABWVycm9yAwADAWgAAXACAWoBBgEEAUACBHNlbGYFA21heHkABwQAGFttZXRob2Rdbm90ZS1jdXJzb3IubmV4dAEIAWoBcwEEAUABBHBhdGhzAAkEAAlyZWFkLW5vdGUBCgFqAQIBBAFAAQRwYXRocwALBAAJc3RhdC1ub3RlAQwBagF/AQQBQAEEcGF0aHMADQQAC25vdGUtZXhpc3RzAQ4BaQABagEPAQQBQAEGZm9sZGVycwAQBAAKbGlzdC1ub3RlcwERAWoAAQQBQAIEcGF0aHMHY29udGVudHMAEgQACndyaXRlLW5vdGUBEwQAC2NyZWF0ZS1ub3RlARMBQAEEcGF0aHMAEgQAC2RlbGV0ZS1ub3RlARQKHwEAGmNydWNpYmxlOnBsdWdpbi9raWxuQDAuMS4wBQIGCgEDAAAFZXJyb3IHgwIBQhQEAApoaXQtY3Vyc29yAwEBa3MBcgUEcGF0aHMFdGl0bGUBBXNjb3JldQdzbmlwcGV0cwRsaW5leQQAA2hpdAMAAgIDAgEDBAAFZXJyb3IDAAQBbQMEdGV4dAhzZW1hbnRpYwZoeWJyaWQEAARtb2RlAwAGAXBzAXIEBG1vZGUHBmZvbGRlcgEEdGFncwgFbGltaXR5BAAHb3B0aW9ucwMACQFoAAFwAwFqAQwBBQFAAgRzZWxmCwNtYXh5AA0EABdbbWV0aG9kXWhpdC1jdXJzb3IubmV4dAEOAWkAAWoBDwEFAUACBHRleHRzB29wdGlvbnMKABAEAAVxdWVyeQERCiEBABxjcnVjaWJsZTpwbHVnaW4vc2VhcmNoQDAuMS4wBQQGCgEDAAAFZXJyb3IHpgQBQiUEAAtsaW5rLWN1cnNvcgMBAW0DCHdpa2lsaW5rCG1hcmtkb3duBWVtYmVkBAAJbGluay1raW5kAwABAXIFBnNvdXJjZXMGdGFyZ2V0cwhyZXNvbHZlZH8Ea2luZAIEbGluZXkEAARsaW5rAwADAgMCAQUEAAVlcnJvcgMABQQADHZpc2l0LWN1cnNvcgMBAWtzAXIDBHBhdGhzBWRlcHRoeQN2aWEIBAAFdmlzaXQDAAkBbQMNYnJlYWR0aC1maXJzdAtkZXB0aC1maXJzdApzaW1pbGFyaXR5BAAIc3RyYXRlZ3kDAAsBbQMHZm9yd2FyZAhiYWNrd2FyZARib3RoBAAJZGlyZWN0aW9uAwANAXBzAXIFCHN0cmF0ZWd5DAlkaXJlY3Rpb24OCW1heC1kZXB0aHkJbWF4LW5vdGVzeQR0YWdzDwQACXRyYXZlcnNhbAMAEAFoAAFwBAFqARMBBgFAAgRzZWxmEgNtYXh5ABQEABhbbWV0aG9kXWxpbmstY3Vyc29yLm5leHQBFQFoBwFwCgFqARcBBgFAAgRzZWxmFgNtYXh5ABgEABlbbWV0aG9kXXZpc2l0LWN1cnNvci5uZXh0ARkBaQABagEaAQYBQAEEcGF0aHMAGwQACWJhY2tsaW5rcwEcBAANZm9yd2FyZC1saW5rcwEcAWkHAWoBHQEGAUACBXN0YXJ0cwNob3cRAB4EAAh0cmF2ZXJzZQEfCiABABtjcnVjaWJsZTpwbHVnaW4vZ3JhcGhAMC4xLjAFBgYSAgMAAAVlcnJvcgMAAARqc29uB6sCAUIbBAAKa2V5LWN1cnNvcgMBAgMCAQcEAAVlcnJvcgMAAQFtAwZwbHVnaW4Ea2lsbgZnbG9iYWwEAAVzY29wZQMAAwIDAgEIBAAEanNvbgMABQFoAAFwcwFqAQgBAgFAAgRzZWxmBwNtYXh5AAkEABdbbWV0aG9kXWtleS1jdXJzb3IubmV4dAEKAWsGAWoBCwECAUACBXNjb3BlBANrZXlzAAwEAANnZXQBDQFrdwFqAAECAUAEBXNjb3BlBANrZXlzBXZhbHVlBg1leHBpcmVzLWluLW1zDgAPBAADc2V0ARABagF/AQIBQAIFc2NvcGUEA2tleXMAEQQABmRlbGV0ZQESAWkAAWoBEwECAUACBXNjb3BlBAZwcmVmaXhzABQEAARrZXlzARUKIAEAG2NydWNpYmxlOnBsdWdpbi9zdGF0ZUAwLjEuMAUJBgoBAwAABWVycm9yB8cCAUIZBAAIcmVzcG9uc2UDAQFyAgRuYW1lcwV2YWx1ZXMEAAZoZWFkZXIDAAECAwIBCgQABWVycm9yAwADAXACAXB9AWsGAWt5AXIFBm1ldGhvZHMDdXJscwdoZWFkZXJzBQRib2R5Bwp0aW1lb3V0LW1zCAQAB3JlcXVlc3QDAAkBaAABQAEEc2VsZgsAewQAF1ttZXRob2RdcmVzcG9uc2Uuc3RhdHVzAQwBQAEEc2VsZgsAcwQAFFttZXRob2RdcmVzcG9uc2UudXJsAQ0BQAEEc2VsZgsABQQAGFttZXRob2RdcmVzcG9uc2UuaGVhZGVycwEOAWoBBgEEAUACBHNlbGYLA21heHkADwQAFVttZXRob2RdcmVzcG9uc2UucmVhZAEQAWkAAWoBEQEEAUABB3JlcXVlc3QKABIEAAVmZXRjaAETCiIBAB1jcnVjaWJsZTpwbHVnaW4vbmV0d29ya0AwLjEuMAULBgoBAwAABWVycm9yB2MBQgkCAwIBDAQABWVycm9yAwAAAWoBdwEBAUAAAAIEAAZub3ctbXMBAwQADG1vbm90b25pYy1ucwEDAWoBegEBAUABBWF0LW1zdwAEBAASdXRjLW9mZnNldC1taW51dGVzAQUKIAEAG2NydWNpYmxlOnBsdWdpbi9jbG9ja0AwLjEuMAUNBgoBAwAABWVycm9yB4MBAUIPAgMCAQ4EAAVlcnJvcgMAAAFqAXcBAQFAAAACBAAIbmV4dC11NjQBAwFqAXUBAQFAAAAEBAAIbmV4dC1mNjQBBQFqAXgBAQFAAgNsb3d4BGhpZ2h4AAYEAAVyYW5nZQEHAXB9AWoBCAEBAUABBmxlbmd0aHkACQQABWJ5dGVzAQoKIQEAHGNydWNpYmxlOnBsdWdpbi9yYW5kb21AMC4xLjAFDwdGAUIEAW0EBWRlYnVnBGluZm8Ed2FybgVlcnJvcgQABWxldmVsAwAAAUACBWxldmVsAQdtZXNzYWdlcwEABAAFd3JpdGUBAgoeAQAZY3J1Y2libGU6cGx1Z2luL2xvZ0AwLjEuMAUQBhICAwAABWVycm9yAwAABGpzb24H3gIBQhsEAAxwaGFzZS1jdXJzb3IDAQFtBQdwZW5kaW5nB3J1bm5pbmcEZG9uZQZmYWlsZWQHc2tpcHBlZAQABnN0YXR1cwMAAQFrcwFrdwFyCARuYW1lcwVhZ2VudAMHY2hhbm5lbAMFaW5wdXQDBm91dHB1dAMGc3RhdHVzAgtkdXJhdGlvbi1tcwQGdG9rZW5zBAQABXBoYXNlAwAFAgMCAREEAAVlcnJvcgMABwIDAgESBAAEanNvbgMACQFoAAFwBgFqAQwBCAFAAgRzZWxmCwNtYXh5AA0EABlbbWV0aG9kXXBoYXNlLWN1cnNvci5uZXh0AQ4BcHMBagEPAQgBQAEFbGltaXR5ABAEAA1saXN0LXNlc3Npb25zAREBaQABagESAQgBQAEEcGF0aHMAEwQABnBoYXNlcwEUAWoAAQgBQAIEcGF0aHMFZXZlbnQKABUEAAZhcHBlbmQBFgoiAQAdY3J1Y2libGU6cGx1Z2luL3Nlc3Npb25AMC4xLjAFEwYUAgMAAARqc29uAwAAB2ZhaWx1cmUHowIBQhkEAA1hbnN3ZXItY3Vyc29yAwECAwIBFAQABGpzb24DAAECAwIBFQQAB2ZhaWx1cmUDAAMBcHMBcgQEbmFtZXMHdmVyc2lvbnMLZGVzY3JpcHRpb25zB2V4cG9ydHMFBAALcGx1Z2luLWluZm8DAAYBaAABagECAQQBcAkBagEKAQQBQAIEc2VsZggDbWF4eQALBAAaW21ldGhvZF1hbnN3ZXItY3Vyc29yLm5leHQBDAFwBwFqAQ0BBAFAAAAOBAAMbGlzdC1wbHVnaW5zAQ8BQAMGcGx1Z2lucwR0b29scwRhcmdzAgAJBAAEY2FsbAEQAXACAWkAAWoBEgEEAUADBnBsdWdpbnMEdG9vbHMGaW5wdXRzEQATBAADbWFwARQKIgEAHWNydWNpYmxlOnBsdWdpbi9wbHVnaW5zQDAuMS4wBRYGEgIDAAAEanNvbgMAAAVlcnJvcgeiAgFCGAQACnJvdy1jdXJzb3IDAQIDAgEXBAAEanNvbgMAAQIDAgEYBAAFZXJyb3IDAAMEAAdwcm9ncmFtAwEBaAABcAIBagEHAQQBQAIEc2VsZgYDbWF4eQAIBAAXW21ldGhvZF1yb3ctY3Vyc29yLm5leHQBCQFoBQFqAAEEAUADBHNlbGYKCHJlbGF0aW9ucwRyb3dzAgALBAAWW21ldGhvZF1wcm9ncmFtLmluc2VydAEMBAAXW21ldGhvZF1wcm9ncmFtLnJldHJhY3QBDAFpAAFqAQ0BBAFAAgRzZWxmCgRnb2FscwAOBAAVW21ldGhvZF1wcm9ncmFtLnF1ZXJ5AQ8BaQUBagEQAQQBQAEFcnVsZXNzABEEAAVwYXJzZQESCiIBAB1jcnVjaWJsZTpwbHVnaW4vZGF0YWxvZ0AwLjEuMAUZBgoBAwAABWVycm9yB7MBAUIPAXBzAXICCHF1ZXN0aW9ucwdjaG9pY2VzAAQABmNob2ljZQMAAQFxAwdjb25maXJtAXMABHRleHQBcwAGY2hvb3NlAQIABAAIcXVlc3Rpb24DAAMCAwIBGgQABWVycm9yAwAFAWtzAWoBBwEGAUABCHF1ZXN0aW9uBAAIBAADYXNrAQkBa3UBagABBgFAAghmcmFjdGlvbgoHbWVzc2FnZXMACwQACHByb2dyZXNzAQwKHQEAGGNydWNpYmxlOnBsdWdpbi91aUAwLjEuMAUbBhQCAwAABGpzb24DAAAHZmFpbHVyZQeOAQFCDQIDAgEcBAAEanNvbgMAAAFrAQFyBARuYW1lcwtkZXNjcmlwdGlvbnMKcGFyYW1ldGVycwEHcmV0dXJucwIEAAR0b29sAwADAgMCAR0EAAdmYWlsdXJlAwAFAXAEAUAAAAcEAAV0b29scwEIAWoBAQEGAUACBG5hbWVzBGFyZ3MBAAkEAARjYWxsAQoKIAEAG2NydWNpYmxlOnBsdWdpbi9ndWVzdEAwLjEuMAUeBhgCAwAACHBvc2l0aW9uAwAAB2ZhaWx1cmUHygIBQhwBcgIEcGF0aHMEdGV4dHMEAAtzb3VyY2UtZmlsZQMAAAFyAQVlbnRyeXMEAA9jb21waWxlLW9wdGlvbnMDAAIBbQIFZXJyb3IHd2FybmluZwQACHNldmVyaXR5AwAEAgMCAR8EAAhwb3NpdGlvbgMABgFrBwFyBAhzZXZlcml0eQUHbWVzc2FnZXMIcG9zaXRpb24IB2V4Y2VycHRzBAAKZGlhZ25vc3RpYwMACQFwfQFwCgFyAgRjb2RlCwh3YXJuaW5ncwwEAAhjb21waWxlZAMADQIDAgEgBAAHZmFpbHVyZQMADwFAAABzBAADYWJpAREBQAABAAQAB3dhcm0tdXABEgFwAQFqAQ4BDAFAAgVmaWxlcxMHb3B0aW9ucwMAFAQAB2NvbXBpbGUBFQFqAAEQAUABBGNvZGULABYEAARsb2FkARcKIwEAHmNydWNpYmxlOnBsdWdpbi9jb21waWxlckAwLjEuMAUh";

/**
 * Every limit of the host in one place: its unit, its default, and what enforces it. Nothing here enforces anything.
 * Limits that a user or a manifest may set are in `CallLimits`; the others are constants.
 */

const KiB = 1024;
const MiB = 1024 * KiB;

/** Limits of one plugin; a manifest, the kiln's settings or a caller may set them, never above the app's ceiling. */
export interface CallLimits {
  /** Linear memory of all core modules of the plugin together, in bytes. Enforced by imported memories and metered `memory.grow`. */
  readonly memoryBytes: number;
  /** Units of work of one call, about one per wasm instruction (`wasm/costs.ts`). Enforced by metered code. */
  readonly fuel: number;
  /** Wall clock of one call, in milliseconds. Looked at whenever a slice of fuel is handed out and at every capability call. */
  readonly timeoutMs: number;
}

/** @default memory 100 MiB, fuel 5·10¹⁰ (about 30 s), deadline 30 s */
export const DEFAULT_CALL_LIMITS: CallLimits = { memoryBytes: 100 * MiB, fuel: 50_000_000_000, timeoutMs: 30_000 };

/** Fuel handed to the metered code at a time; the deadline is looked at between slices. Does not influence results. */
export const FUEL_SLICE = 1 << 20;

/** Units that calls of numbers alone may take before the clock is read: one of 132 takes a fifth of the time that reading the clock does. */
export const CLOCK_FUEL = 20_000;

/** Fuel of turning source into code, and of loading code: not charged to the call. */
export const COMPILE_LIMITS: CallLimits = { memoryBytes: 256 * MiB, fuel: 50_000_000_000, timeoutMs: 30_000 };

/** One crossing of the boundary (all lists and strings of one call's arguments or results together), in estimated host bytes. Enforced by lift and lower. */
export const TRANSFER_BYTES = 16 * MiB;

/** Nesting of JSON that crosses the boundary. Enforced where JSON is parsed on either side. */
export const JSON_DEPTH = 128;
/** Values in one JSON text that crosses the boundary: 16 MiB of `{},` would be 300 MB of heap. */
export const JSON_VALUES = 1_000_000;

/** Capability calls of one plugin call (a count, so that results do not depend on the machine's speed). */
export const CAPABILITY_CALLS = 100_000;

/** Log of one call, in bytes of UTF-8; what is above it is dropped and counted. */
export const LOG_BYTES = MiB;

/** Messages of progress that one call passes on; what is above is answered and dropped. Enforced by `ui`. */
export const PROGRESS_MESSAGES = 10_000;
/** Questions of one call, and bytes of one text that is shown to a person. Enforced by `ui`. */
export const QUESTIONS = 100;
export const UI_TEXT_BYTES = 4 * KiB;

/** Plugins that call each other, one inside of the other; each has memory of its own. Enforced where they are started. */
export const PLUGIN_DEPTH = 8;
/** Calls of one `plugins.map` that are on their way at a time; how many run is the pool's. */
export const MAPPED_AT_ONCE = 32;

/**
 * The capability calls of one recording, as JSON text, and a whole recording that is read: a call that goes beyond ends, since a
 * recording that lacks its end replays nothing.
 */
export const RECORDING_BYTES = 64 * MiB;
export const RECORDING_FILE_BYTES = 128 * MiB;
/** Values in the JSON of a recording. */
export const RECORDING_VALUES = 4_000_000;

/** Calls that wait for a worker, of all plugins together; one more is `busy`. Enforced by the pool. */
export const QUEUED_CALLS = 1_000;
/** How long a worker waits for a host function that answers later, in milliseconds; then the call ends in `timeout`. */
export const HOST_ANSWER_MS = 30_000;
/** How long a worker has to stop once it was told to, or once the deadline has passed, in milliseconds; then its thread is ended. */
export const STOP_GRACE_MS = 250;
/** How long a worker with an open instance waits for its next call outside of its event loop, in milliseconds; then that turns once. */
export const LINGER_MS = 50;
/** JavaScript heap of one worker: what is lifted for a guest, not its linear memory. Enforced by the platform. */
export const WORKER_HEAP_BYTES = 512 * MiB;

/** Handles (cursors and other resources) that one instance may hold at a time. Enforced by the handle table. */
export const HANDLES = 10_000;

/** One note. Enforced by the kiln on read and write. */
export const NOTE_BYTES = 10_000_000;
/** Notes of one kiln that a listing follows. */
export const KILN_NOTES = 1_000_000;
/** Directory entries that a listing looks at for each note that it may have: kilns hold images and attachments too. */
export const ENTRIES_PER_NOTE = 10;
/** Estimated host bytes that the open cursors of one call hold together; one listing of `KILN_NOTES` notes fits. */
export const CURSOR_BYTES = 384 * MiB;
/** Staged changes of one call: notes and bytes. Enforced by the kiln's transaction. */
export const STAGED_NOTES = 10_000;
export const STAGED_BYTES = 64 * MiB;

/** State of one scope, in bytes of keys and values, where the manifest sets no quota. */
export const STATE_QUOTA_BYTES = MiB;
export const STATE_KEY_BYTES = 512;

/** All entries of the cache in the user's cache folder; the least recently used go first. */
export const CACHE_BYTES = 512 * MiB;

/** A plugin's source (all files together), a bundle, a component. Enforced where they are read. */
export const SOURCE_BYTES = 4 * MiB;
/** Source files of one plugin, and directory entries that are looked at to find them. Enforced where a plugin's folder is read. */
export const SOURCE_FILES = 500;
export const SOURCE_ENTRIES = 10_000;
export const BUNDLE_BYTES = 32 * MiB;
export const COMPONENT_BYTES = 64 * MiB;
/** A manifest in YAML or TOML. */
export const MANIFEST_BYTES = 64 * KiB;

/**
 * What a core module may contain. V8 compiles lazily inside the guest's call and nothing meters that, so a module that is
 * expensive to compile is refused before it is compiled (29 KB of 50,000 locals × 5,000 `if` blocked 13.5 s). Enforced by
 * `wasm/caps.ts`.
 */
export const MODULE_CAPS = {
  /** Bytes of one core module. */
  bytes: 32 * MiB,
  functions: 100_000,
  types: 100_000,
  imports: 10_000,
  exports: 10_000,
  globals: 100_000,
  dataSegments: 100_000,
  elementSegments: 10_000,
  /** Bytes of one function body after metering; V8's own limit is 7,654,321. */
  bodyBytes: 4_000_000,
  locals: 50_000,
  /** Locals × control instructions of one function. */
  localsTimesControl: 2_000_000,
  /** The same, summed over the module. */
  localsTimesControlTotal: 32_000_000,
  /** Parameters or results of a block. */
  blockArity: 16,
  /** Branches × arity of their target, of one function. */
  branchesTimesArity: 1_000_000,
  branchTableTargets: 65_520,
  parameters: 1_000,
  results: 1_000,
  /** Control nesting of one function. */
  nesting: 10_000,
  /** Values that calls and branches move, of one function and of all: V8 handles each one, also in dead code. */
  operands: 4_000_000,
  operandsTotal: 64_000_000,
  /** Parameters and locals of all functions: 10 bytes declare 50,000 locals, and V8 makes a list of them for each function. */
  localsTotal: 16_000_000,
  /** Loops of one function: V8 keeps a bit set of all basic blocks for each. 5,000 took 650 MB, 1,000 not measurably more than none. */
  loops: 1_000,
  /** Vector, saturating and bulk instructions of one function: V8 takes up to 2 µs to compile one, and 4 MB of them 2.5 s. */
  prefixed: 500_000,
  /** Places in one section (elements, constant expressions) that name a function or a global. */
  indexSites: 2_000_000,
  /** Parameters and results of all function types together. */
  typeOperands: 2_000_000,
  /** Control instructions, calls, and uses of globals, in all functions; the rewriter keeps 20 bytes for each. */
  points: 10_000_000,
} as const;

/**
 * Stack of one call, nested plugin calls included, in bytes of the frames' largest form. Enforced by metered code (`wasm/stack.ts`). V8 gives 984 KiB to
 * Node's main thread and to a page, but 500 KiB to a Web Worker: more than 200 KiB must be left there for the host.
 */
export const STACK_BYTES: number = 272 * KiB;
/** What of it the host itself takes to call a plugin from inside of another. */
export const NESTED_STACK_BYTES: number = 16 * KiB;

/** Table entries of all tables of a component together: 192 bytes with 30 tables of 10⁷ entries abort the process. */
export const TABLE_ENTRIES = 100_000;

/** What a component may contain, before anything is built from it: 1,925 bytes of nested instantiation make 2³⁰ instances. */
export const COMPONENT_CAPS = {
  coreModules: 64,
  coreInstances: 64,
  /** Component instances that have code, each with a handle table of its own. */
  componentInstances: 64,
  instances: 1_000,
  nesting: 16,
  /** Nodes of a type after expansion of all references. */
  expandedTypeNodes: 10_000,
  /** Nesting of a type: lifting and lowering recurse as deep. */
  typeDepth: 64,
  types: 10_000,
  /** Fields, cases, labels and parameters of all types together. */
  typeParts: 100_000,
  imports: 1_000,
  exports: 1_000,
  functions: 10_000,
  /** Bytes of definitions that are read, without core modules: what is instantiated again is read again. */
  definitionBytes: 16 * MiB,
} as const;

/** Linear memory of ended instances that a thread keeps for new ones, cleared. Enforced by `sandbox/memory-pool.ts`. */
export const POOLED_MEMORY_BYTES = 32 * MiB;

/** Cost, in fuel, of a capability call and of each byte that is lifted or lowered. */
export const HOST_CALL_FUEL = 100;
export const TRANSFER_FUEL_PER_BYTE = 1;

/**
 * Cost, in fuel, of what a capability does behind a call, where that grows with the kiln or the text: one note of a listing
 * (7 µs on disk), a key of one, a byte of a note that is read (with its hash), a change of a note (flushed to the disk), a
 * character of frontmatter that looks like a plugin's, an instance of a plugin that is called (1 ms), a character of JSON that is checked for it or that it answers, a step of holding its arguments
 * against a schema. Depends on what is in the kiln, never on the machine.
 */
export const WORK_FUEL = {
  listedNote: 10_000,
  listedKey: 1_000,
  noteByte: 4,
  changedNote: 100_000,
  frontmatterCharacter: 10_000,
  startedPlugin: 2_000_000,
  listedPlugin: 1_000,
  jsonCharacter: 50,
  schemaStep: 200,
} as const;

/**
 * What the embedding application hands to a plugin's capabilities: small synchronous interfaces over the platform. This file
 * holds the contracts only; `powers/node/` and `powers/memory/` implement them. Nothing is granted by having these types.
 *
 * Implementations throw `PluginError`. Its `message` may reach a guest and therefore never names a path of the host machine;
 * a path that a person needs goes into `hint`.
 */

/** A checked path of a note; only `kiln/path.ts` makes one. */
export type NotePath = string & { readonly "a path checked by kiln/path.ts": true };

export interface NoteStat {
  readonly sizeBytes: number;
  /** Whole milliseconds since 1970-01-01 UTC, never below 0. */
  readonly modifiedMs: number;
}

export interface NoteEntry extends NoteStat {
  readonly path: NotePath;
}

export interface NoteContent {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
  /** Names the content: as long as it is the same, so are the bytes. May be computed when it is asked for. */
  readonly version: string;
}

export interface KilnChange {
  readonly path: NotePath;
  /** The new bytes; undefined removes the note. */
  readonly content: Uint8Array | undefined;
  /** The version that the note must still have; undefined: there must be no such note. */
  readonly expected: string | undefined;
}

/**
 * A folder of notes. Paths never lead through links, and only regular files are notes.
 * Errors: `denied` for a link, a special file or missing file permission, `transfer-limit` above `NOTE_BYTES` or `KILN_NOTES`,
 * `unavailable` where the platform fails.
 */
export interface KilnStorage {
  /** The note's bytes, or undefined where there is no such note. */
  read(path: NotePath): NoteContent | undefined;
  stat(path: NotePath): NoteStat | undefined;
  /** All notes in the folder (`""`: the whole kiln) and below it, sorted by code point; undefined where there is no such folder. */
  list(folder: string): readonly NoteEntry[] | undefined;
  /**
   * Applies all changes or none; each path occurs once. `conflict` where a note no longer has its expected version, `busy`
   * where another process holds the kiln.
   */
  commit(changes: readonly KilnChange[]): void;
}

/** Whose values: `plugin` is this plugin in this kiln, `kiln` all plugins of this kiln, `global` all plugins of this user. */
export interface StateSpace {
  readonly scope: "plugin" | "kiln" | "global";
  /** The plugin that asks; it owns what it sets, and its quota counts what it owns. */
  readonly plugin: string;
}

export interface StateEntry {
  /** JSON text. */
  readonly value: string;
  /** The plugin that set it last. */
  readonly owner: string;
  /** When it is gone, in milliseconds since 1970-01-01 UTC. */
  readonly expiresAtMs: number | undefined;
}

export interface StateChange {
  readonly space: StateSpace;
  readonly key: string;
  /** The new value; undefined removes the key. */
  readonly value: string | undefined;
  readonly expiresAtMs: number | undefined;
  /** Present where the plugin read the key before: the value it saw (undefined: none) must still be there. */
  readonly expected?: { readonly value: string | undefined };
  /** Bytes of keys and values that the plugin may own in this scope after all changes. */
  readonly quotaBytes: number;
}

/** Changes that were checked and written but are not visible yet. Exactly one of the two is called, once. */
export interface PreparedState {
  commit(): void;
  rollback(): void;
}

/**
 * Values under keys. The time is always given by the caller: an entry whose time has come is not there.
 * Errors: `unavailable` where the storage is missing, damaged or of a newer version, `busy` where another process holds it.
 */
export interface StateStorage {
  get(space: StateSpace, key: string, nowMs: number): StateEntry | undefined;
  /** Keys that begin with `prefix`, sorted by code point. */
  keys(space: StateSpace, prefix: string, nowMs: number): readonly string[];
  /** Bytes (UTF-8) of keys and values that the space's plugin owns in the scope. */
  usedBytes(space: StateSpace, nowMs: number): number;
  /** Checks `expected` (`conflict`) and quotas (`transfer-limit`), and holds the changes ready. When it throws, nothing was changed. */
  prepare(changes: readonly StateChange[], nowMs: number): PreparedState;
}

/**
 * Keeps what can be computed again. What `get` returns is what `put` was given under that key, by this version of the host, or
 * nothing. Neither ever fails: a cache that cannot be used is an empty one.
 */
export interface ArtifactCache {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
}

export interface ClockPower {
  /** Milliseconds since 1970-01-01 UTC. */
  nowMs(): number;
  /** Nanoseconds since an arbitrary moment; never goes back. */
  monotonicNs(): bigint;
  /** East positive. */
  utcOffsetMinutes(atMs: number): number;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogEntry {
  readonly level: LogLevel;
  /** As the plugin wrote it; whoever prints it to a terminal escapes control characters. */
  readonly message: string;
  readonly plugin: string;
}

/** What a plugin asks the person. Texts are the plugin's: whoever prints them to a terminal escapes control characters. */
export type Question =
  | { readonly kind: "confirm" | "text"; readonly text: string }
  | { readonly kind: "choose"; readonly text: string; readonly choices: readonly string[] };

/** The person at the screen. */
export interface UiPower {
  /**
   * The answer: `yes` or `no`, a line of text, or one of the choices; undefined where the person declined. Errors: `timeout` where
   * nobody answered, `unavailable` where nobody can. The call's deadline runs on.
   */
  ask(question: Question, plugin: string): Promise<string | undefined>;
}

/** Everything that capabilities may touch. What is not handed over is not there. */
export interface Powers {
  readonly kiln?: KilnStorage;
  readonly state?: StateStorage;
  readonly clock: ClockPower;
  readonly log?: (entry: LogEntry) => void;
  readonly ui?: UiPower;
}

/** Threads that run plugins. A thread serves the messages of `sandbox/worker/` and has no authority of its own. */
export interface ThreadsPower {
  /** Threads that run at a time without hindering each other. */
  readonly cores: number;
  /** Whether a thread that stands still can receive messages. */
  readonly receivesWhileWaiting: boolean;
  start(events: ThreadEvents): Thread;
}

export interface Thread {
  /** Sends a structured clone. */
  post(message: unknown): void;
  /** Whether the process must stay alive for it. */
  hold(isHeld: boolean): void;
  /** Ends it, whatever it is doing. */
  terminate(): Promise<void>;
}

export interface ThreadEvents {
  message(message: unknown): void;
  /** Called once, when it ends without `terminate`: its heap is full, or something in it failed. */
  end(why: "memory" | "failure", message: string): void;
}

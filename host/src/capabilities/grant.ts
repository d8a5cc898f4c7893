/**
 * What a plugin may do: the shape of a grant. It is computed in `plugins/grants.ts` (asked ∩ approved ∩ allowed) and enforced
 * in this folder; nothing here decides or enforces. An absent key is denied.
 */

/**
 * Notes by their path. A path is inside when a glob of `folders` matches it and, where `within` is given, a glob of every
 * list in it does too. Globs are those of `kiln/glob.ts`: `**`, `*`, `?`; `["**"]` is the whole kiln.
 */
export interface FolderScope {
  readonly folders: readonly string[];
  readonly within?: readonly (readonly string[])[];
}

export interface WriteScope extends FolderScope {
  /** Largest note that may be written, in bytes; never above `NOTE_BYTES`. */
  readonly maxFileBytes?: number;
}

export const STATE_SCOPES = ["plugin", "kiln", "global"] as const;
export type StateScope = (typeof STATE_SCOPES)[number];

export interface StateGrant {
  readonly scopes: readonly StateScope[];
  /** Bytes of keys and values that this plugin may keep in each scope. */
  readonly quotaBytes: number;
}

export interface NetworkGrant {
  readonly hosts: readonly string[];
  readonly methods: readonly string[];
}

/** `log` and `random` are always there and need no key. */
export interface Grant {
  readonly "kiln.read"?: FolderScope;
  readonly "kiln.write"?: WriteScope;
  readonly state?: StateGrant;
  readonly clock?: Record<string, never>;
  readonly search?: Record<string, never>;
  readonly graph?: Record<string, never>;
  readonly network?: NetworkGrant;
  readonly session?: Record<string, never>;
  readonly plugins?: Record<string, never>;
  readonly datalog?: Record<string, never>;
  readonly ui?: Record<string, never>;
}

export type GrantKey = keyof Grant;

/** Every key that a grant may have, in the order in which people are shown them. */
export const GRANT_KEYS = [
  "kiln.read",
  "kiln.write",
  "search",
  "graph",
  "state",
  "network",
  "clock",
  "session",
  "plugins",
  "datalog",
  "ui",
] as const satisfies readonly GrantKey[];

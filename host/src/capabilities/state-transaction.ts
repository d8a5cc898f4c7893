/**
 * The state changes of one plugin call, over a `StateStorage`: visible to the call itself, handed over together at its end.
 * Plugins that the call calls join it, each with state and a quota of its own; what a failed one staged is undone to its savepoint.
 * It enforces keys, JSON and quotas; which scopes are granted is checked by its caller. Time stands still during a call.
 */
import { PluginError } from "../errors.ts";
import { type Savepoint, savepoints } from "../kiln/savepoints.ts";
import { STAGED_BYTES, STATE_KEY_BYTES } from "../limits.ts";
import type { PreparedState, StateChange, StateEntry, StateSpace, StateStorage } from "../powers/types.ts";
import { compareCodePoints, quoted } from "../text.ts";
import type { StateScope } from "./grant.ts";
import { jsonProblem } from "./json-text.ts";

export interface StateViewOptions {
  readonly plugin: string;
  /** Bytes of keys and values that the plugin may own in each scope. */
  readonly quotaBytes: number;
  /** Keeps what is read, so that a later write can conflict; such reads share a limit. @default true */
  readonly tracksReads?: boolean;
}

/** The state as one plugin of the call sees and changes it. */
export interface StateView {
  /** The JSON text. */
  get(scope: StateScope, key: string): string | undefined;
  /** Errors: `invalid-arguments` (key, value, time), `transfer-limit` above the quota. */
  set(scope: StateScope, key: string, value: string, expiresInMs: bigint | undefined): void;
  delete(scope: StateScope, key: string): boolean;
  /** Sorted by code point. */
  keys(scope: StateScope, prefix: string): readonly string[];
}

export interface StateTransaction {
  view(options: StateViewOptions): StateView;
  /** A place to come back to. Savepoints are ended in the reverse order. */
  savepoint(): Savepoint;
  /** Undefined where nothing is to be changed. Errors: those of `StateStorage.prepare`. */
  prepare(): PreparedState | undefined;
}

interface Staged {
  /** Of the plugin that made the change. */
  readonly space: StateSpace;
  readonly key: string;
  /** Undefined removes the key. */
  readonly value: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly quotaBytes: number;
}

/** The last moment that a `Date` can hold. */
const LAST_MS = 8_640_000_000_000_000n;
const encoder = new TextEncoder();

/** @example beginStateTransaction(memoryState(), 0).view({ plugin: "dice", quotaBytes: 1024 }).keys("plugin", "") */
export function beginStateTransaction(storage: StateStorage, nowMs: number): StateTransaction {
  const staged = new Map<string, Staged>();
  /** Values that the call saw: what it writes later may depend on them. */
  const seen = new Map<string, string | undefined>();
  /** Bytes that a plugin owns in a scope with the staged changes, by `ownerId`, where that is known. */
  const used = new Map<string, number>();
  /** Bytes that all of these hold on the host's heap: a quota may be larger than what a call may hold. */
  let held = 0;

  function hold(bytes: number): void {
    if (held + bytes > STAGED_BYTES) {
      throw new PluginError("transfer-limit", `a call can read and change ${STAGED_BYTES} bytes of state at most`);
    }
    held += bytes;
  }

  function replace(id: string, change: Staged | undefined): void {
    if (change === undefined) staged.delete(id);
    else staged.set(id, change);
  }

  const saved = savepoints<string, Staged>({
    forget: (before) => {
      held -= heldBy(before);
    },
    restore: (replaced) => {
      for (const [id, before] of replaced) {
        held -= heldBy(staged.get(id));
        replace(id, before);
      }
      used.clear();
    },
  });

  function view({ plugin, quotaBytes, tracksReads = true }: StateViewOptions): StateView {
    const spaceOf = (scope: StateScope): StateSpace => ({ scope, plugin });
    const committed = (scope: StateScope, key: string) => storage.get(spaceOf(scope), key, nowMs);

    function get(scope: StateScope, key: string): string | undefined {
      checkKey(key);
      const id = idOf(spaceOf(scope), key);
      const change = staged.get(id);
      if (change !== undefined) return change.value;
      const value = committed(scope, key)?.value;
      if (tracksReads && !seen.has(id)) {
        hold(sizeOf(key, value ?? ""));
        seen.set(id, value);
      }
      return value;
    }

    function set(scope: StateScope, key: string, value: string, expiresInMs: bigint | undefined): void {
      checkKey(key);
      // Before the text is parsed, which takes many times its length.
      if (sizeOf(key, value) > quotaBytes) throw full(scope, sizeOf(key, value));
      const problem = jsonProblem(value);
      if (problem !== undefined)
        throw new PluginError("invalid-arguments", `the value for ${quoted(key)} cannot be kept: ${problem}`);
      stage(scope, key, value, expiresInMs === undefined ? undefined : momentAfter(expiresInMs));
    }

    function remove(scope: StateScope, key: string): boolean {
      if (get(scope, key) === undefined) return false;
      stage(scope, key, undefined, undefined);
      return true;
    }

    function stage(scope: StateScope, key: string, value: string | undefined, expiresAtMs: number | undefined): void {
      const space = spaceOf(scope);
      const id = idOf(space, key);
      const before = staged.get(id);
      const base = committed(scope, key);
      const released = before === undefined ? base && { plugin: base.owner, value: base.value } : ownerOf(before);
      const releasedBytes = released === undefined ? 0 : sizeOf(key, released.value);
      const isOwn = released?.plugin === plugin;
      const now = (used.get(ownerId(space)) ?? owned(scope)) - (isOwn ? releasedBytes : 0) + sizeOf(key, value);
      if (value !== undefined && now > quotaBytes) throw full(scope, now);
      const isSaved = saved.keeps(id);
      hold(sizeOf(key, value ?? "") - (isSaved ? 0 : heldBy(before)));
      if (isSaved) saved.keep(id, before);
      used.set(ownerId(space), now);
      const other = released && !isOwn ? ownerId({ scope, plugin: released.plugin }) : "";
      const others = used.get(other);
      if (others !== undefined) used.set(other, others - releasedBytes);
      const isNothing = value === undefined && base === undefined;
      if (isNothing) held -= sizeOf(key, "");
      replace(id, isNothing ? undefined : { space, key, value, expiresAtMs, quotaBytes });
    }

    /** Bytes that the plugin owns in a scope, with the staged changes. */
    function owned(scope: StateScope): number {
      let bytes = storage.usedBytes(spaceOf(scope), nowMs);
      for (const change of staged.values()) {
        if (change.space.scope !== scope || (scope === "plugin" && change.space.plugin !== plugin)) continue;
        bytes += ownStagedBytes(change) - ownBytes(committed(scope, change.key), change.key);
      }
      return bytes;
    }

    function ownStagedBytes({ space, key, value }: Staged): number {
      return space.plugin === plugin ? sizeOf(key, value) : 0;
    }

    function ownBytes(entry: StateEntry | undefined, key: string): number {
      return entry === undefined || entry.owner !== plugin ? 0 : sizeOf(key, entry.value);
    }

    function keys(scope: StateScope, prefix: string): readonly string[] {
      const names = new Set(storage.keys(spaceOf(scope), prefix, nowMs));
      for (const [id, { key, value }] of staged) {
        if (id !== idOf(spaceOf(scope), key) || !key.startsWith(prefix)) continue;
        if (value === undefined) names.delete(key);
        else names.add(key);
      }
      return [...names].sort(compareCodePoints);
    }

    function full(scope: StateScope, bytes: number): PluginError {
      return new PluginError(
        "transfer-limit",
        `the state of scope ${scope} is full: ${bytes} bytes, the quota is ${quotaBytes}`,
      );
    }

    return { get, set, delete: remove, keys };
  }

  function momentAfter(expiresInMs: bigint): number {
    const moment = BigInt(Math.trunc(nowMs)) + expiresInMs;
    if (expiresInMs >= 1n && moment <= LAST_MS) return Number(moment);
    throw new PluginError(
      "invalid-arguments",
      `"expires-in-ms" must be at least 1 and end before the year 275760, got ${expiresInMs}`,
    );
  }

  function prepare(): PreparedState | undefined {
    if (staged.size === 0) return undefined;
    const changes = [...staged].map(
      ([id, change]): StateChange => (seen.has(id) ? { ...change, expected: { value: seen.get(id) } } : change),
    );
    return storage.prepare(changes, nowMs);
  }

  return { view, savepoint: saved.open, prepare };
}

function heldBy(change: Staged | undefined): number {
  return change === undefined ? 0 : sizeOf(change.key, change.value ?? "");
}

function checkKey(key: string): void {
  const bytes = encoder.encode(key).length;
  if (bytes < 1 || bytes > STATE_KEY_BYTES) {
    throw new PluginError("invalid-arguments", `a state key has 1 to ${STATE_KEY_BYTES} bytes, this one has ${bytes}`);
  }
  if (key.includes("\0") || !key.isWellFormed()) {
    throw new PluginError(
      "invalid-arguments",
      `the state key ${quoted(key)} contains a character that cannot be stored`,
    );
  }
}

function sizeOf(key: string, value: string | undefined): number {
  return value === undefined ? 0 : encoder.encode(key).length + encoder.encode(value).length;
}

function ownerOf({ space, value }: Staged): { readonly plugin: string; readonly value: string | undefined } {
  return { plugin: space.plugin, value };
}

function ownerId({ scope, plugin }: StateSpace): string {
  return `${scope}:${plugin}`;
}

/** Names of plugins have no colon. */
function idOf({ scope, plugin }: StateSpace, key: string): string {
  return scope === "plugin" ? `plugin:${plugin}:${key}` : `${scope}:${key}`;
}

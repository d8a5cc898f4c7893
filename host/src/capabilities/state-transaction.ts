/**
 * The state changes of one plugin call, over a `StateStorage`: visible to the call itself, handed over together at its end.
 * It enforces keys, JSON and quotas; which scopes are granted is checked by its caller. Time stands still during a call.
 */
import { PluginError } from "../errors.ts";
import { STAGED_BYTES, STATE_KEY_BYTES } from "../limits.ts";
import type { PreparedState, StateChange, StateEntry, StateSpace, StateStorage } from "../powers/types.ts";
import { compareCodePoints, quoted } from "../text.ts";
import type { StateScope } from "./grant.ts";
import { jsonProblem } from "./json-text.ts";

export interface StateTransactionOptions {
  readonly plugin: string;
  /** Bytes of keys and values that the plugin may own in each scope. */
  readonly quotaBytes: number;
  readonly nowMs: number;
}

export interface StateTransaction {
  /** The JSON text. */
  get(scope: StateScope, key: string): string | undefined;
  /** Errors: `invalid-arguments` (key, value, time), `transfer-limit` above the quota. */
  set(scope: StateScope, key: string, value: string, expiresInMs: bigint | undefined): void;
  delete(scope: StateScope, key: string): boolean;
  /** Sorted by code point. */
  keys(scope: StateScope, prefix: string): readonly string[];
  /** Undefined where nothing is to be changed. Errors: those of `StateStorage.prepare`. */
  prepare(): PreparedState | undefined;
}

interface Staged {
  readonly key: string;
  readonly scope: StateScope;
  /** Undefined removes the key. */
  readonly value: string | undefined;
  readonly expiresAtMs: number | undefined;
}

/** The last moment that a `Date` can hold. */
const LAST_MS = 8_640_000_000_000_000n;
const encoder = new TextEncoder();

/** @example beginStateTransaction(memoryState(), { plugin: "dice", quotaBytes: 1024, nowMs: 0 }).keys("plugin", "") */
export function beginStateTransaction(storage: StateStorage, options: StateTransactionOptions): StateTransaction {
  const { plugin, quotaBytes, nowMs } = options;
  const staged = new Map<string, Staged>();
  /** Values that the plugin saw: what it writes later may depend on them. */
  const seen = new Map<string, string | undefined>();
  /** Bytes that the plugin owns in a scope, with the staged changes. */
  const used = new Map<StateScope, number>();
  /** Bytes that `staged` and `seen` hold on the host's heap: a quota may be larger than what a call may hold. */
  let held = 0;

  const spaceOf = (scope: StateScope): StateSpace => ({ scope, plugin });
  const committed = (scope: StateScope, key: string) => storage.get(spaceOf(scope), key, nowMs);

  function get(scope: StateScope, key: string): string | undefined {
    checkKey(key);
    const id = idOf(scope, key);
    const change = staged.get(id);
    if (change !== undefined) return change.value;
    const value = committed(scope, key)?.value;
    if (!seen.has(id)) {
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
    stage({ scope, key, value, expiresAtMs: expiresInMs === undefined ? undefined : momentAfter(expiresInMs) });
  }

  function remove(scope: StateScope, key: string): boolean {
    if (get(scope, key) === undefined) return false;
    stage({ scope, key, value: undefined, expiresAtMs: undefined });
    return true;
  }

  function stage(change: Staged): void {
    const { scope, key, value } = change;
    const id = idOf(scope, key);
    const before = staged.get(id);
    const base = committed(scope, key);
    const owned = used.get(scope) ?? storage.usedBytes(spaceOf(scope), nowMs);
    const released = before === undefined ? ownBytes(base, key) : sizeOf(key, before.value);
    const now = owned - released + sizeOf(key, value);
    if (value !== undefined && now > quotaBytes) throw full(scope, now);
    hold(sizeOf(key, value ?? "") - (before === undefined ? 0 : sizeOf(key, before.value ?? "")));
    used.set(scope, now);
    if (value === undefined && base === undefined) staged.delete(id);
    else staged.set(id, change);
  }

  function full(scope: StateScope, bytes: number): PluginError {
    return new PluginError(
      "transfer-limit",
      `the state of scope ${scope} is full: ${bytes} bytes, the quota is ${quotaBytes}`,
    );
  }

  function hold(bytes: number): void {
    if (held + bytes > STAGED_BYTES) {
      throw new PluginError("transfer-limit", `a call can read and change ${STAGED_BYTES} bytes of state at most`);
    }
    held += bytes;
  }

  function ownBytes(entry: StateEntry | undefined, key: string): number {
    return entry === undefined || entry.owner !== plugin ? 0 : sizeOf(key, entry.value);
  }

  function momentAfter(expiresInMs: bigint): number {
    const moment = BigInt(Math.trunc(nowMs)) + expiresInMs;
    if (expiresInMs >= 1n && moment <= LAST_MS) return Number(moment);
    throw new PluginError(
      "invalid-arguments",
      `"expires-in-ms" must be at least 1 and end before the year 275760, got ${expiresInMs}`,
    );
  }

  function keys(scope: StateScope, prefix: string): readonly string[] {
    const names = new Set(storage.keys(spaceOf(scope), prefix, nowMs));
    for (const { scope: own, key, value } of staged.values()) {
      if (own !== scope || !key.startsWith(prefix)) continue;
      if (value === undefined) names.delete(key);
      else names.add(key);
    }
    return [...names].sort(compareCodePoints);
  }

  function prepare(): PreparedState | undefined {
    if (staged.size === 0) return undefined;
    const changes = [...staged].map(([id, { scope, key, value, expiresAtMs }]): StateChange => {
      const change = { space: spaceOf(scope), key, value, expiresAtMs, quotaBytes };
      return seen.has(id) ? { ...change, expected: { value: seen.get(id) } } : change;
    });
    return storage.prepare(changes, nowMs);
  }

  return { get, set, delete: remove, keys, prepare };
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

function idOf(scope: StateScope, key: string): string {
  return `${scope}:${key}`;
}

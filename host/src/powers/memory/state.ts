/**
 * Plugin state that lives in memory, for tests, pages and embedders. One instance stands for one kiln and one user; what shall
 * outlive it, the embedder keeps (`entries`, `onCommit`).
 */
import { PluginError } from "../../errors.ts";
import { compareCodePoints, quoted } from "../../text.ts";
import { entryBytes, overQuota } from "../state-quota.ts";
import type { StateChange, StateEntry, StateSpace, StateStorage } from "../types.ts";

/** An entry with its place, as plain JSON. */
export interface MemoryStateEntry {
  /** `kiln`, `global`, or `plugin:` and the plugin's name. */
  readonly space: string;
  readonly key: string;
  /** JSON text. */
  readonly value: string;
  readonly owner: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expiresAtMs?: number;
}

export interface MemoryState extends StateStorage {
  /** All entries, as `memoryState` takes them. */
  entries(): readonly MemoryStateEntry[];
}

export interface MemoryStateOptions {
  /** What `entries` gave another time. @default none */
  readonly entries?: readonly MemoryStateEntry[];
  /** Told after a plugin's call has changed state; runs when the host is done with the commit. */
  readonly onCommit?: () => void;
}

/** @example const state = memoryState(); */
export function memoryState({ entries = [], onCommit }: MemoryStateOptions = {}): MemoryState {
  /** Space → key → entry. */
  let spaces = new Map<string, Map<string, StateEntry>>();
  for (const { space, key, value, owner, expiresAtMs } of entries) {
    const held = spaces.get(space) ?? new Map<string, StateEntry>();
    spaces.set(space, held.set(key, { value, owner, expiresAtMs }));
  }

  function live(space: StateSpace, nowMs: number): [string, StateEntry][] {
    return [...(spaces.get(spaceName(space)) ?? [])].filter(([, entry]) => !expired(entry, nowMs));
  }

  function get(space: StateSpace, key: string, nowMs: number): StateEntry | undefined {
    const entry = spaces.get(spaceName(space))?.get(key);
    return entry !== undefined && !expired(entry, nowMs) ? entry : undefined;
  }

  function usedBytes(space: StateSpace, nowMs: number): number {
    return live(space, nowMs)
      .filter(([, entry]) => entry.owner === space.plugin)
      .reduce((sum, [key, { value }]) => sum + entryBytes(key, value), 0);
  }

  function apply(changes: readonly StateChange[], nowMs: number): void {
    const grown = new Map<string, StateChange>();
    for (const change of changes) {
      const { space, key, value, expiresAtMs, expected } = change;
      if (expected !== undefined && get(space, key, nowMs)?.value !== expected.value) {
        throw new PluginError("conflict", `the state key ${quoted(key)} has changed since the plugin read it`);
      }
      const name = spaceName(space);
      const entries = spaces.get(name) ?? new Map<string, StateEntry>();
      if (value === undefined) entries.delete(key);
      else entries.set(key, { value, owner: space.plugin, expiresAtMs });
      spaces.set(name, entries);
      if (value !== undefined) grown.set(name, change);
    }
    for (const { space, quotaBytes } of grown.values()) {
      if (usedBytes(space, nowMs) > quotaBytes) throw overQuota(space, quotaBytes);
    }
  }

  return {
    get,
    keys: (space, prefix, nowMs) =>
      live(space, nowMs)
        .map(([key]) => key)
        .filter((key) => key.startsWith(prefix))
        .sort(compareCodePoints),
    usedBytes,
    prepare: (changes, nowMs) => {
      const before = spaces;
      const copy = new Map([...spaces].map(([name, entries]) => [name, new Map(entries)]));
      spaces = copy;
      try {
        apply(changes, nowMs);
      } finally {
        spaces = before;
      }
      return {
        commit: () => {
          spaces = copy;
          if (onCommit) queueMicrotask(onCommit);
        },
        rollback: () => {},
      };
    },
    entries: () =>
      [...spaces].flatMap(([space, held]) =>
        [...held].map(([key, { value, owner, expiresAtMs }]) => ({
          ...{ space, key, value, owner },
          ...(expiresAtMs !== undefined && { expiresAtMs }),
        })),
      ),
  };
}

function spaceName(space: StateSpace): string {
  return space.scope === "plugin" ? `plugin:${space.plugin}` : space.scope;
}

function expired(entry: StateEntry, nowMs: number): boolean {
  return entry.expiresAtMs !== undefined && entry.expiresAtMs <= nowMs;
}

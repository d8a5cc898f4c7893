/**
 * Plugin state that lives in memory, for tests, pages and embedders. One instance stands for one kiln and one user; nothing is
 * kept when it is dropped.
 */
import { PluginError } from "../../errors.ts";
import { compareCodePoints, quoted } from "../../text.ts";
import { entryBytes, overQuota } from "../state-quota.ts";
import type { StateChange, StateEntry, StateSpace, StateStorage } from "../types.ts";

/** @example const state = memoryState(); */
export function memoryState(): StateStorage {
  /** Space → key → entry. */
  let spaces = new Map<string, Map<string, StateEntry>>();

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
        },
        rollback: () => {},
      };
    },
  };
}

function spaceName(space: StateSpace): string {
  return space.scope === "plugin" ? `plugin:${space.plugin}` : space.scope;
}

function expired(entry: StateEntry, nowMs: number): boolean {
  return entry.expiresAtMs !== undefined && entry.expiresAtMs <= nowMs;
}

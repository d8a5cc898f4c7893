/** One SQLite file of plugin state: its schema, queries and errors. Where the file lies and who may use it is decided elsewhere. */
import { PluginError } from "../../errors.ts";
import { quoted } from "../../text.ts";
import { overQuota } from "../state-quota.ts";
import type { StateChange, StateEntry, StateSpace } from "../types.ts";

/** The part of the better-sqlite3 interface that is used. */
interface Connection {
  exec(sql: string): unknown;
  pragma(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): unknown;
}

interface Statement {
  run(...values: readonly unknown[]): unknown;
  get(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown;
}

export type Connect = new (path: string, options: { readonly timeout: number }) => Connection;

export interface StateDatabase {
  get(space: StateSpace, key: string, nowMs: number): StateEntry | undefined;
  keys(space: StateSpace, prefix: string, nowMs: number): readonly string[];
  usedBytes(space: StateSpace, nowMs: number): number;
  /** Opens a write transaction; `apply` happens inside it. */
  begin(): void;
  apply(changes: readonly StateChange[], nowMs: number): void;
  commit(): void;
  rollback(): void;
  close(): void;
}

const SCHEMA_VERSION = 1;

/** `plugin` is empty where all plugins share the keys. Text compares by its UTF-8 bytes, which is code point order. */
const SCHEMA = `
  CREATE TABLE entries (
    scope TEXT NOT NULL,
    plugin TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    owner TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    expires_at_ms INTEGER,
    PRIMARY KEY (scope, plugin, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entries_owner ON entries (scope, owner);
  CREATE INDEX entries_expiry ON entries (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

const LIVE = "(expires_at_ms IS NULL OR expires_at_ms > ?)";

/** Opens the file and makes the schema where it is new. Errors: `unavailable`, `busy`. */
export function openStateDatabase(connect: Connect, file: string, busyTimeoutMs: number): StateDatabase {
  const connection = translated(file, () => new connect(file, { timeout: busyTimeoutMs }));
  try {
    return translated(file, () => {
      connection.pragma(`busy_timeout = ${busyTimeoutMs}`);
      connection.pragma("journal_mode = WAL");
      // Full, so that a committed call survives a power cut as its notes do.
      connection.pragma("synchronous = FULL");
      migrate(connection, file);
      return bind(connection, file);
    });
  } catch (error) {
    connection.close();
    throw error;
  }
}

function migrate(connection: Connection, file: string): void {
  if (schemaVersion(connection) === SCHEMA_VERSION) return;
  connection.exec("BEGIN IMMEDIATE");
  try {
    // Looked at again: another process may have made the schema while we waited.
    const version = schemaVersion(connection);
    if (version > SCHEMA_VERSION) {
      throw new PluginError("unavailable", "the plugin state was written by a newer version of this program", {
        hint: `Update the program, or move ${file} away to begin with empty state.`,
      });
    }
    if (version === 0) connection.exec(SCHEMA);
    connection.exec("COMMIT");
  } catch (error) {
    connection.exec("ROLLBACK");
    throw error;
  }
}

function schemaVersion(connection: Connection): number {
  return numberOf(connection.prepare("PRAGMA user_version").get(), "user_version");
}

function bind(connection: Connection, file: string): StateDatabase {
  const select = connection.prepare(
    `SELECT value, owner, expires_at_ms FROM entries WHERE scope = ? AND plugin = ? AND key = ? AND ${LIVE}`,
  );
  const selectKeys = connection.prepare(
    `SELECT key FROM entries WHERE scope = ? AND plugin = ? AND key >= ? AND key < ? AND substr(key, 1, ?) = ? AND ${LIVE} ORDER BY key`,
  );
  const selectUsed = connection.prepare(
    `SELECT coalesce(sum(bytes), 0) AS used FROM entries WHERE scope = ? AND owner = ? AND ${LIVE}`,
  );
  const upsert = connection.prepare(
    "INSERT OR REPLACE INTO entries (scope, plugin, key, value, owner, bytes, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const remove = connection.prepare("DELETE FROM entries WHERE scope = ? AND plugin = ? AND key = ?");
  const removeExpired = connection.prepare(
    "DELETE FROM entries WHERE expires_at_ms IS NOT NULL AND expires_at_ms <= ?",
  );
  const encoder = new TextEncoder();

  function get(space: StateSpace, key: string, nowMs: number): StateEntry | undefined {
    const row = rowOf(select.get(space.scope, keyspace(space), key, nowMs));
    if (row === undefined) return undefined;
    const { value, owner, expires_at_ms: expiresAtMs } = row;
    return {
      value: String(value),
      owner: String(owner),
      expiresAtMs: typeof expiresAtMs === "number" ? expiresAtMs : undefined,
    };
  }

  function usedBytes(space: StateSpace, nowMs: number): number {
    return numberOf(selectUsed.get(space.scope, space.plugin, nowMs), "used");
  }

  function apply(changes: readonly StateChange[], nowMs: number): void {
    removeExpired.run(nowMs);
    const grown = new Map<string, StateChange>();
    for (const change of changes) {
      const { space, key, value, expected } = change;
      if (expected !== undefined && get(space, key, nowMs)?.value !== expected.value) {
        throw new PluginError("conflict", `the state key ${quoted(key)} has changed since the plugin read it`);
      }
      if (value === undefined) remove.run(space.scope, keyspace(space), key);
      else {
        const bytes = encoder.encode(key).length + encoder.encode(value).length;
        upsert.run(space.scope, keyspace(space), key, value, space.plugin, bytes, change.expiresAtMs ?? null);
        grown.set(space.scope, change);
      }
    }
    for (const { space, quotaBytes } of grown.values()) {
      if (usedBytes(space, nowMs) > quotaBytes) throw overQuota(space, quotaBytes);
    }
  }

  return {
    get: (space, key, nowMs) => translated(file, () => get(space, key, nowMs)),
    keys: (space, prefix, nowMs) =>
      translated(file, () => {
        const rows = selectKeys.all(
          space.scope,
          keyspace(space),
          prefix,
          behind(prefix),
          [...prefix].length,
          prefix,
          nowMs,
        );
        return Array.isArray(rows) ? rows.map((row) => String(rowOf(row)?.key)) : [];
      }),
    usedBytes: (space, nowMs) => translated(file, () => usedBytes(space, nowMs)),
    begin: () => translated(file, () => void connection.exec("BEGIN IMMEDIATE")),
    apply: (changes, nowMs) => translated(file, () => apply(changes, nowMs)),
    commit: () => translated(file, () => void connection.exec("COMMIT")),
    rollback: () => translated(file, () => void connection.exec("ROLLBACK")),
    close: () => {
      try {
        // libsql lets go of the file only when its statements are collected; until then all is in the one file at least.
        connection.pragma("wal_checkpoint(TRUNCATE)");
      } catch {
        // Another process is reading; it will do the same.
      }
      connection.close();
    },
  };
}

/**
 * The least text above all that begin with the prefix, so that a listing reads no more keys than it answers. Where there is none
 * an empty blob, which SQLite orders behind all texts.
 */
function behind(prefix: string): string | Uint8Array {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = (last.codePointAt(0) ?? 0) + 1;
    // Surrogates are no characters.
    if (next <= 0x10ffff) return points.join("") + String.fromCodePoint(next === 0xd800 ? 0xe000 : next);
  }
  return Buffer.alloc(0);
}

function keyspace(space: StateSpace): string {
  return space.scope === "plugin" ? space.plugin : "";
}

function rowOf(row: unknown): Record<string, unknown> | undefined {
  return typeof row === "object" && row !== null ? (row as Record<string, unknown>) : undefined;
}

function numberOf(row: unknown, column: string): number {
  return Number(rowOf(row)?.[column]);
}

/** The file's path goes into the hint, which plugins never see. Nothing is deleted or repaired. */
function translated<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PluginError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const text = error instanceof Error ? error.message : "";
    if (/BUSY|LOCKED/.test(code) || /database is (busy|locked)/i.test(text)) {
      throw new PluginError("busy", "another process is writing to the plugin state and did not finish in time", {
        cause: error,
      });
    }
    if (/CORRUPT|NOTADB/.test(code) || /malformed|not a database/i.test(text)) {
      throw new PluginError("unavailable", "the plugin state is damaged", {
        hint: `${file} is no readable database. Restore it from a backup, or move it away to begin with empty state.`,
        cause: error,
      });
    }
    throw new PluginError("unavailable", `the plugin state cannot be used (${code || "unknown error"})`, {
      hint: `The file is ${file}: ${text}`,
      cause: error,
    });
  }
}

/**
 * Plugin state in SQLite files, by the optional package `libsql`: `KILN/.crucible/state.db` for the scopes plugin and kiln, and
 * a file in the user's data folder for the scope global. A file is made by the first commit that needs it; reading makes none.
 *
 * All synchronous. It must not live in a thread that may be terminated: killing a thread inside a query aborts the process.
 */
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PluginError } from "../../errors.ts";
import type { StateChange, StateSpace, StateStorage } from "../types.ts";
import { systemCode } from "./folder.ts";
import { type Connect, openStateDatabase, type StateDatabase } from "./state-database.ts";

export interface LibsqlStateOptions {
  /** The kiln's real path; without it the scopes plugin and kiln are `unavailable`. */
  readonly kilnRoot?: string;
  /** The user's data folder (`userDirectories().data`); without it the scope global is `unavailable`. */
  readonly dataFolder?: string;
  /** How long to wait for another process's transaction, in milliseconds. @default 5_000 */
  readonly busyTimeoutMs?: number;
  /** Loads the database package. @default () => require("libsql") */
  readonly load?: () => unknown;
}

export interface LibsqlState extends StateStorage {
  close(): void;
}

const FILE = "state.db";

/** @example openLibsqlState({ kilnRoot: kiln.root, dataFolder: userDirectories().data }) */
export function openLibsqlState(options: LibsqlStateOptions): LibsqlState {
  const files = {
    kiln: options.kilnRoot === undefined ? undefined : join(options.kilnRoot, ".crucible", FILE),
    global: options.dataFolder === undefined ? undefined : join(options.dataFolder, FILE),
  };
  const open = new Map<string, StateDatabase>();
  const load = options.load ?? (() => createRequire(import.meta.url)("libsql"));
  let connect: Connect | undefined;
  let isClosed = false;

  /** Undefined where there is no file yet and none is to be made. */
  function database(scope: StateSpace["scope"], make: boolean): StateDatabase | undefined {
    if (isClosed) throw new PluginError("unavailable", "the plugin state was closed");
    const file = scope === "global" ? files.global : files.kiln;
    if (file === undefined) throw new PluginError("unavailable", `there is no state of scope ${scope} here`);
    const existing = open.get(file);
    if (existing !== undefined) return existing;
    const isNew = !isThere(file);
    if (isNew && !make) return undefined;
    connect ??= loadConnect(load);
    if (isNew) makeFile(file, scope === "global");
    const opened = openStateDatabase(connect, file, options.busyTimeoutMs ?? 5_000);
    open.set(file, opened);
    return opened;
  }

  function prepare(changes: readonly StateChange[], nowMs: number) {
    const groups = new Map<StateDatabase, StateChange[]>();
    for (const change of changes) {
      const target = database(change.space.scope, true);
      if (target === undefined) continue;
      const group = groups.get(target);
      if (group === undefined) groups.set(target, [change]);
      else group.push(change);
    }
    const begun: StateDatabase[] = [];
    /** Also where one of them fails: a transaction that is left open would lock its file for everybody. */
    const rollback = () => {
      const failures: unknown[] = [];
      for (const target of begun.splice(0)) {
        try {
          target.rollback();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    };
    try {
      for (const [target, group] of groups) {
        target.begin();
        begun.push(target);
        target.apply(group, nowMs);
      }
    } catch (error) {
      quietly(rollback);
      throw error;
    }
    return {
      commit: () => {
        try {
          for (const target of [...begun]) {
            target.commit();
            begun.shift();
          }
        } catch (error) {
          quietly(rollback);
          throw error;
        }
      },
      rollback,
    };
  }

  return {
    get: (space, key, nowMs) => database(space.scope, false)?.get(space, key, nowMs),
    keys: (space, prefix, nowMs) => database(space.scope, false)?.keys(space, prefix, nowMs) ?? [],
    usedBytes: (space, nowMs) => database(space.scope, false)?.usedBytes(space, nowMs) ?? 0,
    prepare,
    close: () => {
      isClosed = true;
      for (const target of open.values()) target.close();
      open.clear();
    },
  };
}

/** For cleaning up after an error that is told already. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // What was to be cleaned up is not there any more.
  }
}

function loadConnect(load: () => unknown): Connect {
  try {
    return load() as Connect;
  } catch (error) {
    throw new PluginError("unavailable", "plugin state needs the package libsql, which is not installed", {
      hint: "Install it with: npm install libsql",
      cause: error,
    });
  }
}

/** A file or folder that is a link would lead the database out of the kiln: a kiln that arrives by git may hold links. */
function isThere(file: string): boolean {
  const folder = fs.lstatSync(dirname(file), { throwIfNoEntry: false });
  if (folder === undefined) return false;
  for (const [path, isRight] of [
    [dirname(file), folder.isDirectory()],
    ...["", "-wal", "-shm", "-journal"].map((suffix) => {
      const stat = fs.lstatSync(file + suffix, { throwIfNoEntry: false });
      return [file + suffix, stat === undefined || stat.isFile()] as const;
    }),
  ] as const) {
    if (isRight) continue;
    throw new PluginError("unavailable", "the place of the plugin state is a link or a special file", {
      hint: `Remove ${path}; it must be a plain file in a plain folder.`,
    });
  }
  return fs.existsSync(file);
}

/** Only this user may read it: state may hold what notes do not. */
function makeFile(file: string, isPrivateFolder: boolean): void {
  try {
    fs.mkdirSync(dirname(file), { recursive: true, mode: isPrivateFolder ? 0o700 : 0o777 });
    // An empty file is an empty database; "wx" neither follows a link nor takes away what another process just made.
    fs.closeSync(fs.openSync(file, "wx", 0o600));
  } catch (error) {
    if (systemCode(error) === "EEXIST") return;
    throw new PluginError("unavailable", `the plugin state cannot be created (${systemCode(error) || "no access"})`, {
      hint: `Check that ${dirname(file)} can be written.`,
      cause: error,
    });
  }
}

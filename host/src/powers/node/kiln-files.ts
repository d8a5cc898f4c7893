/**
 * A kiln in a real folder. Only regular files under real directories are notes: links, FIFOs and devices are refused, and
 * nothing outside the folder is ever opened. Commits are atomic (`commit.ts`) and exclude each other between processes.
 */
import * as fs from "node:fs";
import { resolve } from "node:path";
import { PluginError } from "../../errors.ts";
import { isFolderName, PATH_SEGMENTS, tryNotePath } from "../../kiln/path.ts";
import { ENTRIES_PER_NOTE, KILN_NOTES, NOTE_BYTES, STAGED_NOTES } from "../../limits.ts";
import { compareCodePoints, quoted } from "../../text.ts";
import type { KilnChange, KilnStorage, NoteContent, NoteEntry, NotePath, NoteStat } from "../types.ts";
import { commitChanges, contentVersion, hasPending, recover, type StepHook } from "./commit.ts";
import { atParent, bestConfinement, type Confinement, type Folder, openRoot, systemCode, walk } from "./folder.ts";
import { type LockOptions, withLock } from "./lock.ts";
import { readRegularFile } from "./read-file.ts";

export interface KilnFiles extends KilnStorage {
  /** The folder's real path on this machine; never shown to plugins. */
  readonly root: string;
  /** Lets go of the folder. */
  close(): void;
}

export interface KilnFilesOptions extends LockOptions {
  /** @default by descriptors on Linux, by checks elsewhere */
  readonly confinement?: Confinement;
  /** Notes that a listing follows. @default KILN_NOTES */
  readonly notes?: number;
  /** @default () => {} */
  readonly onStep?: StepHook;
}

const STAGING = [".crucible", "staging"] as const;

/**
 * Opens an existing folder and finishes a commit that a crash interrupted; writes nothing else before the first commit.
 * Errors: `not-found` where there is no such folder, `invalid-arguments` where it is no folder, `denied`, `unavailable`.
 * @example const kiln = openKilnFiles("/home/ann/notes"); kiln.close();
 */
export function openKilnFiles(path: string, options: KilnFilesOptions = {}): KilnFiles {
  const root = kilnRoot(path);
  const onStep = options.onStep ?? (() => {});
  const folder = translated(root, "the kiln", () => openRoot(root, options.confinement ?? bestConfinement()));
  try {
    translated(root, "the kiln", () => finishPending(folder, options, onStep));
  } catch (error) {
    folder.close();
    throw error;
  }
  const maximumNotes = options.notes ?? KILN_NOTES;
  let isOpen = true;
  /** The number of a closed descriptor is given to the next folder that is opened: that one must not be reached through this kiln. */
  const whileOpen = <T>(what: string, work: () => T): T => {
    if (!isOpen) throw new PluginError("unavailable", "the kiln was closed");
    return translated(root, what, work);
  };
  return {
    root,
    read: (note) => whileOpen(quoted(note), () => readNote(folder, note)),
    stat: (note) => whileOpen(quoted(note), () => statNote(folder, note)),
    list: (name) => whileOpen(quoted(name), () => listNotes(folder, name, maximumNotes)),
    commit: (changes) => whileOpen("the kiln", () => commit(folder, changes, options, onStep)),
    close: () => {
      if (isOpen) folder.close();
      isOpen = false;
    },
  };
}

function kilnRoot(path: string): string {
  const absolute = resolve(path);
  let stat: fs.Stats;
  let root: string;
  try {
    root = fs.realpathSync.native(absolute);
    stat = fs.statSync(root);
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new PluginError("not-found", `Cannot open the kiln ${quoted(path)}: there is no such folder`, {
        hint: "Give the folder that holds the notes, for example --kiln ~/notes.",
      });
    }
    throw new PluginError("denied", `Cannot open the kiln ${quoted(path)}: ${code || "the path cannot be read"}`, {
      cause: error,
    });
  }
  if (stat.isDirectory()) return root;
  throw new PluginError("invalid-arguments", `Cannot open the kiln ${quoted(path)}: it is a file, not a folder`);
}

function finishPending(root: Folder, options: LockOptions, onStep: StepHook): void {
  const staging = walk(root, STAGING);
  if (staging === undefined) return;
  try {
    if (hasPending(staging)) withLock(staging, options, () => recover(root, staging, onStep));
  } finally {
    staging.close();
  }
}

function commit(root: Folder, changes: readonly KilnChange[], options: LockOptions, onStep: StepHook): void {
  if (changes.length === 0) return;
  if (changes.length > STAGED_NOTES)
    throw new PluginError("transfer-limit", `a commit can change ${STAGED_NOTES} notes at most`);
  const own = walk(root, [STAGING[0]], true);
  try {
    const staging = own?.make(STAGING[1], 0o700);
    if (staging === undefined) return;
    try {
      withLock(staging, options, () => {
        recover(root, staging, onStep);
        commitChanges(root, staging, changes, onStep);
      });
    } finally {
      staging.close();
    }
  } finally {
    own?.close();
  }
}

function readNote(root: Folder, path: NotePath): NoteContent | undefined {
  const file = atParent(root, path, (parent, name) => readRegularFile(parent, name, NOTE_BYTES));
  if (file === undefined) return undefined;
  let version: string | undefined;
  return {
    bytes: file.bytes,
    modifiedMs: file.modifiedMs,
    get version() {
      version ??= contentVersion(file.bytes);
      return version;
    },
  };
}

function statNote(root: Folder, path: NotePath): NoteStat | undefined {
  return atParent(root, path, (parent, name) => {
    const stat = fs.lstatSync(parent.entry(name), { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (!stat.isFile()) throw new PluginError("denied", `${quoted(path)} is not a regular file`);
    return toNoteStat(stat);
  });
}

function listNotes(root: Folder, name: string, maximumNotes: number): readonly NoteEntry[] | undefined {
  const start = walk(root, name === "" ? [] : name.split("/"));
  if (start === undefined) return undefined;
  const entries: NoteEntry[] = [];
  let visited = 0;

  function collect(folder: Folder, prefix: string, depth: number): void {
    for (const entry of fs.readdirSync(folder.self, { withFileTypes: true })) {
      visited += 1;
      if (entries.length >= maximumNotes || visited > maximumNotes * ENTRIES_PER_NOTE) {
        throw new PluginError("transfer-limit", `the folder ${quoted(name)} holds more than ${maximumNotes} notes`);
      }
      if (entry.isDirectory()) enter(folder, prefix, entry.name, depth);
      else if (entry.isFile()) add(folder, prefix, entry.name);
    }
  }

  function enter(folder: Folder, prefix: string, child: string, depth: number): void {
    if (depth >= PATH_SEGMENTS || !isFolderName(child)) return;
    let inner: Folder | undefined;
    try {
      inner = folder.enter(child);
      if (inner !== undefined) collect(inner, `${prefix}${child}/`, depth + 1);
    } catch (error) {
      // Became a link while we looked, or is closed to this user: not part of the kiln.
      if (!(error instanceof PluginError && error.code === "denied") && systemCode(error) !== "EACCES") throw error;
    } finally {
      inner?.close();
    }
  }

  function add(folder: Folder, prefix: string, child: string): void {
    const path = tryNotePath(`${prefix}${child}`);
    if (path === undefined) return;
    const stat = fs.lstatSync(folder.entry(child), { throwIfNoEntry: false });
    if (stat?.isFile() === true) entries.push({ path, ...toNoteStat(stat) });
  }

  try {
    collect(start, name === "" ? "" : `${name}/`, name.split("/").length);
  } finally {
    if (start !== root) start.close();
  }
  return entries.sort((a, b) => compareCodePoints(a.path, b.path));
}

function toNoteStat(stat: fs.Stats): NoteStat {
  return { sizeBytes: stat.size, modifiedMs: Math.max(0, Math.floor(stat.mtimeMs)) };
}

/** Errors of the system become `PluginError`s; the machine's path goes into the hint, which plugins never see. */
function translated<T>(root: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = systemCode(error);
    if (error instanceof PluginError || code === "") throw error;
    const details = { cause: error, hint: `The kiln is ${root}; the system answered ${code}.` };
    if (code === "EACCES" || code === "EPERM") {
      throw new PluginError("denied", `the file system does not permit access to ${what}`, details);
    }
    if (code === "ENAMETOOLONG")
      throw new PluginError("invalid-arguments", `the name of ${what} is too long for this file system`, details);
    if (code === "EISDIR" || code === "ENOTDIR" || code === "EEXIST") {
      throw new PluginError("conflict", `a file or folder is in the way of ${what}`, details);
    }
    throw new PluginError("unavailable", `the file system failed on ${what} (${code})`, details);
  }
}

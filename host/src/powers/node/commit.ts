/**
 * Commits a set of note changes all or none, also across a crash. The steps, each flushed before the next:
 *
 * 1. stage: new texts are written to `.crucible/staging/ID/`, and the old ones linked beside them;
 * 2. record: `.crucible/staging/ID/commit.json` appears. From here on the commit has happened;
 * 3. apply: the staged texts are renamed to their places, notes are unlinked, folders flushed;
 * 4. clean: the record and its folder go.
 *
 * A crash before 2 leaves a folder without a record, which is dropped; a crash after it leaves a record, which is applied when
 * the kiln is next opened or written. An error in 3 turns the record into `undo.json` and puts the old texts back. All of it
 * runs under the kiln's lock. Two things remain: a reader in another process may meet some of the new texts before the others,
 * and editors do not take the lock, so a text saved within the microseconds between check and rename is replaced.
 */
import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { PluginError } from "../../errors.ts";
import { NOTE_BYTES } from "../../limits.ts";
import { quoted } from "../../text.ts";
import type { KilnChange, NotePath } from "../types.ts";
import { encodeRecord, RECORD_BYTES, type RecordedChange, readRecord } from "./commit-record.ts";
import { atParent, type Folder, walk } from "./folder.ts";
import { readRegularFile } from "./read-file.ts";

/** Called before every step that changes the disk, with its name; what it throws is an error of that step. For tests of crashes. */
export type StepHook = (step: string) => void;

const RECORD = "commit.json";
const UNDO = "undo.json";
const COMMIT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Names the content of a note. */
export function contentVersion(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Runs under the lock, with no record pending. Errors: `conflict`, `denied`, and those of the system; then nothing was changed. */
export function commitChanges(root: Folder, staging: Folder, changes: readonly KilnChange[], step: StepHook): void {
  const id = randomUUID();
  step("folder");
  const folder = staging.make(id, 0o700);
  let isSettled = true;
  try {
    const recorded = changes.map((change, index) => stage(root, folder, change, index, step));
    step("record");
    writeNew(folder.entry("draft"), encodeRecord(recorded), 0o600);
    isSettled = false;
    fs.renameSync(folder.entry("draft"), folder.entry(RECORD));
    settle(root, folder, recorded, step);
    isSettled = true;
  } catch (error) {
    // Absent where the old texts are back in place; else the next process finishes what the record says.
    isSettled ||= !exists(folder, RECORD) && !exists(folder, UNDO);
    throw error;
  } finally {
    if (isSettled) discardQuietly(staging, folder, id, step);
    folder.close();
  }
}

/** Finishes what a crash interrupted. Runs under the lock. */
export function recover(root: Folder, staging: Folder, step: StepHook): void {
  for (const id of fs.readdirSync(staging.self)) {
    const folder = COMMIT_ID.test(id) ? staging.enter(id) : undefined;
    if (folder === undefined) continue;
    try {
      finish(root, staging, folder, id, step);
    } finally {
      folder.close();
    }
  }
}

/** Whether `recover` would find something to do. */
export function hasPending(staging: Folder): boolean {
  return fs.readdirSync(staging.self).some((name) => COMMIT_ID.test(name));
}

function finish(root: Folder, staging: Folder, folder: Folder, id: string, step: StepHook): void {
  const isUndo = exists(folder, UNDO);
  const file = readRegularFile(folder, isUndo ? UNDO : RECORD, RECORD_BYTES);
  const recorded = file && readRecord(file.bytes);
  if (file !== undefined && recorded === undefined) {
    // Not written by us, or damaged: set aside, so that nothing is lost and the kiln can be used.
    step("set aside");
    fs.renameSync(staging.entry(id), staging.entry(`unreadable-${id}`));
    return;
  }
  if (recorded !== undefined && isUndo) restore(root, folder, recorded, step);
  if (recorded !== undefined && !isUndo) {
    const untouched = recorded.filter(
      (change, index) => isUntouched(root, change) || !setAside(staging, folder, id, index),
    );
    try {
      settle(root, folder, untouched, step);
    } catch (error) {
      // Nobody was told that this commit succeeded: the old texts are a right end too. If they are not back, the error stands.
      if (exists(folder, RECORD) || exists(folder, UNDO)) throw error;
    }
  }
  discard(staging, folder, id, step);
}

/** Checks the version and stages the new text; the old one gets a second name. */
function stage(root: Folder, folder: Folder, change: KilnChange, index: number, step: StepHook): RecordedChange {
  const { path, content, expected } = change;
  const current = atParent(root, path, (parent, name) => {
    const file = readRegularFile(parent, name, NOTE_BYTES);
    if (file !== undefined && contentVersion(file.bytes) === expected) {
      step(`keep ${path}`);
      keepOld(parent, name, folder, index, file.bytes);
    }
    return file;
  });
  const before = current && contentVersion(current.bytes);
  if (before !== expected) throw new PluginError("conflict", `${quoted(path)} has changed since the plugin read it`);
  if (content === undefined) return { path, isDeletion: true, before, after: undefined, index };
  step(`stage ${path}`);
  writeNew(folder.entry(newName(index)), content, 0o666, current?.mode);
  return { path, isDeletion: false, before, after: contentVersion(content), index };
}

/** A second name for the old text; where the file system has no hard links, a copy. */
function keepOld(parent: Folder, name: string, folder: Folder, index: number, bytes: Uint8Array): void {
  try {
    fs.linkSync(parent.entry(name), folder.entry(oldName(index)));
  } catch {
    writeNew(folder.entry(oldName(index)), bytes, 0o666);
  }
}

/** Applies all, or puts everything back and throws. */
function settle(root: Folder, folder: Folder, recorded: readonly RecordedChange[], step: StepHook): void {
  try {
    folder.flush();
    for (const change of recorded) {
      step(`apply ${change.path}`);
      apply(root, folder, change);
    }
    step("flush");
    flushParents(root, recorded);
  } catch (error) {
    fs.renameSync(folder.entry(RECORD), folder.entry(UNDO));
    folder.flush();
    restore(root, folder, recorded, step);
    fs.rmSync(folder.entry(UNDO));
    throw error;
  }
}

/** Applying twice is the same as applying once: a staged text that is gone has been renamed already. */
function apply(root: Folder, folder: Folder, change: RecordedChange): void {
  const { path, index } = change;
  const segments = path.split("/");
  const name = segments.pop() ?? "";
  if (!change.isDeletion && !exists(folder, newName(index))) return;
  const parent = walk(root, segments, !change.isDeletion);
  if (parent === undefined) return;
  try {
    if (change.isDeletion) fs.rmSync(parent.entry(name), { force: true });
    else fs.renameSync(folder.entry(newName(index)), parent.entry(name));
  } finally {
    if (parent !== root) parent.close();
  }
}

/** Also the same when it is done twice: an old text that is gone is in its place already. */
function restore(root: Folder, folder: Folder, recorded: readonly RecordedChange[], step: StepHook): void {
  for (const { path, before, after, index } of recorded.toReversed()) {
    step(`restore ${path}`);
    atParent(root, path, (parent, name) => {
      if (before === undefined) {
        const current = readRegularFile(parent, name, NOTE_BYTES);
        if (current !== undefined && contentVersion(current.bytes) === after) fs.rmSync(parent.entry(name));
      } else if (exists(folder, oldName(index))) fs.renameSync(folder.entry(oldName(index)), parent.entry(name));
    });
  }
  flushParents(root, recorded);
}

function flushParents(root: Folder, recorded: readonly RecordedChange[]): void {
  const parents = new Map<string, NotePath>();
  for (const { path } of recorded) parents.set(path.slice(0, Math.max(0, path.lastIndexOf("/"))), path);
  for (const path of parents.values()) atParent(root, path, (parent) => parent.flush());
}

/** Whether the note is still what it was when the commit was recorded, or already what the commit makes of it. */
function isUntouched(root: Folder, { path, before, after }: RecordedChange): boolean {
  try {
    const current = atParent(root, path, (parent, name) => readRegularFile(parent, name, NOTE_BYTES));
    const version = current && contentVersion(current.bytes);
    return version === before || version === after;
  } catch {
    // A link, a folder or a larger file has taken its place.
    return false;
  }
}

/** A person edited the note after the crash: the edit stays, and the text that was to replace it is kept in the staging folder. */
function setAside(staging: Folder, folder: Folder, id: string, index: number): boolean {
  if (exists(folder, newName(index)))
    fs.renameSync(folder.entry(newName(index)), staging.entry(`unapplied-${id}-${index}.md`));
  return true;
}

function discardQuietly(staging: Folder, folder: Folder, id: string, step: StepHook): void {
  try {
    discard(staging, folder, id, step);
  } catch {
    // The changes are in place; what is left is cleaned up by the next process.
  }
}

/** The record goes first: without it the rest is only rubbish. */
function discard(staging: Folder, folder: Folder, id: string, step: StepHook): void {
  step("clean");
  for (const name of [RECORD, UNDO]) fs.rmSync(folder.entry(name), { force: true });
  folder.flush();
  step("remove");
  for (const name of fs.readdirSync(folder.self)) fs.rmSync(folder.entry(name), { recursive: true, force: true });
  fs.rmdirSync(staging.entry(id));
}

function writeNew(path: string, bytes: Uint8Array, mode: number, exactMode?: number): void {
  const descriptor = fs.openSync(path, "wx", mode);
  try {
    fs.writeFileSync(descriptor, bytes);
    if (exactMode !== undefined) fs.fchmodSync(descriptor, exactMode);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function exists(folder: Folder, name: string): boolean {
  return fs.lstatSync(folder.entry(name), { throwIfNoEntry: false }) !== undefined;
}

function newName(index: number): string {
  return `${index}.new`;
}

function oldName(index: number): string {
  return `${index}.old`;
}

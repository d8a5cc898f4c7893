// Made by `npm run wit` from wit/*.wit; do not edit.
// The person's notes. Reading needs the grant `kiln.read`, changing needs `kiln.write`; both may be scoped to folders.
//
// A path is relative to the kiln, separated by `/`, and ends in `.md`. Absolute paths, `..`, empty or `.` segments,
// backslashes, control characters, device names and links that leave the kiln are refused as `invalid-arguments` or
// `denied`. `.crucible/` is never visible.
//
// Changes are staged: a call reads and lists its own, nobody else sees them, and they reach the disk together when the
// call succeeds. A call that fails leaves the kiln as it was.
import { FINISHED, free, loadString } from "./abi";
import { Result, failed, ok } from "./result";
import { CAPABILITY_ERROR_CODES, ErrorCode, Failure } from "./types.generated";

/** What a listing tells about a note. */
export class NoteInfo {
  constructor(
    /** The path, relative to the kiln. */
    public path: string,
    /** The size of the content in bytes (UTF-8). */
    public sizeBytes: u64,
    /**
     * The time of the last change, in milliseconds since 1970-01-01 UTC; for a staged change the time of the commit
     * before it, or 0.
     */
    public modifiedMs: u64,
  ) {}
}

@external("crucible:plugin/kiln@0.1.0", "[resource-drop]note-cursor")
declare function dropNoteCursor(handle: i32): void;
@external("crucible:plugin/kiln@0.1.0", "[method]note-cursor.next")
declare function coreNoteCursorNext(p0: i32, p1: i32, answer: usize): void;

/** A listing in progress: a snapshot of the paths at the time of `list-notes`, sorted by code point. */
export class NoteCursor {
  /** Made by the functions that answer one. */
  constructor(private handle: i32) {}

  /** The next notes, at most `max` (1 to 1,000; more is taken as 1,000). An empty list is the end. */
  next(max: u32): Result<Array<NoteInfo>> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    coreNoteCursorNext(this.handle, <i32>max, answer);
    return loadResultOfListOfNoteInfoOrError(answer);
  }

  /** All that is left, in one list; closes the cursor. */
  collect(): Result<Array<NoteInfo>> {
    const all = new Array<NoteInfo>(0);
    while (true) {
      const some = this.next(1000);
      if (!some.ok || some.value.length == 0) {
        this.close();
        return some.ok ? ok<Array<NoteInfo>>(all) : some;
      }
      for (let i = 0; i < some.value.length; i++) all.push(some.value[i]);
    }
  }

  /** Gives the resource back to the host. Nothing else does, before the call ends: the host counts open ones. */
  close(): void {
    if (this.handle == FINISHED) return;
    dropNoteCursor(this.handle);
    this.handle = FINISHED;
  }
}

@external("crucible:plugin/kiln@0.1.0", "read-note")
declare function coreReadNote(p0: i32, p1: i32, answer: usize): void;

/**
 * The whole text of a note. `not-found` where there is none, `transfer-limit` above the file size limit,
 * `invalid-arguments` where it is not UTF-8.
 */
export function readNote(path: string): Result<string> {
  const answer = memory.data(16, 4);
  coreReadNote(changetype<i32>(path), path.length, answer);
  return loadResultOfStringOrError(answer);
}

@external("crucible:plugin/kiln@0.1.0", "stat-note")
declare function coreStatNote(p0: i32, p1: i32, answer: usize): void;

/** What a listing would tell about one note. */
export function statNote(path: string): Result<NoteInfo> {
  const answer = memory.data(32, 8);
  coreStatNote(changetype<i32>(path), path.length, answer);
  return loadResultOfNoteInfoOrError(answer);
}

@external("crucible:plugin/kiln@0.1.0", "note-exists")
declare function coreNoteExists(p0: i32, p1: i32, answer: usize): void;

/** Whether there is such a note inside the grant's scope. */
export function noteExists(path: string): Result<bool> {
  const answer = memory.data(16, 4);
  coreNoteExists(changetype<i32>(path), path.length, answer);
  return loadResultOfBoolOrError(answer);
}

@external("crucible:plugin/kiln@0.1.0", "list-notes")
declare function coreListNotes(p0: i32, p1: i32, answer: usize): void;

/**
 * The notes in a folder and all folders below it, as far as the grant's scope shows them. `""` is the whole kiln.
 * `not-found` where there is no such folder.
 */
export function listNotes(folder: string): Result<NoteCursor> {
  const answer = memory.data(16, 4);
  coreListNotes(changetype<i32>(folder), folder.length, answer);
  return loadResultOfNoteCursorOrError(answer);
}

@external("crucible:plugin/kiln@0.1.0", "write-note")
declare function coreWriteNote(p0: i32, p1: i32, p2: i32, p3: i32, answer: usize): void;

/** Creates a note or replaces its whole text; folders are made as needed. */
export function writeNote(path: string, content: string): Result<bool> {
  const answer = memory.data(16, 4);
  coreWriteNote(changetype<i32>(path), path.length, changetype<i32>(content), content.length, answer);
  return loadResultOfNothingOrError(answer);
}

@external("crucible:plugin/kiln@0.1.0", "create-note")
declare function coreCreateNote(p0: i32, p1: i32, p2: i32, p3: i32, answer: usize): void;

/** Creates a note; `conflict` where there is one already. */
export function createNote(path: string, content: string): Result<bool> {
  const answer = memory.data(16, 4);
  coreCreateNote(changetype<i32>(path), path.length, changetype<i32>(content), content.length, answer);
  return loadResultOfNothingOrError(answer);
}

@external("crucible:plugin/kiln@0.1.0", "delete-note")
declare function coreDeleteNote(p0: i32, p1: i32, answer: usize): void;

/** Removes a note; `not-found` where there is none. */
export function deleteNote(path: string): Result<bool> {
  const answer = memory.data(16, 4);
  coreDeleteNote(changetype<i32>(path), path.length, answer);
  return loadResultOfNothingOrError(answer);
}

function loadResultOfListOfNoteInfoOrError(at: usize): Result<Array<NoteInfo>> {
  if (load<u8>(at) == 0) return ok<Array<NoteInfo>>(loadListOfNoteInfo(at + 4));
  return failed<Array<NoteInfo>>(loadError(at + 4));
}

function loadListOfNoteInfo(at: usize): Array<NoteInfo> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<NoteInfo>(length);
  for (let i = 0; i < length; i++) list[i] = loadNoteInfo(first + 24 * i);
  free(first, length);
  return list;
}

function loadNoteInfo(at: usize): NoteInfo {
  return new NoteInfo(loadString(at), load<u64>(at + 8), load<u64>(at + 16));
}

function loadError(at: usize): Failure {
  return new Failure(<ErrorCode>load<u8>(CAPABILITY_ERROR_CODES + load<u8>(at)), loadString(at + 4));
}

function loadResultOfStringOrError(at: usize): Result<string> {
  if (load<u8>(at) == 0) return ok<string>(loadString(at + 4));
  return failed<string>(loadError(at + 4));
}

function loadResultOfNoteInfoOrError(at: usize): Result<NoteInfo> {
  if (load<u8>(at) == 0) return ok<NoteInfo>(loadNoteInfo(at + 8));
  return failed<NoteInfo>(loadError(at + 8));
}

function loadResultOfBoolOrError(at: usize): Result<bool> {
  if (load<u8>(at) == 0) return ok<bool>(load<u8>(at + 4) != 0);
  return failed<bool>(loadError(at + 4));
}

function loadResultOfNoteCursorOrError(at: usize): Result<NoteCursor> {
  if (load<u8>(at) == 0) return ok<NoteCursor>(new NoteCursor(load<i32>(at + 4)));
  return failed<NoteCursor>(loadError(at + 4));
}

function loadResultOfNothingOrError(at: usize): Result<bool> {
  if (load<u8>(at) == 0) return ok<bool>(true);
  return failed<bool>(loadError(at + 4));
}

// Made by `npm run wit` from wit/*.wit; do not edit.
// Sessions: notes that log the work of agents. Reading needs the grant `session`; `append` needs `kiln.write` too.
import { FINISHED, free, loadString } from "./abi";
import { Result, Some, failed, ok } from "./result";
import { CAPABILITY_ERROR_CODES, ErrorCode, Failure } from "./types.generated";

export enum Status {
  Pending,
  Running,
  Done,
  Failed,
  Skipped,
}

export class Phase {
  constructor(
    public name: string,
    /** Who did it, as `@agent` in the heading says. */
    public agent: string | null,
    /** Where, as `#channel` says. */
    public channel: string | null,
    public input: string | null,
    public output: string | null,
    public status: Status,
    public durationMs: Some<u64> | null = null,
    public tokens: Some<u64> | null = null,
  ) {}
}

@external("crucible:plugin/session@0.1.0", "[resource-drop]phase-cursor")
declare function dropPhaseCursor(handle: i32): void;
@external("crucible:plugin/session@0.1.0", "[method]phase-cursor.next")
declare function corePhaseCursorNext(p0: i32, p1: i32, answer: usize): void;

/** Phases in progress, in the order of the note. */
export class PhaseCursor {
  /** Made by the functions that answer one. */
  constructor(private handle: i32) {}

  /** The next phases, at most `max` (1 to 1,000). An empty list is the end. */
  next(max: u32): Result<Array<Phase>> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    corePhaseCursorNext(this.handle, <i32>max, answer);
    return loadResultOfListOfPhaseOrError(answer);
  }

  /** All that is left, in one list; closes the cursor. */
  collect(): Result<Array<Phase>> {
    const all = new Array<Phase>(0);
    while (true) {
      const some = this.next(1000);
      if (!some.ok || some.value.length == 0) {
        this.close();
        return some.ok ? ok<Array<Phase>>(all) : some;
      }
      for (let i = 0; i < some.value.length; i++) all.push(some.value[i]);
    }
  }

  /** Gives the resource back to the host. Nothing else does, before the call ends: the host counts open ones. */
  close(): void {
    if (this.handle == FINISHED) return;
    dropPhaseCursor(this.handle);
    this.handle = FINISHED;
  }
}

@external("crucible:plugin/session@0.1.0", "list-sessions")
declare function coreListSessions(p0: i32, answer: usize): void;

/** The paths of the session notes, newest first, at most `limit` (1 to 1,000). */
export function listSessions(limit: u32): Result<Array<string>> {
  const answer = memory.data(16, 4);
  coreListSessions(<i32>limit, answer);
  return loadResultOfListOfStringOrError(answer);
}

@external("crucible:plugin/session@0.1.0", "phases")
declare function corePhases(p0: i32, p1: i32, answer: usize): void;

/** The phases of a session. `invalid-arguments` where the note is not a session. */
export function phases(path: string): Result<PhaseCursor> {
  const answer = memory.data(16, 4);
  corePhases(changetype<i32>(path), path.length, answer);
  return loadResultOfPhaseCursorOrError(answer);
}

@external("crucible:plugin/session@0.1.0", "append")
declare function coreAppend(p0: i32, p1: i32, p2: i32, p3: i32, answer: usize): void;

/** Adds an event to a session's log, as part of the call's transaction. */
export function append(path: string, event: string): Result<bool> {
  const answer = memory.data(16, 4);
  coreAppend(changetype<i32>(path), path.length, changetype<i32>(event), event.length, answer);
  return loadResultOfNothingOrError(answer);
}

function loadResultOfListOfPhaseOrError(at: usize): Result<Array<Phase>> {
  if (load<u8>(at) == 0) return ok<Array<Phase>>(loadListOfPhase(at + 4));
  return failed<Array<Phase>>(loadError(at + 4));
}

function loadListOfPhase(at: usize): Array<Phase> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<Phase>(length);
  for (let i = 0; i < length; i++) list[i] = loadPhase(first + 96 * i);
  free(first, length);
  return list;
}

function loadPhase(at: usize): Phase {
  return new Phase(loadString(at), loadOptionOfString(at + 8), loadOptionOfString(at + 20), loadOptionOfString(at + 32), loadOptionOfString(at + 44), <Status>load<u8>(at + 56), loadOptionOfU64(at + 64), loadOptionOfU64(at + 80));
}

function loadOptionOfString(at: usize): string | null {
  return load<u8>(at) == 0 ? null : loadString(at + 4);
}

function loadOptionOfU64(at: usize): Some<u64> | null {
  return load<u8>(at) == 0 ? null : new Some<u64>(load<u64>(at + 8));
}

function loadError(at: usize): Failure {
  return new Failure(<ErrorCode>load<u8>(CAPABILITY_ERROR_CODES + load<u8>(at)), loadString(at + 4));
}

function loadResultOfListOfStringOrError(at: usize): Result<Array<string>> {
  if (load<u8>(at) == 0) return ok<Array<string>>(loadListOfString(at + 4));
  return failed<Array<string>>(loadError(at + 4));
}

function loadListOfString(at: usize): Array<string> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<string>(length);
  for (let i = 0; i < length; i++) list[i] = loadString(first + 8 * i);
  free(first, length);
  return list;
}

function loadResultOfPhaseCursorOrError(at: usize): Result<PhaseCursor> {
  if (load<u8>(at) == 0) return ok<PhaseCursor>(new PhaseCursor(load<i32>(at + 4)));
  return failed<PhaseCursor>(loadError(at + 4));
}

function loadResultOfNothingOrError(at: usize): Result<bool> {
  if (load<u8>(at) == 0) return ok<bool>(true);
  return failed<bool>(loadError(at + 4));
}

// Made by `npm run wit` from wit/*.wit; do not edit.
// Datalog with stratified negation, aggregates and arithmetic. Needs the grant `datalog`.
import { FINISHED, free, loadString } from "./abi";
import { Result, failed, ok } from "./result";
import { CAPABILITY_ERROR_CODES, ErrorCode, Failure } from "./types.generated";

@external("crucible:plugin/datalog@0.1.0", "[resource-drop]row-cursor")
declare function dropRowCursor(handle: i32): void;
@external("crucible:plugin/datalog@0.1.0", "[method]row-cursor.next")
declare function coreRowCursorNext(p0: i32, p1: i32, answer: usize): void;

/** Rows in progress, sorted; each row is a JSON array. */
export class RowCursor {
  /** Made by the functions that answer one. */
  constructor(private handle: i32) {}

  /** The next rows, at most `max` (1 to 1,000). An empty list is the end. */
  next(max: u32): Result<Array<string>> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    coreRowCursorNext(this.handle, <i32>max, answer);
    return loadResultOfListOfStringOrError(answer);
  }

  /** All that is left, in one list; closes the cursor. */
  collect(): Result<Array<string>> {
    const all = new Array<string>(0);
    while (true) {
      const some = this.next(1000);
      if (!some.ok || some.value.length == 0) {
        this.close();
        return some.ok ? ok<Array<string>>(all) : some;
      }
      for (let i = 0; i < some.value.length; i++) all.push(some.value[i]);
    }
  }

  /** Gives the resource back to the host. Nothing else does, before the call ends: the host counts open ones. */
  close(): void {
    if (this.handle == FINISHED) return;
    dropRowCursor(this.handle);
    this.handle = FINISHED;
  }
}

@external("crucible:plugin/datalog@0.1.0", "[resource-drop]program")
declare function dropProgram(handle: i32): void;
@external("crucible:plugin/datalog@0.1.0", "[method]program.insert")
declare function coreProgramInsert(p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, answer: usize): void;
@external("crucible:plugin/datalog@0.1.0", "[method]program.retract")
declare function coreProgramRetract(p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, answer: usize): void;
@external("crucible:plugin/datalog@0.1.0", "[method]program.query")
declare function coreProgramQuery(p0: i32, p1: i32, p2: i32, answer: usize): void;

/** Rules with the facts that were added to them. */
export class Program {
  /** Made by the functions that answer one. */
  constructor(private handle: i32) {}

  /** Adds facts to a relation: a JSON array of rows. */
  insert(relation: string, rows: string): Result<bool> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    coreProgramInsert(this.handle, changetype<i32>(relation), relation.length, changetype<i32>(rows), rows.length, answer);
    return loadResultOfNothingOrError(answer);
  }

  /** Removes facts. */
  retract(relation: string, rows: string): Result<bool> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    coreProgramRetract(this.handle, changetype<i32>(relation), relation.length, changetype<i32>(rows), rows.length, answer);
    return loadResultOfNothingOrError(answer);
  }

  /** The rows that match an atom such as `path(a, X)`, one column per variable. */
  query(goal: string): Result<RowCursor> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    coreProgramQuery(this.handle, changetype<i32>(goal), goal.length, answer);
    return loadResultOfRowCursorOrError(answer);
  }

  /** Gives the resource back to the host. Nothing else does, before the call ends: the host counts open ones. */
  close(): void {
    if (this.handle == FINISHED) return;
    dropProgram(this.handle);
    this.handle = FINISHED;
  }
}

@external("crucible:plugin/datalog@0.1.0", "parse")
declare function coreParse(p0: i32, p1: i32, answer: usize): void;

/** Parses and checks rules. `invalid-arguments` names the line of the first error. */
export function parse(rules: string): Result<Program> {
  const answer = memory.data(16, 4);
  coreParse(changetype<i32>(rules), rules.length, answer);
  return loadResultOfProgramOrError(answer);
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

function loadError(at: usize): Failure {
  return new Failure(<ErrorCode>load<u8>(CAPABILITY_ERROR_CODES + load<u8>(at)), loadString(at + 4));
}

function loadResultOfNothingOrError(at: usize): Result<bool> {
  if (load<u8>(at) == 0) return ok<bool>(true);
  return failed<bool>(loadError(at + 4));
}

function loadResultOfRowCursorOrError(at: usize): Result<RowCursor> {
  if (load<u8>(at) == 0) return ok<RowCursor>(new RowCursor(load<i32>(at + 4)));
  return failed<RowCursor>(loadError(at + 4));
}

function loadResultOfProgramOrError(at: usize): Result<Program> {
  if (load<u8>(at) == 0) return ok<Program>(new Program(load<i32>(at + 4)));
  return failed<Program>(loadError(at + 4));
}

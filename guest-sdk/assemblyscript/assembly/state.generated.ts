// Made by `npm run wit` from wit/*.wit; do not edit.
// Values that outlive a call, kept as JSON under a key. Needs the grant `state` with the scope that is used.
// Changes belong to the call's transaction: they are kept when the call succeeds and dropped when it fails.
import { FINISHED, free, loadString } from "./abi";
import { Result, Some, failed, ok } from "./result";
import { CAPABILITY_ERROR_CODES, ErrorCode, Failure } from "./types.generated";

export enum Scope {
  /** Of this plugin in this kiln. */
  Plugin,
  /** Of this kiln, shared by its plugins. */
  Kiln,
  /** Of this user, shared by all kilns and plugins. */
  Global,
}

@external("crucible:plugin/state@0.1.0", "[resource-drop]key-cursor")
declare function dropKeyCursor(handle: i32): void;
@external("crucible:plugin/state@0.1.0", "[method]key-cursor.next")
declare function coreKeyCursorNext(p0: i32, p1: i32, answer: usize): void;

/** Keys in progress, sorted by code point. */
export class KeyCursor {
  /** Made by the functions that answer one. */
  constructor(private handle: i32) {}

  /** The next keys, at most `max` (1 to 1,000). An empty list is the end. */
  next(max: u32): Result<Array<string>> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    coreKeyCursorNext(this.handle, <i32>max, answer);
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
    dropKeyCursor(this.handle);
    this.handle = FINISHED;
  }
}

@external("crucible:plugin/state@0.1.0", "get")
declare function coreGet(p0: i32, p1: i32, p2: i32, answer: usize): void;

/** The value of a key, none where it is not set or has expired. A key is 1 to 512 bytes. */
export function get(scope: Scope, key: string): Result<string | null> {
  const answer = memory.data(16, 4);
  coreGet(<i32>scope, changetype<i32>(key), key.length, answer);
  return loadResultOfOptionOfStringOrError(answer);
}

@external("crucible:plugin/state@0.1.0", "set")
declare function coreSet(p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, p5: i32, p6: i64, answer: usize): void;

/** Sets a key; with `expires-in-ms` it is gone after that time. `transfer-limit` above the quota. */
export function set(scope: Scope, key: string, value: string, expiresInMs: Some<u64> | null = null): Result<bool> {
  let _0: i64 = 0;
  if (expiresInMs !== null) {
    _0 = expiresInMs.value;
  }
  const answer = memory.data(16, 4);
  coreSet(<i32>scope, changetype<i32>(key), key.length, changetype<i32>(value), value.length, expiresInMs === null ? 0 : 1, _0, answer);
  return loadResultOfNothingOrError(answer);
}

@external("crucible:plugin/state@0.1.0", "delete")
declare function coreDelete(p0: i32, p1: i32, p2: i32, answer: usize): void;

/** Removes a key and tells whether it was set. */
export function delete_(scope: Scope, key: string): Result<bool> {
  const answer = memory.data(16, 4);
  coreDelete(<i32>scope, changetype<i32>(key), key.length, answer);
  return loadResultOfBoolOrError(answer);
}

@external("crucible:plugin/state@0.1.0", "keys")
declare function coreKeys(p0: i32, p1: i32, p2: i32, answer: usize): void;

/** The keys that begin with `prefix`. */
export function keys(scope: Scope, prefix: string): Result<KeyCursor> {
  const answer = memory.data(16, 4);
  coreKeys(<i32>scope, changetype<i32>(prefix), prefix.length, answer);
  return loadResultOfKeyCursorOrError(answer);
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

function loadResultOfOptionOfStringOrError(at: usize): Result<string | null> {
  if (load<u8>(at) == 0) return ok<string | null>(loadOptionOfString(at + 4));
  return failed<string | null>(loadError(at + 4));
}

function loadOptionOfString(at: usize): string | null {
  return load<u8>(at) == 0 ? null : loadString(at + 4);
}

function loadResultOfNothingOrError(at: usize): Result<bool> {
  if (load<u8>(at) == 0) return ok<bool>(true);
  return failed<bool>(loadError(at + 4));
}

function loadResultOfBoolOrError(at: usize): Result<bool> {
  if (load<u8>(at) == 0) return ok<bool>(load<u8>(at + 4) != 0);
  return failed<bool>(loadError(at + 4));
}

function loadResultOfKeyCursorOrError(at: usize): Result<KeyCursor> {
  if (load<u8>(at) == 0) return ok<KeyCursor>(new KeyCursor(load<i32>(at + 4)));
  return failed<KeyCursor>(loadError(at + 4));
}

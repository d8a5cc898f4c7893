// Made by `npm run wit` from wit/*.wit; do not edit.
// Other plugins. Needs the grant `plugins`. A callee runs with its own grant as far as the caller may delegate it, on the
// caller's fuel and time; calling back into a plugin that is already on the chain is refused with the chain.
import { FINISHED, free, loadString, releaseScratch, scratch, storeString } from "./abi";
import { Result, failed, ok } from "./result";
import { ErrorCode, Failure, Frame, Position } from "./types.generated";

export class PluginInfo {
  constructor(
    public name: string,
    public version: string,
    public description: string,
    /** The tools that other plugins may call. */
    public exports: Array<string> = new Array<string>(0),
  ) {}
}

@external("crucible:plugin/plugins@0.1.0", "[resource-drop]answer-cursor")
declare function dropAnswerCursor(handle: i32): void;
@external("crucible:plugin/plugins@0.1.0", "[method]answer-cursor.next")
declare function coreAnswerCursorNext(p0: i32, p1: i32, answer: usize): void;

/** The answers of `map` in progress, in the order of its inputs. */
export class AnswerCursor {
  /** Made by the functions that answer one. */
  constructor(private handle: i32) {}

  /** The next answers, at most `max` (1 to 1,000). An empty list is the end. */
  next(max: u32): Result<Array<Result<string>>> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(44, 4);
    coreAnswerCursorNext(this.handle, <i32>max, answer);
    return loadResultOfListOfResultOfStringOrFailureOrFailure(answer);
  }

  /** All that is left, in one list; closes the cursor. */
  collect(): Result<Array<Result<string>>> {
    const all = new Array<Result<string>>(0);
    while (true) {
      const some = this.next(1000);
      if (!some.ok || some.value.length == 0) {
        this.close();
        return some.ok ? ok<Array<Result<string>>>(all) : some;
      }
      for (let i = 0; i < some.value.length; i++) all.push(some.value[i]);
    }
  }

  /** Gives the resource back to the host. Nothing else does, before the call ends: the host counts open ones. */
  close(): void {
    if (this.handle == FINISHED) return;
    dropAnswerCursor(this.handle);
    this.handle = FINISHED;
  }
}

@external("crucible:plugin/plugins@0.1.0", "list-plugins")
declare function coreListPlugins(answer: usize): void;

/** The plugins that this one may call. */
export function listPlugins(): Result<Array<PluginInfo>> {
  const answer = memory.data(44, 4);
  coreListPlugins(answer);
  return loadResultOfListOfPluginInfoOrFailure(answer);
}

@external("crucible:plugin/plugins@0.1.0", "call")
declare function coreCall(p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, p5: i32, answer: usize): void;

/** Calls an exported tool of another plugin. */
export function call(plugin: string, tool: string, args: string): Result<string> {
  const answer = memory.data(44, 4);
  coreCall(changetype<i32>(plugin), plugin.length, changetype<i32>(tool), tool.length, changetype<i32>(args), args.length, answer);
  return loadResultOfStringOrFailure(answer);
}

@external("crucible:plugin/plugins@0.1.0", "map")
declare function coreMap(p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, p5: i32, answer: usize): void;

/**
 * Calls a tool of this plugin (`""`) or another once per input, on as many threads as there are. The seed of each call
 * comes from the caller's seed and the index; the calls can read the kiln and state but not change them.
 */
export function map(plugin: string, tool: string, inputs: Array<string>): Result<AnswerCursor> {
  const _0 = scratch(8);
  storeListOfString(_0, inputs);
  const answer = memory.data(44, 4);
  coreMap(changetype<i32>(plugin), plugin.length, changetype<i32>(tool), tool.length, load<i32>(_0), inputs.length, answer);
  releaseScratch();
  return loadResultOfAnswerCursorOrFailure(answer);
}

function loadResultOfListOfResultOfStringOrFailureOrFailure(at: usize): Result<Array<Result<string>>> {
  if (load<u8>(at) == 0) return ok<Array<Result<string>>>(loadListOfResultOfStringOrFailure(at + 4));
  return failed<Array<Result<string>>>(loadFailure(at + 4));
}

function loadListOfResultOfStringOrFailure(at: usize): Array<Result<string>> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<Result<string>>(length);
  for (let i = 0; i < length; i++) list[i] = loadResultOfStringOrFailure(first + 44 * i);
  free(first, length);
  return list;
}

function loadResultOfStringOrFailure(at: usize): Result<string> {
  if (load<u8>(at) == 0) return ok<string>(loadString(at + 4));
  return failed<string>(loadFailure(at + 4));
}

function loadFailure(at: usize): Failure {
  return new Failure(<ErrorCode>load<u8>(at), loadString(at + 4), loadOptionOfPosition(at + 12), loadListOfFrame(at + 32));
}

function loadOptionOfPosition(at: usize): Position | null {
  return load<u8>(at) == 0 ? null : loadPosition(at + 4);
}

function loadPosition(at: usize): Position {
  return new Position(loadString(at), load<u32>(at + 8), load<u32>(at + 12));
}

function loadListOfFrame(at: usize): Array<Frame> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<Frame>(length);
  for (let i = 0; i < length; i++) list[i] = loadFrame(first + 28 * i);
  free(first, length);
  return list;
}

function loadFrame(at: usize): Frame {
  return new Frame(loadString(at), loadOptionOfPosition(at + 8));
}

function loadResultOfListOfPluginInfoOrFailure(at: usize): Result<Array<PluginInfo>> {
  if (load<u8>(at) == 0) return ok<Array<PluginInfo>>(loadListOfPluginInfo(at + 4));
  return failed<Array<PluginInfo>>(loadFailure(at + 4));
}

function loadListOfPluginInfo(at: usize): Array<PluginInfo> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<PluginInfo>(length);
  for (let i = 0; i < length; i++) list[i] = loadPluginInfo(first + 32 * i);
  free(first, length);
  return list;
}

function loadPluginInfo(at: usize): PluginInfo {
  return new PluginInfo(loadString(at), loadString(at + 8), loadString(at + 16), loadListOfString(at + 24));
}

function loadListOfString(at: usize): Array<string> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<string>(length);
  for (let i = 0; i < length; i++) list[i] = loadString(first + 8 * i);
  free(first, length);
  return list;
}

function storeListOfString(at: usize, value: Array<string>): void {
  const first = scratch(8 * value.length);
  for (let i = 0; i < value.length; i++) storeString(first + 8 * i, value[i]);
  store<usize>(at, first);
  store<i32>(at, value.length, 4);
}

function loadResultOfAnswerCursorOrFailure(at: usize): Result<AnswerCursor> {
  if (load<u8>(at) == 0) return ok<AnswerCursor>(new AnswerCursor(load<i32>(at + 4)));
  return failed<AnswerCursor>(loadFailure(at + 4));
}

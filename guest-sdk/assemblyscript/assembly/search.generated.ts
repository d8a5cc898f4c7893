// Made by `npm run wit` from wit/*.wit; do not edit.
// Search over the committed notes inside the plugin's `kiln.read` scope. Needs the grant `search`.
import { FINISHED, free, loadString, releaseScratch, scratch, storeString } from "./abi";
import { Result, failed, ok } from "./result";
import { CAPABILITY_ERROR_CODES, ErrorCode, Failure } from "./types.generated";

export class Hit {
  constructor(
    public path: string,
    /** The frontmatter title, else the first heading. */
    public title: string | null,
    /** Higher is better; comparable only inside one answer. */
    public score: f64,
    /** The passage that matched, at most 300 characters, without markup. */
    public snippet: string,
    /** The line on which the passage begins, from 1. */
    public line: u32,
  ) {}
}

/** How notes are compared with the query. */
export enum Mode {
  /** Full text, ranked by BM25. */
  Text,
  /** By meaning, ranked by the similarity of embeddings. */
  Semantic,
  /** Both, merged by reciprocal rank. */
  Hybrid,
}

export class Options {
  constructor(
    public mode: Mode,
    /** Only notes in this folder and below; none: the whole scope. */
    public folder: string | null,
    /** Only notes that carry all of these tags, written without `#`. */
    public tags: Array<string>,
    /** At most so many hits, 1 to 10,000. */
    public limit: u32,
  ) {}
}

@external("crucible:plugin/search@0.1.0", "[resource-drop]hit-cursor")
declare function dropHitCursor(handle: i32): void;
@external("crucible:plugin/search@0.1.0", "[method]hit-cursor.next")
declare function coreHitCursorNext(p0: i32, p1: i32, answer: usize): void;

/** An answer in progress, best hit first. */
export class HitCursor {
  /** Made by the functions that answer one. */
  constructor(private handle: i32) {}

  /** The next hits, at most `max` (1 to 1,000). An empty list is the end. */
  next(max: u32): Result<Array<Hit>> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    coreHitCursorNext(this.handle, <i32>max, answer);
    return loadResultOfListOfHitOrError(answer);
  }

  /** All that is left, in one list; closes the cursor. */
  collect(): Result<Array<Hit>> {
    const all = new Array<Hit>(0);
    while (true) {
      const some = this.next(1000);
      if (!some.ok || some.value.length == 0) {
        this.close();
        return some.ok ? ok<Array<Hit>>(all) : some;
      }
      for (let i = 0; i < some.value.length; i++) all.push(some.value[i]);
    }
  }

  /** Gives the resource back to the host. Nothing else does, before the call ends: the host counts open ones. */
  close(): void {
    if (this.handle == FINISHED) return;
    dropHitCursor(this.handle);
    this.handle = FINISHED;
  }
}

@external("crucible:plugin/search@0.1.0", "query")
declare function coreQuery(p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, p5: i32, p6: i32, p7: i32, p8: i32, answer: usize): void;

/** Searches the kiln. `invalid-arguments` for an empty text. */
export function query(text: string, options: Options): Result<HitCursor> {
  let _0: i32 = 0;
  let _1: i32 = 0;
  if (options.folder !== null) {
    const _2 = options.folder!;
    _0 = changetype<i32>(_2);
    _1 = _2.length;
  }
  const _3 = scratch(8);
  storeListOfString(_3, options.tags);
  const answer = memory.data(16, 4);
  coreQuery(changetype<i32>(text), text.length, <i32>options.mode, options.folder === null ? 0 : 1, _0, _1, load<i32>(_3), options.tags.length, <i32>options.limit, answer);
  releaseScratch();
  return loadResultOfHitCursorOrError(answer);
}

function loadResultOfListOfHitOrError(at: usize): Result<Array<Hit>> {
  if (load<u8>(at) == 0) return ok<Array<Hit>>(loadListOfHit(at + 4));
  return failed<Array<Hit>>(loadError(at + 4));
}

function loadListOfHit(at: usize): Array<Hit> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<Hit>(length);
  for (let i = 0; i < length; i++) list[i] = loadHit(first + 48 * i);
  free(first, length);
  return list;
}

function loadHit(at: usize): Hit {
  return new Hit(loadString(at), loadOptionOfString(at + 8), load<f64>(at + 24), loadString(at + 32), load<u32>(at + 40));
}

function loadOptionOfString(at: usize): string | null {
  return load<u8>(at) == 0 ? null : loadString(at + 4);
}

function loadError(at: usize): Failure {
  return new Failure(<ErrorCode>load<u8>(CAPABILITY_ERROR_CODES + load<u8>(at)), loadString(at + 4));
}

function storeListOfString(at: usize, value: Array<string>): void {
  const first = scratch(8 * value.length);
  for (let i = 0; i < value.length; i++) storeString(first + 8 * i, value[i]);
  store<usize>(at, first);
  store<i32>(at, value.length, 4);
}

function loadResultOfHitCursorOrError(at: usize): Result<HitCursor> {
  if (load<u8>(at) == 0) return ok<HitCursor>(new HitCursor(load<i32>(at + 4)));
  return failed<HitCursor>(loadError(at + 4));
}

// Made by `npm run wit` from wit/*.wit; do not edit.
// The links between committed notes inside the plugin's `kiln.read` scope. Needs the grant `graph`.
import { FINISHED, free, loadString, releaseScratch, scratch, storeString } from "./abi";
import { Result, failed, ok } from "./result";
import { CAPABILITY_ERROR_CODES, ErrorCode, Failure } from "./types.generated";

export enum LinkKind {
  /** `[[target]]` */
  Wikilink,
  /** `[text](target.md)` */
  Markdown,
  /** `![[target]]` */
  Embed,
}

export class Link {
  constructor(
    public source: string,
    /** The path of the note that is meant; where none is found, the text of the link. */
    public target: string,
    /** Whether the target is a note that exists. */
    public resolved: bool,
    public kind: LinkKind,
    /** The line of the link in the source, from 1. */
    public line: u32,
  ) {}
}

export class Visit {
  constructor(
    public path: string,
    public depth: u32,
    /** The note from which this one was reached; none for the start. */
    public via: string | null = null,
  ) {}
}

export enum Strategy {
  BreadthFirst,
  DepthFirst,
  /** The most similar note first, by embedding. */
  Similarity,
}

export enum Direction {
  Forward,
  Backward,
  Both,
}

export class Traversal {
  constructor(
    public strategy: Strategy,
    public direction: Direction,
    /** Links from the start at most; the start is at depth 0. */
    public maxDepth: u32,
    /** Notes at most, 1 to 100,000. */
    public maxNotes: u32,
    /** Only notes that carry all of these tags are visited and followed. */
    public tags: Array<string> = new Array<string>(0),
  ) {}
}

@external("crucible:plugin/graph@0.1.0", "[resource-drop]link-cursor")
declare function dropLinkCursor(handle: i32): void;
@external("crucible:plugin/graph@0.1.0", "[method]link-cursor.next")
declare function coreLinkCursorNext(p0: i32, p1: i32, answer: usize): void;

/** Links in progress, sorted by source, then by line. */
export class LinkCursor {
  /** Made by the functions that answer one. */
  constructor(private handle: i32) {}

  /** The next links, at most `max` (1 to 1,000). An empty list is the end. */
  next(max: u32): Result<Array<Link>> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    coreLinkCursorNext(this.handle, <i32>max, answer);
    return loadResultOfListOfLinkOrError(answer);
  }

  /** All that is left, in one list; closes the cursor. */
  collect(): Result<Array<Link>> {
    const all = new Array<Link>(0);
    while (true) {
      const some = this.next(1000);
      if (!some.ok || some.value.length == 0) {
        this.close();
        return some.ok ? ok<Array<Link>>(all) : some;
      }
      for (let i = 0; i < some.value.length; i++) all.push(some.value[i]);
    }
  }

  /** Gives the resource back to the host. Nothing else does, before the call ends: the host counts open ones. */
  close(): void {
    if (this.handle == FINISHED) return;
    dropLinkCursor(this.handle);
    this.handle = FINISHED;
  }
}

@external("crucible:plugin/graph@0.1.0", "[resource-drop]visit-cursor")
declare function dropVisitCursor(handle: i32): void;
@external("crucible:plugin/graph@0.1.0", "[method]visit-cursor.next")
declare function coreVisitCursorNext(p0: i32, p1: i32, answer: usize): void;

/** A traversal in progress, in the order of its strategy; ties by path. */
export class VisitCursor {
  /** Made by the functions that answer one. */
  constructor(private handle: i32) {}

  /** The next visits, at most `max` (1 to 1,000). An empty list is the end. */
  next(max: u32): Result<Array<Visit>> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    coreVisitCursorNext(this.handle, <i32>max, answer);
    return loadResultOfListOfVisitOrError(answer);
  }

  /** All that is left, in one list; closes the cursor. */
  collect(): Result<Array<Visit>> {
    const all = new Array<Visit>(0);
    while (true) {
      const some = this.next(1000);
      if (!some.ok || some.value.length == 0) {
        this.close();
        return some.ok ? ok<Array<Visit>>(all) : some;
      }
      for (let i = 0; i < some.value.length; i++) all.push(some.value[i]);
    }
  }

  /** Gives the resource back to the host. Nothing else does, before the call ends: the host counts open ones. */
  close(): void {
    if (this.handle == FINISHED) return;
    dropVisitCursor(this.handle);
    this.handle = FINISHED;
  }
}

@external("crucible:plugin/graph@0.1.0", "backlinks")
declare function coreBacklinks(p0: i32, p1: i32, answer: usize): void;

/** The links that lead to a note. `not-found` where there is no such note. */
export function backlinks(path: string): Result<LinkCursor> {
  const answer = memory.data(16, 4);
  coreBacklinks(changetype<i32>(path), path.length, answer);
  return loadResultOfLinkCursorOrError(answer);
}

@external("crucible:plugin/graph@0.1.0", "forward-links")
declare function coreForwardLinks(p0: i32, p1: i32, answer: usize): void;

/** The links that a note has, in the order of its text. */
export function forwardLinks(path: string): Result<LinkCursor> {
  const answer = memory.data(16, 4);
  coreForwardLinks(changetype<i32>(path), path.length, answer);
  return loadResultOfLinkCursorOrError(answer);
}

@external("crucible:plugin/graph@0.1.0", "traverse")
declare function coreTraverse(p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, p5: i32, p6: i32, p7: i32, answer: usize): void;

/** Walks the graph from a note, which is the first visit. */
export function traverse(start: string, how: Traversal): Result<VisitCursor> {
  const _0 = scratch(8);
  storeListOfString(_0, how.tags);
  const answer = memory.data(16, 4);
  coreTraverse(changetype<i32>(start), start.length, <i32>how.strategy, <i32>how.direction, <i32>how.maxDepth, <i32>how.maxNotes, load<i32>(_0), how.tags.length, answer);
  releaseScratch();
  return loadResultOfVisitCursorOrError(answer);
}

function loadResultOfListOfLinkOrError(at: usize): Result<Array<Link>> {
  if (load<u8>(at) == 0) return ok<Array<Link>>(loadListOfLink(at + 4));
  return failed<Array<Link>>(loadError(at + 4));
}

function loadListOfLink(at: usize): Array<Link> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<Link>(length);
  for (let i = 0; i < length; i++) list[i] = loadLink(first + 24 * i);
  free(first, length);
  return list;
}

function loadLink(at: usize): Link {
  return new Link(loadString(at), loadString(at + 8), load<u8>(at + 16) != 0, <LinkKind>load<u8>(at + 17), load<u32>(at + 20));
}

function loadError(at: usize): Failure {
  return new Failure(<ErrorCode>load<u8>(CAPABILITY_ERROR_CODES + load<u8>(at)), loadString(at + 4));
}

function loadResultOfListOfVisitOrError(at: usize): Result<Array<Visit>> {
  if (load<u8>(at) == 0) return ok<Array<Visit>>(loadListOfVisit(at + 4));
  return failed<Array<Visit>>(loadError(at + 4));
}

function loadListOfVisit(at: usize): Array<Visit> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<Visit>(length);
  for (let i = 0; i < length; i++) list[i] = loadVisit(first + 24 * i);
  free(first, length);
  return list;
}

function loadVisit(at: usize): Visit {
  return new Visit(loadString(at), load<u32>(at + 8), loadOptionOfString(at + 12));
}

function loadOptionOfString(at: usize): string | null {
  return load<u8>(at) == 0 ? null : loadString(at + 4);
}

function loadResultOfLinkCursorOrError(at: usize): Result<LinkCursor> {
  if (load<u8>(at) == 0) return ok<LinkCursor>(new LinkCursor(load<i32>(at + 4)));
  return failed<LinkCursor>(loadError(at + 4));
}

function storeListOfString(at: usize, value: Array<string>): void {
  const first = scratch(8 * value.length);
  for (let i = 0; i < value.length; i++) storeString(first + 8 * i, value[i]);
  store<usize>(at, first);
  store<i32>(at, value.length, 4);
}

function loadResultOfVisitCursorOrError(at: usize): Result<VisitCursor> {
  if (load<u8>(at) == 0) return ok<VisitCursor>(new VisitCursor(load<i32>(at + 4)));
  return failed<VisitCursor>(loadError(at + 4));
}

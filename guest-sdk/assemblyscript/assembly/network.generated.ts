// Made by `npm run wit` from wit/*.wit; do not edit.
// HTTP requests to the hosts that the grant `network` names, checked again at every redirect.
import { FINISHED, free, loadBytes, loadString, releaseScratch, scratch, storeString } from "./abi";
import { Result, Some, failed, ok } from "./result";
import { CAPABILITY_ERROR_CODES, ErrorCode, Failure } from "./types.generated";

export class Header {
  constructor(
    public name: string,
    public value: string,
  ) {}
}

export class Request {
  constructor(
    /** `GET`, `POST`, …; upper case. */
    public method: string,
    /** `https://…`, or `http://…` where the grant names it. */
    public url: string,
    public headers: Array<Header> = new Array<Header>(0),
    public body: Uint8Array | null = null,
    /** How long to wait for the whole answer; none: the limit of the host. */
    public timeoutMs: Some<u32> | null = null,
  ) {}
}

@external("crucible:plugin/network@0.1.0", "[resource-drop]response")
declare function dropResponse(handle: i32): void;
@external("crucible:plugin/network@0.1.0", "[method]response.status")
declare function coreResponseStatus(p0: i32): i32;
@external("crucible:plugin/network@0.1.0", "[method]response.url")
declare function coreResponseUrl(p0: i32, answer: usize): void;
@external("crucible:plugin/network@0.1.0", "[method]response.headers")
declare function coreResponseHeaders(p0: i32, answer: usize): void;
@external("crucible:plugin/network@0.1.0", "[method]response.read")
declare function coreResponseRead(p0: i32, p1: i32, answer: usize): void;

/** An answer whose body is read in pieces. */
export class Response {
  /** Made by the functions that answer one. */
  constructor(private handle: i32) {}

  status(): u16 {
    assert(this.handle != FINISHED, "closed already");
    return <u16>coreResponseStatus(this.handle);
  }

  /** The address that answered, after redirects. */
  url(): string {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(8, 4);
    coreResponseUrl(this.handle, answer);
    return loadString(answer);
  }

  headers(): Array<Header> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(8, 4);
    coreResponseHeaders(this.handle, answer);
    return loadListOfHeader(answer);
  }

  /** The next bytes of the body, at most `max`. An empty list is the end. */
  read(max: u32): Result<Uint8Array> {
    assert(this.handle != FINISHED, "closed already");
    const answer = memory.data(16, 4);
    coreResponseRead(this.handle, <i32>max, answer);
    return loadResultOfListOfU8OrError(answer);
  }

  /** Gives the resource back to the host. Nothing else does, before the call ends: the host counts open ones. */
  close(): void {
    if (this.handle == FINISHED) return;
    dropResponse(this.handle);
    this.handle = FINISHED;
  }
}

@external("crucible:plugin/network@0.1.0", "fetch")
declare function coreFetch(p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, p5: i32, p6: i32, p7: i32, p8: i32, p9: i32, p10: i32, answer: usize): void;

/** Sends a request. `denied` where the grant does not cover the host, the method or a redirect's target. */
export function fetch(request: Request): Result<Response> {
  const _0 = scratch(8);
  storeListOfHeader(_0, request.headers);
  let _1: i32 = 0;
  let _2: i32 = 0;
  if (request.body !== null) {
    const _3 = request.body!;
    _1 = <i32>_3.dataStart;
    _2 = _3.length;
  }
  let _4: i32 = 0;
  if (request.timeoutMs !== null) {
    _4 = <i32>request.timeoutMs!.value;
  }
  const answer = memory.data(16, 4);
  coreFetch(changetype<i32>(request.method), request.method.length, changetype<i32>(request.url), request.url.length, load<i32>(_0), request.headers.length, request.body === null ? 0 : 1, _1, _2, request.timeoutMs === null ? 0 : 1, _4, answer);
  releaseScratch();
  return loadResultOfResponseOrError(answer);
}

function loadListOfHeader(at: usize): Array<Header> {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const list = new Array<Header>(length);
  for (let i = 0; i < length; i++) list[i] = loadHeader(first + 16 * i);
  free(first, length);
  return list;
}

function loadHeader(at: usize): Header {
  return new Header(loadString(at), loadString(at + 8));
}

function loadResultOfListOfU8OrError(at: usize): Result<Uint8Array> {
  if (load<u8>(at) == 0) return ok<Uint8Array>(loadBytes(at + 4));
  return failed<Uint8Array>(loadError(at + 4));
}

function loadError(at: usize): Failure {
  return new Failure(<ErrorCode>load<u8>(CAPABILITY_ERROR_CODES + load<u8>(at)), loadString(at + 4));
}

function storeListOfHeader(at: usize, value: Array<Header>): void {
  const first = scratch(16 * value.length);
  for (let i = 0; i < value.length; i++) storeHeader(first + 16 * i, value[i]);
  store<usize>(at, first);
  store<i32>(at, value.length, 4);
}

function storeHeader(at: usize, value: Header): void {
  storeString(at, value.name);
  storeString(at + 8, value.value);
}

function loadResultOfResponseOrError(at: usize): Result<Response> {
  if (load<u8>(at) == 0) return ok<Response>(new Response(load<i32>(at + 4)));
  return failed<Response>(loadError(at + 4));
}

/**
 * Memory that one call of the rewriter leaves to the next. A large module takes tens of megabytes, and to make them anew takes a sixth of the time:
 * the system hands out zeroed pages one by one, and their sum makes the collector run. They are held weakly, so that they last as long as the collector
 * has nothing to do. What is in them is of another module: nobody reads what was not written in the same call.
 */
import { ByteWriter } from "./emit.ts";

export interface Scratch {
  /** For `CodeScan`. */
  points: Int32Array;
  localSites: Int32Array;
  /** Metered code; it is empty. */
  readonly code: ByteWriter;
}

let left: WeakRef<Scratch> | undefined;

/** @param size Bytes of the module: what compiled code of this length needs at least, so that they seldom grow. */
export function takeScratch(size: number): Scratch {
  const scratch = left?.deref() ?? {
    points: new Int32Array(0),
    localSites: new Int32Array(0),
    code: new ByteWriter(0),
  };
  // Nobody else may have it until it is left again.
  left = undefined;
  const points = (size >>> 1) + 64;
  if (scratch.points.length < points) scratch.points = new Int32Array(points);
  const sites = (size >>> 4) + 64;
  if (scratch.localSites.length < sites) scratch.localSites = new Int32Array(sites);
  scratch.code.length = 0;
  scratch.code.reserve(Math.ceil(size * 1.5) + 1024);
  return scratch;
}

export function leaveScratch(scratch: Scratch): void {
  left = new WeakRef(scratch);
}

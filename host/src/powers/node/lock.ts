/**
 * One holder at a time among processes that share a folder, without kernel locks (Node has none). Everybody makes a file of
 * his own and then looks for others: of two that arrive together at least one sees the other and steps back, as in Dekker's
 * algorithm (Dijkstra 1965, EWD123). A file whose process is gone counts for nothing and is removed by the next holder.
 */
import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { hostname } from "node:os";
import { PluginError } from "../../errors.ts";
import { type Folder, systemCode } from "./folder.ts";

export interface LockOptions {
  /** How long to wait for the holder, in milliseconds. @default 10_000 */
  readonly waitMs?: number;
  /** Age at which a lock whose process cannot be looked at (another machine) is stale, in milliseconds. @default 300_000 */
  readonly staleMs?: number;
}

/**
 * The name says who holds: machine, process, and the start of that process, so that a reused process number is not taken for
 * the holder (`0` where it cannot be told). A file appears with its name at once, while content would come later.
 */
const LOCK = /^lock-([0-9a-f]{16})-([0-9]+)-([0-9]+)-[0-9a-f-]{36}$/;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Runs `work` alone. Errors: `busy` where the holder does not let go in time. */
export function withLock<T>(folder: Folder, options: LockOptions, work: () => T): T {
  const own = acquire(folder, options);
  try {
    return work();
  } finally {
    fs.rmSync(folder.entry(own), { force: true });
  }
}

function acquire(folder: Folder, options: LockOptions): string {
  const deadline = Date.now() + (options.waitMs ?? 10_000);
  for (let attempt = 0; ; attempt++) {
    // A name is used once: whoever judged it dead may remove it at any later time.
    const own = `lock-${machine()}-${process.pid}-${processStart(process.pid)}-${randomUUID()}`;
    fs.closeSync(fs.openSync(folder.entry(own), "wx", 0o600));
    const others = fs.readdirSync(folder.self).filter((name) => name !== own && LOCK.test(name));
    if (others.every((name) => isDead(folder, name, own, options.staleMs ?? 300_000))) {
      for (const name of others) fs.rmSync(folder.entry(name), { force: true });
      return own;
    }
    fs.rmSync(folder.entry(own), { force: true });
    if (Date.now() >= deadline) {
      throw new PluginError("busy", "another process is writing to this kiln and did not finish in time", {
        hint: "Run it again. If no other process is at work, remove the lock-* files in .crucible/staging.",
      });
    }
    // Random, so that two who stepped back together do not meet again; not part of any result.
    Atomics.wait(sleeper, 0, 0, 1 + Math.random() * Math.min(50, 2 ** attempt));
  }
}

function isDead(folder: Folder, name: string, own: string, staleMs: number): boolean {
  const [, where, pid, started] = LOCK.exec(name) ?? [];
  if (where === machine()) {
    if (!isRunning(Number(pid))) return true;
    const now = processStart(Number(pid));
    if (started !== "0" && now !== "0") return started !== now;
  }
  // Both times come from the file system's clock, so that machines need not agree on theirs.
  const made = fs.lstatSync(folder.entry(name), { throwIfNoEntry: false });
  return made === undefined || fs.lstatSync(folder.entry(own)).mtimeMs - made.mtimeMs > staleMs;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== "ESRCH";
  }
}

/** Containers share a host name now and then, but not their table of processes. */
function machine(): string {
  let processes = "";
  try {
    processes = fs.readlinkSync("/proc/self/ns/pid");
  } catch {
    // No such thing outside Linux.
  }
  return createHash("sha256").update(`${hostname()} ${processes}`).digest("hex").slice(0, 16);
}

/** Field 22 of /proc/PID/stat; the name in field 2 may contain spaces and brackets. */
function processStart(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
  } catch {
    return "0";
  }
}

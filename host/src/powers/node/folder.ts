/**
 * Directories that cannot be swapped under us: the way from the kiln's root to a note, one segment at a time, never through a
 * link. On Linux every directory is held open as a descriptor and its entries are named through `/proc/self/fd`; elsewhere each
 * segment is looked at and the real path is compared again after opening (a window remains there; SECURITY.md says so).
 */
import * as fs from "node:fs";
import { join, sep } from "node:path";
import { PluginError } from "../../errors.ts";
import { aliasKey } from "../../kiln/path.ts";
import { quoted } from "../../text.ts";
import type { NotePath } from "../types.ts";

/** How confinement is done: by descriptors (Linux), or by checks before and after. */
export type Confinement = "descriptors" | "checks";

export interface Folder {
  /** Relative to the kiln, `""` for its root; for messages. */
  readonly name: string;
  /** What `node:fs` is given for the folder itself. */
  readonly self: string;
  /** What `node:fs` is given for an entry of the folder. */
  entry(name: string): string;
  /** The folder of that name; undefined where there is none. Errors: `denied` for a link. */
  enter(name: string): Folder | undefined;
  /** As `enter`, and makes the folder where there is none; the parent is flushed. */
  make(name: string, mode?: number): Folder;
  /** Throws `denied` where an opened entry is not the one of this folder; nothing to do with descriptors. */
  verify(name: string): void;
  /** Flushes the folder's own entries to the disk. */
  flush(): void;
  close(): void;
}

const { constants } = fs;
const DIRECTORY = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Which confinement this machine allows. */
export function bestConfinement(): Confinement {
  return process.platform === "linux" && fs.existsSync("/proc/self/fd") ? "descriptors" : "checks";
}

/** Opens the root, which may itself be reached through links: the person named it. `root` is a real path. */
export function openRoot(root: string, confinement: Confinement): Folder {
  return confinement === "descriptors" ? held(fs.openSync(root, DIRECTORY), "") : named(root, "", root);
}

/** Walks from a folder; undefined where a segment is missing. The caller closes the answer, unless it is `start` itself. */
export function walk(start: Folder, segments: readonly string[], make = false): Folder | undefined {
  let current = start;
  for (const segment of segments) {
    let next: Folder | undefined;
    try {
      next = make ? current.make(segment) : current.enter(segment);
    } finally {
      if (current !== start) current.close();
    }
    if (next === undefined) return undefined;
    current = next;
  }
  return current;
}

/** Calls `use` with the folder that holds a note and the note's name in it; undefined where there is no such folder. */
export function atParent<T>(root: Folder, path: NotePath, use: (parent: Folder, name: string) => T): T | undefined {
  const segments = path.split("/");
  const name = segments.pop() ?? "";
  const parent = walk(root, segments);
  if (parent === undefined) return undefined;
  try {
    return use(parent, name);
  } finally {
    if (parent !== root) parent.close();
  }
}

/** The code of a failed system call, `""` for any other value. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function held(descriptor: number, name: string): Folder {
  const self = `/proc/self/fd/${descriptor}`;
  const folder: Folder = {
    name,
    self,
    entry: (entry) => `${self}/${entry}`,
    enter: (entry) => {
      const path = pathOf(name, entry);
      try {
        return held(fs.openSync(`${self}/${entry}`, DIRECTORY), path);
      } catch (error) {
        if (systemCode(error) === "ENOENT") return undefined;
        if (systemCode(error) === "ELOOP") throw throughLink(path);
        if (systemCode(error) === "ENOTDIR") return notFolder(`${self}/${entry}`, path);
        throw error;
      }
    },
    make: (entry, mode) => made(folder, entry, mode),
    verify: () => {},
    flush: () => fs.fsyncSync(descriptor),
    close: () => fs.closeSync(descriptor),
  };
  return folder;
}

function named(self: string, name: string, root: string): Folder {
  const folder: Folder = {
    name,
    self,
    entry: (entry) => join(self, entry),
    enter: (entry) => {
      const path = pathOf(name, entry);
      const stat = fs.lstatSync(join(self, entry), { throwIfNoEntry: false });
      if (stat === undefined) return undefined;
      if (!stat.isDirectory()) return notFolder(join(self, entry), path);
      folder.verify(entry);
      return named(join(self, entry), path, root);
    },
    make: (entry, mode) => made(folder, entry, mode),
    verify: (entry) => {
      const path = pathOf(name, entry);
      const expected = join(root, ...path.split("/"));
      const real = fs.realpathSync.native(join(self, entry));
      if (aliasKey(real.split(sep).join("/")) !== aliasKey(expected.split(sep).join("/"))) throw throughLink(path);
    },
    flush: () => flushByName(self),
    close: () => {},
  };
  return folder;
}

function made(folder: Folder, entry: string, mode = 0o777): Folder {
  const existing = folder.enter(entry);
  if (existing !== undefined) return existing;
  try {
    fs.mkdirSync(folder.entry(entry), { mode });
    folder.flush();
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
  const found = folder.enter(entry);
  if (found === undefined) {
    throw new PluginError("conflict", `${quoted(pathOf(folder.name, entry))} is not a folder`);
  }
  return found;
}

function notFolder(at: string, path: string): undefined {
  if (fs.lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) throw throughLink(path);
  return undefined;
}

/** Windows cannot flush a directory and does not need to: its journal orders renames. */
function flushByName(path: string): void {
  if (process.platform === "win32") return;
  const descriptor = fs.openSync(path, constants.O_RDONLY);
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function throughLink(path: string): PluginError {
  return new PluginError("denied", `${quoted(path)} is a link; plugins reach notes through real folders only`);
}

function pathOf(folder: string, entry: string): string {
  return folder === "" ? entry : `${folder}/${entry}`;
}

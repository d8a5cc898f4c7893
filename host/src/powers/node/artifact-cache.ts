/**
 * A cache of artifacts in a folder, a file an entry, shared by processes without a lock: a file appears whole by a rename, is
 * checked against a hash of its key and content when it is read, and is removed when it is damaged. The folder is kept below a
 * size; what was not used for longest goes first. Whatever the file system refuses is as if nothing had been kept.
 *
 * Entries belong to one version of the host, which is part of every file's name. What is in them is run: a folder or a file that
 * someone else owns or can write, and what is no regular file, is not touched.
 */
import { createHash, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CACHE_BYTES } from "../../limits.ts";
import type { ArtifactCache } from "../types.ts";
import { readOpened } from "./read-whole.ts";

export interface ArtifactCacheOptions {
  /** The folder; made when it is first needed, for its owner only. One that others can write is as if it were not there. */
  readonly folder: string;
  /** Names what must be the same for entries to be used, such as a hash of the host's own code. Asked once, on first use. */
  readonly version: () => Promise<string>;
  /** @default CACHE_BYTES */
  readonly maximumBytes?: number;
}

const DIGEST = 32;
const EXTENSION = ".artifact";
/** O_NONBLOCK: a FIFO in the place of a file must not hold anybody up. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const WRITABLE_BY_OTHERS = 0o022;

/** @example openArtifactCache({ folder: userDirectories().cache, version: hostVersion }) */
export function openArtifactCache(options: ArtifactCacheOptions): ArtifactCache {
  const { folder, maximumBytes = CACHE_BYTES } = options;
  let version: Promise<string> | undefined;
  /** Where an entry is, and what of its hash its key decides, so that no entry passes for another. */
  const placeOf = async (key: string) => {
    version ??= options.version();
    const name = createHash("sha256")
      .update(`${await version}\0${key}`)
      .digest();
    return { path: join(folder, name.toString("hex") + EXTENSION), name };
  };
  return {
    async get(key) {
      const { path, name } = await placeOf(key);
      if (!(await isOurFolder(folder))) return undefined;
      const stored = await readEntry(path, maximumBytes + DIGEST);
      if (stored === undefined) return undefined;
      const content = stored.subarray(DIGEST);
      if (stored.length >= DIGEST && digest(name, content).equals(stored.subarray(0, DIGEST))) return content;
      await rm(path, { force: true }).catch(() => undefined);
      return undefined;
    },
    async put(key, bytes) {
      if (bytes.length > maximumBytes) return;
      const { path, name } = await placeOf(key);
      const temporary = `${path}.${process.pid}-${randomBytes(6).toString("hex")}`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        if (!(await isOurFolder(folder))) return;
        await writeFile(temporary, [digest(name, bytes), bytes], { mode: 0o600, flag: "wx" });
        await rename(temporary, path);
        await evict(folder, maximumBytes);
      } catch {
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** Whether nobody else could have put something into the folder; it may be reached through a link of the user's own. */
async function isOurFolder(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  return found?.isDirectory() === true && isOurs(found);
}

/** The bytes of an entry, noting that it was used; undefined where there is none that could be ours. */
async function readEntry(path: string, maximumBytes: number): Promise<Uint8Array | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, READ);
    const found = await file.stat();
    if (!found.isFile() || !isOurs(found) || found.size > maximumBytes) return undefined;
    const bytes = await readOpened(file, found.size);
    const now = new Date();
    await file.utimes(now, now).catch(() => undefined);
    return bytes;
  } catch {
    return undefined;
  } finally {
    await file?.close().catch(() => undefined);
  }
}

/** Platforms without user ids keep a user's folders apart by themselves. */
function isOurs({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  return process.geteuid === undefined || (uid === process.geteuid() && (mode & WRITABLE_BY_OTHERS) === 0);
}

/** Removes the files that were not used for longest until the rest fits; temporary files of dead writers too, for they age. */
async function evict(folder: string, maximumBytes: number): Promise<void> {
  const files: { path: string; bytes: number; usedMs: number }[] = [];
  for (const name of await readdir(folder)) {
    if (!name.includes(EXTENSION)) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile()) files.push({ path, bytes: found.size, usedMs: found.mtimeMs });
  }
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of files.sort((a, b) => a.usedMs - b.usedMs)) {
    if (total <= maximumBytes) return;
    await rm(path, { force: true }).catch(() => undefined);
    total -= bytes;
  }
}

function digest(name: Uint8Array, content: Uint8Array): Buffer {
  return createHash("sha256").update(name).update(content).digest();
}

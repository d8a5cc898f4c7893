/**
 * A cache of artifacts in a folder, a file an entry, shared by processes without a lock: a file appears whole by a rename, is
 * checked against its own hash when it is read, and is removed when it is damaged. The folder is kept below a size; what
 * was not used for longest goes first. Whatever the file system refuses is as if nothing had been kept.
 *
 * Entries belong to one version of the host, which is part of every file's name.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CACHE_BYTES } from "../../limits.ts";
import type { ArtifactCache } from "../types.ts";
import { readWhole } from "./read-whole.ts";

export interface ArtifactCacheOptions {
  /** The folder; made when it is first needed, readable by its owner only. */
  readonly folder: string;
  /** Names what must be the same for entries to be used, such as a hash of the host's own code. Asked once, on first use. */
  readonly version: () => Promise<string>;
  /** @default CACHE_BYTES */
  readonly maximumBytes?: number;
}

const DIGEST = 32;
const EXTENSION = ".artifact";

/** @example openArtifactCache({ folder: userDirectories().cache, version: hostVersion }) */
export function openArtifactCache(options: ArtifactCacheOptions): ArtifactCache {
  const { folder, maximumBytes = CACHE_BYTES } = options;
  let version: Promise<string> | undefined;
  const pathOf = async (key: string) => {
    version ??= options.version();
    return join(folder, sha256(Buffer.from(`${await version}\0${key}`)).toString("hex") + EXTENSION);
  };
  return {
    async get(key) {
      const path = await pathOf(key);
      const stored = await readWhole(path).catch(() => undefined);
      if (stored === undefined) return undefined;
      const content = stored.subarray(DIGEST);
      if (stored.length < DIGEST || !sha256(content).equals(stored.subarray(0, DIGEST))) {
        await rm(path, { force: true }).catch(() => undefined);
        return undefined;
      }
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined);
      return content;
    },
    async put(key, bytes) {
      if (bytes.length > maximumBytes) return;
      const path = await pathOf(key);
      const temporary = `${path}.${process.pid}-${randomBytes(6).toString("hex")}`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(temporary, [sha256(bytes), bytes], { mode: 0o600, flag: "wx" });
        await rename(temporary, path);
        await evict(folder, maximumBytes);
      } catch {
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** Removes the files that were not used for longest until the rest fits; temporary files of dead writers too, for they age. */
async function evict(folder: string, maximumBytes: number): Promise<void> {
  const files: { path: string; bytes: number; usedMs: number }[] = [];
  for (const name of await readdir(folder)) {
    if (!name.includes(EXTENSION)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) files.push({ path, bytes: found.size, usedMs: found.mtimeMs });
  }
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of files.sort((a, b) => a.usedMs - b.usedMs)) {
    if (total <= maximumBytes) return;
    await rm(path, { force: true }).catch(() => undefined);
    total -= bytes;
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

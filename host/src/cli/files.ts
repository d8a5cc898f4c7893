/**
 * The paths on a command line: finds the kiln, checks that a plugin's file is there, writes a bundle so that a file is either
 * the old one or the new one.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { PluginError, type SourcePosition } from "../errors.ts";
import { SOURCE_BYTES } from "../limits.ts";
import { isBundle } from "../plugins/bundle-magic.ts";
import { excerpt } from "../plugins/excerpt.ts";
import { FOLDER_FILES, FOLDER_MANIFEST } from "../plugins/folder.ts";
import { readPluginFolderFromDisk } from "../powers/node/plugin-folder.ts";

/** The folder of `--kiln`; without it the nearest folder upwards that has a `.crucible`, else the working folder. */
export function findKiln(option: string | undefined, cwd: string): string {
  if (option !== undefined) {
    const path = resolve(cwd, option);
    const found = statOf(path);
    if (found === undefined)
      throw new PluginError("not-found", `There is no kiln at "${option}"`, {
        hint: "Give an existing folder of notes with --kiln DIR.",
      });
    if (!found.isDirectory())
      throw new PluginError("invalid-arguments", `"${option}" is not a folder, so it cannot be a kiln`);
    return path;
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (statOf(join(folder, ".crucible"))?.isDirectory()) return folder;
    if (dirname(folder) === folder) return cwd;
  }
}

/** Says what is wrong with the path of a plugin. @throws PluginError `not-found`, `invalid-arguments` */
export function checkPluginFile(file: string): void {
  const found = statOf(file);
  if (found === undefined) {
    throw new PluginError("not-found", `There is no file "${file}"`, {
      hint: "Give the path of a plugin's file; cru plugins list DIR shows those of a folder.",
    });
  }
  if (found.isDirectory()) {
    if (isPluginFolderOnDisk(file)) return;
    throw new PluginError(
      "invalid-arguments",
      `"${file}" is a folder, not a plugin's file: it has no ${FOLDER_MANIFEST}`,
      {
        hint: `See its plugins with: cru plugins list ${file}`,
      },
    );
  }
  if (!found.isFile()) throw new PluginError("invalid-arguments", `"${file}" is not a regular file`);
}

/** Whether a folder is one plugin. */
export function isPluginFolderOnDisk(folder: string): boolean {
  return statOf(join(folder, FOLDER_MANIFEST))?.isFile() === true;
}

/** Gives the source around a position in the plugin's own file, for errors that bring none. */
export function excerptFrom(path: string): (position: SourcePosition) => string | undefined {
  return ({ file, line, column }) => {
    const source = sourceOf(path, file);
    return source === undefined ? undefined : excerpt(source, line, column);
  };
}

/** `file` is what the plugin says: of a folder, only a file that was loaded is read. */
function sourceOf(path: string, file: string): string | undefined {
  if (statOf(path)?.isDirectory()) return sourceInFolder(path, file);
  if (basename(file) !== basename(path) || (statOf(path)?.size ?? Number.POSITIVE_INFINITY) > SOURCE_BYTES)
    return undefined;
  return readFileSync(path, "utf8");
}

function sourceInFolder(folder: string, file: string): string | undefined {
  try {
    const { files } = readPluginFolderFromDisk(folder, FOLDER_FILES);
    const found = files.find(({ path }) => path === file);
    return found && new TextDecoder().decode(found.content);
  } catch {
    return undefined; // It changed since it was loaded: then there is nothing to show.
  }
}

/**
 * Writes a bundle through a temporary file beside it. A file that is there and is no bundle is replaced only with `force`.
 * @throws PluginError `invalid-arguments`, `not-found`
 */
export function writeBundleFile(path: string, bytes: Uint8Array, force: boolean): void {
  checkOutput(path, {
    isOurs: (start) => force || isBundle(start),
    what: "bundle",
    hint: "Choose another name with -o, or replace the file with --force.",
  });
  writeWhole(path, bytes);
}

/** What a new recording may replace is an older one. @throws PluginError `invalid-arguments`, `not-found` */
export function checkRecordingFile(path: string): void {
  checkOutput(path, {
    isOurs: (start) => start.length === 0 || new TextDecoder().decode(start).includes('"crucible-recording"'),
    what: "recording",
    hint: "Choose another name for the recording.",
  });
}

/** The content of a file, or undefined above the limit. Piece by piece, since a pipe or device (`@<(…)`) does not say its size. */
export function readBounded(path: string, limitBytes: number): Uint8Array | undefined {
  const file = openSync(path, "r");
  try {
    const pieces: Uint8Array[] = [];
    for (let size = 0; size <= limitBytes; ) {
      const piece = new Uint8Array(65_536);
      const read = readSync(file, piece);
      if (read === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, read));
      size += read;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** `isOurs` sees the first bytes of a file that is there. */
function checkOutput(
  path: string,
  { isOurs, what, hint }: { isOurs: (start: Uint8Array) => boolean; what: string; hint: string },
): void {
  const found = statOf(path);
  if (found?.isDirectory()) throw new PluginError("invalid-arguments", `Cannot write "${path}": it is a folder`);
  // A device or FIFO would be replaced, or waited for.
  if (found !== undefined && !found.isFile())
    throw new PluginError("invalid-arguments", `Cannot write "${path}": it is not a regular file`);
  if (found !== undefined && !isOurs(startOf(path)))
    throw new PluginError("invalid-arguments", `Cannot write "${path}": a file that is no ${what} is there`, { hint });
  if (!existsSync(dirname(path)))
    throw new PluginError("not-found", `Cannot write "${path}": its folder does not exist`);
}

/** Through a temporary file beside it: the file is either the old one or the new one. @throws PluginError `invalid-arguments` */
export function writeWhole(path: string, bytes: Uint8Array): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    writeDurably(temporary, bytes);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new PluginError(
      "invalid-arguments",
      `Cannot write "${path}": ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "wx", 0o644);
  try {
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function startOf(path: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const start = new Uint8Array(64);
    return start.subarray(0, readSync(file, start));
  } finally {
    closeSync(file);
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // A part of the path is a file, or contains NUL: there is nothing there.
  }
}

/**
 * Reads a plugin's folder from the disk: its manifest and its sources, bounded in number and size. No link is followed, and one that
 * could be meant as a part of the plugin is an error, so that what is loaded is what lies in the folder.
 */
import { type Dirent, opendirSync, realpathSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PluginError } from "../../errors.ts";
import { PATH_SEGMENTS } from "../../kiln/path.ts";
import { MANIFEST_BYTES, SOURCE_BYTES, SOURCE_ENTRIES, SOURCE_FILES } from "../../limits.ts";
import { compareCodePoints, quoted } from "../../text.ts";
import { bestConfinement, type Folder, openRoot } from "./folder.ts";
import { readRegularFile } from "./read-file.ts";

export interface PluginFolderContent {
  readonly path: string;
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[];
}

export interface WantedFiles {
  /** The name of the manifest, at the top of the folder. */
  readonly manifest: string;
  /** Endings of source files, with the dot. */
  readonly extensions: readonly string[];
}

export function diskPath(path: string | URL): string {
  return typeof path === "string" ? path : fileURLToPath(path);
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false; // A part of the path is a file, or it contains NUL: whoever reads it says so.
  }
}

/**
 * Hidden folders and `node_modules` are not entered.
 * @throws PluginError `denied` for a link, `transfer-limit` above a limit, `invalid-arguments` for a folder that cannot be read
 */
export function readPluginFolderFromDisk(path: string, wanted: WantedFiles): PluginFolderContent {
  const root = opened(path);
  try {
    return { path, files: new FolderReader(path, wanted).read(root) };
  } catch (error) {
    if (error instanceof PluginError) throw error;
    throw unreadable(path, error);
  } finally {
    root.close();
  }
}

class FolderReader {
  readonly #path: string;
  readonly #wanted: WantedFiles;
  readonly #files: { path: string; content: Uint8Array }[] = [];
  #entries = 0;
  #bytes = 0;

  constructor(path: string, wanted: WantedFiles) {
    this.#path = path;
    this.#wanted = wanted;
  }

  read(root: Folder): PluginFolderContent["files"] {
    this.#visit(root, 1);
    return this.#files;
  }

  #visit(folder: Folder, depth: number): void {
    for (const entry of this.#list(folder)) {
      const path = folder.name === "" ? entry.name : `${folder.name}/${entry.name}`;
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      if (entry.isSymbolicLink()) {
        throw new PluginError("denied", `${this.#path} has a link: ${quoted(path)}`, {
          hint: "Put a copy there instead: what is loaded is what lies in the folder.",
        });
      }
      if (entry.isDirectory()) this.#enter(folder, entry.name, depth);
      else if (entry.isFile()) this.#add(folder, entry.name, path);
    }
  }

  /** One entry after the other: a folder of millions of files is not read to its end. */
  #list(folder: Folder): readonly Dirent[] {
    const directory = opendirSync(folder.self);
    try {
      const entries: Dirent[] = [];
      for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
        this.#entries += 1;
        if (this.#entries > SOURCE_ENTRIES) throw this.#tooMuch(`${SOURCE_ENTRIES} entries`);
        entries.push(entry);
      }
      // So that of several errors it is always the same that is found first.
      return entries.sort((a, b) => compareCodePoints(a.name, b.name));
    } finally {
      directory.closeSync();
    }
  }

  #enter(folder: Folder, name: string, depth: number): void {
    if (depth >= PATH_SEGMENTS) throw this.#tooMuch(`${PATH_SEGMENTS} folders, one in the other`);
    const inner = folder.enter(name);
    if (inner === undefined) return;
    try {
      this.#visit(inner, depth + 1);
    } finally {
      inner.close();
    }
  }

  #add(folder: Folder, name: string, path: string): void {
    const isManifest = path === this.#wanted.manifest;
    if (!isManifest && !this.#wanted.extensions.some((extension) => name.toLowerCase().endsWith(extension))) return;
    const content = readRegularFile(folder, name, isManifest ? MANIFEST_BYTES : SOURCE_BYTES)?.bytes;
    if (content === undefined) return;
    this.#files.push({ path, content });
    this.#bytes += isManifest ? 0 : content.length;
    if (this.#bytes > SOURCE_BYTES) throw this.#tooMuch(`${SOURCE_BYTES} bytes of source`);
    if (this.#files.length > SOURCE_FILES + 1) throw this.#tooMuch(`${SOURCE_FILES} source files`);
  }

  #tooMuch(what: string): PluginError {
    return new PluginError("transfer-limit", `Cannot read the plugin in ${this.#path}: it has more than ${what}`);
  }
}

/** The folder itself may be reached through links: a person named it. */
function opened(path: string): Folder {
  try {
    return openRoot(realpathSync.native(path), bestConfinement());
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): PluginError {
  const why = cause instanceof Error && "code" in cause ? String(cause.code) : "it cannot be opened";
  return new PluginError("invalid-arguments", `Cannot read the plugin in ${path}: ${why}`, { cause });
}

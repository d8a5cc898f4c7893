/** The one check of folder scopes: whether a grant covers the path of a note, and what to say when it does not. */
import { PluginError } from "../errors.ts";
import { compileGlobs, type GlobSet } from "../kiln/glob.ts";
import { quoted } from "../text.ts";
import type { FolderScope } from "./grant.ts";

export interface NoteScope {
  /** Whether the path of a note is inside. */
  covers(path: string): boolean;
  /** Throws `denied` where the path of a note is outside; `doing` begins the sentence: `reading`. */
  require(path: string, doing: string): void;
  /** Throws `denied` where no note of the folder can be inside. */
  requireFolder(folder: string, doing: string): void;
}

type ScopedKey = "kiln.read" | "kiln.write";

/** Errors: `invalid-arguments` for a malformed glob. */
export function noteScope(key: ScopedKey, scope: FolderScope | undefined): NoteScope {
  const sets: readonly GlobSet[] =
    scope === undefined ? [] : [scope.folders, ...(scope.within ?? [])].map(compileGlobs);
  const isGranted = scope !== undefined;
  const covers = (path: string) => isGranted && sets.every((set) => set.matches(path));
  return {
    covers,
    require: (path, doing) => {
      if (!covers(path)) throw refusal(key, path, doing, parentGlob(path));
    },
    requireFolder: (folder, doing) => {
      if (isGranted && sets.every((set) => set.reaches(folder))) return;
      throw refusal(key, folder, doing, folder === "" ? "**" : `${folder}/**`);
    },
  };
}

function refusal(key: ScopedKey, path: string, doing: string, glob: string): PluginError {
  const what = path === "" ? `${doing} the kiln` : `${doing} ${quoted(path)}`;
  const remedy =
    key === "kiln.write"
      ? `allow it with --allow ${key}=${glob}`
      : `the plugin's manifest must ask for it (capabilities: ${key}: { folders: [${JSON.stringify(glob)}] })`;
  return new PluginError("denied", `${what} needs the grant ${key} for it; ${remedy}`);
}

function parentGlob(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? path : `${path.slice(0, slash)}/**`;
}

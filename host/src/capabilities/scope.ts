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
  const [asked] = sets;
  const covers = (path: string) => isGranted && sets.every((set) => set.matches(path));
  return {
    covers,
    require: (path, doing) => {
      if (covers(path)) return;
      throw refusal(key, path, doing, parentGlob(path), asked?.matches(path));
    },
    requireFolder: (folder, doing) => {
      if (isGranted && sets.every((set) => set.reaches(folder))) return;
      throw refusal(key, folder, doing, folder === "" ? "**" : `${folder}/**`, asked?.reaches(folder));
    },
  };
}

/** `asked`: whether the manifest asks for the place; undefined where nothing of the kind is granted, so that it cannot be told. */
function refusal(key: ScopedKey, path: string, doing: string, glob: string, asked: boolean | undefined): PluginError {
  const what = path === "" ? `${doing} the kiln` : `${doing} ${quoted(path)}`;
  const approve = `--allow ${key}=${glob}`;
  const ask = `the plugin's manifest must ask for it (capabilities: ${key}: { folders: [${JSON.stringify(glob)}] })`;
  let remedy = ask;
  if (asked) remedy = `allow it with ${approve}`;
  else if (asked === undefined && key === "kiln.write")
    remedy = `if its manifest asks for that, allow it with ${approve}`;
  return new PluginError("denied", `${what} needs the grant ${key} for it; ${remedy}`);
}

function parentGlob(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? path : `${path.slice(0, slash)}/**`;
}

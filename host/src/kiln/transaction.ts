/**
 * The notes of one plugin call: staged writes and deletions over a `KilnStorage`, visible to the call itself and committed
 * together. Plugins that the call calls join it, each with limits of its own; what a failed one staged is undone to its
 * savepoint. It enforces sizes, caps and the protection of plugin notes; it knows nothing of grants and scopes.
 *
 * Errors are `PluginError`s whose messages carry kiln paths only, so that they may be shown to the plugin.
 */
import { PluginError } from "../errors.ts";
import { NOTE_BYTES, STAGED_BYTES, STAGED_NOTES, WORK_FUEL } from "../limits.ts";
import type { KilnChange, KilnStorage, NoteContent, NoteEntry, NotePath, NoteStat } from "../powers/types.ts";
import { compareCodePoints, quoted } from "../text.ts";
import { aliasKey } from "./path.ts";
import { isPluginNote } from "./plugin-note.ts";
import { type Savepoint, savepoints } from "./savepoints.ts";

/** What differs between the plugins of one call. */
export interface ViewOptions {
  /** Hears of work that grows with the kiln or the text, in fuel (`WORK_FUEL`). @default () => {} */
  readonly onWork?: (fuel: number) => void;
  /** Largest note that may be written, in bytes. @default NOTE_BYTES */
  readonly noteBytes?: number;
}

export interface TransactionOptions extends ViewOptions {
  /** Keeps the versions of notes that are read, so that a later write of them can conflict. @default true */
  readonly tracksReads?: boolean;
  /** Staged changes at most. @default STAGED_NOTES */
  readonly stagedNotes?: number;
  /** Staged content at most, in bytes. @default STAGED_BYTES */
  readonly stagedBytes?: number;
}

/** A change as reports show it. */
export interface StagedChange {
  readonly path: string;
  readonly kind: "create" | "replace" | "delete";
  readonly sizeBytes: number;
}

/** The notes as one plugin of the call sees and changes them. */
export interface KilnView {
  /** The text. Errors: `not-found`, `transfer-limit` above `NOTE_BYTES`, `invalid-arguments` where it is not UTF-8. */
  read(path: NotePath): string;
  /** Errors: `not-found`. */
  stat(path: NotePath): NoteStat;
  exists(path: NotePath): boolean;
  /** Notes in the folder and below it, sorted by code point. Errors: `not-found` where there is no such folder. */
  list(folder: string): readonly NoteEntry[];
  /** Errors: `denied` for a plugin note, `transfer-limit`, `invalid-arguments` where the text is not valid Unicode, `conflict` where another staged path may be the same file. */
  write(path: NotePath, text: string): void;
  /** As `write`, and `conflict` where there is such a note. */
  create(path: NotePath, text: string): void;
  /** Errors: `not-found`, `denied` for a plugin note. */
  delete(path: NotePath): void;
}

export interface KilnTransaction extends KilnView {
  /** The same notes for another plugin of the call. */
  view(options: ViewOptions): KilnView;
  /** A place to come back to. Savepoints are ended in the reverse order. */
  savepoint(): Savepoint;
  staged(): readonly StagedChange[];
  /** The changes for `KilnStorage.commit`, sorted by path. */
  changes(): readonly KilnChange[];
}

interface Staged {
  readonly content: Uint8Array | undefined;
  /** Version that the committed note must have at commit; undefined: absent. */
  readonly expected: string | undefined;
  /** Time of the commit before, 0 for a new note. */
  readonly modifiedMs: number;
}

const encoder = new TextEncoder();

/** @example const notes = beginKilnTransaction(memoryKiln({ "a.md": "# A" })); notes.read(parseNotePath("a.md")) */
export function beginKilnTransaction(storage: KilnStorage, options: TransactionOptions = {}): KilnTransaction {
  const stagedNotes = options.stagedNotes ?? STAGED_NOTES;
  const stagedBytes = options.stagedBytes ?? STAGED_BYTES;
  const tracksReads = options.tracksReads ?? true;
  const staged = new Map<NotePath, Staged>();
  const aliases = new Map<string, NotePath>();
  /** The first version that the call saw: what it writes later may depend on it. */
  const seen = new Map<NotePath, string>();
  /** Of what is staged and of what savepoints keep. */
  let bytesStaged = 0;

  /** Puts a change, or none, in the place of another. */
  function replace(path: NotePath, change: Staged | undefined): void {
    if (change === undefined) {
      staged.delete(path);
      aliases.delete(aliasKey(path));
    } else {
      staged.set(path, change);
      aliases.set(aliasKey(path), path);
    }
  }

  const saved = savepoints<NotePath, Staged>({
    forget: (before) => {
      bytesStaged -= sizeOf(before);
    },
    restore: (replaced) => {
      for (const path of replaced.keys()) {
        bytesStaged -= sizeOf(staged.get(path));
        replace(path, undefined);
      }
      // Only now, for another path may have taken the alias since. The bytes of what was saved are counted already.
      for (const [path, before] of replaced) if (before !== undefined) replace(path, before);
    },
  });

  function view({ onWork = () => {}, ...own }: ViewOptions): KilnView {
    const noteBytes = Math.min(own.noteBytes ?? NOTE_BYTES, NOTE_BYTES);
    const isPlugin = (text: string) =>
      isPluginNote(text, (characters) => onWork(characters * WORK_FUEL.frontmatterCharacter));

    function readCommitted(path: NotePath): NoteContent | undefined {
      const note = storage.read(path);
      onWork((note?.bytes.length ?? 0) * WORK_FUEL.noteByte);
      if (note !== undefined && tracksReads && !seen.has(path)) seen.set(path, note.version);
      return note;
    }

    function read(path: NotePath): string {
      const change = staged.get(path);
      const bytes = change === undefined ? readCommitted(path)?.bytes : change.content;
      if (bytes === undefined) throw notFound(path);
      return decode(path, bytes);
    }

    function stat(path: NotePath): NoteStat {
      const found = find(path);
      if (found === undefined) throw notFound(path);
      return found;
    }

    function find(path: NotePath): NoteStat | undefined {
      const change = staged.get(path);
      if (change === undefined) return storage.stat(path);
      if (change.content === undefined) return undefined;
      return { sizeBytes: change.content.length, modifiedMs: change.modifiedMs };
    }

    function list(folder: string): readonly NoteEntry[] {
      const committed = storage.list(folder);
      onWork(((committed?.length ?? 0) + staged.size) * WORK_FUEL.listedNote);
      const prefix = folder === "" ? "" : `${folder}/`;
      const own = [...staged].filter(([path]) => path.startsWith(prefix));
      if (own.length === 0) {
        if (committed === undefined) throw noFolder(folder);
        return committed;
      }
      const merged = (committed ?? []).filter((entry) => !staged.has(entry.path));
      for (const [path, { content, modifiedMs }] of own) {
        if (content !== undefined) merged.push({ path, sizeBytes: content.length, modifiedMs });
      }
      if (committed === undefined && merged.length === 0) throw noFolder(folder);
      return merged.sort((a, b) => compareCodePoints(a.path, b.path));
    }

    function write(path: NotePath, text: string): void {
      if (!text.isWellFormed())
        throw new PluginError("invalid-arguments", `the text for ${quoted(path)} is not valid Unicode`);
      const content = encoder.encode(text);
      if (content.length > noteBytes) {
        const size = `${content.length} bytes, the limit is ${noteBytes}`;
        throw new PluginError("transfer-limit", `the text for ${quoted(path)} has ${size}`);
      }
      if (isPlugin(text)) {
        throw new PluginError(
          "denied",
          `${quoted(path)} would become a plugin (type: plugin); plugins cannot write plugins`,
        );
      }
      stage(path, content);
    }

    function stage(path: NotePath, content: Uint8Array | undefined): void {
      onWork(WORK_FUEL.changedNote);
      const other = aliases.get(aliasKey(path));
      if (other !== undefined && other !== path) {
        throw new PluginError(
          "conflict",
          `${quoted(path)} and ${quoted(other)} are one file on some systems; choose another name`,
        );
      }
      const before = staged.get(path);
      const isSaved = saved.keeps(path);
      const bytes = bytesStaged - (isSaved ? 0 : sizeOf(before)) + (content?.length ?? 0);
      if (before === undefined && staged.size >= stagedNotes) {
        throw new PluginError("transfer-limit", `a call can change ${stagedNotes} notes at most`);
      }
      if (bytes > stagedBytes)
        throw new PluginError("transfer-limit", `a call can write ${stagedBytes} bytes of notes at most`);
      const base = before ?? committedBase(path);
      if (isSaved) saved.keep(path, before);
      const isNothing = content === undefined && base.expected === undefined;
      replace(path, isNothing ? undefined : { content, expected: base.expected, modifiedMs: base.modifiedMs });
      bytesStaged = bytes;
    }

    /** What a change is based on; refuses to touch a plugin note. */
    function committedBase(path: NotePath): Omit<Staged, "content"> {
      const note = readCommitted(path);
      // A note that was read and is gone now has changed: the version that was seen makes the commit conflict.
      if (note === undefined) return { expected: seen.get(path), modifiedMs: 0 };
      // Frontmatter is ASCII where it matters; bytes that are no UTF-8 further down must not hide it.
      if (isPlugin(new TextDecoder("utf-8", { ignoreBOM: true }).decode(note.bytes))) {
        throw new PluginError("denied", `${quoted(path)} is a plugin (type: plugin); plugins cannot change plugins`);
      }
      return { expected: seen.get(path) ?? note.version, modifiedMs: note.modifiedMs };
    }

    return {
      read,
      stat,
      exists: (path) => find(path) !== undefined,
      list,
      write,
      create: (path, text) => {
        if (find(path) !== undefined) throw new PluginError("conflict", `there is a note ${quoted(path)} already`);
        write(path, text);
      },
      delete: (path) => {
        if (find(path) === undefined) throw notFound(path);
        stage(path, undefined);
      },
    };
  }

  return {
    ...view(options),
    view,
    savepoint: saved.open,
    staged: () =>
      sorted(staged).map(([path, { content, expected }]) => ({
        path,
        kind: content === undefined ? "delete" : expected === undefined ? "create" : "replace",
        sizeBytes: content?.length ?? 0,
      })),
    changes: () => sorted(staged).map(([path, { content, expected }]) => ({ path, content, expected })),
  };
}

function sizeOf(change: Staged | undefined): number {
  return change?.content?.length ?? 0;
}

/** The answer to a listing of a folder that is not there, or must look so. */
export function noFolder(folder: string): PluginError {
  return new PluginError("not-found", `there is no folder ${quoted(folder)} in the kiln`);
}

function sorted(staged: ReadonlyMap<NotePath, Staged>): [NotePath, Staged][] {
  return [...staged].sort(([a], [b]) => compareCodePoints(a, b));
}

function decode(path: NotePath, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PluginError("invalid-arguments", `${quoted(path)} is not UTF-8 text`);
  }
}

function notFound(path: NotePath): PluginError {
  return new PluginError("not-found", `there is no note ${quoted(path)} in the kiln`);
}

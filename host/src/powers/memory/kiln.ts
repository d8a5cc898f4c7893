/**
 * A kiln that lives in memory, for tests, pages and embedders. It keeps the contract of `KilnStorage` including conflicts and
 * limits; it has no links and no other processes.
 */
import { PluginError } from "../../errors.ts";
import { parseNotePath } from "../../kiln/path.ts";
import { NOTE_BYTES } from "../../limits.ts";
import { compareCodePoints, quoted } from "../../text.ts";
import type { KilnChange, KilnStorage, NoteEntry, NotePath } from "../types.ts";

export interface MemoryKiln extends KilnStorage {
  /** The committed notes as text, by path. */
  notes(): ReadonlyMap<string, string>;
  /**
   * A change by the app or its user: the new content, or undefined to remove the note. A call that read the note before ends in
   * `conflict` when it writes it. Errors: `invalid-arguments` for a path that is not one of a note.
   */
  edit(path: string, content: string | Uint8Array | undefined): void;
}

export interface MemoryKilnOptions {
  /** The time of changes, in milliseconds since 1970-01-01 UTC. @default () => 0 */
  readonly nowMs?: () => number;
  /**
   * Told after a plugin's call has changed notes: the new text of each, undefined for one that was removed. Runs when the host is
   * done with the commit, so that nothing here can make it fail.
   */
  readonly onCommit?: (changes: ReadonlyMap<string, string | undefined>) => void;
}

interface Note {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
  readonly version: string;
}

/**
 * Errors: `invalid-arguments` for a path that is not one of a note.
 * @example memoryKiln({ "a.md": "# A" }).notes().get("a.md") // "# A"
 */
export function memoryKiln(
  notes: Readonly<Record<string, string | Uint8Array>>,
  options: MemoryKilnOptions = {},
): MemoryKiln {
  const nowMs = options.nowMs ?? (() => 0);
  const held = new Map<NotePath, Note>();
  let versions = 0;
  for (const [path, content] of Object.entries(notes)) {
    set(parseNotePath(path), content);
  }

  function set(path: NotePath, content: string | Uint8Array): void {
    versions += 1;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
    held.set(path, { bytes, modifiedMs: nowMs(), version: String(versions) });
  }

  function tell(changes: readonly KilnChange[]): void {
    const { onCommit } = options;
    if (onCommit === undefined) return;
    const texts = new Map(changes.map(({ path, content }) => [path as string, content && textOf(content)]));
    queueMicrotask(() => onCommit(texts));
  }

  function list(folder: string): readonly NoteEntry[] | undefined {
    const prefix = folder === "" ? "" : `${folder}/`;
    const entries: NoteEntry[] = [];
    for (const [path, { bytes, modifiedMs }] of held) {
      if (path.startsWith(prefix)) entries.push({ path, sizeBytes: bytes.length, modifiedMs });
    }
    if (entries.length === 0 && folder !== "") return undefined;
    return entries.sort((a, b) => compareCodePoints(a.path, b.path));
  }

  return {
    read: (path) => {
      const note = held.get(path);
      if (note === undefined) return undefined;
      if (note.bytes.length > NOTE_BYTES) {
        throw new PluginError("transfer-limit", `${quoted(path)} is larger than ${NOTE_BYTES} bytes`);
      }
      return { ...note, bytes: note.bytes.slice() };
    },
    stat: (path) => {
      const note = held.get(path);
      return note && { sizeBytes: note.bytes.length, modifiedMs: note.modifiedMs };
    },
    list,
    commit: (changes: readonly KilnChange[]) => {
      for (const { path, expected } of changes) {
        if (held.get(path)?.version !== expected) {
          throw new PluginError("conflict", `${quoted(path)} has changed since the plugin read it`);
        }
      }
      for (const { path, content } of changes) {
        if (content === undefined) held.delete(path);
        else set(path, content);
      }
      tell(changes);
    },
    notes: () => new Map([...held].map(([path, { bytes }]) => [path, textOf(bytes)])),
    edit: (path, content) => {
      const checked = parseNotePath(path);
      if (content === undefined) held.delete(checked);
      else set(checked, content);
    },
  };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

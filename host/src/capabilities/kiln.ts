/** The capability `kiln`: reads and changes notes inside the scopes of `kiln.read` and `kiln.write`. */
import type { HostInterface } from "../component/index.ts";
import { parseFolderPath, parseNotePath } from "../kiln/path.ts";
import { noFolder } from "../kiln/transaction.ts";
import type { NoteEntry, NotePath, NoteStat } from "../powers/types.ts";
import type { KilnFunctions, KilnNoteInfo } from "../wit.generated.ts";
import type { Call } from "./call.ts";
import { Cursor } from "./cursor.ts";
import { gated } from "./gate.ts";

/** What one row of a listing takes besides its path, roughly. */
const ENTRY_BYTES = 160;

export function bindKiln(call: Call): HostInterface {
  const readable = (text: string): NotePath => {
    const path = parseNotePath(text);
    call.readable.require(path, "reading");
    return path;
  };
  const writable = (text: string, doing: string): NotePath => {
    const path = parseNotePath(text);
    call.writable.require(path, doing);
    call.requireChangeable();
    return path;
  };

  const functions = gated<KilnFunctions>(call, "kiln", {
    "read-note": (text) => call.kiln.read(readable(text)),
    "stat-note": (text) => {
      const path = readable(text);
      return toInfo(path, call.kiln.stat(path));
    },
    "note-exists": (text) => call.kiln.exists(readable(text)),
    "list-notes": (text) => {
      const folder = parseFolderPath(text);
      call.readable.requireFolder(folder, "listing");
      const entries = call.kiln.list(folder).filter((entry) => call.readable.covers(entry.path));
      // A folder none of whose notes could be seen must not be told from one that is missing.
      if (entries.length === 0 && folder !== "" && !call.readable.covers(`${folder}/any.md`)) throw noFolder(folder);
      const bytes = entries.reduce((sum, { path }) => sum + ENTRY_BYTES + 2 * path.length, 0);
      return new Cursor<NoteEntry>(entries, bytes, call.cursors);
    },
    "[method]note-cursor.next": (cursor, max) =>
      (cursor as Cursor<NoteEntry>).next(max).map((entry) => toInfo(entry.path, entry)),
    "write-note": (text, content) => call.kiln.write(writable(text, "writing"), content),
    "create-note": (text, content) => call.kiln.create(writable(text, "creating"), content),
    "delete-note": (text) => call.kiln.delete(writable(text, "deleting")),
  });
  return { functions, drops: new Map([["note-cursor", (cursor: object) => (cursor as Cursor<NoteEntry>).close()]]) };
}

function toInfo(path: NotePath, stat: NoteStat): KilnNoteInfo {
  return { path, sizeBytes: BigInt(stat.sizeBytes), modifiedMs: BigInt(stat.modifiedMs) };
}

/**
 * The one parser of kiln paths. It is pure text: it refuses everything that could mean something else on some file system
 * (another folder, a device, a stream, a hidden folder); whether the path leads through a link is checked by the storage.
 */
import { PluginError } from "../errors.ts";
import type { NotePath } from "../powers/types.ts";
import { quoted } from "../text.ts";

/** Bytes (UTF-8) of a segment; the common limit of file systems. */
export const SEGMENT_BYTES = 255;
export const PATH_BYTES = 1024;
export const PATH_SEGMENTS = 64;

/** C0 and C1 controls, line and paragraph separators, and the bidirectional overrides that make a name read as another. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
/** HFS+ ignores these when it compares names: `.cru<U+200C>cible` opens `.crucible`. */
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Names that Windows opens as a device whatever the extension; ¹²³ count as digits there. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])[ ]*(\.|$)/;
/** The 8.3 alias that FAT and NTFS give to a long name: `CRUCIB~1` opens `.crucible`. */
const SHORT_NAME = /^[^.~]{1,6}~[0-9]{1,6}(\.[^.]{0,3})?$/;

const encoder = new TextEncoder();

/**
 * Checks the path of a note: relative, separated by `/`, ending in `.md`. Errors: `invalid-arguments` with the rule.
 * @example parseNotePath("campaigns/log/session-1.md")
 */
export function parseNotePath(text: string): NotePath {
  const problem = noteProblem(text);
  if (problem !== undefined) {
    throw new PluginError("invalid-arguments", `${quoted(text)} is not the path of a note: ${problem}`);
  }
  return text as NotePath;
}

/** The path, or undefined where `parseNotePath` would throw: for names that come from a directory. */
export function tryNotePath(text: string): NotePath | undefined {
  return noteProblem(text) === undefined ? (text as NotePath) : undefined;
}

/** Checks the path of a folder; `""` is the kiln itself, one `/` at the end is dropped. Errors: `invalid-arguments`. */
export function parseFolderPath(text: string): string {
  const folder = text.length > 1 && text.endsWith("/") ? text.slice(0, -1) : text;
  if (folder === "") return folder;
  const problem = pathProblem(folder);
  if (problem !== undefined) {
    throw new PluginError("invalid-arguments", `${quoted(text)} is not a folder of the kiln: ${problem}`);
  }
  return folder;
}

/** Whether a directory entry can be a folder of a kiln path. */
export function isFolderName(name: string): boolean {
  return segmentProblem(name) === undefined;
}

/** Two paths with the same key may be one file: on some file systems case and Unicode normalisation do not tell names apart. */
export function aliasKey(path: string): string {
  return path.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}

function noteProblem(text: string): string | undefined {
  const problem = pathProblem(text);
  if (problem !== undefined) return problem;
  if (!text.endsWith(".md")) return `it must end in ".md"`;
  return undefined;
}

/** Why a text is no path of a file below some folder; undefined where it is one. */
export function pathProblem(text: string): string | undefined {
  if (text === "") return "it is empty";
  if (!text.isWellFormed()) return "it is not valid Unicode";
  if (text.length > PATH_BYTES || encoder.encode(text).length > PATH_BYTES)
    return `it is longer than ${PATH_BYTES} bytes`;
  if (text.startsWith("/")) return "it must be relative, without a leading /";
  const segments = text.split("/");
  if (segments.length > PATH_SEGMENTS) return `it is deeper than ${PATH_SEGMENTS} segments`;
  for (const segment of segments) {
    const problem = segmentProblem(segment);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function segmentProblem(segment: string): string | undefined {
  if (segment === "") return "it has an empty segment";
  if (segment === "." || segment === "..") return `it must not have the segment "${segment}"`;
  if (CONTROL.test(segment)) return "it contains a control character";
  if (segment.includes("\\")) return "segments are separated by /, not by a backslash";
  if (segment.includes(":")) return `it must not contain ":" (a drive or stream on Windows)`;
  if (segment.startsWith(".")) return "names that begin with a dot are hidden from plugins";
  if (/[. ]$/.test(segment)) return "a segment must not end in a dot or a space";
  if (encoder.encode(segment).length > SEGMENT_BYTES) return `a segment is longer than ${SEGMENT_BYTES} bytes`;
  return disguiseProblem(segment);
}

/** What the name becomes on a file system that folds case, drops invisible characters or maps look-alikes to ASCII. */
function disguiseProblem(segment: string): string | undefined {
  const visible = segment.replace(IGNORABLE, "");
  if (visible === "" || visible.startsWith(".")) return "names that begin with a dot are hidden from plugins";
  if (/[. ]$/.test(visible)) return "a segment must not end in a dot or a space";
  const plain = visible.normalize("NFKC").toLowerCase();
  if (/[/\\:\u0000]/.test(plain)) return "it contains a look-alike of a path separator";
  // "…" begins honest titles, and no file system takes it for three dots.
  if (/^\.+$/.test(plain) || (plain.startsWith(".") && !visible.startsWith("…"))) {
    return "it begins with a look-alike of a dot, as hidden names do";
  }
  if (DEVICE.test(visible.toLowerCase()) || DEVICE.test(plain)) return "it is the name of a device on Windows";
  if (SHORT_NAME.test(plain)) return "it looks like a short name (NAME~1) that Windows gives to another file";
  return undefined;
}

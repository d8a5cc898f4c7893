/**
 * Globs over kiln paths, for the scopes of grants. `**` as a whole segment is any number of segments (at the end: at least
 * one), `*` any part of one segment, `?` one character; everything else is literal. Case matters; Unicode is compared in NFC.
 * Matching takes time proportional to pattern length × path length at most: no backtracking, no regular expressions.
 */
import { PluginError } from "../errors.ts";
import { quoted } from "../text.ts";
import { PATH_BYTES, PATH_SEGMENTS } from "./path.ts";

/** Globs of one scope together; an empty set matches nothing. */
export interface GlobSet {
  readonly globs: readonly string[];
  /** Whether one of the globs matches the path of a note. */
  matches(path: string): boolean;
  /** Whether one of the globs could match a path inside this folder (`""`: the kiln). */
  reaches(folder: string): boolean;
}

/** A literal segment, the characters of one with wildcards, or undefined for `**`. */
type Segment = string | readonly string[] | undefined;

/**
 * Compiles globs. Errors: `invalid-arguments` for a glob that can match no note or is written for another tool.
 * @example compileGlobs(["campaigns/**"]).matches("campaigns/log/one.md")
 */
export function compileGlobs(globs: readonly string[]): GlobSet {
  const patterns = globs.map(parseGlob);
  return {
    globs: [...globs],
    matches: (path) => {
      const segments = split(path);
      return patterns.some((pattern) => advance(pattern, segments).has(pattern.length));
    },
    reaches: (folder) => {
      const segments = folder === "" ? [] : split(folder);
      return patterns.some((pattern) => {
        for (const state of advance(pattern, segments)) if (state < pattern.length) return true;
        return false;
      });
    },
  };
}

function parseGlob(glob: string): Segment[] {
  const problem = globProblem(glob);
  if (problem !== undefined)
    throw new PluginError("invalid-arguments", `${quoted(glob)} is not a folder glob: ${problem}`);
  const segments: Segment[] = [];
  for (const text of glob.normalize("NFC").split("/")) {
    if (text !== "**") segments.push(/[*?]/.test(text) ? starsOnce([...text]) : text);
    else if (segments.length === 0 || segments.at(-1) !== undefined) segments.push(undefined);
  }
  return segments;
}

function globProblem(glob: string): string | undefined {
  if (glob === "") return `it is empty; write "**" for the whole kiln`;
  if (!glob.isWellFormed() || /[\u0000-\u001f\u007f-\u009f]/.test(glob)) return "it contains a control character";
  if (glob.length > PATH_BYTES) return `it is longer than ${PATH_BYTES} characters`;
  if (glob.includes("\\")) return "segments are separated by /, not by a backslash";
  if (glob.startsWith("/")) return "it must be relative to the kiln, without a leading /";
  if (glob.endsWith("/")) return `write "${glob}**" for everything in a folder`;
  const segments = glob.split("/");
  if (segments.length > PATH_SEGMENTS) return `it is deeper than ${PATH_SEGMENTS} segments`;
  for (const segment of segments) {
    if (segment === "") return "it has an empty segment";
    if (segment === "." || segment === "..") return `it must not have the segment "${segment}"`;
    if (segment !== "**" && segment.includes("**")) return `"**" must stand alone between slashes`;
  }
  const last = segments.at(-1) ?? "";
  if (!/[*?]/.test(last) && !last.endsWith(".md"))
    return `it can match no note; write "${glob}/**" for everything in a folder`;
  return undefined;
}

/**
 * The positions in the pattern that are possible after all segments were read; `pattern.length` means matched. Every pair of
 * pattern segment and path segment is compared once, so the whole takes at most length × length steps.
 */
function advance(pattern: readonly Segment[], segments: readonly string[]): Set<number> {
  let states = new Set<number>();
  enter(pattern, 0, states);
  for (const segment of segments) {
    const next = new Set<number>();
    for (const state of states) {
      if (state === pattern.length) continue;
      const expected = pattern[state];
      if (expected === undefined) {
        next.add(state);
        if (state === pattern.length - 1) next.add(pattern.length);
        else enter(pattern, state + 1, next);
      } else if (typeof expected === "string" ? expected === segment : wildcardMatches(expected, segment))
        enter(pattern, state + 1, next);
    }
    states = next;
  }
  return states;
}

/** Adds a position, and what lies behind a `**` that may stand for no segment. A final `**` needs one at least. */
function enter(pattern: readonly Segment[], state: number, states: Set<number>): void {
  states.add(state);
  if (state < pattern.length - 1 && pattern[state] === undefined) states.add(state + 1);
}

/** The set of pattern positions after each character, kept as one row of flags. */
function wildcardMatches(pattern: readonly string[], text: string): boolean {
  let row = new Uint8Array(pattern.length + 1);
  row[0] = 1;
  if (pattern[0] === "*") row[1] = 1;
  for (const character of text) {
    const next = new Uint8Array(pattern.length + 1);
    for (let position = 0; position < pattern.length; position++) {
      if (row[position] !== 1) continue;
      const expected = pattern[position];
      if (expected === "*") next[position] = 1;
      else if (expected !== "?" && expected !== character) continue;
      else next[position + 1] = 1;
    }
    for (let position = 0; position < pattern.length; position++) {
      if (next[position] === 1 && pattern[position] === "*") next[position + 1] = 1;
    }
    row = next;
  }
  return row[pattern.length] === 1;
}

function starsOnce(characters: readonly string[]): readonly string[] {
  return characters.filter((character, index) => character !== "*" || characters[index - 1] !== "*");
}

function split(path: string): string[] {
  return path.normalize("NFC").split("/");
}

/**
 * Tells whether a note is itself a plugin (`type: plugin` in its YAML frontmatter). Such notes cannot be changed by plugins:
 * changing a manifest is escalation. The answer errs on the side of yes, since other programs read frontmatter by other rules;
 * it is not the manifest parser.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";

/** A longer block is judged by its words alone: hostile YAML takes the parser seconds at 64 KB. */
const PARSED_CHARACTERS = 16_384;
/** So is one with more of these: to resolve an alias the parser walks the whole document. */
const PARSED_STARS = 100;

/** Line breaks of YAML 1.1 and of programs that split lines as Unicode does; `\n` and `\r\n` are breaks for everybody. */
const OTHER_BREAKS = [/\r/g, /[\r\v\f\u0085\u2028\u2029]/g];
/** What may stand before the frontmatter: white space, byte order marks, invisible characters. */
const MAY_START = /^[\s\0\ufeff\u200b-\u200d\u2060]*---/;
const START = /^[\s\0\ufeff\u200b-\u200d\u2060]*---+([^\n]*)(?:\n|$)/;
/** The line that closes the block for most programs, and the one that does for the least demanding. */
const END = /^(?:---|\.\.\.)[ \t]*$/;
const EARLY_END = /^\s*(?:---|\.\.\.)/;

/**
 * `onParse` hears how many characters go to the parser of YAML, which is slow.
 * @example isPluginNote("---\ntype: plugin\n---\n") // true
 */
export function isPluginNote(text: string, onParse: (characters: number) => void = () => {}): boolean {
  if (!MAY_START.test(text)) return false;
  const plain = text.replaceAll("\r\n", "\n");
  const readings = [plain, ...OTHER_BREAKS.map((breaks) => plain.replace(breaks, "\n"))];
  return [...new Set(readings)].some((reading) => blocks(reading).some((block) => isPluginBlock(block, onParse)));
}

/**
 * What programs may take for the frontmatter: what lies between the fences, of which some take any line that begins as one; with
 * what follows the first fence on its line, which is a value for YAML and a comment or a language for others; and what follows
 * `...`, where only `---` ends it.
 */
function blocks(text: string): readonly string[] {
  const start = START.exec(text);
  if (start === null) return [];
  const [fence, beside = ""] = start;
  const rest = text.slice(fence.length);
  const end = lineLike(rest, END);
  const block = rest.slice(0, end?.index);
  const candidates = [block, rest.slice(0, lineLike(rest, EARLY_END)?.index)];
  if (beside.trim() !== "") candidates.push(`${beside}\n${block}`);
  if (end?.line.startsWith(".")) {
    const after = rest.slice(end.index + end.line.length);
    candidates.push(after.slice(0, lineLike(after, END)?.index));
  }
  return [...new Set(candidates)];
}

/** The first line of that form. By hand, because `^` and `$` know line breaks that not everybody knows. */
function lineLike(text: string, form: RegExp): { readonly index: number; readonly line: string } | undefined {
  for (let from = 0; from <= text.length; ) {
    const next = text.indexOf("\n", from);
    const to = next < 0 ? text.length : next;
    const line = text.slice(from, to);
    if (form.test(line)) return { index: from, line };
    from = to + 1;
  }
  return undefined;
}

function isPluginBlock(block: string, onParse: (characters: number) => void): boolean {
  // Only a double-quoted escape can spell the word without containing it.
  if (!/plugin/i.test(block) && !block.includes("\\")) return false;
  if (block.length > PARSED_CHARACTERS || block.split("*", PARSED_STARS + 2).length > PARSED_STARS + 1)
    return mayBePlugin(block);
  onParse(block.length);
  try {
    const document = parseDocument(block, { uniqueKeys: false, schema: "core", logLevel: "silent" });
    if (document.errors.length > 0 || !isMap(document.contents)) return mayBePlugin(block);
    if (document.contents.items.some((pair) => isScalar(pair.key) && pair.key.value === "<<"))
      return mayBePlugin(block);
    return document.contents.items.some(
      (pair) => saysType(resolve(document, pair.key)) && saysPlugin(document, pair.value),
    );
  } catch {
    // Nesting that overflows the parser's stack.
    return mayBePlugin(block);
  }
}

type YamlDocument = ReturnType<typeof parseDocument>;

function resolve(document: YamlDocument, node: unknown): unknown {
  const target = isAlias(node) ? node.resolve(document) : node;
  return isScalar(target) ? target.value : target;
}

function saysType(key: unknown): boolean {
  return typeof key === "string" && visible(key) === "type";
}

function saysPlugin(document: YamlDocument, node: unknown): boolean {
  const value = resolve(document, node);
  // Not deeper: lists of aliases of lists grow without bound.
  return isSeq(value) ? value.items.some((item) => isPluginWord(resolve(document, item))) : isPluginWord(value);
}

function isPluginWord(value: unknown): boolean {
  return typeof value === "string" ? visible(value) === "plugin" : isMap(value) || isSeq(value);
}

/** Without white space, controls and invisible characters, in lower case. */
function visible(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]/gu, "").toLowerCase();
}

/** For frontmatter that does not parse: another parser might be more forgiving. */
function mayBePlugin(block: string): boolean {
  return (/plugin/i.test(block) && /type/i.test(block)) || block.includes("\\");
}

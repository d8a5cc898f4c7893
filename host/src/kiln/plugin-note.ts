/**
 * Tells whether a note is itself a plugin (`type: plugin` in its YAML frontmatter). Such notes cannot be changed by plugins:
 * changing a manifest is escalation. The answer errs on the side of yes; it is not the manifest parser.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";

/** A longer block is judged by its words alone: hostile YAML takes the parser seconds at 64 KB. */
const PARSED_CHARACTERS = 16_384;

/** @example isPluginNote("---\ntype: plugin\n---\n") // true */
export function isPluginNote(text: string): boolean {
  const block = frontmatter(text);
  if (block === undefined) return false;
  // Only a double-quoted escape can spell the word without containing it.
  if (!/plugin/i.test(block) && !block.includes("\\")) return false;
  if (block.length > PARSED_CHARACTERS) return mayBePlugin(block);
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
  return typeof key === "string" && key.trim().toLowerCase() === "type";
}

function saysPlugin(document: YamlDocument, node: unknown): boolean {
  const value = resolve(document, node);
  if (typeof value === "string") return value.trim().toLowerCase() === "plugin";
  if (isSeq(value)) return value.items.some((item) => saysPlugin(document, item));
  return isMap(value);
}

/** For frontmatter that does not parse: another parser might be more forgiving. */
function mayBePlugin(block: string): boolean {
  return (/plugin/i.test(block) && /type/i.test(block)) || block.includes("\\");
}

/** The text between the first `---` line, before which only blank lines and a byte order mark may stand, and the next `---` or `...` line. */
function frontmatter(text: string): string | undefined {
  const start = /^\ufeff?\s*---[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\n|\r)/.exec(text);
  if (start === null) return undefined;
  const rest = text.slice(start[0].length);
  const end = /^(?:---|\.\.\.)[^\S\r\n]*$/m.exec(rest);
  return end === null ? rest : rest.slice(0, end.index);
}

/**
 * Reads the text of a manifest, YAML or TOML, and turns what is wrong with it into one error that lists every problem with its
 * line. YAML is the core schema of version 1.2: no custom tags, no repeated keys, few aliases. What the keys mean is
 * `manifest.ts`'s business.
 */
import { parse as parseToml, TomlError } from "smol-toml";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { type Diagnostic, PluginError, type SourcePosition } from "../errors.ts";
import { JSON_DEPTH, MANIFEST_BYTES } from "../limits.ts";
import { excerpt } from "./excerpt.ts";
import type { FieldPath } from "./fields.ts";
import { type Manifest, type ParsedManifest, parseManifest } from "./manifest.ts";

/** Text of a manifest inside a file. */
export interface ManifestText {
  readonly format: "yaml" | "toml";
  /** The manifest where it stands in the file, everything else blanked: its lines and columns are those of the file. */
  readonly text: string;
  /** The file's own text, line for line, for excerpts. */
  readonly original: string;
  /** The file as messages name it. */
  readonly file: string;
}

/** A parsed text: data, and where in the text a value of it is. */
interface Located {
  readonly data: unknown;
  readonly locate: (path: FieldPath) => number | undefined;
}

/** A problem of the text itself, at an offset of it. */
interface TextProblem {
  readonly offset: number | undefined;
  readonly message: string;
}

/** More than any manifest needs, and few enough that resolving them costs nothing. */
const ALIASES = 100;
const EXPANDED_NODES = 20_000;
/** Problems that are shown: a manifest of 64 KiB can have 30,000, and each excerpt reads the file from its beginning. */
const SHOWN_PROBLEMS = 20;

/**
 * Reads a manifest. `fallbackName` stands in for a missing `name`.
 * @throws PluginError `invalid-manifest`, with one diagnostic for each problem
 */
export function readManifest(source: ManifestText, fallbackName: string | undefined): Manifest {
  if (source.text.length > MANIFEST_BYTES) {
    throw manifestError(source, [{ offset: undefined, message: `it is longer than ${MANIFEST_BYTES} bytes` }]);
  }
  const parsed = source.format === "yaml" ? parseYaml(source.text) : parseTomlText(source.text);
  if (Array.isArray(parsed)) throw manifestError(source, parsed);
  const { data, locate } = parsed as Located;
  const { manifest, problems } = parseManifest(data, fallbackName);
  if (manifest !== undefined) return manifest;
  throw manifestError(
    source,
    problems.slice(0, SHOWN_PROBLEMS).map(({ path, message }) => ({ offset: locate(path), message })),
    problems.length,
  );
}

/**
 * A manifest that came without text of its own, in a bundle.
 * @throws PluginError `invalid-manifest`
 */
export function requireManifest({ manifest, problems }: ParsedManifest, where: string): Manifest {
  if (manifest !== undefined) return manifest;
  throw new PluginError(
    "invalid-manifest",
    summary(
      where,
      problems.slice(0, SHOWN_PROBLEMS).map(({ message }) => message),
      problems.length,
    ),
  );
}

function parseYaml(text: string): Located | TextProblem[] {
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
    // Not "silent", which would also accept a second document without a word. Nothing is printed either way.
    logLevel: "error",
  });
  const complaints = [...document.errors, ...document.warnings];
  if (complaints.length > 0) {
    // After the first error the parser guesses; what follows would mislead.
    return complaints
      .slice(0, 1)
      .map((complaint) => ({ offset: complaint.pos[0], message: sayYaml(complaint.message) }));
  }
  const budget = { aliases: ALIASES, nodes: EXPANDED_NODES };
  const resolve = (node: Node | null): Node | null => (isAlias(node) ? (node.resolve(document) ?? null) : node);
  try {
    const data = yamlData(document.contents, resolve, budget, 0);
    return { data, locate: (path) => locateYaml(document.contents, path, resolve) };
  } catch (error) {
    if (!(error instanceof YamlRefused)) throw error;
    return [{ offset: error.offset, message: error.message }];
  }
}

class YamlRefused extends Error {
  readonly offset: number | undefined;

  constructor(message: string, node: Node | null) {
    super(message);
    this.offset = node?.range?.[0];
  }
}

function tooManyAliases(node: Node | null): YamlRefused {
  return new YamlRefused(`it has more than ${ALIASES} aliases, or they expand to too much`, node);
}

function yamlData(
  given: Node | null,
  resolve: (node: Node | null) => Node | null,
  budget: { aliases: number; nodes: number },
  depth: number,
): unknown {
  budget.nodes -= 1;
  if (isAlias(given)) budget.aliases -= 1;
  if (budget.aliases < 0 || budget.nodes < 0) throw tooManyAliases(given);
  if (depth > JSON_DEPTH) throw new YamlRefused(`it is nested more than ${JSON_DEPTH} levels deep`, given);
  const node = resolve(given);
  if (isSeq(node)) return node.items.map((item) => yamlData(item as Node | null, resolve, budget, depth + 1));
  if (isMap(node)) {
    const object: Record<string, unknown> = Object.create(null);
    for (const { key, value } of node.items) {
      // To resolve one, the parser walks the whole document.
      if (isAlias(key)) budget.aliases -= 1;
      if (budget.aliases < 0) throw tooManyAliases(given);
      const name = resolve(key as Node | null);
      if (!isScalar(name)) throw new YamlRefused("a key must be a plain word", name ?? node);
      object[String(name.source ?? name.value)] = yamlData(value as Node | null, resolve, budget, depth + 1);
    }
    return object;
  }
  return isScalar(node) ? node.value : null;
}

/** The offset of the key that a path ends with, or of the list item; of the nearest parent where the path is not in the text. */
function locateYaml(
  root: Node | null,
  path: FieldPath,
  resolve: (node: Node | null) => Node | null,
): number | undefined {
  let node = resolve(root);
  let offset: number | undefined;
  for (const step of path) {
    const item = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.source ?? key.value) === String(step))
      : undefined;
    const child = (isSeq(node) && typeof step === "number" ? node.items[step] : item?.value) as Node | null | undefined;
    const place = (item?.key ?? child) as Node | null | undefined;
    if (place === undefined || place === null) break;
    offset = place.range?.[0] ?? offset;
    node = resolve(child ?? null);
  }
  return offset;
}

function sayYaml(message: string): string {
  if (message.startsWith("Source contains multiple documents")) return "it is more than one YAML document";
  return `it is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\s+/g, " ")}`;
}

function parseTomlText(text: string): Located | TextProblem[] {
  try {
    return { data: parseToml(text), locate: () => undefined };
  } catch (error) {
    if (error instanceof RangeError) return [{ offset: undefined, message: "it is nested too deeply" }];
    if (!(error instanceof TomlError)) throw error;
    const [message = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    return [{ offset: offsetOf(text, error.line, error.column), message: `it is not TOML: ${message}` }];
  }
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}

/** `problems` are the first of `count`. */
function manifestError(source: ManifestText, problems: readonly TextProblem[], count = problems.length): PluginError {
  const lines = new LineCounter();
  for (let index = source.text.indexOf("\n"); index >= 0; index = source.text.indexOf("\n", index + 1))
    lines.addNewLine(index + 1);
  lines.lineStarts.unshift(0);
  const inOrder = [...problems].sort((a, b) => (a.offset ?? -1) - (b.offset ?? -1));
  const diagnostics = inOrder.map((problem): Diagnostic => {
    const position = problem.offset === undefined ? undefined : positionAt(source, lines, problem.offset);
    const around = position && excerpt(source.original, position.line, position.column);
    return { severity: "error", message: problem.message, excerpt: around ?? "", ...(position && { position }) };
  });
  const first = diagnostics.find(({ position }) => position !== undefined)?.position;
  const sentences = diagnostics.map(({ message, position }) =>
    position && diagnostics.length > 1 ? `line ${position.line}: ${message}` : message,
  );
  return new PluginError("invalid-manifest", summary(source.file, sentences, count), {
    diagnostics,
    ...(first && { position: first }),
  });
}

function positionAt(source: ManifestText, lines: LineCounter, offset: number): SourcePosition {
  const { line, col } = lines.linePos(offset);
  const start = lines.lineStarts[line - 1] ?? 0;
  return { file: source.file, line, column: [...source.text.slice(start, start + col - 1)].length + 1 };
}

function summary(where: string, sentences: readonly string[], count: number): string {
  if (sentences.length === 1) return `Cannot read the manifest of ${where}: ${sentences[0]}`;
  const list = sentences.map((sentence) => `\n  - ${sentence}`).join("");
  const which = count > sentences.length ? `; the first ${sentences.length} are` : "";
  return `Cannot read the manifest of ${where}, it has ${count} problems${which}:${list}`;
}

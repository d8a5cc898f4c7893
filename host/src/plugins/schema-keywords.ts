/**
 * Turns a JSON Schema (2020-12, a closed set of keywords) into nodes that `schema-check.ts` can interpret. Everything that
 * could be wrong with a schema is found here: unknown keywords, bad patterns, references that lead nowhere or in a circle.
 * It never sees the values that a schema is for.
 */
import { RE2JS } from "re2js";
import { brief, canonicalJson, isJsonObject, type JsonObject, type JsonValue, joinPath } from "./json.ts";
import { didYouMean } from "./suggest.ts";

export const SCHEMA_TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"] as const;
export type SchemaType = (typeof SCHEMA_TYPES)[number];

/** What a schema may cost before any value is seen. Patterns are linear in text × program, so the program is bounded too. */
export const SCHEMA_CAPS = {
  nodes: 2_000,
  nesting: 32,
  patternLength: 1_000,
  patternProgram: 2_000,
  problems: 50,
} as const;

export interface Pattern {
  readonly source: string;
  readonly program: number;
  test(text: string): boolean;
}

/** One schema. A key that is absent was absent in the schema. */
export interface SchemaNode {
  /** `false` as a schema. */
  never?: true;
  ref?: SchemaNode;
  types?: readonly SchemaType[];
  /** The canonical JSON of each allowed value, and how to tell people. */
  allowed?: { readonly values: ReadonlySet<string>; readonly text: string };
  default?: JsonValue;
  properties?: ReadonlyMap<string, SchemaNode>;
  required?: readonly string[];
  patternProperties?: readonly { readonly pattern: Pattern; readonly node: SchemaNode }[];
  additionalProperties?: SchemaNode;
  propertyNames?: SchemaNode;
  items?: SchemaNode;
  prefixItems?: readonly SchemaNode[];
  contains?: SchemaNode;
  uniqueItems?: boolean;
  pattern?: Pattern;
  allOf?: readonly SchemaNode[];
  anyOf?: readonly SchemaNode[];
  oneOf?: readonly SchemaNode[];
  not?: SchemaNode;
  condition?: { readonly if: SchemaNode; readonly yes?: SchemaNode; readonly no?: SchemaNode };
  /** `minLength`, `maximum` and the other keywords whose value is one number. */
  numbers?: ReadonlyMap<string, number>;
}

export interface SchemaProblem {
  /** Keys and indexes from the root of the schema. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Path = readonly (string | number)[];

interface Compiler {
  readonly problems: SchemaProblem[];
  readonly definitions: Map<string, SchemaNode>;
  readonly references: { readonly node: SchemaNode; readonly name: string; readonly path: Path }[];
  nodes: number;
}

type Keyword = (value: JsonValue, node: SchemaNode, path: Path, compiler: Compiler, schema: JsonObject) => void;

/** Keywords that tell people something and check nothing. */
const ANNOTATIONS = [
  "$comment",
  "$defs",
  "$schema",
  "additionalItems",
  "definitions",
  "deprecated",
  "description",
  "else",
  "examples",
  "format",
  "readOnly",
  "then",
  "title",
  "writeOnly",
];

const COUNTS = [
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minContains",
  "maxContains",
  "minProperties",
  "maxProperties",
];
const RANGES = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ...ANNOTATIONS.map((name): [string, Keyword] => [name, () => undefined]),
  ...COUNTS.map((name): [string, Keyword] => [name, numberKeyword(name, isCount, "a whole number of at least 0")]),
  ...RANGES.map((name): [string, Keyword] => [
    name,
    name === "multipleOf"
      ? numberKeyword(name, (value) => value > 0, "a number above 0")
      : numberKeyword(name, () => true, "a number"),
  ]),
  ["type", compileType],
  ["enum", compileEnum],
  ["const", (value, node) => setAllowed(node, [value])],
  [
    "default",
    (value, node) => {
      node.default = value;
    },
  ],
  [
    "properties",
    (value, node, path, compiler) => {
      node.properties = compileNamed(value, path, compiler);
    },
  ],
  ["required", compileRequired],
  ["patternProperties", compilePatternProperties],
  ["additionalProperties", single("additionalProperties")],
  ["propertyNames", single("propertyNames")],
  ["items", single("items")],
  ["contains", single("contains")],
  ["not", single("not")],
  ["prefixItems", several("prefixItems")],
  ["allOf", several("allOf")],
  ["anyOf", several("anyOf")],
  ["oneOf", several("oneOf")],
  ["if", compileCondition],
  ["uniqueItems", compileUnique],
  ["pattern", (value, node, path, compiler) => assignPattern(node, compilePattern(value, path, compiler))],
  ["$ref", compileReference],
]);

/** The names of all keywords, for messages and documentation. */
export const SCHEMA_KEYWORDS: readonly string[] = [...KEYWORDS.keys()].sort();

/** Compiles a schema. With problems, the node must not be used. */
export function compileNode(schema: JsonValue): {
  readonly node: SchemaNode;
  readonly problems: readonly SchemaProblem[];
} {
  const compiler: Compiler = { problems: [], definitions: new Map(), references: [], nodes: 0 };
  const node = compileSchemaNode(schema, [], compiler);
  compiler.definitions.set("#", node);
  for (const group of ["$defs", "definitions"]) {
    const definitions = isJsonObject(schema) && Object.hasOwn(schema, group) ? schema[group] : undefined;
    if (definitions === undefined) continue;
    for (const [name, child] of compileNamed(definitions, [group], compiler))
      compiler.definitions.set(`#/${group}/${name}`, child);
  }
  for (const { node: from, name, path } of compiler.references) {
    const target = compiler.definitions.get(name);
    if (target === undefined)
      report(
        compiler,
        path,
        `$ref ${brief(name)} leads nowhere; only "#", "#/$defs/NAME" and "#/definitions/NAME" of the same schema work`,
      );
    else from.ref = target;
  }
  if (compiler.problems.length === 0) refuseCircles([node, ...compiler.definitions.values()], compiler);
  return { node, problems: compiler.problems };
}

function compileSchemaNode(schema: JsonValue | undefined, path: Path, compiler: Compiler): SchemaNode {
  const node: SchemaNode = {};
  compiler.nodes += 1;
  if (compiler.nodes > SCHEMA_CAPS.nodes || path.length > SCHEMA_CAPS.nesting * 2) {
    const why = `more than ${SCHEMA_CAPS.nodes} parts or ${SCHEMA_CAPS.nesting} levels`;
    if (!compiler.problems.some((problem) => problem.message.includes(why)))
      report(compiler, path, `the schema is too large: ${why}`);
    return node;
  }
  if (schema === true) return node;
  if (schema === false) return { never: true };
  if (!isJsonObject(schema)) {
    report(
      compiler,
      path,
      `a schema must be an object, true or false, got ${schema === undefined ? "nothing" : brief(schema)}`,
    );
    return node;
  }
  for (const [name, value] of Object.entries(schema)) {
    const keyword = KEYWORDS.get(name);
    if (keyword !== undefined) keyword(value, node, [...path, name], compiler, schema);
    else report(compiler, [...path, name], `unknown schema keyword ${brief(name)}${didYouMean(name, KEYWORDS.keys())}`);
  }
  return node;
}

function compileType(value: JsonValue, node: SchemaNode, path: Path, compiler: Compiler): void {
  const words = Array.isArray(value) ? value : [value];
  const types = words.filter((word): word is SchemaType => SCHEMA_TYPES.some((type) => type === word));
  const unknown = words.find((word: JsonValue) => !SCHEMA_TYPES.some((type) => type === word));
  if (words.length === 0) report(compiler, path, `"type" must name at least one type`);
  if (unknown !== undefined) {
    const near = typeof unknown === "string" ? didYouMean(unknown, SCHEMA_TYPES) : "";
    report(compiler, path, `unknown type ${brief(unknown)}${near || `; known are ${SCHEMA_TYPES.join(", ")}`}`);
  }
  node.types = types;
}

function compileEnum(value: JsonValue, node: SchemaNode, path: Path, compiler: Compiler): void {
  if (Array.isArray(value) && value.length > 0) setAllowed(node, value);
  else report(compiler, path, `"enum" must be a list of at least one value, got ${brief(value)}`);
}

function setAllowed(node: SchemaNode, values: readonly JsonValue[]): void {
  const texts = new Set(values.map(canonicalJson));
  const shown = values
    .slice(0, 12)
    .map((value) => (typeof value === "object" ? canonicalJson(value).slice(0, 60) : brief(value)));
  const text = values.length > shown.length ? `${shown.join(", ")}, … (${values.length} values)` : shown.join(", ");
  const both =
    node.allowed === undefined ? texts : new Set([...texts].filter((item) => node.allowed?.values.has(item)));
  node.allowed = { values: both, text };
}

function compileRequired(value: JsonValue, node: SchemaNode, path: Path, compiler: Compiler): void {
  if (Array.isArray(value) && value.every((name: JsonValue) => typeof name === "string")) {
    node.required = [...new Set(value)];
  } else {
    report(compiler, path, `"required" must be a list of property names, got ${brief(value)}`);
  }
}

function compilePatternProperties(value: JsonValue, node: SchemaNode, path: Path, compiler: Compiler): void {
  const entries = [...compileNamed(value, path, compiler)];
  node.patternProperties = entries.flatMap(([source, child]) => {
    const pattern = compilePattern(source, [...path, source], compiler);
    return pattern === undefined ? [] : [{ pattern, node: child }];
  });
}

function compileCondition(
  value: JsonValue,
  node: SchemaNode,
  path: Path,
  compiler: Compiler,
  schema: JsonObject,
): void {
  const branch = (name: string): SchemaNode | undefined =>
    Object.hasOwn(schema, name) ? compileSchemaNode(schema[name], [...path.slice(0, -1), name], compiler) : undefined;
  const [yes, no] = [branch("then"), branch("else")];
  node.condition = { if: compileSchemaNode(value, path, compiler), ...(yes && { yes }), ...(no && { no }) };
}

function compileUnique(value: JsonValue, node: SchemaNode, path: Path, compiler: Compiler): void {
  if (typeof value === "boolean") node.uniqueItems = value;
  else report(compiler, path, `"uniqueItems" must be true or false, got ${brief(value)}`);
}

function compileReference(value: JsonValue, node: SchemaNode, path: Path, compiler: Compiler): void {
  if (typeof value === "string") compiler.references.push({ node, name: value, path });
  else report(compiler, path, `"$ref" must be text, got ${brief(value)}`);
}

function compilePattern(value: JsonValue, path: Path, compiler: Compiler): Pattern | undefined {
  if (typeof value !== "string") {
    report(compiler, path, `a pattern must be text, got ${brief(value)}`);
    return undefined;
  }
  if (value.length > SCHEMA_CAPS.patternLength) {
    report(compiler, path, `the pattern is longer than ${SCHEMA_CAPS.patternLength} characters`);
    return undefined;
  }
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(value));
    const program = compiled.programSize();
    if (program <= SCHEMA_CAPS.patternProgram) return { source: value, program, test: (text) => compiled.test(text) };
    report(compiler, path, `the pattern ${brief(value)} is too large; use smaller repetition counts`);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : String(error);
    report(
      compiler,
      path,
      `the pattern ${brief(value)} is not in RE2 syntax: ${why}; look-around and back-references do not exist there`,
    );
  }
  return undefined;
}

function assignPattern(node: SchemaNode, pattern: Pattern | undefined): void {
  if (pattern !== undefined) node.pattern = pattern;
}

function compileNamed(value: JsonValue, path: Path, compiler: Compiler): Map<string, SchemaNode> {
  if (!isJsonObject(value)) {
    report(compiler, path, `${brief(path.at(-1) ?? "")} must be an object of schemas, got ${brief(value)}`);
    return new Map();
  }
  return new Map(
    Object.entries(value).map(([name, child]) => [name, compileSchemaNode(child, [...path, name], compiler)]),
  );
}

function single(key: "additionalProperties" | "propertyNames" | "items" | "contains" | "not"): Keyword {
  return (value, node, path, compiler) => {
    node[key] = compileSchemaNode(value, path, compiler);
  };
}

function several(key: "prefixItems" | "allOf" | "anyOf" | "oneOf"): Keyword {
  return (value, node, path, compiler) => {
    if (Array.isArray(value) && value.length > 0) {
      node[key] = value.map((child: JsonValue, index: number) => compileSchemaNode(child, [...path, index], compiler));
    } else {
      report(compiler, path, `"${key}" must be a list of at least one schema, got ${brief(value)}`);
    }
  };
}

function numberKeyword(name: string, accepts: (value: number) => boolean, expected: string): Keyword {
  return (value, node, path, compiler) => {
    if (typeof value !== "number" || !accepts(value))
      return report(compiler, path, `"${name}" must be ${expected}, got ${brief(value)}`);
    node.numbers = new Map([...(node.numbers ?? []), [name, value]]);
  };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** A schema that refers to itself without going into a property or an item would be checked for ever. */
function refuseCircles(roots: readonly SchemaNode[], compiler: Compiler): void {
  const done = new Set<SchemaNode>();
  const open = new Set<SchemaNode>();
  const visit = (node: SchemaNode): boolean => {
    if (done.has(node)) return true;
    if (open.has(node)) return false;
    open.add(node);
    const fine = inPlace(node).every(visit);
    open.delete(node);
    done.add(node);
    return fine;
  };
  const reachable = new Set(roots);
  for (const node of reachable) for (const child of [...inPlace(node), ...descending(node)]) reachable.add(child);
  if (![...reachable].every(visit))
    report(compiler, [], "a $ref leads back to itself without going into a property or an item");
}

function inPlace(node: SchemaNode): readonly SchemaNode[] {
  const { ref, allOf = [], anyOf = [], oneOf = [], not, condition } = node;
  const optional = [ref, not, condition?.if, condition?.yes, condition?.no];
  return [...allOf, ...anyOf, ...oneOf, ...optional.filter((child) => child !== undefined)];
}

function descending(node: SchemaNode): readonly SchemaNode[] {
  const {
    properties,
    patternProperties = [],
    prefixItems = [],
    additionalProperties,
    propertyNames,
    items,
    contains,
  } = node;
  const optional = [additionalProperties, propertyNames, items, contains];
  const listed = [...(properties?.values() ?? []), ...patternProperties.map((entry) => entry.node), ...prefixItems];
  return [...listed, ...optional.filter((child) => child !== undefined)];
}

function report(compiler: Compiler, path: Path, message: string): void {
  if (compiler.problems.length >= SCHEMA_CAPS.problems) return;
  const where = path
    .slice(0, -1)
    .reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : joinPath(text, key)), "");
  compiler.problems.push({ path, message: where === "" ? message : `${message} (in ${where})` });
}

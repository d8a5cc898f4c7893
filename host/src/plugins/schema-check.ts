/**
 * Interprets schema nodes over a JSON value: no generated code, look-ups through Maps and own properties only, and a budget
 * of steps, so that neither a hostile schema nor a hostile value can hold the host. It does not parse schemas.
 */
import { brief, canonicalJson, isJsonObject, type JsonObject, type JsonValue, joinPath } from "./json.ts";
import type { Pattern, SchemaNode, SchemaType } from "./schema-keywords.ts";

/** One mismatch. The message begins with the path of the value: `"options.keep" must be an integer, got "x"`. */
export interface Mismatch {
  readonly path: string;
  readonly message: string;
}

/** Units of about one comparison; a character tried against a pattern of n instructions costs n/8. */
const STEPS = 5_000_000;
/** Nested checks, so that a chain of references cannot exhaust the stack. */
const NESTING = 1_000;
const MISMATCHES = 20;

/** Thrown inside and turned into a mismatch at the top. */
class TooExpensive extends Error {}

class Check {
  readonly mismatches: Mismatch[] = [];
  readonly limit: number;
  private readonly budget: { steps: number; depth: number };

  constructor(limit: number, budget: { steps: number; depth: number }) {
    this.limit = limit;
    this.budget = budget;
  }

  get full(): boolean {
    return this.mismatches.length >= this.limit;
  }

  add(path: string, message: string): void {
    if (!this.full)
      this.mismatches.push({ path, message: `${path === "" ? "the value" : quotePath(path)} ${message}` });
  }

  spend(steps: number): void {
    this.budget.steps -= steps;
    if (this.budget.steps < 0) throw new TooExpensive();
  }

  /** Whether the value fits, without telling why not. */
  fits(node: SchemaNode, value: JsonValue, path: string): boolean {
    const probe = new Check(1, this.budget);
    probe.run(node, value, path);
    return probe.mismatches.length === 0;
  }

  run(node: SchemaNode, value: JsonValue, path: string): void {
    if (this.full) return;
    this.spend(1);
    this.budget.depth += 1;
    if (this.budget.depth > NESTING) throw new TooExpensive();
    checkNode(this, node, value, path);
    this.budget.depth -= 1;
  }
}

/** All mismatches, at most 20; none when the value fits. `onSteps` hears how many steps that took. */
export function checkValue(
  node: SchemaNode,
  value: JsonValue,
  onSteps: (steps: number) => void = () => {},
): readonly Mismatch[] {
  const budget = { steps: STEPS, depth: 0 };
  const check = new Check(MISMATCHES, budget);
  try {
    check.run(node, value, "");
  } catch (error) {
    if (!(error instanceof TooExpensive)) throw error;
    return [{ path: "", message: "the value is too large to be checked against this schema" }];
  } finally {
    onSteps(STEPS - Math.max(0, budget.steps));
  }
  return check.mismatches;
}

function checkNode(check: Check, node: SchemaNode, value: JsonValue, path: string): void {
  if (node.ref !== undefined) check.run(node.ref, value, path);
  const type = typeMismatch(node, value);
  if (type !== undefined) {
    check.add(path, type);
    return; // What the other keywords say of a value of the wrong type would only confuse.
  }
  if (node.allowed !== undefined) checkAllowed(check, node.allowed, value, path);
  if (typeof value === "string") checkText(check, node, value, path);
  else if (typeof value === "number") checkNumber(check, node, value, path);
  else if (Array.isArray(value)) checkList(check, node, value, path);
  else if (isJsonObject(value)) checkObject(check, node, value, path);
  checkCombinations(check, node, value, path);
}

function typeMismatch({ never, types }: SchemaNode, value: JsonValue): string | undefined {
  if (never) return "is not allowed here";
  if (types === undefined || types.some((type) => hasType(value, type))) return undefined;
  return `must be ${types.map(withArticle).join(" or ")}, got ${brief(value)}`;
}

function checkAllowed(check: Check, allowed: NonNullable<SchemaNode["allowed"]>, value: JsonValue, path: string): void {
  if (!allowed.values.has(canonicalText(check, value))) {
    check.add(path, `must be ${allowed.values.size === 1 ? "" : "one of "}${allowed.text}, got ${brief(value)}`);
  }
}

function checkText(check: Check, node: SchemaNode, value: string, path: string): void {
  const { numbers, pattern } = node;
  if (pattern !== undefined && !matches(check, pattern, value))
    check.add(path, `must match ${pattern.source}, got ${brief(value)}`);
  if (!numbers?.has("minLength") && !numbers?.has("maxLength")) return;
  check.spend(value.length >> 4);
  let length = 0;
  for (const _ of value) length += 1;
  checkCount(check, node, length, path, "Length", "character");
}

function checkNumber(check: Check, node: SchemaNode, value: number, path: string): void {
  const { numbers } = node;
  if (numbers === undefined) return;
  const [minimum, maximum] = [numbers.get("minimum"), numbers.get("maximum")];
  const [above, below, step] = [
    numbers.get("exclusiveMinimum"),
    numbers.get("exclusiveMaximum"),
    numbers.get("multipleOf"),
  ];
  if (minimum !== undefined && value < minimum) check.add(path, `must be at least ${minimum}, got ${value}`);
  if (maximum !== undefined && value > maximum) check.add(path, `must be at most ${maximum}, got ${value}`);
  if (above !== undefined && value <= above) check.add(path, `must be greater than ${above}, got ${value}`);
  if (below !== undefined && value >= below) check.add(path, `must be less than ${below}, got ${value}`);
  if (step !== undefined && !isMultiple(value, step)) check.add(path, `must be a multiple of ${step}, got ${value}`);
}

function checkList(check: Check, node: SchemaNode, value: readonly JsonValue[], path: string): void {
  const { prefixItems = [], items, contains, numbers } = node;
  checkCount(check, node, value.length, path, "Items", "item");
  if (node.uniqueItems) checkUnique(check, value, path);
  if (contains !== undefined) {
    const found = value.filter((item, index) => check.fits(contains, item, `${path}[${index}]`)).length;
    const [least, most] = [numbers?.get("minContains") ?? 1, numbers?.get("maxContains") ?? Number.POSITIVE_INFINITY];
    if (found < least) check.add(path, `must contain at least ${least} fitting ${plural("item", least)}, got ${found}`);
    if (found > most) check.add(path, `must contain at most ${most} fitting ${plural("item", most)}, got ${found}`);
  }
  if (prefixItems.length === 0 && items === undefined) return;
  for (const [index, item] of value.entries()) {
    if (check.full) return;
    const itemNode = prefixItems[index] ?? items;
    if (itemNode !== undefined) check.run(itemNode, item, `${path}[${index}]`);
  }
}

function checkUnique(check: Check, value: readonly JsonValue[], path: string): void {
  const first = new Map<string, number>();
  for (const [index, item] of value.entries()) {
    const text = canonicalText(check, item);
    const before = first.get(text);
    if (before !== undefined) check.add(path, `must not repeat a value, but items ${before} and ${index} are equal`);
    if (check.full) return;
    first.set(text, index);
  }
}

function checkObject(check: Check, node: SchemaNode, value: JsonObject, path: string): void {
  const names = Object.keys(value);
  check.spend(names.length);
  checkCount(check, node, names.length, path, "Properties", "property");
  for (const name of node.required ?? []) {
    if (!Object.hasOwn(value, name)) check.add(joinPath(path, name), "is required");
  }
  for (const name of names) {
    if (check.full) return;
    checkProperty(check, node, name, value[name] ?? null, path);
  }
}

function checkProperty(check: Check, node: SchemaNode, name: string, value: JsonValue, path: string): void {
  const { propertyNames, properties, patternProperties = [], additionalProperties } = node;
  const place = joinPath(path, name);
  if (propertyNames !== undefined && !check.fits(propertyNames, name, place))
    check.add(place, "is not an allowed property name");
  const known = properties?.get(name);
  if (known !== undefined) check.run(known, value, place);
  const fitting = patternProperties.filter(({ pattern }) => matches(check, pattern, name));
  for (const { node: child } of fitting) check.run(child, value, place);
  if (known !== undefined || fitting.length > 0 || additionalProperties === undefined) return;
  if (additionalProperties.never) {
    const names = [...(properties?.keys() ?? [])].slice(0, 20);
    check.add(place, `is not a known property${names.length === 0 ? "" : `; known are ${names.join(", ")}`}`);
  } else {
    check.run(additionalProperties, value, place);
  }
}

function checkCombinations(check: Check, node: SchemaNode, value: JsonValue, path: string): void {
  for (const child of node.allOf ?? []) check.run(child, value, path);
  if (node.anyOf !== undefined && !node.anyOf.some((child) => check.fits(child, value, path))) {
    check.add(path, `must fit ${describeForms(node.anyOf)}, got ${brief(value)}`);
  }
  if (node.oneOf !== undefined) {
    const fitting = node.oneOf.filter((child) => check.fits(child, value, path)).length;
    if (fitting === 0) check.add(path, `must fit ${describeForms(node.oneOf)}, got ${brief(value)}`);
    if (fitting > 1) check.add(path, `must fit exactly one of ${node.oneOf.length} forms, but fits ${fitting}`);
  }
  if (node.not !== undefined && check.fits(node.not, value, path))
    check.add(path, `has a form that is excluded, got ${brief(value)}`);
  if (node.condition !== undefined) {
    const branch = check.fits(node.condition.if, value, path) ? node.condition.yes : node.condition.no;
    if (branch !== undefined) check.run(branch, value, path);
  }
}

function checkCount(
  check: Check,
  node: SchemaNode,
  count: number,
  path: string,
  what: "Length" | "Items" | "Properties",
  noun: string,
): void {
  const [least, most] = [node.numbers?.get(`min${what}`), node.numbers?.get(`max${what}`)];
  if (least !== undefined && count < least)
    check.add(path, `must have at least ${least} ${plural(noun, least)}, got ${count}`);
  if (most !== undefined && count > most)
    check.add(path, `must have at most ${most} ${plural(noun, most)}, got ${count}`);
}

function matches(check: Check, pattern: Pattern, text: string): boolean {
  check.spend(Math.ceil(((text.length + 1) * pattern.program) / 8));
  return pattern.test(text);
}

function canonicalText(check: Check, value: JsonValue): string {
  const text = canonicalJson(value);
  check.spend(text.length >> 4);
  return text;
}

function hasType(value: JsonValue, type: SchemaType): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isJsonObject(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

/** Tolerates the last bits of binary fractions: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, step: number): boolean {
  const quotient = value / step;
  return Number.isInteger(quotient) || Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

function describeForms(nodes: readonly SchemaNode[]): string {
  const types = nodes.map((node) =>
    node.types === undefined || Object.keys(node).length > 1 ? undefined : node.types,
  );
  if (types.every((list) => list !== undefined)) return types.flat().map(withArticle).join(" or ");
  return `one of ${nodes.length} forms`;
}

function withArticle(type: SchemaType): string {
  if (type === "null") return "null";
  if (type === "boolean") return "true or false";
  return type === "array"
    ? "a list"
    : type === "integer"
      ? "a whole number"
      : type === "object"
        ? "an object"
        : `a ${type}`;
}

function plural(noun: string, count: number): string {
  return count === 1 ? noun : noun === "property" ? "properties" : `${noun}s`;
}

function quotePath(path: string): string {
  return path.includes('"') ? path : `"${path}"`;
}

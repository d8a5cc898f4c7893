/**
 * Reads the fields of an untrusted object one by one and collects what is wrong with them, so that a manifest's author sees
 * all problems at once. It knows no key of any manifest.
 */
import { brief, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { parseQuantity, type QuantityKind } from "./quantity.ts";
import { didYouMean } from "./suggest.ts";

export type FieldPath = readonly (string | number)[];

export interface Problem {
  readonly path: FieldPath;
  /** A sentence without the place, which the path gives. */
  readonly message: string;
}

export class Fields {
  readonly path: FieldPath;
  readonly problems: Problem[];
  private readonly object: JsonObject;
  private readonly known = new Set<string>();

  constructor(object: JsonObject, path: FieldPath, problems: Problem[]) {
    this.object = object;
    this.path = path;
    this.problems = problems;
  }

  /** Fields of a nested object; undefined, and a problem, where the value is something else. */
  static of(value: JsonValue, path: FieldPath, problems: Problem[]): Fields | undefined {
    if (isJsonObject(value)) return new Fields(value, path, problems);
    problems.push({ path, message: `${nameOf(path)} must be a mapping of keys to values, got ${brief(value)}` });
    return undefined;
  }

  value(key: string): JsonValue | undefined {
    this.known.add(key);
    return Object.hasOwn(this.object, key) ? this.object[key] : undefined;
  }

  problem(key: string | number, message: string): void {
    this.problems.push({ path: [...this.path, key], message: `${nameOf([...this.path, key])} ${message}` });
  }

  /** One line of text without control characters; `rule` may refuse it with the rest of a sentence. */
  text(key: string, rule: (text: string) => string | undefined = () => undefined): string | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    const problem = textProblem(value) ?? rule(value as string);
    if (problem === undefined) return value as string;
    this.problem(key, problem);
    return undefined;
  }

  quantity(key: string, kind: QuantityKind, maximum: number): number | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    const quantity = parseQuantity(value, kind, maximum);
    if (quantity.ok) return quantity.value;
    this.problem(key, quantity.problem);
    return undefined;
  }

  /** A list of distinct texts; a single text stands for a list of one. */
  texts(key: string, rule: (text: string) => string | undefined): readonly string[] | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    const list: readonly JsonValue[] = Array.isArray(value) ? value : [value];
    const seen = new Set<string>();
    for (const [index, item] of list.entries()) {
      const problem =
        textProblem(item) ??
        rule(item as string) ??
        (seen.has(item as string) ? `is listed twice: ${brief(item)}` : undefined);
      if (problem === undefined) seen.add(item as string);
      else
        this.problems.push({
          path: [...this.path, key, index],
          message: `${nameOf([...this.path, key, index])} ${problem}`,
        });
    }
    return [...seen];
  }

  list(key: string): readonly JsonValue[] | undefined {
    const value = this.value(key);
    if (value === undefined || Array.isArray(value)) return value;
    this.problem(key, `must be a list, got ${brief(value)}`);
    return undefined;
  }

  /** Reports every key that nothing asked for. To be called last. */
  finish(): void {
    for (const key of Object.keys(this.object)) {
      if (this.known.has(key)) continue;
      const place = this.path.length === 0 ? "" : ` in ${nameOf(this.path)}`;
      const near = didYouMean(key, this.known);
      this.problems.push({
        path: [...this.path, key],
        message: `unknown key ${brief(key)}${place}${near || `; known are ${[...this.known].join(", ")}`}`,
      });
    }
  }
}

/** `"tools[0].name"`, with quotes. */
export function nameOf(path: FieldPath): string {
  const text = path.reduce<string>(
    (before, key) => (typeof key === "number" ? `${before}[${key}]` : before === "" ? key : `${before}.${key}`),
    "",
  );
  return JSON.stringify(text.slice(0, 120));
}

function textProblem(value: JsonValue): string | undefined {
  if (typeof value !== "string") {
    const quoted = typeof value === "number" || typeof value === "boolean" ? `; put it in quotes: "${value}"` : "";
    return `must be text, got ${brief(value)}${quoted}`;
  }
  if (value.trim() === "") return "must not be empty";
  if (value.length > 1_000) return "must not be longer than 1,000 characters";
  if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(value.trim()))
    return "must be one line without control characters";
  return undefined;
}

/**
 * The neutral form of a program that uses the standard library, as the case files have it. It is data: what is no array and no
 * object with one key that begins with `$` stands for itself.
 *
 * | form                           | means                                                             |
 * | ------------------------------ | ----------------------------------------------------------------- |
 * | `{$call: [module.name, …]}`    | calls a function of the library                                   |
 * | `{$new: [module.Class, …]}`    | makes an object                                                   |
 * | `{$method: [object, name, …]}` | calls a method; the object is the name of a variable              |
 * | `{$let: [name, value]}`        | a statement: names a value                                        |
 * | `{$var: name}`                 | the value of that name                                            |
 * | `{$fn: [[parameters], …]}`     | a function of these statements; it gives what the last one is      |
 * | `{$get: [value, field]}`       | a field of an object                                              |
 * | `{$equal: [one, two]}`         | whether two strings or numbers are equal                          |
 * | `{$throw: [code, message]}`    | ends in an error of the plugin's own with this code               |
 */
export type Expression = unknown;

/** A program: statements, the last of which is its result. */
export type Program = readonly Expression[];

/** One row of a case file. */
export interface Case {
  /** What it shows, where the call does not say it. */
  readonly name?: string;
  /** A function, called with `with`; or */
  readonly call?: string;
  readonly with?: readonly Expression[];
  /** a whole program. */
  readonly run?: Program;
  readonly expect?: unknown;
  readonly error?: { readonly code: string; readonly message?: string };
}

/** How a language writes programs. */
export interface Language {
  readonly name: string;
  /** The plugin's file name. */
  readonly path: string;
  /** A plugin with the tool `run`, which takes nothing and gives the program's result. */
  readonly plugin: (program: Program, capabilities: string) => string;
  /** Names of cases that the language cannot write or answers in its own way; each with its reason. @default none */
  readonly differs?: readonly string[];
  /** A message of the library as the language shows it. @default as it is */
  readonly message?: (text: string) => string;
  /** The name of a record's field as the language writes it. @default as it is */
  readonly field?: (name: string) => string;
}

/** A result with the names of its fields as the language writes them. */
export function inWordsOf(language: Pick<Language, "field">, value: unknown): unknown {
  const { field = String } = language;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => inWordsOf(language, item));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [field(name), inWordsOf(language, inner)]));
}

/** The form of an expression: its key and what belongs to it; none where it stands for itself. */
export function form(expression: Expression): readonly [key: string, parts: readonly unknown[]] | undefined {
  if (typeof expression !== "object" || expression === null || Array.isArray(expression)) return undefined;
  const [entry, ...others] = Object.entries(expression);
  if (entry === undefined || others.length > 0 || !entry[0].startsWith("$")) return undefined;
  return [entry[0], Array.isArray(entry[1]) ? entry[1] : [entry[1]]];
}

export function programOf({ call, with: args = [], run }: Case): Program {
  return run ?? [{ $call: [call, ...args] }];
}

export function nameOf(row: Case): string {
  return row.name ?? `${row.call}(${(row.with ?? []).map((value) => JSON.stringify(value)).join(", ")})`;
}

/** How a language writes the statements of a body. */
export interface Statements {
  readonly naming: (name: unknown, value: Expression) => string;
  readonly before: (expression: Expression) => string;
  /** The one that is the result. */
  readonly last: (expression: Expression) => string;
}

/** The statements of a program, or of a function in it, a line each. */
export function linesOf(program: Program, { naming, before, last }: Statements): string {
  return program
    .map((expression, index) => {
      const [key, parts] = form(expression) ?? [];
      if (key === "$let") return naming(parts?.[0], parts?.[1]);
      return index === program.length - 1 ? last(expression) : before(expression);
    })
    .join("\n");
}

/** Text as Lua and Rune write it. */
export function textLiteral(value: string): string {
  const escaped = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;
  return `"${value.replace(/["\\\u0000-\u001f]|[^\u0000-\u007f]/gu, escaped)}"`;
}

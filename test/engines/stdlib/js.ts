/** Programs of the case files in JavaScript: functions, methods and the fields of records are camelCase there. */
import { type Expression, form, type Language, linesOf, type Program } from "./expressions.ts";

export const js: Language = {
  name: "JavaScript",
  path: "case.js",
  plugin: (program, capabilities) =>
    `//---\n// name: case\n// capabilities: ${capabilities}\n//---
import crucible from "crucible";
/** Runs the case. */
export function run() {\n${body(program)}\n}\n`,
  message: (text) => text.replace(/^(\w+\.)(\w+):/u, (_, scope: string, name: string) => `${scope}${camel(name)}:`),
  field: camel,
};

function body(program: Program): string {
  return linesOf(program, {
    naming: (name, value) => `const ${name} = ${write(value)};`,
    before: (expression) => `${write(expression)};`,
    last: end,
  });
}

function end(expression: Expression): string {
  const [key, parts = []] = form(expression) ?? [];
  if (key === "$throw") return `throw new crucible.PluginError(${parts.map(write).join(", ")});`;
  return `return ${write(expression)};`;
}

function write(expression: Expression): string {
  const [key, parts = []] = form(expression) ?? [];
  if (key === undefined) return literal(expression);
  const [first, ...rest] = parts;
  const list = (values: readonly unknown[]) => values.map(write).join(", ");
  switch (key) {
    case "$call":
      return `crucible.${camel(first)}(${list(rest)})`;
    case "$new":
      return `new crucible.${first}(${list(rest)})`;
    case "$method":
      return `${first}.${camel(rest[0])}(${list(rest.slice(1))})`;
    case "$var":
      return String(first);
    case "$fn":
      return `((${(first as string[]).join(", ")}) => {\n${body(rest)}\n})`;
    case "$get":
      return `(${write(first)})[${JSON.stringify(camel(rest[0]))}]`;
    case "$equal":
      return `(${write(first)} === ${write(rest[0])})`;
    default:
      throw new Error(`JavaScript has no form for ${key}`);
  }
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, field]) => `${JSON.stringify(camel(name))}: ${write(field)}`)
    .join(", ")} }`;
}

function camel(name: unknown): string {
  return String(name).replaceAll(/_(.)/gu, (_, letter: string) => letter.toUpperCase());
}

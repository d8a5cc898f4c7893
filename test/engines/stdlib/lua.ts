/** Programs of the case files in Lua. */
import { type Expression, form, type Language, linesOf, type Program, textLiteral } from "./expressions.ts";

export const lua: Language = {
  name: "Lua",
  path: "case.lua",
  plugin: (program, capabilities) =>
    `-----\n-- name: case\n-- capabilities: ${capabilities}\n-----\n--- Runs the case.\nfunction run()\n${body(program)}\nend\n`,
};

function body(program: Program): string {
  return linesOf(program, {
    naming: (name, value) => `local ${name} = ${write(value)}`,
    before: (expression) => `local _ = ${write(expression)}`,
    last: (expression) => `return ${write(expression)}`,
  });
}

function write(expression: Expression): string {
  const [key, parts = []] = form(expression) ?? [];
  if (key === undefined) return literal(expression);
  const [first, ...rest] = parts;
  const list = (values: readonly unknown[]) => values.map(write).join(", ");
  switch (key) {
    case "$call":
      return `crucible.${first}(${list(rest)})`;
    case "$new":
      return `crucible.${first}.new(${list(rest)})`;
    case "$method":
      return `${first}:${rest[0]}(${list(rest.slice(1))})`;
    case "$var":
      return String(first);
    case "$fn":
      return `function(${(first as string[]).join(", ")})\n${body(rest)}\nend`;
    case "$get":
      return `(${write(first)})[${write(rest[0])}]`;
    case "$equal":
      return `(${write(first)} == ${write(rest[0])})`;
    case "$throw":
      return `error(crucible.error(${list(parts)}))`;
    default:
      throw new Error(`Lua has no form for ${key}`);
  }
}

function literal(value: unknown): string {
  if (value === null) return "nil";
  if (typeof value === "string") return textLiteral(value);
  if (Array.isArray(value))
    return `crucible.list({ ${value.map((item) => (item === null ? "crucible.null" : write(item))).join(", ")} })`;
  if (typeof value !== "object") return String(value);
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return `{ ${fields.map(([name, field]) => `[${literal(name)}] = ${write(field)}`).join(", ")} }`;
}

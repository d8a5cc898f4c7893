/** Programs of the case files in Lua. */
import { type Expression, form, type Language, type Program } from "./expressions.ts";

export const lua: Language = {
  name: "Lua",
  path: "case.lua",
  plugin: (program, capabilities) =>
    `-----\n-- name: case\n-- capabilities: ${capabilities}\n-----\n--- Runs the case.\nfunction run()\n${body(program)}\nend\n`,
};

function body(program: Program): string {
  return program
    .map((expression, index) => {
      const [key, parts] = form(expression) ?? [];
      if (key === "$let") return `local ${parts?.[0]} = ${write(parts?.[1])}`;
      return index === program.length - 1 ? `return ${write(expression)}` : `local _ = ${write(expression)}`;
    })
    .join("\n");
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
  if (typeof value === "string") return `"${value.replace(/["\\\u0000-\u001f]|[^\u0000-\u007f]/gu, escaped)}"`;
  if (Array.isArray(value))
    return `crucible.list({ ${value.map((item) => (item === null ? "crucible.null" : write(item))).join(", ")} })`;
  if (typeof value !== "object") return String(value);
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return `{ ${fields.map(([name, field]) => `[${literal(name)}] = ${write(field)}`).join(", ")} }`;
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

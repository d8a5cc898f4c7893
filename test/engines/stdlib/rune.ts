/** Programs of the case files in Rune. */
import { type Expression, form, type Language, linesOf, type Program, textLiteral } from "./expressions.ts";

/** What the programs need: `case_answer` gives every call a `Result`, `case_plain` takes what is in an option, `case_field` reads one that may be missing. */
const HELPERS = `
fn case_answer(value) { if value is Result { value } else { Ok(value) } }
fn case_plain(value) { if value is Option { match value { Some(value) => value, None => () } } else { value } }
fn case_field(value, name) { match case_plain(value).get(name) { Some(value) => case_plain(value), None => () } }
fn case_equal(one, other) { crucible::json::stringify(one) == crucible::json::stringify(other) }
`;

export const rune: Language = {
  name: "Rune",
  path: "case.rune",
  differs: [
    // A wrong number of arguments stops the program, as it does for Rune's own functions.
    "text.len()",
    'text.len("a", "b")',
  ],
  plugin: (program, capabilities) =>
    `//---\n// name: case\n// capabilities: ${capabilities}\n//---\n${HELPERS}\n/// Runs the case.\npub fn run() {\n${body(program)}\n}\n`,
};

function body(program: Program): string {
  return linesOf(program, {
    naming: (name, value) => `let ${variable(name)} = ${write(value)};`,
    before: (expression) => `${write(expression)};`,
    last: write,
  });
}

function write(expression: Expression): string {
  const [key, parts = []] = form(expression) ?? [];
  if (key === undefined) return literal(expression);
  const [first, ...rest] = parts;
  const list = (values: readonly unknown[]) => values.map(write).join(", ");
  switch (key) {
    case "$call":
      return `case_answer(crucible::${path(first)}(${list(rest)}))?`;
    case "$new":
      return `crucible::${path(first)}::new(${list(rest)})`;
    case "$method":
      return `case_answer(${variable(first)}.${rest[0]}(${list(rest.slice(1))}))?`;
    case "$var":
      return variable(first);
    case "$fn":
      return `|${(first as string[]).map(variable).join(", ")}| {\n${body(rest)}\n}`;
    case "$get":
      return `case_field(${write(first)}, ${write(rest[0])})`;
    case "$equal":
      return `case_equal(${write(first)}, ${write(rest[0])})`;
    case "$throw":
      return `return Err(crucible::Error::new(${list(parts)}))`;
    default:
      throw new Error(`Rune has no form for ${key}`);
  }
}

/** Words of Rune that the cases use as names. */
function variable(name: unknown): string {
  return name === "match" ? "match_" : String(name);
}

function path(name: unknown): string {
  return String(name).replaceAll(".", "::");
}

function literal(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "string") return textLiteral(value);
  if (Array.isArray(value)) return `[${value.map(write).join(", ")}]`;
  if (typeof value !== "object") return String(value);
  return `#{ ${Object.entries(value)
    .map(([name, field]) => `${literal(name)}: ${write(field)}`)
    .join(", ")} }`;
}

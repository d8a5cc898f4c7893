// guest-sdk/types/rune.md: the standard library in the words of Rune, which has no types to declare.
import { surface } from "./stdlib-surface.mjs";

const WORDS = {
  nothing: "()",
  string: "String",
  integer: "i64",
  count: "i64",
  number: "f64",
  boolean: "bool",
  bytes: "Bytes",
  any: "any",
  result: "Result",
};

export function printRune(tables) {
  const modules = surface(tables).map(inRune);
  const home = new Map(
    modules.flatMap(({ name, classes }) => classes.map((one) => [one.name, `crucible::${name}::${one.name}`])),
  );
  const type = (of) => runeType(of, home);
  return `${[HEAD, ...modules.map((module) => printModule(module, type))].join("\n\n")}\n`;
}

const HEAD = `# What a plugin in Rune can call

Made from \`docs/stdlib.json\` by \`npm run stdlib\`; do not edit. A function answers a \`Result\`; the type behind \`->\` is what \`?\` makes of it.
\`random\`, \`log\`, \`session::open\`, \`new\` and the methods of \`collections\` give their answer itself. A field with \`?\` of an answer is an \`Option\`.
\`x?\` may be left out; \`#{…}\` is an object with these fields, \`any\` any value that can be JSON. Short forms: \`crucible::read_note\`, \`write_note\`, \`create_note\`,
\`delete_note\`, \`list_notes\`.`;

/** What Rune has in a form of its own. */
function inRune(module) {
  const functions = (change) => ({ ...module, functions: module.functions.map(change) });
  switch (module.name) {
    case "network":
      return { ...module, classes: module.classes.map(asResponse) };
    case "plugins":
      return functions((row) => (row.name === "map" ? { ...row, returns: { list: "result" }, text: MAP } : row));
    default:
      return module;
  }
}

const MAP =
  'Calls a tool once per input, on as many threads as there are; `""` is this plugin. Gives a `Result` for each, in the order of the inputs.';

function asResponse({ fields, methods, ...rest }) {
  const method = (name, returns, text) => ({ name, parameters: [], returns, text });
  return {
    ...rest,
    fields: fields.filter(({ name }) => name !== "body"),
    methods: [
      method("text", "string", "The body, where it is UTF-8."),
      ...methods,
      method("bytes", "bytes", "The body; not a `Result`."),
    ],
  };
}

function printModule({ name, text, functions, classes }, type) {
  const rows = functions.map((row) => printRow(row, `crucible::${name}::${row.name}`, type));
  const own = classes.map((one) => printClass(one, name, type));
  return [`## crucible::${name}`, text, ...(rows.length > 0 ? [rows.join("\n")] : []), ...own].join("\n\n");
}

function printClass({ name, text, construct, fields = [], methods }, module, type) {
  const made =
    construct && printRow({ ...construct, returns: { object: name } }, `crucible::${module}::${name}::new`, type);
  return [
    `### ${name}`,
    text,
    [
      ...(made ? [made] : []),
      ...fields.map((field) => `- \`.${field.name}: ${type(field.type)}\``),
      ...methods.map((row) => printRow(row, `.${row.name}`, type)),
    ].join("\n"),
  ].join("\n\n");
}

function printRow({ text, parameters, returns }, path, type) {
  const takes = parameters.map((one) => parameter(one, type)).join(", ");
  const gives = returns === "nothing" ? "" : ` -> ${type(returns)}`;
  return `- \`${path}(${takes})${gives}\` — ${text}`;
}

function parameter({ name, optional, type: of }, type) {
  return `${name}${optional ? "?" : ""}: ${type(of)}`;
}

function runeType(of, home) {
  if (typeof of === "string") return WORDS[of] ?? of;
  const inner = (part) => runeType(part, home);
  const [[kind, parts]] = Object.entries(of);
  switch (kind) {
    case "words":
      return parts.map((word) => JSON.stringify(word)).join(" | ");
    case "list":
      return `Vec<${inner(parts)}>`;
    case "map":
      return `Object<${inner(parts)}>`;
    case "record":
      return `#{ ${parts.map((one) => parameter(one, inner)).join(", ")} }`;
    case "function":
      return `|${parts.parameters.map((one) => parameter(one, inner)).join(", ")}| ${inner(parts.returns)}`;
    case "object":
      return home.get(parts);
    case "maybe":
      return `Option<${inner(parts)}>`;
    case "either":
      return parts.map(inner).join(" | ");
    default:
      throw new Error(`docs/stdlib.json has a type that nobody knows: "${kind}"`);
  }
}

// docs/stdlib.md from the tables of docs/stdlib.json: a section for each module, a row for each function and method that plugins
// see, types in a notation that is no language's.
import { CODES, surface } from "./stdlib-surface.mjs";

/** The Markdown text of the reference. */
export function printReference(tables) {
  const sections = surface(tables).map((module) => {
    const own = module.classes.map((found) => printClass(module.name, found));
    return [`## ${module.name}`, module.text, ...rows("function", module.functions), ...own].join("\n\n");
  });
  return `${[INTRODUCTION, ...sections].join("\n\n")}\n`;
}

const INTRODUCTION = `# What a plugin can call

Made from the tables of \`plugins/engines/stdlib\` by \`npm run stdlib\`; do not edit. It is what plugins in Lua, Rune, JavaScript and TypeScript have; components call the
functions of the [WIT](../wit), by the names of their SDK ([AssemblyScript](../guest-sdk/assemblyscript/README.md), [Rust](../guest-sdk/rust/README.md)).

| | Lua | Rune | JavaScript, TypeScript |
| --- | --- | --- | --- |
| a function | \`crucible.kiln.read_note(path)\` | \`crucible::kiln::read_note(path)?\` | \`kiln.readNote(path)\` after \`import * as kiln from "crucible:kiln"\` |
| names of functions, methods and fields | as they stand here | as they stand here | in camelCase: \`kiln.statNote(path).sizeBytes\`, \`graph.traverse(path, { maxDepth: 2 })\` |
| names in a plugin's own data | stay what they are | stay what they are | stay what they are |
| a new object | \`crucible.collections.Queue.new()\` | \`crucible::collections::Queue::new()\` | \`new Queue()\` after \`import { Queue } from "crucible:collections"\` |
| a method | \`queue:to_list()\` | \`queue.to_list()\` | \`queue.toList()\` |
| nothing | \`nil\` | \`None\`, else the answer is \`Some\` | \`undefined\` |
| a failure | an error | an \`Err\` | a \`PluginError\` is thrown |

Rune has its own form of some: an answer of the network has \`.text()\`, \`.json()\` and \`.bytes()\` in place of the field \`body\`, \`plugins::map\` gives
a \`Result\` for each input; [its README](../plugins/engines/rune/README.md) says what cannot fail and gives no \`Result\`.

Types: \`count\` is a whole number that is not negative; \`T[]\` a list; \`{a: T, b?: T}\` an object with these fields, \`?\` may be left out; \`{name: T …}\` an object with any names;
\`function(a: T) → R\` a function of the plugin. A parameter with \`?\` may be left out. What fails, fails with a code: \`invalid-arguments\` where an argument cannot be, else as the text says.

A plugin ends its own call with one of ${CODES}: \`error(crucible.error("conflict", "…"))\`,
\`Err(crucible::Error::new("conflict", "…"))\`, \`throw new PluginError("conflict", "…")\`. Any other code is the host's to tell: the call ends with \`guest-error\`, whose message begins with that code.`;

function printClass(module, { name, text, construct, fields = [], methods }) {
  const made = construct ? [{ ...construct, name, returns: { object: name } }] : [];
  const holds = fields.length > 0 ? [`Fields: ${fields.map((field) => code(parameter(field))).join(", ")}.`] : [];
  return [`### ${module}.${name}`, text, ...holds, ...rows("method", [...made, ...methods])].join("\n\n");
}

/** A table, where there is anything to put into it. */
function rows(what, callables) {
  if (callables.length === 0) return [];
  const lines = callables.map(({ name, parameters, returns, text }) => {
    const gives = returns === "nothing" ? "" : ` → ${shown(returns)}`;
    return `| ${code(`${name}(${parameters.map(parameter).join(", ")})${gives}`)} | ${cell(text)} |`;
  });
  return [[`| ${what} | what it does |`, "| --- | --- |", ...lines].join("\n")];
}

function parameter({ name, type, optional }) {
  return `${name}${optional ? "?" : ""}: ${shown(type)}`;
}

function shown(type) {
  if (typeof type === "string") return type;
  const [[kind, of]] = Object.entries(type);
  switch (kind) {
    case "words":
      return of.map((word) => JSON.stringify(word)).join(" or ");
    case "list":
      return `${grouped(of)}[]`;
    case "map":
      return `{name: ${shown(of)} …}`;
    case "record":
      return `{${of.map(parameter).join(", ")}}`;
    case "function":
      return `function(${of.parameters.map(parameter).join(", ")}) → ${shown(of.returns)}`;
    case "object":
      return of;
    case "maybe":
      return `${grouped(of)} or nothing`;
    case "either":
      return of.map(grouped).join(" or ");
    default:
      throw new Error(`docs/stdlib.json has a type that nobody knows: "${kind}"`);
  }
}

/** In parentheses where what stands behind it would belong to a part of it. */
function grouped(type) {
  const text = shown(type);
  const isOpen = typeof type === "object" && ["words", "function", "maybe", "either"].includes(Object.keys(type)[0]);
  return isOpen ? `(${text})` : text;
}

function code(text) {
  return `\`${cell(text)}\``;
}

/** A bar would end the cell. */
function cell(text) {
  return text.replaceAll("|", "\\|");
}

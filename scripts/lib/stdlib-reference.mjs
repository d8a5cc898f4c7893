// docs/stdlib.md from the tables of docs/stdlib.json: a section for each module, a row for each function and method, types in a
// notation that is no language's.

/** The Markdown text of the reference. */
export function printReference({ modules, functions, classes }) {
  const sections = modules.map((module) => {
    const inside = (row) => row.module === module.name;
    const table = rows("function", functions.filter(inside));
    const own = classes.filter(inside).map((found) => printClass(found));
    return [`## ${module.name}`, module.text, ...(table === "" ? [] : [table]), ...own].join("\n\n");
  });
  return `${[INTRODUCTION, ...sections].join("\n\n")}\n`;
}

const INTRODUCTION = `# What a plugin can call

Made from the tables of \`plugins/engines/stdlib\` by \`npm run stdlib\`; do not edit. The same in every language: \`crucible.kiln.read_note(path)\` in Lua,
\`crucible::kiln::read_note(path)\` in Rune, \`kiln.readNote(path)\` after \`import * as kiln from "crucible:kiln"\` in JavaScript (functions, methods and the fields shown here in camelCase). An object is made by
\`crucible.collections.Queue.new()\`, \`crucible::collections::Queue::new()\`, \`new Queue()\`; its methods are called as the language calls methods.

Types: \`count\` is a whole number that is not negative; \`T[]\` a list; \`{a: T, b?: T}\` an object with these fields, \`?\` may be left out; \`{name: T …}\` an object with any names;
\`function(a: T) → R\` a function of the plugin. A parameter with \`?\` may be left out. What fails, fails with a code: \`invalid-arguments\` where an argument cannot be, else as the text says.`;

function printClass({ module, name, text, construct, methods }) {
  const head = `### ${module}.${name}\n\n${text}`;
  const made = { name, parameters: construct.parameters, returns: { object: name }, text: construct.text };
  return `${head}\n\n${rows("method", [made, ...methods])}`;
}

function rows(what, callables) {
  if (callables.length === 0) return "";
  const lines = callables.map(({ name, parameters, returns, text }) => {
    const gives = returns === "nothing" ? "" : ` → ${shown(returns)}`;
    return `| ${code(`${name}(${parameters.map(parameter).join(", ")})${gives}`)} | ${cell(text)} |`;
  });
  return [`| ${what} | what it does |`, "| --- | --- |", ...lines].join("\n");
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

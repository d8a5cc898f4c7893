// guest-sdk/types/crucible.d.ts: the modules that plugins in JavaScript and TypeScript import.
import { CODES, camel, surface } from "./stdlib-surface.mjs";

const SHORT_FORMS = ["read_note", "write_note", "create_note", "delete_note", "list_notes"];
const WORDS = { nothing: "void", count: "number", integer: "number", bytes: "Uint8Array" };
/** Words of the language, which cannot be the name of a declaration. */
const RESERVED = new Set(["delete"]);

export function printTypeScript(tables) {
  const modules = surface(tables);
  const home = new Map(modules.flatMap(({ name, classes }) => classes.map((one) => [one.name, name])));
  return `${[HEAD, ...modules.map((module) => printModule(module, home)), printAll(modules)].join("\n\n")}\n`;
}

const HEAD = `// Made by \`npm run stdlib\` from docs/stdlib.json; do not edit. What a plugin in JavaScript or TypeScript can import: name this file
// in "files" of a tsconfig.json, or put \`/// <reference path="…/crucible.d.ts" />\` at the top of a plugin.`;

function printModule({ name, text, functions, classes }, home) {
  const type = (of) =>
    tsType(of, (found) => (home.get(found) === name ? found : `import("crucible:${home.get(found)}").${found}`));
  const lines = [
    ...functions.flatMap((row) => printFunction(row, type)),
    ...classes.flatMap((one) => printClass(one, type)),
  ];
  return [`/** ${text} */`, `declare module "crucible:${name}" {`, ...lines.map((line) => `  ${line}`), "}"].join("\n");
}

function printFunction(row, type) {
  const name = camel(row.name);
  const declared = RESERVED.has(name) ? `${name}_` : name;
  return [
    `/** ${words(row.text)} */`,
    `${declared === name ? "export " : ""}function ${declared}${signature(row, type)};`,
    ...(declared === name ? [] : [`export { ${declared} as ${name} };`]),
  ];
}

/** What cannot be made by `new` is no value of the module, only a type. */
function printClass({ name, text, construct, fields = [], methods }, type) {
  return [
    `/** ${words(text)} */`,
    `export ${construct ? "class" : "interface"} ${name} {`,
    ...fields.map((field) => `  readonly ${camel(field.name)}: ${type(field.type)};`),
    ...(construct
      ? [`  /** ${words(construct.text)} */`, `  constructor(${parameters(construct.parameters, type)});`]
      : []),
    ...methods.flatMap((row) => [`  /** ${words(row.text)} */`, `  ${camel(row.name)}${signature(row, type)};`]),
    "}",
  ];
}

/** Names in a text as they are written here. */
function words(text) {
  return text.replace(/`[^`]*`/g, (code) => camel(code));
}

function signature(row, type) {
  return `(${parameters(row.parameters, type)}): ${type(row.returns)}`;
}

/** A parameter that may be left out stands behind those that may not. */
function parameters(all, type) {
  const last = all.findLastIndex(({ optional }) => !optional);
  return all
    .map(({ name, optional, type: of }, at) => {
      const written = `${camel(name)}${optional && at > last ? "?" : ""}`;
      return `${written}: ${type(of)}${optional && at < last ? " | undefined" : ""}`;
    })
    .join(", ");
}

function printAll(modules) {
  const kiln = modules.find(({ name }) => name === "kiln").functions;
  return [
    "/** Everything: the modules by name, and short forms. */",
    'declare module "crucible" {',
    ...modules
      .filter(({ name }) => name !== "search")
      .map(({ name }) => `  export * as ${name} from "crucible:${name}";`),
    '  export const search: typeof import("crucible:search") & typeof import("crucible:search").query;',
    `  export { ${kiln
      .filter(({ name }) => SHORT_FORMS.includes(name))
      .map(({ name }) => camel(name))
      .join(", ")} } from "crucible:kiln";`,
    "  /**",
    "   * What failing functions throw. Throw one to end a call with a code:",
    `   * ${CODES}.`,
    "   */",
    "  export class PluginError extends Error {",
    "    constructor(code: string, message: string);",
    "    readonly code: string;",
    "  }",
    "}",
  ].join("\n");
}

function tsType(of, className) {
  if (typeof of === "string") return WORDS[of] ?? of;
  const inner = (part) => tsType(part, className);
  const [[kind, parts]] = Object.entries(of);
  switch (kind) {
    case "words":
      return parts.map((word) => JSON.stringify(word)).join(" | ");
    case "list":
      return `Array<${inner(parts)}>`;
    case "map":
      return `Record<string, ${inner(parts)}>`;
    case "record":
      return `{ ${parts.map((one) => `${camel(one.name)}${one.optional ? "?" : ""}: ${inner(one.type)}`).join("; ")} }`;
    case "function":
      return `((${parameters(parts.parameters, inner)}) => ${inner(parts.returns)})`;
    case "object":
      return className(parts);
    case "maybe":
      return `${inner(parts)} | undefined`;
    case "either":
      return parts.map(inner).join(" | ");
    default:
      throw new Error(`docs/stdlib.json has a type that nobody knows: "${kind}"`);
  }
}

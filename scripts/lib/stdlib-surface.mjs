// What plugins see of the standard library, from the tables of docs/stdlib.json: the engines turn the functions of sessions and of
// Datalog programs into methods, and add what a language writes more naturally itself. Shapes are those of the tables.
import { fileURLToPath } from "node:url";
import { witDocs, witSource } from "./wit-text.mjs";

const SESSION = "Session";
const PROGRAM = "Program";
const RESPONSE = "Response";
const ITEMS = { name: "items", optional: false, type: { list: "any" } };

/** The codes that a plugin may end a call with (`types.failure` in the WIT): the cases of `types.error`, which are all documented. */
export const CODES = [...errorCases(), "guest-error"].map((code) => `\`${code}\``).join(", ");

function errorCases() {
  const paths = [...witDocs(witSource(fileURLToPath(new URL("../..", import.meta.url)))).keys()];
  return paths.flatMap((path) => /^types\.error\.(.+)$/.exec(path)?.[1] ?? []);
}

/**
 * What Lua and JavaScript have; Rune's few differences are in `stdlib-rune.mjs`.
 *
 * @returns modules, each `{ name, text, functions, classes }`; a class without `construct` is only answered
 */
export function surface(tables) {
  const modules = tables.modules.map(({ name, text }) => {
    const inside = (row) => row.module === name;
    return { name, text, functions: tables.functions.filter(inside), classes: tables.classes.filter(inside) };
  });
  const change = (name, how) => modules.splice(index(modules, name), 1, how(modules[index(modules, name)]));
  change("session", sessions);
  change("datalog", programs);
  change("network", responses);
  change("random", (module) => ({ ...module, functions: [...module.functions, ...RANDOM] }));
  return modules;
}

function index(modules, name) {
  return modules.findIndex((module) => module.name === name);
}

const RANDOM = [
  {
    name: "choose",
    parameters: [ITEMS],
    returns: { maybe: "any" },
    text: "One of the items; nothing where there is none.",
  },
  {
    name: "shuffle",
    parameters: [ITEMS],
    returns: { list: "any" },
    text: "The items in another order, as a new list.",
  },
];

function sessions(module) {
  const of = (name) => module.functions.find((one) => one.name === name);
  const path = { name: "path", optional: false, type: "string" };
  return {
    ...module,
    functions: [
      { ...of("list_sessions"), returns: { list: { object: SESSION } } },
      { name: "open", parameters: [path], returns: { object: SESSION }, text: "The session that a note logs." },
    ],
    classes: [
      {
        name: SESSION,
        text: "A session.",
        fields: [path],
        methods: ["phases", "append"].map((name) => asMethod(of(name))),
      },
    ],
  };
}

function programs(module) {
  const of = (name) => module.functions.find((one) => one.name === name);
  return {
    ...module,
    functions: [{ ...of("parse"), returns: { object: PROGRAM } }],
    classes: [
      {
        name: PROGRAM,
        text: "Rules with the facts that were added to them.",
        methods: ["insert", "retract", "query"].map((name) => asMethod(of(name))),
      },
    ],
  };
}

function responses(module) {
  const [get] = module.functions;
  return {
    ...module,
    functions: module.functions.map((row) => ({ ...row, returns: { object: RESPONSE } })),
    classes: [
      {
        name: RESPONSE,
        text: "An answer of the network.",
        fields: get.returns.record,
        methods: [{ name: "json", parameters: [], returns: "any", text: "The body, read as JSON." }],
      },
    ],
  };
}

/** What a function is of the object that its first parameter stands for. */
function asMethod(row) {
  return { ...row, parameters: row.parameters.slice(1) };
}

export function camel(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

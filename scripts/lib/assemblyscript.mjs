// Prints the bindings of guest-sdk/assemblyscript: a file per WIT interface, with a class for each record, variant and resource, an
// enum for each enum, and a function for each function. The error of a capability and the failure of a plugin are one class
// there, `Failure`, so that an author meets one kind of error.
import { camel, pascal, typePrinter } from "./assemblyscript-types.mjs";

const GUEST = "crucible:plugin/guest@0.1.0";
const TYPES = "crucible:plugin/types@0.1.0";

/**
 * @param imports what a plugin may import, decoded @param exports `guest`, decoded @param {Map<string, string[]>} docs of the WIT
 * @returns {Map<string, string>} texts by file name
 */
export function printAssemblyScript(imports, exports, docs) {
  const guest = exports.get(GUEST);
  const all = [...imports.values(), guest];
  const failure = guest.functions.get("call").result.err;
  const errorCodes = failure.fields.find(({ name }) => name === "code").type.cases;
  const error = imports.get(TYPES)?.types.get("error");
  const known = nameTypes(all);
  const context = {
    docs,
    names: (type) => (type.kind === "own" ? resourceOf(type.resource) : known.get(key(type))),
    failureCases: (type) =>
      type.kind === "variant" && key(type) === key(error)
        ? type.cases.map(({ name }) => errorCodes.indexOf(name))
        : undefined,
  };
  if (context.failureCases(error).includes(-1)) throw new Error("a capability error is no error-code");
  const files = new Map();
  for (const one of all)
    files.set(`${short(one.name)}.generated.ts`, printInterface(one, context, known, one === guest));
  return files;
}

function printInterface(one, context, known, isGuest) {
  const file = short(one.name);
  const printer = typePrinter(context);
  const doc = (path, indent = "") => comment(context.docs.get([file, ...path].join(".")), indent);
  const body = [];
  for (const [name, type] of one.types) {
    const id = known.get(key(type));
    if (id?.file !== file || id.wit !== name) continue;
    const codes = context.failureCases(type);
    body.push(...(codes ? errorTable(codes) : declaration(name, type, printer, doc)));
  }
  for (const [name, resource] of one.resources) {
    if (short(resource.interface) === file) body.push(...resourceClass(name, one, printer, doc));
  }
  for (const [name, type] of one.functions) {
    if (name.startsWith("[")) continue;
    body.push(
      ...(isGuest ? exportHelper(name, type, printer) : importedFunction(one.name, name, type, printer, doc([name]))),
    );
  }
  const helpers = [...printer.helpers.values()].flatMap((text) => [text, ""]);
  return (
    [
      `// Made by \`npm run wit\` from wit/*.wit; do not edit.`,
      ...(context.docs.get(file) ?? []).map((line) => `// ${line}`.trimEnd()),
      ...importLines(printer.used, file),
      "",
      ...body,
      ...helpers,
    ]
      .join("\n")
      .trimEnd() + "\n"
  );
}

function declaration(name, type, printer, doc) {
  const title = pascal(name);
  switch (type.kind) {
    case "enum":
      return enumeration(title, type.cases, (one) => doc([name, one], "  "), doc([name]));
    case "record":
      return [
        ...doc([name]),
        `export class ${title} {`,
        "  constructor(",
        ...type.fields.flatMap((field) => [
          ...doc([name, field.name], "    "),
          `    public ${camel(field.name)}: ${printer.typeName(field.type)}${defaultOf(type, field, printer)},`,
        ]),
        "  ) {}",
        "}",
        "",
      ];
    case "variant":
      return [
        ...enumeration(
          `${title}Tag`,
          type.cases.map((one) => one.name),
          () => [],
          [],
        ),
        ...doc([name]),
        `export class ${title} {`,
        ...type.cases.map((one) => `  ${camel(one.name)}: ${printer.typeName(one.type)} | null = null;`),
        `  private constructor(public readonly tag: ${title}Tag) {}`,
        ...type.cases.flatMap((one) => [
          ...doc([name, one.name], "  "),
          `  static ${camel(one.name)}(value: ${printer.typeName(one.type)}): ${title} {`,
          `    const made = new ${title}(${title}Tag.${pascal(one.name)});`,
          `    made.${camel(one.name)} = value;`,
          "    return made;",
          "  }",
        ]),
        "}",
        "",
      ];
    default:
      return [];
  }
}

/** Trailing fields that may be left out are none, or empty lists. */
function defaultOf(record, field, printer) {
  const mayBeLeftOut = ({ type }) => type.kind === "option" || type.kind === "list";
  const rest = record.fields.slice(record.fields.indexOf(field));
  if (!rest.every(mayBeLeftOut)) return "";
  return field.type.kind === "option" ? " = null" : ` = new ${printer.typeName(field.type)}(0)`;
}

function enumeration(title, cases, docOf, docs) {
  return [...docs, `export enum ${title} {`, ...cases.flatMap((one) => [...docOf(one), `  ${pascal(one)},`]), "}", ""];
}

function errorTable(codes) {
  return [
    "/** Where the code of each case of a capability's error stands, by its discriminant. */",
    `export const CAPABILITY_ERROR_CODES: usize = memory.data<u8>([${codes.join(", ")}]);`,
    "",
  ];
}

function resourceClass(name, one, printer, doc) {
  const title = pascal(name);
  const methods = [...one.functions].filter(([method]) => method.startsWith(`[method]${name}.`));
  const parts = methods.map(([method, type]) => {
    const short = method.slice(method.indexOf(".") + 1);
    return {
      ...wrapped(one.name, method, { ...type, params: type.params.slice(1) }, printer, "this.handle"),
      short,
      type,
    };
  });
  printer.use("FINISHED", "abi");
  return [
    `@external("${one.name}", "[resource-drop]${name}")`,
    `declare function drop${title}(handle: i32): void;`,
    ...parts.flatMap(({ external }) => external),
    "",
    ...doc([name]),
    `export class ${title} {`,
    "  /** Made by the functions that answer one. */",
    "  constructor(private handle: i32) {}",
    ...parts.flatMap(({ short, signature, body }) => [
      "",
      ...doc([name, short], "  "),
      `  ${camel(short)}${signature} {`,
      '    assert(this.handle != FINISHED, "closed already");',
      ...body.map((line) => `    ${line}`),
      "  }",
    ]),
    ...parts.flatMap(({ short, type }) => collect(short, type, printer)),
    "",
    "  /** Gives the resource back to the host. Nothing else does, before the call ends: the host counts open ones. */",
    "  close(): void {",
    "    if (this.handle == FINISHED) return;",
    `    drop${title}(this.handle);`,
    "    this.handle = FINISHED;",
    "  }",
    "}",
    "",
  ];
}

/** What makes a list of a cursor: its `next(max)` gives an empty list at the end. */
function collect(name, type, printer) {
  const list = type.result?.kind === "result" ? type.result.ok : undefined;
  if (name !== "next" || list?.kind !== "list") return [];
  const all = printer.typeName(list);
  return [
    "",
    "  /** All that is left, in one list; closes the cursor. */",
    `  collect(): Result<${all}> {`,
    `    const all = new ${all}(0);`,
    "    while (true) {",
    "      const some = this.next(1000);",
    "      if (!some.ok || some.value.length == 0) {",
    "        this.close();",
    `        return some.ok ? ok<${all}>(all) : some;`,
    "      }",
    "      for (let i = 0; i < some.value.length; i++) all.push(some.value[i]);",
    "    }",
    "  }",
  ];
}

function importedFunction(interfaceName, name, type, printer, docs) {
  const { external, signature, body } = wrapped(interfaceName, name, type, printer);
  return [
    ...external,
    "",
    ...docs,
    `export function ${camel(name)}${signature} {`,
    ...body.map((line) => `  ${line}`),
    "}",
    "",
  ];
}

/** The core import and the code around it. `self` is the handle that a method is called on. */
function wrapped(interfaceName, name, { params, result }, printer, self) {
  let count = 0;
  const fresh = () => `_${count++}`;
  const before = [];
  const flat = [
    ...(self ? [{ core: "i32", value: self }] : []),
    ...params.flatMap((param) => printer.lower(param.type, camel(param.name), before, fresh)),
  ];
  if (flat.length > 16)
    throw new Error(`${interfaceName} ${name} has more than 16 flat parameters: lower them through memory`);
  const throughMemory = result !== undefined && result.flat?.length !== 1;
  const usesScratch = before.some((line) => /scratch|store[A-Z]/.test(line));
  if (usesScratch) printer.use("releaseScratch", "abi");
  const core = `core${pascal(name.replace(/^\[method\]/, "").replaceAll(".", "-"))}`;
  const coreParams = [...flat.map((part, at) => `p${at}: ${part.core}`), ...(throughMemory ? ["answer: usize"] : [])];
  const coreResult = result === undefined || throughMemory ? "void" : result.flat[0];
  const call = `${core}(${[...flat.map((part) => part.value), ...(throughMemory ? ["answer"] : [])].join(", ")})`;
  const release = usesScratch ? ["releaseScratch();"] : [];
  const body = [...before];
  if (result === undefined) body.push(`${call};`, ...release);
  else if (throughMemory) {
    body.push(
      `const answer = memory.data(${result.size}, ${result.align});`,
      `${call};`,
      ...release,
      `return ${printer.load(result, "answer")};`,
    );
  } else body.push(...(release.length > 0 ? refuseScratch(name) : [`return <${printer.typeName(result)}>${call};`]));
  const declared = params.map(
    (param) =>
      `${camel(param.name)}: ${printer.typeName(param.type)}${param.type.kind === "option" && param === params.at(-1) ? " = null" : ""}`,
  );
  return {
    external: [
      `@external("${interfaceName}", "${name}")`,
      `declare function ${core}(${coreParams.join(", ")}): ${coreResult};`,
    ],
    signature: `(${declared.join(", ")}): ${result === undefined ? "void" : printer.typeName(result)}`,
    body,
  };
}

function refuseScratch(name) {
  throw new Error(`${name} takes lists and answers one core value: keep the answer, release the scratch memory`);
}

/** What an export writes for the host: its result, at a fixed place. */
function exportHelper(name, { result }, printer) {
  const title = `answer${pascal(name)}`;
  return [
    `/** Puts the answer of \`${name}\` where the host reads it. It stays there until the scratch memory is released. */`,
    `export function ${title}(value: ${printer.typeName(result)}): usize {`,
    `  const at = memory.data(${result.size}, ${result.align});`,
    `  ${printer.store(result, "at", "value")}`,
    "  return at;",
    "}",
    "",
  ];
}

function importLines(used, file) {
  const from = { abi: "./abi", result: "./result" };
  return [...used]
    .filter(([source]) => source !== file)
    .sort()
    .map(
      ([source, names]) =>
        `import { ${[...names].sort().join(", ")} } from "${from[source] ?? `./${source}.generated`}";`,
    );
}

function nameTypes(interfaces) {
  const names = new Map();
  for (const one of interfaces) {
    for (const [name, type] of one.types) {
      if (!["record", "variant", "enum"].includes(type.kind) || names.has(key(type))) continue;
      names.set(key(type), { file: short(one.name), wit: name, name: pascal(name) });
    }
  }
  return names;
}

function resourceOf(resource) {
  return { file: short(resource.interface), name: pascal(resource.name) };
}

/** A text that is equal exactly for equal types. */
function key(type) {
  return JSON.stringify(type, (name, value) =>
    ["nodes", "depth", "align", "size", "flat"].includes(name) ? undefined : value,
  );
}

function short(name) {
  return name.replace(/^.*\//, "").replace(/@.*$/, "");
}

function comment(lines, indent) {
  if (lines === undefined) return [];
  if (lines.length === 1) return [`${indent}/** ${lines[0]} */`];
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`];
}

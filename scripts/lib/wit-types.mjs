// Prints decoded interfaces as TypeScript: a type per named WIT type, an interface per WIT interface with its functions as
// methods (so that a host may narrow the type of its own resources), and a table of all imports and exports.

export function printInterfaces(imports, exports, camelCase) {
  const all = [...imports.values(), ...exports.values()];
  const names = nameTypes(all);
  const out = [
    "/** A `result`: of a function as of a value inside another. */",
    'export type Result<T, E> = { readonly tag: "ok"; readonly val: T } | { readonly tag: "err"; readonly val: E };',
    "",
  ];
  for (const one of all) {
    for (const [name, type] of one.types) {
      const id = names.get(key(type));
      if (id?.interface !== one.name || id.name !== name) continue;
      out.push(`export type ${id.typeName} = ${print(type, names, camelCase, true)};`, "");
    }
    for (const [name, resource] of one.resources)
      if (resource.interface === one.name && resource.name === name)
        out.push(
          `/** The host's own object behind the resource \`${name}\`. */`,
          `export type ${resourceName(resource)} = object;`,
          "",
        );
    if (one.functions.size === 0) continue;
    out.push(`export interface ${pascal(short(one.name))}Functions {`);
    for (const [name, type] of one.functions) {
      const params = type.params.map((param) => `${camelCase(param.name)}: ${print(param.type, names, camelCase)}`);
      const result = type.result === undefined ? "void" : print(type.result, names, camelCase);
      out.push(`  ${JSON.stringify(name)}(${params.join(", ")}): ${result};`);
    }
    out.push("}", "");
  }
  out.push(...table("WitImports", imports), "", ...table("WitExports", exports), "");
  return out.join("\n");
}

function table(name, interfaces) {
  const rows = [...interfaces.values()].filter((one) => one.functions.size > 0);
  return [
    `export interface ${name} {`,
    ...rows.map((one) => `  readonly ${JSON.stringify(one.name)}: ${pascal(short(one.name))}Functions;`),
    "}",
  ];
}

/** The first interface that gives a name to a type names it everywhere. */
function nameTypes(interfaces) {
  const names = new Map();
  for (const one of interfaces)
    for (const [name, type] of one.types) {
      if (isPrimitive(type) || names.has(key(type))) continue;
      names.set(key(type), { interface: one.name, name, typeName: pascal(short(one.name)) + pascal(name) });
    }
  return names;
}

function print(type, names, camelCase, isDefinition = false) {
  const known = isDefinition ? undefined : names.get(key(type));
  if (known !== undefined) return known.typeName;
  const inner = (part) => (part === undefined ? "undefined" : print(part, names, camelCase));
  switch (type.kind) {
    case "bool":
      return "boolean";
    case "s64":
    case "u64":
      return "bigint";
    case "char":
    case "string":
      return "string";
    case "list":
      return type.element.kind === "u8" ? "Uint8Array" : `readonly ${grouped(inner(type.element))}[]`;
    case "record":
      return `{ ${type.fields.map((field) => printField(field, inner, camelCase)).join("; ")} }`;
    case "tuple":
      return `readonly [${type.types.map(inner).join(", ")}]`;
    case "variant":
      return type.cases.map((one) => tagged(one.name, one.type && inner(one.type))).join(" | ");
    case "enum":
      return type.cases.map((name) => JSON.stringify(name)).join(" | ");
    case "option":
      return type.type.kind === "option"
        ? `${tagged("none")} | ${tagged("some", inner(type.type))}`
        : `${inner(type.type)} | undefined`;
    case "result":
      return `Result<${inner(type.ok)}, ${inner(type.err)}>`;
    case "flags":
      return `{ ${type.names.map((name) => `readonly ${camelCase(name)}: boolean`).join("; ")} }`;
    case "own":
    case "borrow":
      return resourceName(type.resource);
    default:
      return "number";
  }
}

function printField(field, inner, camelCase) {
  const mayBeMissing = field.type.kind === "option" && field.type.type.kind !== "option";
  return `readonly ${camelCase(field.name)}${mayBeMissing ? "?" : ""}: ${inner(field.type)}`;
}

function tagged(tag, val) {
  const payload = val === undefined ? "readonly val?: undefined" : `readonly val: ${val}`;
  return `{ readonly tag: ${JSON.stringify(tag)}; ${payload} }`;
}

function grouped(text) {
  return /[ |]/.test(text) && !/^Result<[^|]*>$/.test(text) ? `(${text})` : text;
}

function isPrimitive(type) {
  return type.nodes === 1 && !["enum", "flags", "own", "borrow"].includes(type.kind);
}

/** A text that is equal exactly for equal types. */
function key(type) {
  return JSON.stringify(type, (name, value) =>
    ["nodes", "depth", "align", "size", "flat"].includes(name) ? undefined : value,
  );
}

function resourceName(resource) {
  return pascal(short(resource.interface)) + pascal(resource.name);
}

/** `kiln` of `crucible:plugin/kiln@0.1.0`. */
function short(name) {
  return name.replace(/^.*\//, "").replace(/@.*$/, "");
}

function pascal(name) {
  return name
    .split("-")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

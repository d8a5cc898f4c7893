/**
 * JSON Schemas of tools: parses them and checks the arguments of a call. The checker is our own interpreter over a closed
 * list of keywords, because `jsonschema` treats properties named like members of `Object.prototype` as declared (so that
 * `additionalProperties: false` lets `constructor` through) and ajv generates code, which a strict content policy forbids;
 * patterns run in `re2js`, in linear time. Remote references, `format` as a check and formats of older drafts do not exist here.
 */
import { PluginError } from "../errors.ts";
import { brief, copyJson, isJsonObject, type JsonObject, type JsonValue, NotJson } from "./json.ts";
import { checkValue, type Mismatch } from "./schema-check.ts";
import { compileNode, type SchemaNode, type SchemaProblem, type SchemaType } from "./schema-keywords.ts";

export type { Mismatch } from "./schema-check.ts";
export type { SchemaProblem, SchemaType } from "./schema-keywords.ts";

/** A schema that was checked and can be used. `json` is the schema as it was written. */
export interface Schema {
  readonly json: JsonObject;
  readonly node: SchemaNode;
}

export type ParsedSchema =
  | { readonly schema: Schema; readonly problems?: undefined }
  | { readonly schema?: undefined; readonly problems: readonly SchemaProblem[] };

/** Parses the schema of a tool's parameters, of which the root must be an object schema (`type: object` may be left out). */
export function parseParameters(input: unknown): ParsedSchema {
  const parsed = parseSchema(input);
  const types = parsed.schema?.node.types;
  if (types === undefined || types.includes("object")) return parsed;
  return {
    problems: [
      {
        path: ["type"],
        message: `the parameters of a tool are one object: "type" must be object, got ${types.join(", ")}`,
      },
    ],
  };
}

/** Parses any schema from untrusted data. */
export function parseSchema(input: unknown): ParsedSchema {
  let json: JsonValue;
  try {
    json = copyJson(input);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    return { problems: [{ path: [], message: `the schema is no JSON: ${error.path || "it"} ${error.message}` }] };
  }
  if (!isJsonObject(json)) return { problems: [{ path: [], message: "a schema must be an object" }] };
  const { node, problems } = compileNode(json);
  return problems.length > 0 ? { problems } : { schema: { json, node } };
}

/** All mismatches of any value, at most 20. */
export function validate(schema: Schema, value: JsonValue): readonly Mismatch[] {
  return checkValue(schema.node, value);
}

/**
 * The arguments of one call, copied, checked, and with the `default` of top-level properties filled in where they are
 * absent. `parameters` is the tool's schema as the manifest or the engine gave it. `onSteps` hears of the work (`WORK_FUEL.schemaStep`).
 *
 * @throws PluginError `invalid-arguments`, listing every mismatch; `invalid-manifest` where the schema itself is wrong
 * @example checkArguments("roll", { type: "object", properties: { dice: { type: "string" } } }, { dice: "3d6" })
 */
export function checkArguments(
  tool: string,
  parameters: object,
  args: unknown,
  onSteps?: (steps: number) => void,
): JsonObject {
  const schema = parametersOf(tool, parameters);
  let copy: JsonValue;
  try {
    copy = copyJson(args);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw refuse(tool, [`${error.path === "" ? "the value" : `"${error.path}"`} ${error.message}`]);
  }
  if (!isJsonObject(copy)) throw refuse(tool, [`arguments are one object, got ${brief(copy)}`]);
  const filled = copy as Record<string, JsonValue>;
  for (const [name, node] of schema.node.properties ?? []) {
    if (node.default !== undefined && !Object.hasOwn(filled, name)) filled[name] = node.default;
  }
  const mismatches = checkValue(schema.node, filled, onSteps);
  if (mismatches.length > 0)
    throw refuse(
      tool,
      mismatches.map((mismatch) => mismatch.message),
    );
  return filled;
}

/** The types that a tool's schema asks of one top-level property, for reading `key=value`; undefined when it names none. */
export function propertyTypes(tool: string, parameters: object, property: string): readonly SchemaType[] | undefined {
  const { node } = parametersOf(tool, parameters);
  const child = node.properties?.get(property) ?? node.additionalProperties;
  return child === undefined ? undefined : typesOf(child, 0);
}

/** Compiled, or refused, once per schema object; schemas are never changed after they were read. */
const compiled = new WeakMap<object, ParsedSchema>();

function parametersOf(tool: string, parameters: object): Schema {
  const parsed = compiled.get(parameters) ?? parseParameters(parameters);
  compiled.set(parameters, parsed);
  const { schema, problems } = parsed;
  if (schema === undefined) {
    const list = problems.map((problem) => problem.message).join("; ");
    throw new PluginError("invalid-manifest", `The schema of the tool "${tool}" cannot be used: ${list}`);
  }
  return schema;
}

function typesOf(node: SchemaNode, depth: number): readonly SchemaType[] | undefined {
  if (node.types !== undefined) return node.types;
  if (depth > 8) return undefined;
  if (node.ref !== undefined) return typesOf(node.ref, depth + 1);
  if (node.allowed !== undefined) return [...new Set([...node.allowed.values].map(typeOfText))];
  const forms = (node.anyOf ?? node.oneOf)?.map((form) => typesOf(form, depth + 1));
  return forms?.every((form) => form !== undefined) ? [...new Set(forms.flat())] : undefined;
}

function typeOfText(text: string): SchemaType {
  const value: unknown = JSON.parse(text);
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" ? type : "object";
}

function refuse(tool: string, messages: readonly string[]): PluginError {
  const list = messages.length === 1 ? ` ${messages[0]}` : messages.map((message) => `\n  - ${message}`).join("");
  return new PluginError("invalid-arguments", `Cannot call "${tool}":${list}`, {
    hint: `See the tool's parameters with: cru plugins show FILE`,
  });
}

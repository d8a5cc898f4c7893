/**
 * The manifest of a plugin: what it is called, what it asks for, which tools it offers. Parses it from untrusted data and
 * prints it back for a bundle. It reads no file and no YAML (`manifest-text.ts`), and grants nothing (`grants.ts`).
 */
import { GRANT_KEYS, type Grant } from "../capabilities/grant.ts";
import type { CallLimits } from "../limits.ts";
import { readCapability } from "./capability-requests.ts";
import { Fields, type Problem } from "./fields.ts";
import { brief, copyJson, isJsonObject, type JsonObject, type JsonValue, NotJson } from "./json.ts";
import { type ParsedSchema, parseParameters, parseSchema } from "./schema.ts";
import { API_VERSION, admitsApi, isRange, isVersion } from "./semver.ts";
import { didYouMean } from "./suggest.ts";

/** The words that `engine` may have; which of them a host can run is another question. */
export const ENGINE_WORDS = ["rune", "lua", "js", "wasm", "extism"] as const;
export type EngineWord = (typeof ENGINE_WORDS)[number];

/** What a tool of an Extism plug-in takes or gives: the text of JSON, plain text, or bytes. */
export const TOOL_FORMS = ["json", "text", "base64"] as const;
export type ToolForm = (typeof TOOL_FORMS)[number];

/** A tool as the manifest declares it; what is left out comes from the code's own declaration. */
export interface ToolDeclaration {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the one object that the tool takes. */
  readonly parameters?: JsonObject;
  readonly returns?: JsonObject;
  /** Of an Extism plug-in. `text` and `base64`: the tool takes one argument, `input`. @default "json": the arguments as they are */
  readonly input?: ToolForm;
  /** Of an Extism plug-in. @default JSON where the output is JSON, else text */
  readonly output?: ToolForm;
}

export interface Manifest {
  /** `[a-z0-9-]{1,64}` */
  readonly name: string;
  /** @default "0.0.0" */
  readonly version: string;
  /** @default "" */
  readonly description: string;
  /** Undefined: the file's extension says it. */
  readonly engine?: EngineWord;
  /** Range of the `crucible:plugin` WIT package. @default "0.1" */
  readonly api: string;
  /** What the plugin asks for; undefined without the key, which asks for `kiln.read` on the whole kiln. */
  readonly capabilities?: Grant;
  readonly limits?: Partial<CallLimits>;
  /** Undefined without the key: every documented public function is a tool. */
  readonly tools?: readonly ToolDeclaration[];
  /** Name → range. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Functions that other plugins may call. */
  readonly exports: readonly string[];
  /** Events that it handles. */
  readonly hooks: readonly string[];
  /** What happens to an open instance's state when the plugin changes on disk. */
  readonly reload?: "keep" | "drop";
  /** Of an Extism plug-in: what its `config_get` answers. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface ParsedManifest {
  /** Undefined when there are problems. */
  readonly manifest?: Manifest;
  readonly problems: readonly Problem[];
}

/** Nothing that runs in a 32-bit linear memory can use more, and no call lasts longer than a day. */
const LIMIT_MAXIMA: CallLimits = { memoryBytes: 4 * 1024 ** 3, fuel: Number.MAX_SAFE_INTEGER, timeoutMs: 86_400_000 };
const MAX_TOOLS = 200;
const PLUGIN_NAME = /^[a-z0-9-]{1,64}$/;
const FUNCTION_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/**
 * Parses a manifest from untrusted data. `fallbackName` stands in for a missing `name`.
 *
 * @example parseManifest({ name: "dice", limits: { memory: "32MiB" } }, "dice").manifest?.limits // { memoryBytes: 33554432 }
 */
export function parseManifest(input: unknown, fallbackName: string | undefined): ParsedManifest {
  const problems: Problem[] = [];
  let data: JsonValue;
  try {
    data = copyJson(input ?? {});
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    return {
      problems: [{ path: [], message: `${error.path === "" ? "the manifest" : `"${error.path}"`} ${error.message}` }],
    };
  }
  if (!isJsonObject(data))
    return { problems: [{ path: [], message: `a manifest is a mapping of keys to values, got ${brief(data)}` }] };
  const fields = new Fields(data, [], problems);
  const name = fields.text("name", nameProblem) ?? fallbackName;
  if (name === undefined && !Object.hasOwn(data, "name"))
    fields.problem("name", `is missing, and the file's name gives none; ${NAME_RULE}`);
  const version = fields.text("version", (text) =>
    isVersion(text) ? undefined : `must be a version such as 1.2.0, got ${brief(text)}`,
  );
  const description = fields.text("description");
  const engine = fields.text("engine", wordProblem(ENGINE_WORDS)) as EngineWord | undefined;
  const api = fields.text("api", apiProblem);
  const capabilities = readCapabilities(fields);
  const limits = readLimits(fields);
  const tools = readTools(fields);
  const dependencies = readDependencies(fields);
  const exports = fields.texts("exports", functionProblem);
  const hooks = fields.texts("hooks", (text) =>
    /^[a-z][a-z-]{0,63}$/.test(text)
      ? undefined
      : `must be the name of an event such as note-saved, got ${brief(text)}`,
  );
  const reload = fields.text("reload", wordProblem(["keep", "drop"])) as "keep" | "drop" | undefined;
  const config = readConfig(fields);
  if (engine !== "extism") refuseExtismKeys(fields, config, tools);
  fields.finish();
  if (problems.length > 0 || name === undefined) return { problems };
  const manifest: Manifest = {
    name,
    version: version ?? "0.0.0",
    description: description ?? "",
    api: api ?? "0.1",
    dependencies,
    exports: exports ?? [],
    hooks: hooks ?? [],
    ...(engine && { engine }),
    ...(capabilities && { capabilities }),
    ...(limits && { limits }),
    ...(tools && { tools }),
    ...(reload && { reload }),
    ...(config && { config }),
  };
  return { manifest, problems };
}

/** The manifest as data in the manifest's own keys, for a bundle; `parseManifest` gives the same manifest back. */
export function printManifest(manifest: Manifest): JsonObject {
  const { name, version, description, engine, api, capabilities, limits, tools } = manifest;
  const { dependencies, exports, hooks, reload, config } = manifest;
  return {
    name,
    version,
    api,
    ...(description && { description }),
    ...(engine && { engine }),
    ...(capabilities && { capabilities: printCapabilities(capabilities) }),
    ...(limits && { limits: printLimits(limits) }),
    ...(tools && { tools: tools.map((tool) => ({ ...tool })) }),
    ...(Object.keys(dependencies).length > 0 && { dependencies }),
    ...(exports.length > 0 && { exports }),
    ...(hooks.length > 0 && { hooks }),
    ...(reload && { reload }),
    ...(config && { config }),
  };
}

/** The name that a file gives a plugin without one: `Dice Roller.rune` → `dice-roller`; undefined when nothing usable is left. */
export function nameFromPath(path: string): string | undefined {
  const file = path.split(/[\\/]/).at(-1) ?? "";
  const dot = file.lastIndexOf(".");
  const stem = (dot > 0 ? file.slice(0, dot) : file).toLowerCase();
  const name = stem.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return PLUGIN_NAME.test(name) ? name : undefined;
}

const NAME_RULE = "a name is 1 to 64 of a-z, 0-9 and -";

function nameProblem(text: string): string | undefined {
  return PLUGIN_NAME.test(text) ? undefined : `must be 1 to 64 of a-z, 0-9 and -, got ${brief(text)}`;
}

function functionProblem(text: string): string | undefined {
  return FUNCTION_NAME.test(text) ? undefined : `must be the name of a function, got ${brief(text)}`;
}

function apiProblem(text: string): string | undefined {
  if (!isRange(text)) return `must be a range such as "0.1", got ${brief(text)}`;
  return admitsApi(text) ? undefined : `asks for ${text} of the plugin interface; this host offers ${API_VERSION}`;
}

function wordProblem(words: readonly string[]): (text: string) => string | undefined {
  return (text) =>
    words.includes(text)
      ? undefined
      : `must be one of ${words.join(", ")}, got ${brief(text)}${didYouMean(text, words)}`;
}

function readCapabilities(fields: Fields): Grant | undefined {
  const list = fields.list("capabilities");
  if (list === undefined) return undefined;
  let asked: Grant = {};
  for (const [index, entry] of list.entries()) {
    const request = readCapability(entry, ["capabilities", index], fields.problems);
    if (request?.key === undefined) continue;
    if (Object.hasOwn(asked, request.key))
      fields.problems.push({ path: ["capabilities", index], message: `${request.key} is listed twice` });
    asked = { ...asked, ...request.grant };
  }
  return asked;
}

function readLimits(fields: Fields): Partial<CallLimits> | undefined {
  const value = fields.value("limits");
  const limits = value === undefined ? undefined : Fields.of(value, ["limits"], fields.problems);
  if (limits === undefined) return undefined;
  const memoryBytes = limits.quantity("memory", "bytes", LIMIT_MAXIMA.memoryBytes);
  const fuel = limits.quantity("fuel", "count", LIMIT_MAXIMA.fuel);
  const timeoutMs = limits.quantity("timeout", "duration", LIMIT_MAXIMA.timeoutMs);
  limits.finish();
  return {
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(fuel !== undefined && { fuel }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function readTools(fields: Fields): readonly ToolDeclaration[] | undefined {
  const list = fields.list("tools");
  if (list === undefined) return undefined;
  if (list.length > MAX_TOOLS) fields.problem("tools", `must not be more than ${MAX_TOOLS}, got ${list.length}`);
  const names = new Set<string>();
  return list.slice(0, MAX_TOOLS).flatMap((entry, index) => {
    const tool = Fields.of(entry, ["tools", index], fields.problems);
    if (tool === undefined) return [];
    const name = tool.text("name", functionProblem);
    const description = tool.text("description");
    const parameters = readSchema(tool, "parameters", parseParameters);
    const returns = readSchema(tool, "returns", parseSchema);
    const input = tool.text("input", wordProblem(TOOL_FORMS)) as ToolForm | undefined;
    const output = tool.text("output", wordProblem(TOOL_FORMS)) as ToolForm | undefined;
    if (parameters !== undefined && input !== undefined && input !== "json")
      tool.problem("parameters", `must not be there when "input" is ${input}: the one argument is "input"`);
    tool.finish();
    if (name === undefined) {
      if (tool.value("name") === undefined)
        tool.problem("name", "is missing; a tool has the name of a public function");
      return [];
    }
    if (names.has(name)) tool.problem("name", `is used by another tool: ${brief(name)}`);
    names.add(name);
    return [
      {
        name,
        ...(description && { description }),
        ...(parameters && { parameters }),
        ...(returns && { returns }),
        ...(input && { input }),
        ...(output && { output }),
      },
    ];
  });
}

function readSchema(tool: Fields, key: string, parse: (input: unknown) => ParsedSchema): JsonObject | undefined {
  const value = tool.value(key);
  if (value === undefined) return undefined;
  const { schema, problems } = parse(value);
  for (const { path, message } of problems ?? []) tool.problems.push({ path: [...tool.path, key, ...path], message });
  return schema?.json;
}

function readDependencies(fields: Fields): Readonly<Record<string, string>> {
  const value = fields.value("dependencies");
  const entries = value === undefined ? undefined : Fields.of(value, ["dependencies"], fields.problems);
  const dependencies: Record<string, string> = Object.create(null);
  if (entries === undefined || !isJsonObject(value)) return dependencies;
  for (const name of Object.keys(value)) {
    const range = entries.text(name, (text) =>
      isRange(text) ? undefined : `must be a range of versions such as ^2.0, got ${brief(text)}`,
    );
    const problem = nameProblem(name);
    if (problem !== undefined) entries.problem(name, `${problem} as the name of a plugin`);
    else if (range !== undefined) dependencies[name] = range;
  }
  return dependencies;
}

/** Any text is a key or a value: plug-ins read numbers and JSON in it. */
function readConfig(fields: Fields): Readonly<Record<string, string>> | undefined {
  const value = fields.value("config");
  if (value === undefined || Fields.of(value, ["config"], fields.problems) === undefined) return undefined;
  const config: Record<string, string> = Object.create(null);
  for (const [key, text] of Object.entries(value as JsonObject)) {
    if (typeof text === "string") config[key] = text;
    else
      fields.problems.push({
        path: ["config", key],
        message: `"config.${key.slice(0, 80)}" must be text, got ${brief(text)}`,
      });
  }
  return config;
}

function refuseExtismKeys(fields: Fields, config: unknown, tools: readonly ToolDeclaration[] | undefined): void {
  const rule = `is for Extism plug-ins; say engine = "extism"`;
  if (config !== undefined) fields.problem("config", rule);
  tools?.forEach(({ input, output }, index) => {
    const key = input === undefined ? "output" : "input";
    if (input !== undefined || output !== undefined)
      fields.problems.push({ path: ["tools", index, key], message: `"tools[${index}].${key}" ${rule}` });
  });
}

function printCapabilities(grant: Grant): readonly JsonValue[] {
  return GRANT_KEYS.filter((key) => grant[key] !== undefined).map((key): JsonObject => {
    if (key === "kiln.write") {
      const { folders, maxFileBytes } = grant[key] ?? { folders: [] };
      return { [key]: { folders, ...(maxFileBytes !== undefined && { max_file_size: maxFileBytes }) } };
    }
    if (key === "state") return { state: { scope: grant.state?.scopes ?? [], quota: grant.state?.quotaBytes ?? 0 } };
    return { [key]: copyJson(grant[key]) };
  });
}

function printLimits({ memoryBytes, fuel, timeoutMs }: Partial<CallLimits>): JsonObject {
  return {
    ...(memoryBytes !== undefined && { memory: memoryBytes }),
    ...(fuel !== undefined && { fuel }),
    ...(timeoutMs !== undefined && { timeout: `${timeoutMs}ms` }),
  };
}

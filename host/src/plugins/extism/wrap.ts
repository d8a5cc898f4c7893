/**
 * Makes a component of the world `plugin` of an Extism plug-in, which is a core module: the shell (plugins/engines/extism) with the plug-in in it,
 * unchanged, and with the modules that depend on it. So everything that holds for components holds for it: nothing but the shell's imports can
 * be reached, all of it is metered, capped and captured. What the host cannot give is refused here, by name.
 */
import { type CoreImport, type CoreModuleTypes, readCoreModule } from "../../component/index.ts";
import { PluginError } from "../../errors.ts";
import { quoted } from "../../text.ts";
import { TYPE_BYTES } from "../../wasm/emit.ts";
import { coreModule } from "./core-bytes.ts";
import { entryModule, type PluginFunction } from "./entry.ts";
import { EXTISM_ENV } from "./names.ts";
import { type ExtismSettings, type ExtismTool, settingsModule } from "./settings.ts";
import { assembledShell, shellModules } from "./shell.ts";
import { trampolinesModule, type WasiFunction, wasiTableModule } from "./wasi.ts";

const WASI = "wasi_snapshot_preview1";

/** The functions of `extism:host/env` that are wired in shell.wat, by the module that has them. */
const ENV: ReadonlyMap<string, "kernel" | "host"> = new Map([
  ...(
    "alloc free length length_unsafe load_u8 load_u64 store_u8 store_u64 memory_bytes input_offset input_length input_load_u8 input_load_u64 " +
    "output_set output_offset output_length error_set error_get var_get var_set config_get"
  )
    .split(" ")
    .map((name) => [name, "kernel"] as const),
  ..."http_request http_status_code http_headers log_trace log_debug log_info log_warn log_error get_log_level"
    .split(" ")
    .map((name) => [name, "host"] as const),
]);

/** Whose answers outside of a call would be baked into the image. */
const NEEDS_A_CALL: ReadonlySet<string> = new Set(["clock_time_get", "random_get"]);

/** Exports that make a runtime ready, and what other languages export besides tools. */
const NO_TOOLS: ReadonlySet<string> = new Set(["_start", "_initialize", "__wasm_call_ctors", "hs_init", "hs_exit"]);
const TOOLS = 200;
/** Of what is wrong with the imports, in one message. */
const TOLD_PROBLEMS = 10;

/** The plug-in, with its tools and configuration, as a component. @throws PluginError `invalid-module`, `invalid-manifest` */
export function wrapExtism(
  bytes: Uint8Array,
  { tools, config }: { readonly tools?: readonly ExtismTool[] | undefined; readonly config: ExtismSettings["config"] },
): Uint8Array {
  const plugin = readCoreModule(bytes);
  const problems = importProblems(plugin);
  if (problems.length > 0)
    throw new PluginError("invalid-module", `Cannot run the Extism plug-in: ${told(problems)}`, {
      hint: `A plug-in may import the functions of ${EXTISM_ENV} and of ${WASI}.`,
    });
  const chosen = tools === undefined ? ownTools(plugin) : checkedTools(plugin, tools);
  // A module may import a function more than once.
  const wasi = [
    ...new Map(
      plugin.imports.filter(({ module }) => module === WASI).map((each) => [each.name, wasiFunction(each)]),
    ).values(),
  ];
  const modules = new Map<string, Uint8Array>([
    ["plugin", bytes],
    ["settings", settingsModule({ tools: chosen, config })],
    [
      "entry",
      entryModule({
        tools: chosen.map(({ name }) => ({ name, hasStatus: plugin.exports.get(name)?.signature === STATUS })),
        initializers: initializersOf(plugin),
        initialize: wasi.some(({ name }) => NEEDS_A_CALL.has(name)) ? "at-first-call" : "at-start",
      }),
    ],
  ]);
  if (wasi.length === 0) modules.set("wasi", coreModule({}));
  else modules.set("trampolines", trampolinesModule(wasi)).set("wasi-table", wasiTableModule(wasi));
  return assembledShell(modules);
}

/** A module may have ten thousand. */
function told(problems: readonly string[]): string {
  const more = problems.length - TOLD_PROBLEMS;
  return problems.slice(0, TOLD_PROBLEMS).join("; ") + (more > 0 ? `; and ${more} more` : "");
}

/** Every import that the host does not give, in words. */
export function importProblems(plugin: CoreModuleTypes): readonly string[] {
  const offered = shellModules();
  const problems = plugin.imports.flatMap(({ module, name, kind, signature }) => {
    const owner = module === WASI ? "wasi" : module === EXTISM_ENV ? ENV.get(name) : undefined;
    const given = owner && offered.get(owner)?.exports.get(name);
    const what = `it imports ${quoted(module)} ${quoted(name)}`;
    if (given?.kind !== "func" || kind !== "func") return [`${what}, which this host does not give`];
    return given.signature === signature ? [] : [`${what} as (${signature}), which is (${given.signature})`];
  });
  const needsMemory = plugin.imports.some(({ module }) => module === WASI);
  if (needsMemory && plugin.exports.get("memory")?.kind !== "memory")
    problems.push(`it imports ${WASI} and exports no "memory"`);
  return problems;
}

/** As `signature` in component/core-module.ts writes the types that a function of a tool can have. */
const STATUS = " -> i32";
const NOTHING = " -> ";

/** Exported functions that can be tools, in the order of the module. */
function ownTools(plugin: CoreModuleTypes): readonly ExtismTool[] {
  const names = [...plugin.exports].filter(([name, each]) => isTool(each) && !NO_TOOLS.has(name)).map(([name]) => name);
  if (names.length === 0)
    throw new PluginError("invalid-module", "The Extism plug-in exports no function without parameters", {
      hint: "A tool is an exported function () -> i32.",
    });
  if (names.length > TOOLS)
    throw new PluginError(
      "invalid-module",
      `The Extism plug-in exports ${names.length} functions that could be tools`,
      {
        hint: `List those that are under "tools" in its manifest, at most ${TOOLS}.`,
      },
    );
  return names.map((name) => ({ name }));
}

function checkedTools(plugin: CoreModuleTypes, tools: readonly ExtismTool[]): readonly ExtismTool[] {
  if (tools.length === 0)
    throw new PluginError("invalid-manifest", `"tools" is empty: an Extism plug-in has at least one`);
  for (const { name } of tools) {
    const exported = plugin.exports.get(name);
    if (exported !== undefined && isTool(exported)) continue;
    const why = exported === undefined ? "exports no function of this name" : `exports it as (${exported.signature})`;
    throw new PluginError("invalid-manifest", `${quoted(name)} cannot be a tool: the Extism plug-in ${why}`, {
      hint: "A tool is an exported function () -> i32.",
    });
  }
  return tools;
}

function isTool({ kind, signature }: { readonly kind: string; readonly signature: string }): boolean {
  return kind === "func" && (signature === STATUS || signature === NOTHING);
}

/** As Extism's runtime does: the reactor's or the C constructors, then Haskell's (`hs_init(argc, argv)`). */
function initializersOf({ exports }: CoreModuleTypes): readonly PluginFunction[] {
  const found: PluginFunction[] = [];
  const reactor = ["_initialize", "__wasm_call_ctors"].find((name) => exports.get(name)?.signature === NOTHING);
  if (reactor !== undefined) found.push({ name: reactor, hasStatus: false });
  const haskell = exports.get("hs_init")?.signature;
  if (haskell === "i32 i32 -> ") found.push({ name: "hs_init", hasStatus: false, parameters: 2 });
  else if (haskell === NOTHING) found.push({ name: "hs_init", hasStatus: false });
  return found;
}

/** The functions of WASI have numbers only, which `importProblems` has made sure of. */
function wasiFunction({ name, signature }: CoreImport): WasiFunction {
  const [params = "", results = ""] = signature.split("->");
  const types = (words: string) =>
    words.split(" ").flatMap((word) => TYPE_BYTES[word as keyof typeof TYPE_BYTES] ?? []);
  return { name, params: types(params), results: types(results) };
}

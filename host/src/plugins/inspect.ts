/**
 * What a plugin's file is made of, and every reason why this host would refuse it, found without running anything of it. For people and
 * tools that look at plugins; loading one depends on nothing here.
 */
import { capabilityInterfaces } from "../capabilities/index.ts";
import {
  describe,
  type InterfaceType,
  isComponent,
  isCoreModule,
  type Producer,
  producersOf,
  readCoreModule,
  type ValueType,
} from "../component/index.ts";
import type { EngineName } from "../engines.ts";
import { PluginError } from "../errors.ts";
import { type ExaminedModule, examineComponent, examineModule } from "../sandbox/index.ts";
import { shortened } from "../text.ts";
import { witExports, witImports } from "../wit.ts";
import { readBundle } from "./bundle.ts";
import { isBundle } from "./bundle-magic.ts";
import { importProblems, wrapExtism } from "./extism/wrap.ts";
import { isPluginFolder, type PluginFolder, readPluginFolder } from "./folder.ts";
import { requestedBy } from "./grants.ts";
import { GUEST } from "./guest.ts";
import { sha256Hex } from "./hash.ts";
import { limitsOfCall } from "./limits-of-call.ts";
import type { Manifest } from "./manifest.ts";
import { type PluginFile, type PluginSource, readPluginFile } from "./source.ts";

export type PluginKind = "source" | "bundle" | "component" | "extism" | "core module" | "unknown";

/** An interface of a component, or a module of imports of a core module. */
export interface InspectedInterface {
  readonly name: string;
  /** What has to be granted for it: `log` and `random` need nothing, types neither. Undefined for exports and for what this host has not. */
  readonly capability?: string;
  /** In WIT, or as core types: `now-ms: func() -> result<u64, error>`. */
  readonly functions: readonly string[];
}

export interface InspectedModule {
  readonly bytes: number;
  /** In bytes. */
  readonly memory?: { readonly minimum: number; readonly maximum?: number };
  readonly tableEntries: number;
  /** Why plugins of it start cold, from no image. */
  readonly notImageable?: string;
}

export interface Inspection {
  readonly kind: PluginKind;
  readonly bytes: number;
  /** Of the file, in hex; of a folder there is none. */
  readonly sha256?: string;
  readonly manifest?: Manifest;
  readonly source?: {
    readonly engine: EngineName;
    readonly entry: string;
    readonly files: readonly { readonly path: string; readonly characters: number }[];
  };
  readonly bundle?: {
    readonly engine: string;
    readonly abi: string;
    readonly engineHash: string;
    readonly sourceHash: string;
    readonly codeBytes: number;
  };
  readonly imports: readonly InspectedInterface[];
  readonly exports: readonly InspectedInterface[];
  readonly modules: readonly InspectedModule[];
  readonly producers: readonly Producer[];
  /** Every reason why it would not be loaded, or would not start. */
  readonly problems: readonly PluginError[];
}

type Part = Partial<Omit<Inspection, "kind" | "bytes">>;

/** Looks at a plugin; never throws for what is wrong with it. */
export async function inspectPlugin(plugin: PluginFile | PluginFolder): Promise<Inspection> {
  const none = { imports: [], exports: [], modules: [], producers: [], problems: [] };
  if (isPluginFolder(plugin)) {
    const bytes = plugin.files.reduce((sum, { content }) => sum + bytesOf(content).length, 0);
    return { ...none, kind: "source", bytes, ...attempt(() => sourcePart(readPluginFolder(plugin))) };
  }
  const bytes = bytesOf(plugin.content);
  const file = { ...none, bytes: bytes.length, sha256: await sha256Hex(bytes) };
  if (isBundle(bytes)) return { ...file, kind: "bundle", ...(await bundlePart(bytes)) };
  const recognised = attempt(() => ({ found: readPluginFile(plugin) }));
  const { found, problems } =
    "found" in recognised ? { ...recognised, problems: [] } : { ...recognised, found: undefined };
  if (found?.kind === "source") return { ...file, kind: "source", ...sourcePart(found) };
  const manifest = found !== undefined && "manifest" in found ? found.manifest : undefined;
  if (isComponent(bytes))
    return { ...file, kind: "component", ...joined(problems, manifest, componentPart(bytes, manifest)) };
  if (!isCoreModule(bytes)) return { ...file, kind: "unknown", problems };
  const kind = found?.kind === "extism" ? "extism" : "core module";
  return { ...file, kind, ...joined(problems, manifest, modulePart(bytes, kind === "extism" ? manifest : undefined)) };
}

function bytesOf(content: Uint8Array | string): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

function attempt<T extends object>(look: () => T): T | { readonly problems: readonly PluginError[] } {
  try {
    return look();
  } catch (error) {
    return refusal(error);
  }
}

/** What speaks against the plugin; a mistake of our own is none. */
function refusal(error: unknown): { readonly problems: readonly PluginError[] } {
  if (error instanceof PluginError) return { problems: [error] };
  throw error;
}

/** `before` is what the recognition of the file said, which for broken bytes the part says too. */
function joined(before: readonly PluginError[], manifest: Manifest | undefined, part: Part): Part {
  const own = part.problems ?? [];
  const more = before.filter(({ message }) => own.every((problem) => problem.message !== message));
  return { ...part, ...(manifest && { manifest }), problems: [...more, ...own] };
}

function sourcePart({ manifest, engine, entry, files }: PluginSource): Part {
  return {
    manifest,
    source: { engine, entry, files: files.map(({ path, text }) => ({ path, characters: text.length })) },
  };
}

async function bundlePart(bytes: Uint8Array): Promise<Part> {
  try {
    const { manifest, engine, abi, engineHash, sourceHash, code } = await readBundle(bytes);
    const inside =
      engine === "wasm" ? componentPart(code, manifest) : engine === "extism" ? modulePart(code, manifest) : {};
    return { ...inside, manifest, bundle: { engine, abi, engineHash, sourceHash, codeBytes: code.length } };
  } catch (error) {
    return refusal(error);
  }
}

function componentPart(bytes: Uint8Array, manifest: Manifest | undefined): Part {
  const { component, modules, problems } = examineComponent(bytes, {
    imports: witImports(),
    exports: new Map([[GUEST, witExports().get(GUEST)!]]),
  });
  const imports = [...(component?.imports.values() ?? [])];
  return {
    imports: imports.map((each) => ({ ...interfaceInWit(each), ...capabilityOf(each.name) })),
    exports: [...(component?.exports.values() ?? [])].map(interfaceInWit),
    modules: modules.map(moduleFigures),
    producers: distinct([bytes, ...(component?.coreModules ?? [])].flatMap(producersOf)),
    problems: [...problems, ...grantProblems(imports, manifest), ...memoryProblems(modules, manifest)],
  };
}

/** `manifest` is that of an Extism plug-in; without it the module is no plugin. */
function modulePart(bytes: Uint8Array, manifest: Manifest | undefined): Part {
  const examined = examineModule(bytes);
  const types = attempt(() => ({ module: readCoreModule(bytes) }));
  const figures = { modules: [moduleFigures(examined)], producers: distinct(producersOf(bytes)) };
  const own = examined.problem === undefined ? [] : [examined.problem];
  if (!("module" in types)) return { ...figures, problems: own };
  const { imports, exports } = types.module;
  const from = new Map<string, string[]>();
  for (const each of imports) {
    const functions = from.get(each.module) ?? [];
    functions.push(coreText(each.name, each));
    from.set(each.module, functions);
  }
  return {
    ...figures,
    imports: [...from].map(([name, functions]) => ({ name: short(name), functions })),
    exports: [{ name: "", functions: [...exports].map(([name, each]) => coreText(name, each)) }],
    problems: [
      ...own,
      ...(manifest ? extismProblems(bytes, types.module, manifest) : []),
      ...memoryProblems([examined], manifest),
    ],
  };
}

function extismProblems(
  bytes: Uint8Array,
  module: Parameters<typeof importProblems>[0],
  { tools, config = {} }: Manifest,
): readonly PluginError[] {
  const imports = importProblems(module);
  if (imports.length > 0)
    return imports.map((problem) => new PluginError("invalid-module", `Cannot run the Extism plug-in: ${problem}`));
  const wrapped = attempt(() => ({ bytes: wrapExtism(bytes, { tools, config }) }));
  return "problems" in wrapped ? wrapped.problems : [];
}

function interfaceInWit({ name, functions, types }: InterfaceType): InspectedInterface {
  const named = [...types].filter(([, { kind }]) => NAMED_KINDS.has(kind));
  const names = new Map(named.map(([own, type]): [ValueType, string] => [type, own]));
  const text = (type: ValueType | undefined) => describe(type, 3, names);
  return {
    name: short(name),
    functions: [...functions].map(([own, { params, result }]) => {
      const list = params.slice(0, PARAMETERS).map((param) => `${short(param.name)}: ${text(param.type)}`);
      const all = list.join(", ") + (params.length > PARAMETERS ? ", …" : "");
      return short(`${short(own)}: func(${all})${result === undefined ? "" : ` -> ${text(result)}`}`);
    }),
  };
}

/** Of a name or a signature: a file of 300 KB made 900 MB of them. */
const SHOWN_CHARACTERS = 1_000;
const PARAMETERS = 20;

function short(text: string): string {
  return shortened(text, SHOWN_CHARACTERS);
}

/** Types that are somebody's own; a name for another type, such as `type json = string`, says less than the type. */
const NAMED_KINDS: ReadonlySet<ValueType["kind"]> = new Set(["record", "variant", "enum", "flags"]);

function coreText(name: string, { kind, signature }: { readonly kind: string; readonly signature: string }): string {
  if (kind !== "func") return short(`${short(name)}: ${[kind, signature].filter((word) => word !== "").join(" ")}`);
  const [params = "", results = ""] = signature.split("->").map((part) => part.trim());
  return short(`${short(name)}: (${params}) -> (${results})`);
}

function capabilityOf(name: string): { readonly capability?: string } {
  const known = capabilityInterfaces().get(name);
  if (known === undefined) return {};
  return { capability: known.grants.length === 0 ? "nothing" : known.grants.join(" or ") };
}

/** A component with an import that its grant does not hold does not start. */
function grantProblems(imports: readonly InterfaceType[], manifest: Manifest | undefined): readonly PluginError[] {
  if (manifest === undefined) return [];
  const asked = requestedBy(manifest);
  return imports.flatMap(({ name }) => {
    const keys = capabilityInterfaces().get(name)?.grants ?? [];
    if (keys.length === 0 || keys.some((key) => asked[key] !== undefined)) return [];
    return new PluginError("denied", `It imports ${name}, and its manifest does not ask for ${keys.join(" or ")}`, {
      hint: `Ask for it under "capabilities" in its manifest.`,
    });
  });
}

function memoryProblems(modules: readonly ExaminedModule[], manifest: Manifest | undefined): readonly PluginError[] {
  const needed = modules.reduce((sum, { metered }) => sum + (metered?.memory?.minimumPages ?? 0) * PAGE, 0);
  const { memoryBytes } = limitsOfCall(manifest?.limits, {}, undefined);
  if (needed <= memoryBytes) return [];
  return [new PluginError("memory-limit", `It needs ${needed} bytes of memory to start; its limit is ${memoryBytes}`)];
}

const PAGE = 65_536;

function moduleFigures({ bytes, metered }: ExaminedModule): InspectedModule {
  if (metered === undefined) return { bytes, tableEntries: 0 };
  const { memory, tableEntries, imageable } = metered;
  return {
    bytes,
    tableEntries,
    ...(memory && {
      memory: {
        minimum: memory.minimumPages * PAGE,
        ...(memory.maximumPages !== undefined && { maximum: memory.maximumPages * PAGE }),
      },
    }),
    ...(imageable !== true && { notImageable: imageable }),
  };
}

function distinct(producers: readonly Producer[]): readonly Producer[] {
  return [...new Map(producers.map((each) => [JSON.stringify(each), each])).values()];
}

/**
 * A language engine that is ready to work: its component prepared once, an image of it warmed up, and the three things that
 * a host does with it: compile sources, load code into an image, start plugins from that image.
 *
 * Sources are compiled in one instance and their code is loaded in another, so that a plugin computes the same, with the same
 * fuel, from source and from a bundle.
 */
import { outlineComponent } from "../component/index.ts";
import type { EngineName } from "../engines.ts";
import { type Diagnostic, PluginError } from "../errors.ts";
import { type CallLimits, COMPILE_LIMITS } from "../limits.ts";
import {
  compileMetered,
  type Image,
  type MeteredModule,
  type PreparedComponent,
  prepareComponent,
  type Running,
  sharePages,
} from "../sandbox/index.ts";
import { witExports, witImports } from "../wit.ts";
import { EngineCache } from "./engine-cache.ts";
import { callExport, callExportSync, GUEST, toolsOf } from "./guest.ts";
import { failureFromGuest, type GuestFailure, type GuestPosition, positionFromGuest } from "./guest-failure.ts";
import { sha256Hex } from "./hash.ts";
import type { EngineContext, Launcher, LoadedCode, LoadFunctions, PluginFunctions, StartSync } from "./program.ts";

export const COMPILER = "crucible:plugin/compiler@0.1.0";

export interface SourceFile {
  /** Relative, separated by `/`; the name in messages. */
  readonly path: string;
  readonly text: string;
}

/** An engine's component, wherever it is kept. */
export interface EngineComponent {
  readonly read: () => Promise<Uint8Array>;
  /** Its SHA-256 in hex, where it is known without reading it. */
  readonly hash?: string;
}

export class Engine implements Launcher {
  readonly name: EngineName;
  /** SHA-256 of the component, in hex. */
  readonly hash: string;
  /** Names the format of its code. */
  readonly abi: string;
  readonly #prepared: PreparedComponent;
  readonly #cache: EngineCache;
  readonly #context: EngineContext;
  #warming: Promise<Image | undefined> | undefined;
  #loads = 0;

  private constructor(
    name: EngineName,
    hash: string,
    abi: string,
    prepared: PreparedComponent,
    cache: EngineCache,
    context: EngineContext,
  ) {
    this.name = name;
    this.hash = hash;
    this.abi = abi;
    this.#prepared = prepared;
    this.#cache = cache;
    this.#context = context;
  }

  /** @throws PluginError `invalid-module` when the bytes are no engine of this host's WIT package. */
  static async open(name: EngineName, component: EngineComponent, context: EngineContext): Promise<Engine> {
    const bytes = component.hash === undefined ? await component.read() : undefined;
    const hash = component.hash ?? (await sha256Hex(bytes!));
    const cache = new EngineCache(context.cache, hash);
    const known = await cache.opened();
    if (known) return new Engine(name, hash, known.abi, await prepare(known.outline, known.metered), cache, context);
    // What was known of it is gone: then the component itself says what it is.
    if (bytes === undefined) return Engine.open(name, { read: component.read }, context);
    const prepared = await prepare(bytes, undefined);
    const instance = await context.runner.start(prepared, { ...context.functions(), limits: COMPILE_LIMITS });
    try {
      const abi = (await callCompiler(instance, "abi", [])) as string;
      const metered = prepared.modules.map((module) => module.metered);
      await cache.putOpened({ abi, outline: outlineComponent(bytes), metered });
      return new Engine(name, hash, abi, prepared, cache, context);
    } finally {
      instance.drop();
    }
  }

  /** The interfaces that the engine imports: all that its plugins could ever reach. */
  get imports(): readonly string[] {
    return this.#prepared.imports;
  }

  /**
   * @param sourceHash names files and entry together
   * @throws PluginError `compile-error` with all diagnostics and the position of the first error; a limit
   */
  async compile(
    files: readonly SourceFile[],
    entry: string,
    sourceHash: string,
    functions: LoadFunctions,
  ): Promise<CompiledCode> {
    const known = await this.#cache.compiled(sourceHash);
    if (known) return known;
    const instance = await this.#startWarm(functions(), COMPILE_LIMITS);
    try {
      const answer = (await callCompiler(instance, "compile", [files, { entry }])) as CompileAnswer;
      if (answer.tag === "err") throw compileError(answer.val.map(diagnosticFromGuest));
      const compiled = { code: answer.val.code, warnings: answer.val.warnings.map(diagnosticFromGuest) };
      await this.#cache.putCompiled(sourceHash, compiled);
      return compiled;
    } finally {
      instance.drop();
    }
  }

  /** @throws PluginError `invalid-module` when the code is damaged; what the code itself ends in while it loads; a limit. */
  async load(code: Uint8Array, functions: LoadFunctions): Promise<LoadedCode> {
    const codeHash = await sha256Hex(code);
    this.#loads += 1;
    const known = await this.#cache.loaded(code, codeHash, this.#prepared);
    // For one plugin alone the engine's image is not read: what it shares with that is a matter of many plugins.
    if (known) return this.#loads === 1 ? known : this.#sharing(known);
    const instance = await this.#startWarm(functions(), COMPILE_LIMITS);
    try {
      const answer = (await callCompiler(instance, "load", [code])) as LoadAnswer;
      const loadFuel = instance.fuelUsed;
      if (answer.tag === "err") throw this.#notLoaded(answer.val);
      const image = this.#prepared.imageable === true ? await instance.capture() : undefined;
      const loaded = { image, code, loadFuel, tools: await toolsOf(instance) };
      await this.#cache.putLoaded(codeHash, loaded);
      return await this.#sharing(loaded);
    } finally {
      instance.drop();
    }
  }

  /** The same code, whose image keeps only what is not in the engine's. */
  async #sharing({ image, ...loaded }: LoadedCode): Promise<LoadedCode> {
    const warm = image && (await this.warmUp());
    return { ...loaded, image: warm ? sharePages(image, warm) : image };
  }

  /** An engine imports everything: what is not granted answers `denied`. */
  checkGrant(): void {}

  async startPlugin(loaded: LoadedCode, functions: PluginFunctions, limits: CallLimits): Promise<Running> {
    if (loaded.image) return this.#start(functions, limits, loaded.image);
    const instance = await this.#startWarm(functions, limits);
    try {
      const answer = (await callCompiler(instance, "load", [loaded.code])) as LoadAnswer;
      if (answer.tag === "err") throw this.#notLoaded(answer.val);
      return instance;
    } catch (error) {
      instance.drop();
      throw error;
    }
  }

  get startPluginSync(): StartSync | undefined {
    const { startSync } = this.#context.runner;
    if (startSync === undefined) return undefined;
    return ({ image, code }, functions, limits) => {
      // Without an image of the plugin there is none of the engine either: it starts cold, and loads the code.
      const instance = startSync(this.#prepared, { ...functions, limits, ...(image && { image }) });
      if (image) return instance;
      const { fuel, timeoutMs } = COMPILE_LIMITS;
      const bounds = { fuel, timeoutMs, stackBytes: functions.stackBytes };
      const answer = callExportSync(instance.callSync, COMPILER, "load", [code], bounds) as LoadAnswer;
      if (answer.tag === "err") throw this.#notLoaded(answer.val);
      return instance;
    };
  }

  /** Where loading runs the plugin's own code, that can fail; anything else means that the code is damaged. */
  #notLoaded(failure: GuestFailure): PluginError {
    const error = failureFromGuest(failure);
    if (error.code !== "invalid-arguments") return error;
    const { message } = error;
    return new PluginError("invalid-module", `The engine ${this.name} cannot load the code: ${message}`, {
      hint: "Compile the plugin again from its source.",
    });
  }

  async #startWarm(functions: PluginFunctions, limits: CallLimits): Promise<Running> {
    return this.#start(functions, limits, await this.warmUp());
  }

  /** The image from which compiling and loading start: the work that is the same for every plugin is done. */
  warmUp(): Promise<Image | undefined> {
    this.#warming ??= this.#makeWarm().catch((error) => {
      this.#warming = undefined; // The next one tries again.
      throw error;
    });
    return this.#warming;
  }

  async #makeWarm(): Promise<Image | undefined> {
    if (this.#prepared.imageable !== true) return undefined;
    const known = await this.#cache.warm(this.#prepared);
    if (known) return known;
    const instance = await this.#start(this.#context.functions(), COMPILE_LIMITS, undefined);
    try {
      await callCompiler(instance, "warm-up", []);
      const image = await instance.capture();
      await this.#cache.putWarm(image);
      return image;
    } finally {
      instance.drop();
    }
  }

  #start(functions: PluginFunctions, limits: CallLimits, image: Image | undefined): Promise<Running> {
    return this.#context.runner.start(this.#prepared, { ...functions, limits, ...(image && { image }) });
  }
}

export interface CompiledCode {
  readonly code: Uint8Array;
  readonly warnings: readonly Diagnostic[];
}

/** Decodes, checks, meters and compiles; with modules that were metered before, `component` may be an outline. */
function prepare(component: Uint8Array, metered: readonly MeteredModule[] | undefined): Promise<PreparedComponent> {
  // First of all, so that V8 compiles while this thread reads the interfaces.
  const modules = metered && compileMetered(metered);
  return prepareComponent(component, {
    imports: witImports(),
    exports: new Map([GUEST, COMPILER].map((interfaceName) => [interfaceName, witExports().get(interfaceName)!])),
    ...(modules && { modules }),
  });
}

function callCompiler(instance: Running, name: string, args: readonly unknown[]): Promise<unknown> {
  return callExport(instance, COMPILER, name, args, COMPILE_LIMITS);
}

interface GuestDiagnostic {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly position: GuestPosition | undefined;
  readonly excerpt: string;
}

type CompileAnswer =
  | { readonly tag: "ok"; readonly val: { readonly code: Uint8Array; readonly warnings: readonly GuestDiagnostic[] } }
  | { readonly tag: "err"; readonly val: readonly GuestDiagnostic[] };
type LoadAnswer = { readonly tag: "ok" } | { readonly tag: "err"; readonly val: GuestFailure };

function compileError(diagnostics: readonly Diagnostic[]): PluginError {
  const first = diagnostics.find(({ severity }) => severity === "error");
  return new PluginError("compile-error", first?.message ?? "The source does not compile", {
    diagnostics,
    ...(first?.position && { position: first.position }),
  });
}

function diagnosticFromGuest({ severity, message, position, excerpt }: GuestDiagnostic): Diagnostic {
  return { severity, message, excerpt, ...(position && { position: positionFromGuest(position) }) };
}

/**
 * The host of plugins: opens engines when they are first needed, and turns plugin files into plugins that can be called.
 * It has exactly the authority that it is given: engines as bytes, powers, and approvals.
 */
import { createCapabilities, type Powers } from "../capabilities/index.ts";
import { ENGINES, type EngineLoader, type EngineName } from "../engines.ts";
import { PluginError } from "../errors.ts";
import type { ArtifactCache } from "../powers/types.ts";
import { inlineRunner, type MonotonicClock, type Runner, refuseCancelled } from "../sandbox/index.ts";
import type { AppOptions } from "./app-options.ts";
import { type BakedEngines, bakedCache } from "./baked-engines.ts";
import { parseAllowance } from "./capability-requests.ts";
import { PluginDirectory } from "./composition.ts";
import { type CompiledCode, Engine, type SourceFile } from "./engine.ts";
import { EXTISM_ABI } from "./extism/names.ts";
import { isPluginFolder, type PluginFolder, readPluginFolder } from "./folder.ts";
import { sha256Hex } from "./hash.ts";
import { checkLimits } from "./limits-of-call.ts";
import type { Manifest } from "./manifest.ts";
import { NATIVE_ABI, NativeComponent } from "./native.ts";
import { refuseNewPollution, refusePollution } from "./platform.ts";
import { Plugin, type PluginOptions } from "./plugin.ts";
import type { EngineContext, Launcher, LoadedCode, LoadFunctions } from "./program.ts";
import { engineOfPath, type PluginFile, type PluginSource, readPluginFile } from "./source.ts";
import { withoutTypes } from "./typescript.ts";

export interface HostOptions extends Pick<AppOptions, "allow" | "ceiling"> {
  readonly engines: EngineLoader;
  readonly powers: Powers;
  readonly now: MonotonicClock;
  /** Where plugins run. Whoever made it closes it, after the host. @default the caller's thread */
  readonly runner?: Runner;
  /** A new seed for a call that brings none. */
  readonly drawSeed: () => bigint;
  /** What the build of this host computed of its engines. @default nothing: engines are read, metered and warmed up when they are opened */
  readonly baked?: BakedEngines;
  /** Keeps metered engines, compiled code and images between processes. @default nothing is kept */
  readonly cache?: ArtifactCache;
}

const NATIVE_ABIS: ReadonlyMap<string, string> = new Map([
  ["wasm", NATIVE_ABI],
  ["extism", EXTISM_ABI],
]);

export class PluginHost {
  readonly #options: HostOptions;
  readonly #runner: Runner;
  readonly #ownsRunner: boolean;
  readonly #engines = new Map<EngineName, Promise<Engine>>();

  #extism: Promise<typeof import("./extism/index.ts")> | undefined;

  /** What plugins may call (`plugins.call`). */
  readonly #directory = new PluginDirectory();
  readonly #instances = new Map<string, number>();
  #isClosed = false;

  /** @throws PluginError `invalid-arguments` for a ceiling or approvals that cannot be, `unavailable` (`platform.ts`) */
  constructor(options: HostOptions) {
    refusePollution();
    if (options.ceiling) checkLimits("ceiling.", options.ceiling);
    options.allow?.forEach(parseAllowance);
    this.#options = options;
    this.#ownsRunner = options.runner === undefined;
    this.#runner = options.runner ?? inlineRunner(options.now);
  }

  /** Ends the host: whatever is loaded or called from now on is `unavailable`. */
  close(): void {
    this.#isClosed = true;
    if (this.#ownsRunner) void this.#runner.close();
  }

  /**
   * Loads a plugin from the content of its file; what kind it is says the content, else the extension of the path. A plugin of
   * several files is given as a folder. The other plugins of this host can call what it exports, until another of its name is loaded, or `unload`.
   * @throws PluginError `invalid-manifest`, `invalid-module` (bundles), `compile-error`, `invalid-arguments` (grants), `cancelled`
   * @example
   * const files = [{ path: "plugin.toml", content: 'name = "dice"' }, { path: "main.lua", content: source }];
   * const plugin = await host.load({ path: "dice", files });
   */
  async load(file: PluginFile | PluginFolder, options: PluginOptions = {}): Promise<Plugin> {
    this.#checkOpen();
    refuseCancelled(options.signal);
    const source = isPluginFolder(file) ? readPluginFolder(file) : readPluginFile(file);
    switch (source.kind) {
      case "bundle":
        return this.#loadBundle(source.bytes, options);
      case "component":
        return this.#loadComponent(source.manifest, source.bytes, options);
      case "extism":
        return this.#loadExtism(source.manifest, source.bytes, options);
      case "source":
        return this.#loadSource(source, options);
    }
  }

  /** Takes a plugin away from those that other plugins can call. Whether there was one; whoever holds it can still use it. */
  unload(name: string): boolean {
    return this.#directory.remove(name);
  }

  /** Begins to open the engine that a file of this name will need, while the file is still to be read. `load` says what fails. */
  anticipate(path: string): void {
    const name = engineOfPath(path);
    if (name !== undefined && !this.#isClosed) this.engine(name).catch(() => undefined);
  }

  /** The engine of a language, opened on first use. @throws PluginError `invalid-module`, `unavailable` */
  engine(name: EngineName): Promise<Engine> {
    const open = this.#engines.get(name);
    if (open) return open;
    const opening = this.#openEngine(name);
    this.#engines.set(name, opening);
    // A failure is not remembered: the next call tries again.
    opening.catch(() => this.#engines.delete(name));
    return opening;
  }

  async #openEngine(name: EngineName): Promise<Engine> {
    if (!Object.hasOwn(ENGINES, name)) {
      throw new PluginError(
        "unavailable",
        `This host has no engine "${name}"; it has ${Object.keys(ENGINES).join(", ")}`,
      );
    }
    const { engines, baked, cache } = this.#options;
    const hash = await baked?.componentHash(name);
    return Engine.open(
      name,
      { read: () => engines(name), ...(hash !== undefined && { hash }) },
      {
        runner: this.#runner,
        cache: baked ? bakedCache(baked, cache) : cache,
        functions: this.#loadFunctions(`engine:${name}`),
      },
    );
  }

  async #loadSource(source: PluginSource, options: PluginOptions): Promise<Plugin> {
    const name = source.manifest.name;
    try {
      const engine = await this.engine(source.engine);
      const functions = this.#loadFunctions(name, options.signal);
      const sourceHash = await hashOf(source.entry, source.files);
      const files = await withoutTypes(source.files, () => this.engine("typescript"), functions);
      const filesHash = files === source.files ? sourceHash : await hashOf(source.entry, files);
      const compiled = await engine.compile(files, source.entry, filesHash, functions);
      return await this.#loadCode(source.manifest, engine, compiled, sourceHash, options);
    } catch (error) {
      throw error instanceof PluginError ? error.with({ plugin: name }) : error;
    }
  }

  async #loadBundle(bytes: Uint8Array, options: PluginOptions): Promise<Plugin> {
    const { readBundle } = await import("./bundle.ts");
    const { manifest, engine: name, abi, code, sourceHash } = await readBundle(bytes);
    const native = NATIVE_ABIS.get(name);
    const engine = native === undefined ? await this.engine(name as EngineName) : { name, abi: native };
    if (abi !== engine.abi) {
      throw new PluginError(
        "invalid-module",
        `The bundle holds code for ${abi}; this host's engine ${engine.name} runs ${engine.abi}`,
        { plugin: manifest.name, hint: "Compile the plugin again from its source (cru plugins compile)." },
      );
    }
    if (!(engine instanceof Engine))
      return name === "extism"
        ? this.#loadExtism(manifest, code, options)
        : this.#loadComponent(manifest, code, options);
    try {
      return await this.#loadCode(manifest, engine, { code, warnings: [] }, sourceHash, options);
    } catch (error) {
      throw error instanceof PluginError ? error.with({ plugin: manifest.name }) : error;
    }
  }

  #loadComponent(manifest: Manifest, bytes: Uint8Array, options: PluginOptions): Promise<Plugin> {
    return this.#loadNative(manifest, (context) => NativeComponent.load(bytes, context), options);
  }

  #loadExtism(manifest: Manifest, bytes: Uint8Array, options: PluginOptions): Promise<Plugin> {
    const load = async (context: EngineContext) => (await this.#extismCode()).loadExtism(bytes, manifest, context);
    return this.#loadNative(manifest, load, options);
  }

  /** What runs Extism plug-ins is code of its own, which a page without them does not load. */
  #extismCode(): Promise<typeof import("./extism/index.ts")> {
    const loading = this.#extism ?? import("./extism/index.ts");
    this.#extism = loading;
    // As with engines: the next one tries again.
    loading.catch(() => {
      this.#extism = undefined;
    });
    return loading;
  }

  async #loadNative(
    manifest: Manifest,
    load: (context: EngineContext) => ReturnType<typeof NativeComponent.load>,
    options: PluginOptions,
  ): Promise<Plugin> {
    try {
      const { cache } = this.#options;
      const functions = this.#loadFunctions(manifest.name, options.signal);
      const { launcher, loaded } = await load({ runner: this.#runner, cache, functions });
      const sourceHash = launcher.name === "wasm" ? launcher.hash : await sha256Hex(loaded.code);
      return this.#plugin(manifest, launcher, loaded, { sourceHash, warnings: [] }, options);
    } catch (error) {
      throw error instanceof PluginError ? error.with({ plugin: manifest.name }) : error;
    }
  }

  async #loadCode(
    manifest: Manifest,
    engine: Engine,
    { code, warnings }: CompiledCode,
    sourceHash: string,
    options: PluginOptions,
  ): Promise<Plugin> {
    const loaded = await engine.load(code, this.#loadFunctions(manifest.name, options.signal));
    return this.#plugin(manifest, engine, loaded, { sourceHash, warnings }, options);
  }

  #plugin(
    manifest: Manifest,
    launcher: Launcher,
    loaded: LoadedCode,
    origin: ConstructorParameters<typeof Plugin>[3],
    { allow = [], signal }: PluginOptions,
  ): Plugin {
    refuseCancelled(signal);
    const { powers, now, drawSeed, ceiling, allow: generalAllow = [] } = this.#options;
    const checkOpen = () => this.#checkOpen();
    const checkStillOpen = () => this.#checkStillOpen();
    const nextInstance = () => this.#nextInstance(manifest.name);
    const plugin = new Plugin(manifest, launcher, loaded, origin, {
      powers,
      now,
      drawSeed,
      ceiling,
      allow,
      generalAllow,
      checkOpen,
      checkStillOpen,
      nextInstance,
      directory: this.#directory,
      canWait: this.#runner.canWait,
    });
    plugin.grant(); // What is wrong with the approvals is said now, not at the first call.
    this.#directory.add(plugin.callee());
    return plugin;
  }

  /** Names an instance, for messages: `dice-roller#3`. */
  #nextInstance(plugin: string): string {
    const number = (this.#instances.get(plugin) ?? 0) + 1;
    this.#instances.set(plugin, number);
    return `${plugin}#${number}`;
  }

  #checkOpen(): void {
    refusePollution();
    this.#checkStillOpen();
  }

  #checkStillOpen(): void {
    refuseNewPollution();
    if (this.#isClosed) throw new PluginError("unavailable", "The host was closed");
  }

  /** Host functions for code that runs outside calls: whatever it asks for, only the log answers. */
  #loadFunctions(owner: string, signal?: AbortSignal): LoadFunctions {
    const { clock, log } = this.#options.powers;
    return () => {
      const { imports } = createCapabilities({ plugin: owner, grant: {}, powers: { clock, ...(log && { log }) } });
      return { owner, imports, ...(signal && { signal }) };
    };
  }
}

/** Names the sources of a plugin: entry and files together. */
function hashOf(entry: string, files: readonly SourceFile[]): Promise<string> {
  return sha256Hex(new TextEncoder().encode(JSON.stringify([entry, files])));
}

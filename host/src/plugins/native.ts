/**
 * A plugin that brings its own WebAssembly: a component of the world `plugin` (`wit/worlds.wit`), or an Extism plug-in in such a component. It is held against the
 * interfaces of this host like an engine, and its start functions run once, before its image is taken. What it imports without a
 * grant does not exist for it: it does not start, and the error names the interface.
 */
import { capabilityInterfaces, type Grant } from "../capabilities/index.ts";
import { isComponent, outlineComponent } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import { type CallLimits, COMPILE_LIMITS } from "../limits.ts";
import { compileMetered, type PreparedComponent, prepareComponent, type Running } from "../sandbox/index.ts";
import { witExports, witImports } from "../wit.ts";
import { EngineCache } from "./engine-cache.ts";
import { GUEST, toolsOf } from "./guest.ts";
import { sha256Hex } from "./hash.ts";
import type { EngineContext, Launcher, LoadedCode, NativeName, PluginFunctions, StartSync } from "./program.ts";

/** The code of a native plugin is the component: what it has to fit is the WIT package. */
export const NATIVE_ABI = "crucible:plugin@0.1.0";

/** What of a plugin the component was made of. */
export interface NativeOrigin {
  readonly name: NativeName;
  readonly abi: string;
  readonly code: Uint8Array;
  /** Whether the component imports more than its plugin asks for; what is not granted answers `denied` then. */
  readonly importsAll: boolean;
}

export class NativeComponent implements Launcher {
  readonly name: NativeName;
  readonly abi: string;
  readonly hash: string;
  readonly #importsAll: boolean;
  readonly #prepared: PreparedComponent;
  readonly #context: EngineContext;

  private constructor(hash: string, origin: NativeOrigin, prepared: PreparedComponent, context: EngineContext) {
    this.name = origin.name;
    this.abi = origin.abi;
    this.hash = hash;
    this.#importsAll = origin.importsAll;
    this.#prepared = prepared;
    this.#context = context;
  }

  /** @throws PluginError `invalid-module` when the bytes are no plugin of this host's WIT package; a limit */
  static async load(
    bytes: Uint8Array,
    context: EngineContext,
    origin: NativeOrigin = { name: "wasm", abi: NATIVE_ABI, code: bytes, importsAll: false },
  ): Promise<{ launcher: NativeComponent; loaded: LoadedCode }> {
    if (!isComponent(bytes)) {
      throw new PluginError("invalid-module", "The file is no WebAssembly component", {
        hint: "A core module becomes one with: wasm-tools component new",
      });
    }
    const hash = await sha256Hex(bytes);
    const cache = new EngineCache(context.cache, hash);
    const opened = await cache.opened();
    const prepared = await prepareComponent(opened?.outline ?? bytes, {
      imports: witImports(),
      exports: new Map([[GUEST, witExports().get(GUEST)!]]),
      ...(opened && { modules: compileMetered(opened.metered) }),
    });
    const launcher = new NativeComponent(hash, origin, prepared, context);
    const known = await cache.loaded(origin.code, hash, prepared);
    if (known) return { launcher, loaded: known };
    const instance = await launcher.#start(context.functions(), COMPILE_LIMITS, undefined);
    try {
      const image = prepared.imageable === true ? await instance.capture() : undefined;
      // Fuel of the start functions, which ran for the image alone.
      const loadFuel = image ? instance.fuelUsed : 0;
      const loaded = { image, code: origin.code, loadFuel, tools: await toolsOf(instance) };
      const metered = prepared.modules.map((module) => module.metered);
      if (!opened) await cache.putOpened({ abi: NATIVE_ABI, outline: outlineComponent(bytes), metered });
      await cache.putLoaded(hash, loaded);
      return { launcher, loaded };
    } finally {
      instance.drop();
    }
  }

  get imports(): readonly string[] {
    return this.#prepared.imports;
  }

  checkGrant(grant: Grant): void {
    if (this.#importsAll) return;
    for (const name of this.imports) {
      const keys = capabilityInterfaces().get(name)?.grants ?? [];
      if (keys.length === 0 || keys.some((key) => grant[key] !== undefined)) continue;
      throw new PluginError("denied", `Cannot link the plugin: it imports ${name}, which its grant does not hold`, {
        hint: `Ask for ${keys.join(" or ")} under "capabilities" in its manifest, and approve it with --allow.`,
      });
    }
  }

  startPlugin(loaded: LoadedCode, functions: PluginFunctions, limits: CallLimits): Promise<Running> {
    return this.#start(functions, limits, loaded.image);
  }

  get startPluginSync(): StartSync | undefined {
    const { startSync } = this.#context.runner;
    return (
      startSync &&
      ((loaded, functions, limits) =>
        startSync(this.#prepared, { ...functions, limits, ...(loaded.image && { image: loaded.image }) }))
    );
  }

  #start(functions: PluginFunctions, limits: CallLimits, image: LoadedCode["image"]): Promise<Running> {
    return this.#context.runner.start(this.#prepared, { ...functions, limits, ...(image && { image }) });
  }
}

/**
 * A plugin that is loaded and can be called. Every call starts a fresh instance from the plugin's image, gives it the host
 * functions that the grant allows, and commits what it wrote when it succeeds; `open` keeps an instance for many calls.
 */
import {
  type Capabilities,
  createCapabilities,
  type Grant,
  type Powers,
  type Progress,
  type Report,
} from "../capabilities/index.ts";
import { type CallUsage, type Diagnostic, PluginError } from "../errors.ts";
import type { CallLimits } from "../limits.ts";
import type { Recording } from "../recording.ts";
import type { MonotonicClock, Running } from "../sandbox/index.ts";
import { type Callee, Composition, type PluginDirectory } from "./composition.ts";
import { grantFor } from "./grants.ts";
import type { ToolInfo } from "./guest.ts";
import { sha256Hex } from "./hash.ts";
import { type LimitOptions, limitsOfCall } from "./limits-of-call.ts";
import type { Manifest } from "./manifest.ts";
import { type OpenOptions, OpenPlugin } from "./open-plugin.ts";
import type { EngineInfo, Launcher, LoadedCode } from "./program.ts";
import { checkArguments } from "./schema.ts";
import { callTool, failureOfCall } from "./tool-call.ts";

export interface CallOptions extends LimitOptions {
  /** Seed of `random`, 0 to 2⁶⁴ − 1. @default drawn, and reported in the outcome */
  readonly seed?: number | bigint;
  /** Grants for this call, in the grammar of `--allow`; they come on top of those that the plugin was loaded with. */
  readonly allow?: readonly string[];
  /** Keeps a recording of everything outside the plugin: in the outcome, or in the `usage` of the error. @default false */
  readonly record?: boolean;
  /**
   * Cancels the call: it ends in `cancelled` and nothing that it wrote is kept. With `isolation: "inline"` the guest holds the thread on which a
   * signal would fire, so that only one that has fired before counts, or fires while the plugin waits for an answer; use `timeoutMs` there.
   */
  readonly signal?: AbortSignal;
  /** Hears of the progress of the plugin, and of those that it calls, while the call runs. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface CallOutcome extends CallUsage {
  /** What the tool returned, a JSON value. */
  readonly result: unknown;
  readonly report: Report;
}

export interface PluginOptions {
  /** Grants that are approved for this plugin, in the grammar of `--allow`. */
  readonly allow?: readonly string[];
  /** Cancels the loading, as `CallOptions.signal` does a call. */
  readonly signal?: AbortSignal;
}

/** What a plugin needs of its host. */
export interface PluginContext {
  readonly powers: Powers;
  readonly now: MonotonicClock;
  readonly drawSeed: () => bigint;
  readonly ceiling: CallLimits | undefined;
  readonly allow: readonly string[];
  readonly generalAllow: readonly string[];
  /** @throws PluginError `unavailable` once the host was closed */
  readonly checkOpen: () => void;
  /** The same at little cost, for calls of an instance for which `checkOpen` was called. */
  readonly checkStillOpen: () => void;
  /** The name of the next instance of the plugin, such as `dice-roller#3`. */
  readonly nextInstance: () => string;
  /** The plugins that this one may call. */
  readonly directory: PluginDirectory;
  /** Whether the thread of a guest can wait for answers that come later. */
  readonly canWait: boolean;
}

export class Plugin {
  readonly manifest: Manifest;
  /** The tools of the manifest, or where it lists none those that the code declares. */
  readonly tools: readonly ToolInfo[];
  /** Warnings of the compiler. */
  readonly warnings: readonly Diagnostic[];
  /** SHA-256 of the sources, in hex. */
  readonly sourceHash: string;
  /** What runs its code. */
  readonly engine: EngineInfo;
  readonly #launcher: Launcher;
  readonly #tools: ReadonlyMap<string, ToolInfo>;
  readonly #loaded: LoadedCode;
  readonly #context: PluginContext;

  /** Use `PluginHost.load`. */
  constructor(
    manifest: Manifest,
    launcher: Launcher,
    loaded: LoadedCode,
    origin: { readonly sourceHash: string; readonly warnings: readonly Diagnostic[] },
    context: PluginContext,
  ) {
    this.manifest = manifest;
    const { name, hash, abi, imports } = launcher;
    this.engine = { name, hash, abi, imports };
    this.#launcher = launcher;
    this.tools = toolsOf(manifest, loaded.tools);
    this.#tools = new Map(this.tools.map((tool) => [tool.name, tool]));
    this.sourceHash = origin.sourceHash;
    this.warnings = origin.warnings;
    this.#loaded = loaded;
    this.#context = context;
  }

  get name(): string {
    return this.manifest.name;
  }

  /** Fuel that loading the code took; not part of a call's fuel. */
  get loadFuel(): number {
    return this.#loaded.loadFuel;
  }

  /** What the plugin may do with these approvals on top of those that it was loaded with. */
  grant(allow: readonly string[] = []): Grant {
    return grantFor(this.manifest, [...this.#context.allow, ...allow], this.#context.generalAllow);
  }

  /**
   * Runs a tool. What it wrote is committed when it succeeds and dropped when it fails.
   * @throws PluginError before the plugin runs (`usage` is not set): `not-found` for the tool, `invalid-arguments` for the
   * arguments and options; from the run (`usage` is set): any code of `ERROR_CODES`.
   */
  async call(
    tool: string,
    args: Readonly<Record<string, unknown>> = {},
    options: CallOptions = {},
  ): Promise<CallOutcome> {
    try {
      this.#context.checkOpen();
      const json = this.#checkedArguments(tool, args);
      const limits = limitsOfCall(this.manifest.limits, options, this.#context.ceiling);
      const seed = options.seed === undefined ? this.#context.drawSeed() : checkedSeed(options.seed);
      const grant = this.grant(options.allow);
      this.#launcher.checkGrant(grant);
      const capabilities = this.#capabilities(grant, options.onProgress);
      const { signal } = options;
      const run: Run = { tool, args: json, limits, seed, capabilities, ...(signal && { signal }) };
      return await this.#run(options.record === true ? await this.#recorded(run, grant) : run);
    } catch (error) {
      throw error instanceof PluginError ? error.with({ plugin: this.name }) : error;
    }
  }

  /**
   * Runs a recorded call again, from the recording alone: nothing of the kiln, the state or the network is read or changed. The
   * result, the error and the fuel are those of the recording. `options` are the most that its limits may be.
   * @throws PluginError the recorded error, with `usage`; without it `invalid-arguments` where the recording is malformed, of other
   * code, or has higher limits, and `conflict` where the run is another than the recorded one
   */
  async replay(recording: Recording, options: LimitOptions = {}): Promise<CallOutcome> {
    try {
      this.#context.checkOpen();
      const { log } = this.#context.powers;
      const { replayRun } = await import("./replay.ts");
      return await replayRun(recording, {
        identity: await this.#identity(),
        allowed: limitsOfCall(this.#context.ceiling, options, this.#context.ceiling),
        ...(log && { log }),
        checkedArguments: (tool, args) => this.#checkedArguments(tool, args),
        run: (run) => this.#run(run),
      });
    } catch (error) {
      throw error instanceof PluginError ? error.with({ plugin: this.name }) : error;
    }
  }

  /**
   * Starts an instance that lives across calls. The limits are those of every call, which may have others; memory is that of the
   * instance's whole life.
   * @throws PluginError `invalid-arguments`; `denied` for a component that imports what the grant does not hold; a limit
   * @example
   * const open = await plugin.open({ seed: 42 });
   * const { result } = await open.call("roll", { dice: "3d6" });
   * open.close();
   */
  async open(options: OpenOptions = {}): Promise<OpenPlugin> {
    const { checkOpen, checkStillOpen, drawSeed, ceiling, now } = this.#context;
    const limitsOf = (call: LimitOptions) => limitsOfCall(this.manifest.limits, { ...options, ...call }, ceiling);
    let id: string | undefined;
    try {
      checkOpen();
      const limits = limitsOf({});
      const seed = options.seed === undefined ? drawSeed() : checkedSeed(options.seed);
      const grant = this.grant(options.allow);
      this.#launcher.checkGrant(grant);
      const capabilities = this.#capabilities(grant, options.onProgress);
      id = this.#context.nextInstance();
      const { imports, takeWork } = capabilities;
      const functions = { owner: this.name, imports, takeWork, ...(options.signal && { signal: options.signal }) };
      return new OpenPlugin({
        id,
        plugin: this.name,
        instance: await this.#launcher.startPlugin(this.#loaded, functions, limits),
        capabilities,
        limits,
        seed,
        loadFuel: this.loadFuel,
        now,
        checkOpen: checkStillOpen,
        checkedArguments: (tool, args) => this.#checkedArguments(tool, args),
        limitsOf,
      });
    } catch (error) {
      throw error instanceof PluginError
        ? error.with({ plugin: this.name, ...(id !== undefined && { instance: id }) })
        : error;
    }
  }

  /** The plugin as others call it; for its host. */
  callee(): Callee {
    return {
      manifest: this.manifest,
      launcher: this.#launcher,
      loaded: this.#loaded,
      grant: () => this.grant(),
      limits: () => limitsOfCall(this.manifest.limits, {}, this.#context.ceiling),
      checkedArguments: (tool, args, onSteps) => this.#checkedArguments(tool, args, onSteps),
    };
  }

  /** The plugin as a bundle (`.crub`): manifest and compiled code, without the source. */
  async bundle(): Promise<Uint8Array> {
    const { writeBundle } = await import("./bundle.ts");
    return writeBundle({
      manifest: this.manifest,
      engine: this.engine.name,
      abi: this.engine.abi,
      engineHash: this.engine.hash,
      sourceHash: this.sourceHash,
      code: this.#loaded.code,
    });
  }

  #capabilities(grant: Grant, onProgress: CallOptions["onProgress"]): Capabilities {
    const { powers, directory, now, canWait } = this.#context;
    const caller = { callee: this.callee(), grant, chain: [this.name] };
    return createCapabilities({
      plugin: this.name,
      grant,
      powers,
      canWait,
      ...(grant.plugins && { others: new Composition({ directory, now }, caller) }),
      ...(onProgress && { onProgress }),
    });
  }

  #checkedArguments(tool: string, args: unknown, onSteps?: (steps: number) => void): string {
    const info = this.#tools.get(tool);
    if (info === undefined) {
      const names = this.tools.map(({ name }) => name).join(", ");
      throw new PluginError("not-found", `There is no tool "${tool}"`, {
        hint:
          names === ""
            ? "This plugin offers no tools; document a public function to make it one."
            : `Its tools are: ${names}.`,
      });
    }
    return JSON.stringify(checkArguments(tool, info.parameters, args, onSteps));
  }

  /** What a recording and its replay must have in common. */
  async #identity(): Promise<Pick<Recording, "plugin" | "engine">> {
    const { name, version } = this.manifest;
    const codeHash = await sha256Hex(this.#loaded.code);
    return { plugin: { name, version, codeHash, sourceHash: this.sourceHash }, engine: this.engine };
  }

  async #recorded(run: Run, grant: Grant): Promise<Run> {
    const { recordRun } = await import("./record.ts");
    return recordRun(run, { identity: await this.#identity(), grant });
  }

  async #run(run: Run): Promise<CallOutcome> {
    const { tool, args, limits, seed, capabilities, signal, finish = (_, usage) => usage } = run;
    const id = this.#context.nextInstance();
    const started = this.#context.now();
    let instance: Running | undefined;
    const usage = (): CallUsage => ({
      fuel: instance?.fuelUsed ?? 0,
      loadFuel: this.loadFuel,
      memoryBytes: instance?.memoryBytes ?? 0,
      wallMs: Math.round((this.#context.now() - started) * 1000) / 1000,
      seed,
    });
    try {
      const { imports, takeWork } = capabilities;
      const functions = { owner: this.name, imports, takeWork, ...(signal && { signal }) };
      instance = await this.#launcher.startPlugin(this.#loaded, functions, limits);
      const { fuel, timeoutMs } = limits;
      const result = await callTool(instance, capabilities, { tool, args, fuel, timeoutMs, seed, signal });
      return { result, ...finish({ result }, usage()), report: capabilities.report };
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      const failure = failureOfCall(error, finish({ error }, usage()), capabilities.report);
      throw failure.with({ instance: id });
    } finally {
      instance?.drop();
    }
  }
}

/** What a tool came to. */
export type Ending = { readonly result: unknown } | { readonly error: PluginError };

/** One run of a tool: what goes into it, and what becomes of its figures when it has ended. */
export interface Run {
  readonly tool: string;
  /** JSON text of the checked arguments. */
  readonly args: string;
  readonly limits: CallLimits;
  readonly seed: bigint;
  readonly capabilities: Capabilities;
  readonly signal?: AbortSignal;
  readonly finish?: (ending: Ending, usage: CallUsage) => CallUsage;
}

/** The manifest's word on a tool counts; what it leaves out comes from the code. */
function toolsOf(manifest: Manifest, declared: readonly ToolInfo[]): readonly ToolInfo[] {
  if (manifest.tools === undefined) return declared;
  return manifest.tools.map((tool) => {
    const fromCode = declared.find(({ name }) => name === tool.name);
    const returns = tool.returns ?? fromCode?.returns;
    return {
      name: tool.name,
      description: tool.description ?? fromCode?.description ?? "",
      parameters: tool.parameters ?? fromCode?.parameters ?? { type: "object" },
      ...(returns && { returns }),
    };
  });
}

function checkedSeed(seed: number | bigint): bigint {
  const whole = typeof seed === "bigint" || Number.isSafeInteger(seed) ? BigInt(seed) : -1n;
  if (whole < 0n || whole >= 1n << 64n) {
    throw new PluginError("invalid-arguments", `"seed" must be a whole number from 0 to 2^64 - 1, got ${seed}`);
  }
  return whole;
}

/**
 * A plugin that is loaded and can be called. Every call starts a fresh instance from the plugin's image, gives it the host
 * functions that the grant allows, and commits what it wrote when it succeeds.
 */
import { createCapabilities, type Grant, type Powers, type Report } from "../capabilities/index.ts";
import { type CallUsage, type Diagnostic, PluginError } from "../errors.ts";
import type { CallLimits } from "../limits.ts";
import type { MonotonicClock, Running } from "../sandbox/index.ts";
import { writeBundle } from "./bundle.ts";
import { callGuest, callGuestSync, type Engine, type LoadedCode, type ToolInfo } from "./engine.ts";
import { grantFor } from "./grants.ts";
import { failureFromGuest, type GuestFailure } from "./guest-failure.ts";
import { parseGuestJson } from "./json.ts";
import { type LimitOptions, limitsOfCall } from "./limits-of-call.ts";
import type { Manifest } from "./manifest.ts";
import { checkArguments } from "./schema.ts";

export interface CallOptions extends LimitOptions {
  /** Seed of `random`, 0 to 2⁶⁴ − 1. @default drawn, and reported in the outcome */
  readonly seed?: number | bigint;
  /** Grants for this call, in the grammar of `--allow`; they come on top of those that the plugin was loaded with. */
  readonly allow?: readonly string[];
}

export interface CallOutcome extends CallUsage {
  /** What the tool returned, a JSON value. */
  readonly result: unknown;
  readonly report: Report;
}

export interface PluginOptions {
  /** Grants that are approved for this plugin, in the grammar of `--allow`. */
  readonly allow?: readonly string[];
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
}

export class Plugin {
  readonly manifest: Manifest;
  /** The tools of the manifest, or where it lists none those that the code declares. */
  readonly tools: readonly ToolInfo[];
  /** Warnings of the compiler. */
  readonly warnings: readonly Diagnostic[];
  /** SHA-256 of the sources, in hex. */
  readonly sourceHash: string;
  readonly engine: Engine;
  readonly #loaded: LoadedCode;
  readonly #context: PluginContext;

  /** Use `PluginHost.load`. */
  constructor(
    manifest: Manifest,
    engine: Engine,
    loaded: LoadedCode,
    origin: { readonly sourceHash: string; readonly warnings: readonly Diagnostic[] },
    context: PluginContext,
  ) {
    this.manifest = manifest;
    this.engine = engine;
    this.tools = toolsOf(manifest, loaded.tools);
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
      return await this.#run(tool, json, limits, seed, this.grant(options.allow));
    } catch (error) {
      throw error instanceof PluginError ? error.with({ plugin: this.name }) : error;
    }
  }

  /** The plugin as a bundle (`.crub`): manifest and compiled code, without the source. */
  bundle(): Promise<Uint8Array> {
    return writeBundle({
      manifest: this.manifest,
      engine: this.engine.name,
      abi: this.engine.abi,
      engineHash: this.engine.hash,
      sourceHash: this.sourceHash,
      code: this.#loaded.code,
    });
  }

  #checkedArguments(tool: string, args: unknown): string {
    const info = this.tools.find(({ name }) => name === tool);
    if (info === undefined) {
      const names = this.tools.map(({ name }) => name).join(", ");
      throw new PluginError("not-found", `There is no tool "${tool}"`, {
        hint:
          names === ""
            ? "This plugin offers no tools; document a public function to make it one."
            : `Its tools are: ${names}.`,
      });
    }
    return JSON.stringify(checkArguments(tool, info.parameters, args));
  }

  async #run(tool: string, args: string, limits: CallLimits, seed: bigint, grant: Grant): Promise<CallOutcome> {
    const capabilities = createCapabilities({ plugin: this.name, grant, powers: this.#context.powers });
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
      instance = await this.engine.startPlugin(this.#loaded, { owner: this.name, imports, takeWork }, limits);
      capabilities.beginCall({ seed });
      // Where the instance is on this thread nothing happens between the call and its commit: calls follow one another.
      const { callSync } = instance;
      const answer = (
        callSync
          ? callGuestSync(callSync, "call", [tool, args], limits)
          : await callGuest(instance, "call", [tool, args], limits)
      ) as CallAnswer;
      if (answer.tag === "err") throw failureFromGuest(answer.val);
      const result = parseGuestJson(answer.val);
      capabilities.commit();
      return { result, ...usage(), report: capabilities.report };
    } catch (error) {
      capabilities.rollback();
      throw error instanceof PluginError
        ? error.with({ usage: usage(), ...hintFor(error, capabilities.report) })
        : error;
    } finally {
      instance?.drop();
    }
  }
}

/** A plugin is told only in part what is wrong with the machine; the person gets the hint that was kept for them. */
function hintFor(error: PluginError, { problems }: Report): { readonly hint?: string } {
  const problem = problems.findLast(({ code }) => code === error.code);
  return problem?.hint === undefined ? {} : { hint: problem.hint };
}

type CallAnswer = { readonly tag: "ok"; readonly val: string } | { readonly tag: "err"; readonly val: GuestFailure };

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

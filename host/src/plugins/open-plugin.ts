/**
 * An instance of a plugin that lives across calls: what the guest keeps in its memory is there at the next call. Every call has its
 * own transaction, fuel, deadline, seed and report. The first failure ends the instance, because what the guest remembers would
 * otherwise be what was just rolled back. It decides no limits and no grant: `Plugin.open` did.
 */
import type { Capabilities, Progress } from "../capabilities/index.ts";
import { type CallUsage, PluginError } from "../errors.ts";
import type { CallLimits } from "../limits.ts";
import type { MonotonicClock, Running } from "../sandbox/index.ts";
import type { LimitOptions } from "./limits-of-call.ts";
import type { CallOutcome } from "./plugin.ts";
import { callTool, callToolSync, failureOfCall, type ToolCall } from "./tool-call.ts";

export interface OpenOptions extends LimitOptions {
  /**
   * Seed of the first call, 0 to 2⁶⁴ − 1; call n (from 0) has seed + n · 0xD1342543DE82EF95 modulo 2⁶⁴.
   * @default drawn, and reported in the outcomes
   */
  readonly seed?: number | bigint;
  /** Grants for this instance, in the grammar of `--allow`; they come on top of those that the plugin was loaded with. */
  readonly allow?: readonly string[];
  /** Ends the instance: `cancelled`. */
  readonly signal?: AbortSignal;
  /** Hears of the progress of the plugin, and of those that it calls, in every call. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface OpenCallOptions {
  /** @default that of `open` */
  readonly fuel?: number;
  /** @default that of `open` */
  readonly timeoutMs?: number;
  /** Cancels this call, and with it the instance. On the caller's own thread it is looked at before the guest runs. */
  readonly signal?: AbortSignal;
}

/** What `Plugin.open` hands over. */
export interface OpenParts {
  readonly id: string;
  readonly plugin: string;
  readonly instance: Running;
  readonly capabilities: Capabilities;
  readonly limits: CallLimits;
  readonly seed: bigint;
  readonly loadFuel: number;
  readonly now: MonotonicClock;
  /** @throws PluginError `unavailable` once the host was closed */
  readonly checkOpen: () => void;
  /** JSON text of the checked arguments. @throws PluginError `not-found`, `invalid-arguments` */
  readonly checkedArguments: (tool: string, args: unknown) => string;
  /** @throws PluginError `invalid-arguments` */
  readonly limitsOf: (options: OpenCallOptions) => CallLimits;
}

/** Odd, so that 2⁶⁴ calls have 2⁶⁴ seeds; large, so that instances with neighbouring seeds share none (Steele and Vigna, 2021). */
const SEED_STEP = 0xd1342543de82ef95n;
const NO_OPTIONS: OpenCallOptions = Object.freeze({});
const NO_ARGUMENTS = Object.freeze({});

export class OpenPlugin {
  /** Names the instance in errors, such as `dice-roller#3`. */
  readonly id: string;
  readonly #parts: OpenParts;
  #seed: bigint;
  #ended: PluginError | undefined;
  #isClosed = false;
  #isRunning = false;
  /** Settles when the call before has ended; calls that wait for a worker follow one another. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Use `Plugin.open`. */
  constructor(parts: OpenParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#seed = parts.seed;
  }

  /** The failure that ended the instance, once one did. */
  get ended(): PluginError | undefined {
    return this.#ended;
  }

  /**
   * Runs a tool. What it wrote is committed when it succeeds; when it fails that is dropped, and the instance with it. Calls follow
   * one another in the order in which they were made.
   * @throws PluginError before the plugin runs (`usage` is not set, and the instance lives on): `not-found`, `invalid-arguments`,
   * `cancelled`, `unavailable` for an instance that ended or was closed; from the run (`usage` is set): any code of `ERROR_CODES`
   */
  async call(
    tool: string,
    args: Readonly<Record<string, unknown>> = NO_ARGUMENTS,
    options: OpenCallOptions = NO_OPTIONS,
  ): Promise<CallOutcome> {
    const turn = this.#turn;
    let finished: () => void = () => undefined;
    this.#turn = new Promise<void>((resolve) => {
      finished = resolve;
    });
    await turn;
    try {
      const call = this.#begin(tool, args, options);
      const started = this.#parts.now();
      this.#isRunning = true;
      try {
        const result = await callTool(this.#parts.instance, this.#parts.capabilities, call);
        return this.#outcome(result, call, started);
      } catch (error) {
        throw this.#end(error, call, started);
      } finally {
        this.#isRunning = false;
      }
    } finally {
      finished();
    }
  }

  /**
   * The same at once; only where plugins run on the caller's thread.
   * @throws PluginError as `call`, and `unavailable` where the instance runs elsewhere
   */
  callSync(
    tool: string,
    args: Readonly<Record<string, unknown>> = NO_ARGUMENTS,
    options: OpenCallOptions = NO_OPTIONS,
  ): CallOutcome {
    const { instance, capabilities } = this.#parts;
    const { callSync } = instance;
    if (callSync === undefined) {
      throw this.#known(
        new PluginError("unavailable", "callSync is for plugins on the caller's thread; this one runs in a worker", {
          hint: "Await call instead.",
        }),
      );
    }
    const call = this.#begin(tool, args, options);
    const started = this.#parts.now();
    this.#isRunning = true;
    try {
      return this.#outcome(callToolSync(callSync, capabilities, call, instance), call, started);
    } catch (error) {
      throw this.#end(error, call, started);
    } finally {
      this.#isRunning = false;
    }
  }

  /** Frees the instance. More than once is the same as once. */
  close(): void {
    this.#isClosed = true;
    this.#parts.instance.drop();
  }

  /** All that is checked before the guest runs; nothing of it ends the instance. */
  #begin(tool: string, args: unknown, options: OpenCallOptions): ToolCall {
    try {
      this.#checkAlive();
      options.signal?.aborted && refuse("cancelled", "The caller cancelled the call");
      const json = this.#parts.checkedArguments(tool, args);
      const { fuel, timeoutMs } = options === NO_OPTIONS ? this.#parts.limits : this.#parts.limitsOf(options);
      const seed = this.#seed;
      this.#seed = BigInt.asUintN(64, seed + SEED_STEP);
      return { tool, args: json, fuel, timeoutMs, seed, signal: options.signal };
    } catch (error) {
      throw this.#known(error);
    }
  }

  #checkAlive(): void {
    this.#parts.checkOpen();
    if (this.#isClosed) refuse("unavailable", `The instance ${this.id} was closed`);
    if (this.#isRunning) refuse("unavailable", `The instance ${this.id} is inside of a call already`);
    const ended = this.#ended;
    if (ended === undefined) return;
    throw new PluginError("unavailable", `The instance ${this.id} ended before with ${ended.code}: ${ended.message}`, {
      cause: ended,
      hint: "Open another.",
    });
  }

  #outcome(result: unknown, call: ToolCall, started: number): CallOutcome {
    const { fuel, loadFuel, memoryBytes, wallMs, seed } = this.#usage(call, started);
    return { result, fuel, loadFuel, memoryBytes, wallMs, seed, report: this.#parts.capabilities.report };
  }

  #end(error: unknown, call: ToolCall, started: number): unknown {
    const { instance, capabilities, plugin } = this.#parts;
    const failure =
      error instanceof PluginError ? error : new PluginError("unavailable", "The host failed", { cause: error });
    const known = failureOfCall(failure, this.#usage(call, started), capabilities.report);
    this.#ended ??= known.with({ plugin, instance: this.id });
    instance.drop();
    return error instanceof PluginError ? this.#ended : error;
  }

  #usage({ seed }: ToolCall, started: number): CallUsage {
    const { instance, loadFuel, now } = this.#parts;
    const wallMs = Math.round((now() - started) * 1000) / 1000;
    return { fuel: instance.fuelUsed, loadFuel, memoryBytes: instance.memoryBytes, wallMs, seed };
  }

  #known(error: unknown): unknown {
    return error instanceof PluginError ? error.with({ plugin: this.#parts.plugin, instance: this.id }) : error;
  }
}

function refuse(code: "unavailable" | "cancelled", message: string): never {
  throw new PluginError(code, message);
}

/**
 * Plugins that call each other (`wit/plugins.wit`): which there are, what a callee may do and use, and how it runs: in an instance of
 * its own, on the caller's thread and on the caller's fuel, time and transaction. A callee never reaches more than its caller:
 * its grant is the part of its own that the caller has too.
 *
 * Where a callee is started at once the answer is one; on a pool it comes later. Both go through the same preparation and the same
 * end, so that results and fuel are the same.
 */
import {
  type Answers,
  type CallAccount,
  CallEnd,
  type Capabilities,
  type Grant,
  type Nest,
  type OtherPlugins,
} from "../capabilities/index.ts";
import { type ErrorCode, PluginError } from "../errors.ts";
import { jsonShapeProblem } from "../json-shape.ts";
import {
  type CallLimits,
  CURSOR_BYTES,
  MAPPED_AT_ONCE,
  NESTED_STACK_BYTES,
  PLUGIN_DEPTH,
  WORK_FUEL,
} from "../limits.ts";
import { deadlinePassed, type MonotonicClock, type Running } from "../sandbox/index.ts";
import { compareCodePoints, quoted } from "../text.ts";
import type { PluginsPluginInfo } from "../wit.ts";
import { delegated } from "./grants.ts";
import type { Manifest } from "./manifest.ts";
import type { Launcher, LoadedCode } from "./program.ts";
import { deriveSeed } from "./seeds.ts";
import { satisfies } from "./semver.ts";
import { didYouMean } from "./suggest.ts";
import { callTool, callToolSync, type ToolCall } from "./tool-call.ts";

/** A plugin as others may call it. */
export interface Callee {
  readonly manifest: Manifest;
  readonly launcher: Launcher;
  readonly loaded: LoadedCode;
  grant(): Grant;
  /** What a call of it may use, whoever calls. */
  limits(): CallLimits;
  /** JSON text of the checked arguments; `onSteps` hears of the work. @throws PluginError `not-found`, `invalid-arguments` */
  checkedArguments(tool: string, args: unknown, onSteps: (steps: number) => void): string;
}

/** The plugins that one host has loaded, by name. A plugin that is loaded again takes the place of the one before. */
export class PluginDirectory {
  readonly #plugins = new Map<string, Callee>();

  add(callee: Callee): void {
    this.#plugins.set(callee.manifest.name, callee);
  }

  /** Whether there was one. */
  remove(name: string): boolean {
    return this.#plugins.delete(name);
  }

  get(name: string): Callee | undefined {
    return this.#plugins.get(name);
  }

  /** Those that others may call, by name. */
  exporting(): readonly Callee[] {
    return [...this.#plugins.values()]
      .filter(({ manifest }) => manifest.exports.length > 0)
      .sort((a, b) => compareCodePoints(a.manifest.name, b.manifest.name));
  }
}

export interface CompositionContext {
  readonly directory: PluginDirectory;
  readonly now: MonotonicClock;
}

/** The caller, as far as it bounds those that it calls. */
export interface Caller {
  readonly callee: Callee;
  readonly grant: Grant;
  /** Names of the plugins that call each other, the first one outermost and the caller last. */
  readonly chain: readonly string[];
}

/** One call of a callee, ready to be run. */
interface Prepared {
  readonly callee: Callee;
  readonly capabilities: Capabilities;
  readonly limits: CallLimits;
  readonly call: ToolCall & { readonly stackBytes: number };
  readonly isSpread: boolean;
}

/** How a call ends that its runner did not even start. */
const NEVER_RAN: ReadonlySet<ErrorCode> = new Set(["busy", "cancelled"]);

/** What one call of a callee came to. */
interface Ended {
  readonly answer: { readonly tag: "ok"; readonly val: string } | { readonly tag: "err"; readonly val: PluginError };
  /** All that the caller pays for it. */
  readonly fuel: number;
}

export class Composition implements OtherPlugins {
  readonly #context: CompositionContext;
  readonly #caller: Caller;
  #account: CallAccount | undefined;
  #startedMs = 0;
  #called = 0;

  constructor(context: CompositionContext, caller: Caller) {
    this.#context = context;
    this.#caller = caller;
  }

  begin(account: CallAccount): void {
    this.#account = account;
    this.#startedMs = this.#context.now();
    this.#called = 0;
  }

  list(nest: Nest): readonly PluginsPluginInfo[] {
    const plugins = this.#context.directory
      .exporting()
      .filter(({ manifest }) => manifest.name !== this.#caller.callee.manifest.name);
    nest.work(plugins.length * WORK_FUEL.listedPlugin);
    return plugins.map(({ manifest: { name, version, description, exports } }) => ({
      name,
      version,
      description,
      exports,
    }));
  }

  call(plugin: string, tool: string, args: string, nest: Nest): string | Promise<string> {
    const callee = this.#resolve(plugin, tool);
    this.#checkChain(callee.manifest.name);
    const seed = deriveSeed(nest.seed, "call", this.#called);
    this.#called += 1;
    nest.work(args.length * WORK_FUEL.jsonCharacter);
    const prepared = this.#prepare(callee, tool, args, seed, this.#left(nest), false, nest, nest.work);
    const { timeoutMs } = this.#running();
    const told = ({ answer, fuel }: Ended): string => {
      nest.work(fuel);
      this.#checkTime(timeoutMs);
      if (answer.tag === "ok") return answer.val;
      throw answer.val;
    };
    const ended = this.#run(prepared);
    return ended instanceof Promise ? ended.then(told) : told(ended);
  }

  map(plugin: string, tool: string, inputs: readonly string[], nest: Nest): Answers | Promise<Answers> {
    const own = this.#caller.callee;
    const isOwn = plugin === "" || plugin === own.manifest.name;
    const callee = isOwn ? own : this.#resolve(plugin, tool);
    // A plugin may spread its own work once; what it spreads may not do so again.
    const { chain } = this.#caller;
    if (isOwn && chain.indexOf(callee.manifest.name) === chain.length - 1) this.#checkDepth(callee.manifest.name);
    else this.#checkChain(callee.manifest.name);
    nest.work(inputs.reduce((sum, input) => sum + input.length, 0) * WORK_FUEL.jsonCharacter);
    const spread = new Spread(this.#left(nest), inputs.length);
    const account = this.#running();
    const run = (index: number): Ended | Promise<Ended> => {
      this.#checkCaller(account, nest);
      const seed = deriveSeed(nest.seed, "map", index);
      let checked = 0;
      const paid = (ended: Ended): Ended => ({ ...ended, fuel: ended.fuel + checked });
      const pay = (fuel: number): void => {
        checked += fuel;
      };
      try {
        const ended = this.#run(this.#prepare(callee, tool, inputs[index] ?? "", seed, spread.fuel, true, nest, pay));
        return ended instanceof Promise ? ended.then(paid) : paid(ended);
      } catch (error) {
        if (!(error instanceof PluginError)) throw error;
        return paid({ answer: { tag: "err", val: error }, fuel: WORK_FUEL.startedPlugin });
      }
    };
    return spread.run(run, nest.work);
  }

  /** @throws PluginError `not-found`, `denied`, `conflict` */
  #resolve(plugin: string, tool: string): Callee {
    const { directory } = this.#context;
    const callee = directory.get(plugin);
    if (callee === undefined) {
      const names = directory.exporting().map(({ manifest }) => manifest.name);
      throw new PluginError("not-found", `there is no plugin ${quoted(plugin)} here${didYouMean(plugin, names)}`);
    }
    const { name, version, exports } = callee.manifest;
    const { dependencies } = this.#caller.callee.manifest;
    const range = Object.hasOwn(dependencies, name) ? dependencies[name] : undefined;
    if (range !== undefined && !satisfies(version, range))
      throw new PluginError("conflict", `the plugin "${name}" is here in version ${version}, and ${range} is needed`);
    if (exports.includes(tool)) return callee;
    const offered = exports.length === 0 ? "nothing" : exports.join(", ");
    throw new PluginError("denied", `the plugin "${name}" exports ${offered}, and not ${quoted(tool)}`);
  }

  #checkChain(name: string): void {
    const { chain } = this.#caller;
    if (chain.includes(name)) {
      const told = [...chain, name].join(" → ");
      throw new PluginError("denied", `plugins must not call each other in a circle: ${told}`);
    }
    this.#checkDepth(name);
  }

  #checkDepth(name: string): void {
    const { chain } = this.#caller;
    if (chain.length < PLUGIN_DEPTH) return;
    const told = [...chain, name].join(" → ");
    throw new PluginError("denied", `plugins call each other at most ${PLUGIN_DEPTH} deep: ${told}`);
  }

  /** Fuel that the caller has left, once it has paid what it owes. */
  #left({ owed }: Nest): () => number {
    const { instance, fuel } = this.#running();
    return () => Math.max(0, fuel - instance.fuelUsed - owed());
  }

  #running(): CallAccount & { readonly instance: Running } {
    if (this.#account === undefined) throw new PluginError("unavailable", "plugins can be called while a tool runs");
    // `begin` was given what the runner started.
    return this.#account as CallAccount & { readonly instance: Running };
  }

  /** Ends the caller's call where it is over, whoever ended it: what is spread is not looked at by its deadline. */
  #checkCaller(account: CallAccount, { isRunning }: Nest): void {
    if (this.#account !== account || !isRunning())
      throw new CallEnd(new PluginError("cancelled", "The call that spread this one has ended"));
    this.#checkTime(account.timeoutMs);
  }

  /** Ends the caller's call where its time is over: it might answer what it called before anything looks at the clock again. */
  #checkTime(timeoutMs: number): void {
    if (!(this.#context.now() <= this.#startedMs + timeoutMs)) throw new CallEnd(deadlinePassed(timeoutMs));
  }

  #prepare(
    callee: Callee,
    tool: string,
    args: string,
    seed: bigint,
    left: () => number,
    isSpread: boolean,
    nest: Nest,
    pay: (fuel: number) => void,
  ): Prepared {
    const { callee: own, grant: callersGrant, chain } = this.#caller;
    const { name } = callee.manifest;
    const checked = callee.checkedArguments(tool, parsedArguments(args), (steps) => pay(steps * WORK_FUEL.schemaStep));
    const grant = callee === own ? callersGrant : delegated(callee.grant(), callersGrant);
    callee.launcher.checkGrant(grant);
    const others = new Composition(this.#context, { callee, grant, chain: [...chain, name] });
    const most = callee.limits();
    const { timeoutMs, instance } = this.#running();
    const stackBytes = Math.max(0, instance.stackRoom - NESTED_STACK_BYTES);
    const limits = {
      memoryBytes: most.memoryBytes,
      fuel: Math.min(most.fuel, Math.max(0, left() - WORK_FUEL.startedPlugin)),
      timeoutMs: Math.max(0, Math.min(most.timeoutMs, this.#startedMs + timeoutMs - this.#context.now())),
    };
    return {
      callee,
      capabilities: nest.capabilities({ plugin: name, grant, others, isSpread }),
      limits,
      call: { tool, args: checked, seed, fuel: limits.fuel, timeoutMs: limits.timeoutMs, stackBytes },
      isSpread,
    };
  }

  #run(prepared: Prepared): Ended | Promise<Ended> {
    const { callee, capabilities, limits, call, isSpread } = prepared;
    const { imports, takeWork } = capabilities;
    const caller = this.#running().instance;
    const { stackBytes } = call;
    const owner = callee.manifest.name;
    const functions = { owner, imports, takeWork, stackBytes, caller, ...(isSpread && { spread: true }) };
    let instance: Running | undefined;
    const ended = (result: unknown): Ended => {
      const val = JSON.stringify(result);
      const fuel = WORK_FUEL.startedPlugin + (instance?.fuelUsed ?? 0) + val.length * WORK_FUEL.jsonCharacter;
      return { answer: { tag: "ok", val }, fuel };
    };
    const failed = (error: unknown): Ended => {
      if (!(error instanceof PluginError)) throw error;
      const told = new PluginError(error.code, `the plugin "${callee.manifest.name}" failed: ${error.message}`);
      const used = instance?.fuelUsed ?? 0;
      // Start functions that fail leave no account: nobody knows how much of their limit they used.
      const failedAtStart = used === 0 && callee.loaded.image === undefined && !NEVER_RAN.has(error.code);
      const fuel = WORK_FUEL.startedPlugin + (failedAtStart ? limits.fuel : used);
      return { answer: { tag: "err", val: told }, fuel };
    };
    const later = async (): Promise<Ended> => {
      try {
        instance = await callee.launcher.startPlugin(callee.loaded, functions, limits);
        return ended(await callTool(instance, capabilities, call));
      } catch (error) {
        return failed(error);
      } finally {
        instance?.drop();
      }
    };
    const { startPluginSync } = callee.launcher;
    if (startPluginSync === undefined) return later();
    try {
      const started = startPluginSync(callee.loaded, functions, limits);
      instance = started;
      return ended(callToolSync(started.callSync, capabilities, call, started));
    } catch (error) {
      return failed(error);
    } finally {
      instance?.drop();
    }
  }
}

/**
 * Many calls that must come to the same whichever of them runs first: each may use what the caller had left at the beginning, and the
 * caller pays for all. Once they have used more than that, the caller is exhausted whatever the others do, and they are not run.
 */
class Spread {
  readonly fuel: () => number;
  readonly #most: number;
  readonly #count: number;
  readonly #answers: (Answers[number] | undefined)[];
  #used = 0;
  #bytes = 0;
  #next = 0;

  constructor(left: () => number, count: number) {
    this.#most = left();
    this.fuel = () => this.#most;
    this.#count = count;
    this.#answers = new Array(count);
    // That much each of them takes: where it is too much, none is run.
    if (count * WORK_FUEL.startedPlugin > this.#most) this.#used = count * WORK_FUEL.startedPlugin;
  }

  run(run: (index: number) => Ended | Promise<Ended>, pay: (fuel: number) => void): Answers | Promise<Answers> {
    while (this.#hasMore()) {
      const index = this.#next++;
      const ended = run(index);
      if (ended instanceof Promise) return this.#runLater(run, { index, ended }, pay);
      this.#keep(index, ended);
    }
    return this.#finish(pay);
  }

  async #runLater(
    run: (index: number) => Ended | Promise<Ended>,
    first: { readonly index: number; readonly ended: Promise<Ended> },
    pay: (fuel: number) => void,
  ): Promise<Answers> {
    let fault: { readonly error: unknown } | undefined;
    const lane = async (begun?: typeof first): Promise<void> => {
      try {
        if (begun) this.#keep(begun.index, await begun.ended);
        while (this.#hasMore() && fault === undefined) {
          const index = this.#next++;
          this.#keep(index, await run(index));
        }
      } catch (error) {
        fault ??= { error };
      }
    };
    await Promise.all([lane(first), ...Array.from({ length: MAPPED_AT_ONCE - 1 }, () => lane())]);
    if (fault) throw fault.error;
    return this.#finish(pay);
  }

  #hasMore(): boolean {
    return this.#next < this.#count && this.#used <= this.#most;
  }

  #keep(index: number, { answer, fuel }: Ended): void {
    this.#used += fuel;
    this.#bytes += 2 * (answer.tag === "ok" ? answer.val : answer.val.message).length;
    // Which of them came to more than may be held must not depend on their order: it is said at the end.
    this.#answers[index] = this.#bytes <= CURSOR_BYTES ? answer : undefined;
  }

  #finish(pay: (fuel: number) => void): Answers {
    pay(this.#used);
    if (this.#used > this.#most) return [];
    if (this.#bytes <= CURSOR_BYTES) return this.#answers as Answers;
    throw new CallEnd(
      new PluginError("transfer-limit", `The answers of plugins.map take more than ${CURSOR_BYTES} bytes together`, {
        hint: "Spread less at a time, or have the calls answer less.",
      }),
    );
  }
}

/** @throws PluginError `invalid-arguments` */
function parsedArguments(text: string): unknown {
  const problem = jsonShapeProblem(text, "write");
  if (problem) throw new PluginError("invalid-arguments", `the arguments are JSON that ${problem.message}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new PluginError("invalid-arguments", "the arguments are no JSON");
  }
}

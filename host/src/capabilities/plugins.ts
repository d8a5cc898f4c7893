/**
 * The capability `plugins`: calls tools of other plugins, one or many at a time. Which plugins there are, what they may do
 * and how they run is decided in `plugins/composition.ts`; here the grant is checked, calls are counted, and what came of them
 * becomes an answer. A call answers at once, or later where plugins run on other threads.
 */
import type { HostInterface } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import type { PluginsFunctions, PluginsPluginInfo, Result, TypesFailure } from "../wit.generated.ts";
import type { Call, CallAccount } from "./call.ts";
import { Cursor } from "./cursor.ts";
import { FAULT, type HostFunction, type Later } from "./gate.ts";
import type { Capabilities } from "./index.ts";

/** The other plugins, as one plugin may use them while it runs. */
export interface OtherPlugins {
  /** A call of the plugin begins. */
  begin(account: CallAccount): void;
  list(nest: Nest): readonly PluginsPluginInfo[];
  /** Answers the JSON text. `nested` makes the capabilities of the callee. Errors: any `PluginError`; `CallEnd` ends the caller too. */
  call(plugin: string, tool: string, args: string, nest: Nest): string | Promise<string>;
  /** One answer for each input, in their order. `plugin` is `""` for the caller itself. */
  map(plugin: string, tool: string, inputs: readonly string[], nest: Nest): Answers | Promise<Answers>;
}

export type Answers = readonly Result<string, PluginError>[];

/** What of the caller's call those inside of it are made from. */
export interface Nest {
  readonly seed: bigint;
  readonly capabilities: (options: Parameters<Capabilities["nested"]>[0]) => Capabilities;
  /** Adds to the fuel that the caller pays for. */
  readonly work: (fuel: number) => void;
  /** Whether the call is still under way: one that was stopped does not wait for what runs inside of it. */
  readonly isRunning: () => boolean;
  /** Fuel that the caller pays for already, but has not been charged yet. */
  readonly owed: () => number;
}

/** Ends the call of the plugin instead of answering it. */
export class CallEnd extends Error {
  readonly error: PluginError;

  constructor(error: PluginError) {
    super(error.message);
    this.error = error;
  }
}

/** What one answer of `map` takes besides its text, roughly. */
const ANSWER_BYTES = 200;

type Answered<Value> = Result<Value, TypesFailure>;

export function bindPlugins(call: Call, nested: Nest["capabilities"]): HostInterface {
  const nest = (): Nest => ({
    seed: call.seed,
    capabilities: nested,
    work: call.work,
    isRunning: () => call.entries.isRunning,
    owed: () => call.owed,
  });
  const others = (): OtherPlugins => {
    if (call.grant.plugins === undefined) {
      throw new PluginError(
        "denied",
        "plugins needs the grant plugins; the plugin's manifest must ask for it, and you allow it with --allow plugins",
      );
    }
    if (call.others === undefined) throw new PluginError("unavailable", "there are no other plugins here");
    return call.others;
  };

  const functions: Later<PluginsFunctions> = {
    "list-plugins": () => answer(call, "list-plugins", () => others().list(nest())),
    call: (plugin, tool, args) => answer(call, "call", () => others().call(plugin, tool, args, nest())),
    map: (plugin, tool, inputs) =>
      answer(call, "map", () => {
        const answers = others().map(plugin, tool, inputs, nest());
        return answers instanceof Promise ? answers.then(opened) : opened(answers);
      }),
    "[method]answer-cursor.next": (cursor, max) =>
      answer(call, "[method]answer-cursor.next", () => (cursor as Cursor<Answered<string>>).next(max)),
  };

  function opened(answers: Answers): Cursor<Answered<string>> {
    const rows = answers.map(
      (one): Answered<string> => (one.tag === "ok" ? one : { tag: "err", val: toWitFailure(one.val) }),
    );
    const bytes = rows.reduce(
      (sum, { val }) => sum + ANSWER_BYTES + 2 * (typeof val === "string" ? val : val.message).length,
      0,
    );
    return new Cursor(rows, bytes, call.cursors);
  }

  return {
    endsByItself: true,
    functions: new Map<string, HostFunction>(Object.entries(functions)),
    drops: new Map([["answer-cursor", (cursor: object) => (cursor as Cursor<Answered<string>>).close()]]),
  };
}

/** Counts the call, runs it, and turns a `PluginError` into the failure of `wit/types.wit`. */
function answer<Value>(
  call: Call,
  name: string,
  run: () => Value | Promise<Value>,
): Answered<Value> | Promise<Answered<Value>> {
  const failed = (error: unknown): Answered<Value> => {
    if (error instanceof CallEnd) throw error.error;
    if (!(error instanceof PluginError)) throw error;
    call.notice(error);
    return { tag: "err", val: toWitFailure(error) };
  };
  try {
    call.enter(`plugins.${name}`, true);
    const value = run();
    if (value instanceof Promise) return value.then((val) => ({ tag: "ok" as const, val }), failed);
    return { tag: "ok", val: value };
  } catch (error) {
    return failed(error);
  }
}

/**
 * The error as another plugin gets it: code and message. Never hint, cause or stack, nor the words of a fault of the host, which
 * may name things of the machine.
 */
function toWitFailure({ code, message }: PluginError): TypesFailure {
  const isFault = code === FAULT.code && message.includes(`${FAULT.message}: `);
  const told = isFault ? message.slice(0, message.indexOf(FAULT.message) + FAULT.message.length) : message;
  return { code, message: told, position: undefined, stack: [] };
}

/**
 * Capabilities that answer from a recording: no kiln, no state, no network. Each call of the plugin must be the recorded one, with
 * the same arguments; the first that is not ends the run. `random` follows from the seed and `log` is written anew.
 */
import type { FunctionType, HostInterface } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import type { LogEntry } from "../powers/types.ts";
import type { RecordedCall, RecordedFailure } from "../recording.ts";
import { quoted, shortened } from "../text.ts";
import { witImports } from "../wit.ts";
import { Call } from "./call.ts";
import { FAULT } from "./gate.ts";
import type { Capabilities } from "./index.ts";
import { bindLog } from "./log.ts";
import { bindRandom } from "./random.ts";
import { fromRecorded, type HandleNumbers, NotRecordable, toRecorded } from "./recorded-values.ts";
import { shortName, UNRECORDED } from "./recorder.ts";

export interface ReplayOptions {
  readonly plugin: string;
  readonly calls: readonly RecordedCall[];
  /** How the commit failed, where it did. */
  readonly commitFailure?: RecordedFailure;
  readonly log?: (entry: LogEntry) => void;
}

export interface CallReplayer {
  readonly capabilities: Capabilities;
  /** Why the run is another than the recorded one, once that is known. */
  readonly divergence: PluginError | undefined;
  /** Recorded calls that the plugin made. */
  readonly replayed: number;
}

/** @throws PluginError `invalid-arguments`: a recorded call is of no known function, or a value is none of its type */
export function replayCalls(options: ReplayOptions): CallReplayer {
  return new Replayer(options);
}

/** A recorded call, read and ready to answer. */
interface ReadCall {
  readonly call: string;
  /** The arguments as text. */
  readonly args: string;
  readonly fuel: number;
  readonly answer: () => unknown;
}

class Replayer implements CallReplayer {
  readonly capabilities: Capabilities;
  divergence: PluginError | undefined;
  replayed = 0;
  readonly #calls: readonly ReadCall[];
  readonly #handles = new Placeholders();
  readonly #count: Call;
  #work = 0;

  constructor({ plugin, calls, commitFailure, log }: ReplayOptions) {
    const types = recordedFunctions();
    this.#calls = calls.map((call, index) => this.#read(call, index, types));
    const clock = { nowMs: () => 0, monotonicNs: () => 0n, utcOffsetMinutes: () => 0 };
    const count = new Call({ plugin, grant: {}, powers: { clock, ...(log && { log }) } });
    this.#count = count;
    const imports = new Map<string, HostInterface>();
    for (const [versionedName, { functions }] of witImports()) {
      const name = shortName(versionedName);
      if (name === "random") imports.set(versionedName, bindRandom(count));
      else if (name === "log") imports.set(versionedName, bindLog(count));
      else
        imports.set(versionedName, {
          functions: new Map(
            [...functions].map(([function_, type]) => [function_, this.#function(`${name}.${function_}`, type)]),
          ),
        });
    }
    this.capabilities = {
      imports,
      beginCall: ({ seed }) => count.begin({ seed }),
      commit: () => {
        count.commit();
        if (commitFailure !== undefined) throw new PluginError(commitFailure.code, commitFailure.message);
      },
      rollback: () => count.rollback(),
      takeWork: () => {
        const fuel = this.#work;
        this.#work = 0;
        return fuel;
      },
      nested: () => {
        throw new PluginError("unavailable", "a replay calls no other plugins");
      },
      get report() {
        return count.report;
      },
    };
  }

  #function(call: string, type: FunctionType): (...args: never[]) => unknown {
    return (...args) => {
      const text = JSON.stringify(
        type.params.map((param, index) => toRecorded(param.type, args[index], this.#handles)),
      );
      const index = this.replayed;
      const recorded = this.#calls[index];
      if (recorded === undefined) {
        const after = index === 0 ? "the recording has no capability calls" : `the recording ends after call ${index}`;
        throw this.#diverged(`${after}, and the plugin called ${shown(call, text)}`);
      }
      if (recorded.call !== call || recorded.args !== text) {
        const expected = shown(recorded.call, recorded.args);
        throw this.#diverged(
          `at call ${index + 1} the recording has ${expected}, and the plugin called ${shown(call, text)}`,
        );
      }
      this.replayed += 1;
      this.#count.enter(call, false);
      this.#work += recorded.fuel;
      return recorded.answer();
    };
  }

  #diverged(why: string): PluginError {
    this.divergence ??= new PluginError("conflict", `The replay differs from the recording: ${why}`, {
      hint: "The recording was changed, or something outside of it decides what the plugin does.",
    });
    return this.divergence;
  }

  #read(recorded: RecordedCall, index: number, types: ReadonlyMap<string, FunctionType>): ReadCall {
    const { call, args, answer, stop, fault, fuel = 0 } = recorded;
    const malformed = (what: string): PluginError =>
      new PluginError("invalid-arguments", `The recording is malformed: in call ${index + 1}, ${what}`);
    const type = types.get(call);
    if (type === undefined) throw malformed(`there is no function ${quoted(call)}`);
    if (args.length !== type.params.length)
      throw malformed(`${call} takes ${type.params.length} arguments, got ${args.length}`);
    const read = <Value>(what: string, work: () => Value): Value => {
      try {
        return work();
      } catch (error) {
        throw error instanceof NotRecordable ? malformed(`${what} ${error.message}`) : error;
      }
    };
    const text = JSON.stringify(
      type.params.map((param, at) =>
        read(`argument ${at + 1}`, () =>
          toRecorded(param.type, fromRecorded(param.type, args[at], this.#handles), this.#handles),
        ),
      ),
    );
    if (stop !== undefined)
      return { call, args: text, fuel, answer: () => raise(new PluginError(stop.code, stop.message)) };
    if (fault !== undefined)
      return { call, args: text, fuel, answer: () => raise(new PluginError(FAULT.code, FAULT.message)) };
    const { result } = type;
    if (result === undefined) {
      if (answer !== null) throw malformed("the answer must be null");
      return { call, args: text, fuel, answer: () => undefined };
    }
    const value = read("the answer", () => fromRecorded(result, answer, this.#handles.given));
    return { call, args: text, fuel, answer: () => value };
  }
}

/** Functions by the name that recordings give them. */
function recordedFunctions(): ReadonlyMap<string, FunctionType> {
  const types = new Map<string, FunctionType>();
  for (const [versionedName, { functions }] of witImports()) {
    const name = shortName(versionedName);
    if (UNRECORDED.has(name)) continue;
    for (const [function_, type] of functions) types.set(`${name}.${function_}`, type);
  }
  return types;
}

/** Stand for the resources of the recorded run, by their numbers. */
class Placeholders implements HandleNumbers {
  readonly #resources: object[] = [];
  readonly #numbers = new Map<object, number>();

  numberOf(resource: object): number {
    return this.#numbers.get(resource) ?? 0;
  }

  resourceOf(number: number): object {
    const resource = this.#resources[number - 1];
    if (resource === undefined) throw new NotRecordable("must be the number of a handle that was given before");
    return resource;
  }

  /** For answers, which hand out the next number. */
  readonly given: HandleNumbers = {
    numberOf: (resource) => this.numberOf(resource),
    resourceOf: (number) => {
      if (number !== this.#resources.length + 1)
        throw new NotRecordable(`must give the handle ${this.#resources.length + 1}, the next number`);
      const resource = {};
      this.#resources.push(resource);
      this.#numbers.set(resource, number);
      return resource;
    },
  };
}

function raise(error: PluginError): never {
  throw error;
}

/** A call for a message: `kiln.read-note("a.md")`. */
function shown(call: string, args: string): string {
  return `${call}(${shortened(args.slice(1, -1), 200)})`;
}

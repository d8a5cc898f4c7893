/**
 * Records the capability calls of one plugin call: wraps the host functions and writes down arguments, answer and the fuel of
 * the work, in order. It changes no answer. `random` and `log` are left out: one follows from the seed, the other has no answer.
 */
import type { FunctionType, HostInterface } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import { RECORDING_BYTES } from "../limits.ts";
import type { Json, RecordedCall } from "../recording.ts";
import { witImports } from "../wit.ts";
import type { Capabilities } from "./index.ts";
import { type HandleNumbers, toRecorded } from "./recorded-values.ts";

export interface CallRecorder {
  /** The capabilities to hand to the plugin instead of those that are recorded. */
  readonly capabilities: Capabilities;
  readonly calls: readonly RecordedCall[];
  /** Whether the host itself failed in a capability, so that the message of the error must stay here. */
  readonly faulted: boolean;
  /** Whether the tool had returned and the commit of its changes failed. */
  readonly failedAtCommit: boolean;
  /** Whether the call was ended because the recording grew too large. */
  readonly overflowed: boolean;
}

/** Interfaces whose calls a replay computes anew. */
export const UNRECORDED: ReadonlySet<string> = new Set(["random", "log"]);

/** `crucible:plugin/kiln@0.1.0` → `kiln` */
export function shortName(versionedName: string): string {
  return /\/([a-z0-9-]+)@/.exec(versionedName)?.[1] ?? versionedName;
}

/** @param maximumBytes of the recorded calls as JSON text */
export function recordCalls(inner: Capabilities, maximumBytes: number = RECORDING_BYTES): CallRecorder {
  return new Recorder(inner, maximumBytes);
}

type Answered = Pick<RecordedCall, "answer" | "stop" | "fault">;

class Recorder implements CallRecorder {
  readonly capabilities: Capabilities;
  readonly calls: RecordedCall[] = [];
  faulted = false;
  failedAtCommit = false;
  overflowed = false;
  readonly #inner: Capabilities;
  readonly #maximumBytes: number;
  readonly #handles = new Numbering();
  #bytes = 0;
  /** Work that was taken from the capabilities to be written down, and is still to be charged. */
  #work = 0;

  constructor(inner: Capabilities, maximumBytes: number) {
    this.#inner = inner;
    this.#maximumBytes = maximumBytes;
    const imports = new Map<string, HostInterface>();
    for (const [name, offered] of inner.imports) imports.set(name, this.#interface(name, offered));
    this.capabilities = {
      imports,
      beginCall: (options) => inner.beginCall(options),
      commit: () => this.#commit(),
      rollback: () => inner.rollback(),
      takeWork: () => this.#takeWork(),
      nested: (options) => inner.nested(options),
      get report() {
        return inner.report;
      },
    };
  }

  #interface(versionedName: string, offered: HostInterface): HostInterface {
    const name = shortName(versionedName);
    const types = witImports().get(versionedName)?.functions;
    if (types === undefined || UNRECORDED.has(name)) return offered;
    const functions = new Map<string, (...args: never[]) => unknown>();
    for (const [function_, run] of offered.functions) {
      const type = types.get(function_);
      functions.set(function_, type === undefined ? run : this.#recorded(`${name}.${function_}`, type, run));
    }
    return { ...offered, functions };
  }

  #recorded(call: string, type: FunctionType, run: (...args: never[]) => unknown): (...args: never[]) => unknown {
    return (...args) => {
      const recorded = type.params.map((param, index) => toRecorded(param.type, args[index], this.#handles.known));
      // Work that was done before is not of this call.
      this.#work += this.#inner.takeWork();
      const answered = (value: unknown): unknown => {
        this.#write(call, recorded, {
          answer: type.result === undefined ? null : toRecorded(type.result, value, this.#handles.given),
        });
        return value;
      };
      const failed = (error: unknown): never => {
        const stop = error instanceof PluginError ? { code: error.code, message: error.message } : undefined;
        if (stop === undefined) this.faulted = true;
        this.#write(call, recorded, stop === undefined ? { fault: true } : { stop });
        throw error;
      };
      let value: unknown;
      try {
        value = run(...args);
      } catch (error) {
        return failed(error);
      }
      return value instanceof Promise ? value.then(answered, failed) : answered(value);
    };
  }

  #write(call: string, args: readonly Json[], answered: Answered): void {
    const fuel = this.#inner.takeWork();
    this.#work += fuel;
    const entry: RecordedCall = { call, args, ...answered, ...(fuel > 0 && { fuel }) };
    this.#bytes += JSON.stringify(entry).length;
    if (this.#bytes > this.#maximumBytes) {
      this.overflowed = true;
      throw new PluginError(
        "transfer-limit",
        `The recording of the call is larger than ${this.#maximumBytes} bytes, after ${this.calls.length} capability calls`,
        { hint: "Record a smaller run, or run it without a recording." },
      );
    }
    this.calls.push(entry);
  }

  #takeWork(): number {
    const fuel = this.#work + this.#inner.takeWork();
    this.#work = 0;
    return fuel;
  }

  #commit(): void {
    try {
      this.#inner.commit();
    } catch (error) {
      this.failedAtCommit = true;
      throw error;
    }
  }
}

/** Numbers resources in the order in which they are handed to the plugin, from 1. */
class Numbering {
  readonly #numbers = new Map<object, number>();

  /** For arguments: what the plugin has. */
  readonly known: HandleNumbers = {
    numberOf: (resource) => this.#numbers.get(resource) ?? 0,
    resourceOf: noResource,
  };
  /** For answers: what it is given. */
  readonly given: HandleNumbers = {
    numberOf: (resource) => {
      this.#numbers.set(resource, this.#numbers.size + 1);
      return this.#numbers.size;
    },
    resourceOf: noResource,
  };
}

function noResource(): never {
  throw new Error("a recorder makes no resources");
}

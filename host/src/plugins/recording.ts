/**
 * A recording as a whole (docs/recording.md): puts one together when a recorded call ends, reads one that may have been made by
 * anybody, and holds a replayed run against it. It runs nothing; the calls in it are `capabilities/recorder.ts`'s business.
 */
import type { CallRecorder, CallReplayer, Grant } from "../capabilities/index.ts";
import { type CallUsage, isErrorCode, PluginError, type SourcePosition } from "../errors.ts";
import { jsonShapeProblem } from "../json-shape.ts";
import { type CallLimits, JSON_DEPTH, RECORDING_FILE_BYTES, RECORDING_VALUES } from "../limits.ts";
import type { RecordedCall, RecordedFailure, RecordedOutcome, Recording } from "../recording.ts";
import { quoted } from "../text.ts";
import { canonicalJson, copyJson, isJsonObject, type JsonObject, type JsonValue, NotJson } from "./json.ts";

/** What a recorded call was made of, and what a replay must have again. */
export type RecordedRequest = Omit<Recording, "format" | "version" | "calls" | "outcome">;

export type Ending = { readonly result: unknown } | { readonly error: PluginError };

export interface RequestParts {
  readonly plugin: Recording["plugin"];
  readonly engine: { readonly name: string; readonly abi: string; readonly hash: string };
  readonly tool: string;
  /** JSON text of the checked arguments. */
  readonly args: string;
  readonly seed: bigint;
  readonly limits: CallLimits;
  readonly grant: Grant;
}

export function recordedRequest({ plugin, engine, tool, args, seed, limits, grant }: RequestParts): RecordedRequest {
  const { name, abi, hash } = engine;
  return {
    plugin,
    engine: { name, abi, hash },
    tool,
    arguments: JSON.parse(args),
    seed: String(seed),
    limits: { ...limits },
    grant: JSON.parse(JSON.stringify(grant)),
  };
}

/** The recording of a call that has ended; undefined where it grew too large, which is then why the call ended. */
export function finishRecording(
  request: RecordedRequest,
  recorder: CallRecorder,
  ending: Ending,
  { fuel, memoryBytes }: Pick<CallUsage, "fuel" | "memoryBytes">,
): Recording | undefined {
  if (recorder.overflowed) return undefined;
  const outcome =
    "error" in ending
      ? { error: failureOf(ending.error, recorder), fuel, memoryBytes }
      : { ...ending, fuel, memoryBytes };
  return { format: "crucible-recording", version: 1, ...request, calls: recorder.calls, outcome };
}

function failureOf({ code, message, position }: PluginError, recorder: CallRecorder): RecordedFailure {
  return {
    code,
    message: recorder.faulted && code === "unavailable" ? "A capability of the host failed" : message,
    ...(position && { position }),
    ...(recorder.failedAtCommit && { atCommit: true }),
  };
}

/** The recording as the text of a file: one line for each capability call. */
export function printRecording(recording: Recording): string {
  const { calls, outcome, ...head } = recording;
  const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  const made = calls.map((call) => `    ${JSON.stringify(call)}`).join(",\n");
  const list = calls.length === 0 ? "[]" : `[\n${made}\n  ]`;
  return `{\n${lines.join("\n")}\n  "calls": ${list},\n  "outcome": ${JSON.stringify(outcome)}\n}\n`;
}

/**
 * Reads the text of a recording. @throws PluginError `invalid-arguments` where it is none, or of a newer version
 */
export function parseRecording(text: string): Recording {
  if (text.length > RECORDING_FILE_BYTES) throw malformed(`it is longer than ${RECORDING_FILE_BYTES} characters`);
  const problem = jsonShapeProblem(text, "write", { mostLevels: LEVELS, mostValues: RECORDING_VALUES });
  if (problem !== undefined) throw malformed(`it ${problem.message}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("it is not JSON");
  }
  return checkRecording(value);
}

/** Arguments and results may be as deep as JSON may be, and stand in a recording. */
const LEVELS = JSON_DEPTH + 8;

/**
 * A recording from untrusted data, copied. The calls are checked in their shape; their values when they are replayed.
 * @throws PluginError `invalid-arguments`
 */
export function checkRecording(input: unknown): Recording {
  const data = copied(input);
  if (!isJsonObject(data) || data.format !== "crucible-recording")
    throw malformed('"format" is not crucible-recording');
  if (data.version !== 1) {
    throw new PluginError("invalid-arguments", "Cannot read the recording: this host reads version 1 of the format", {
      hint: "Replay it with the version of the host that made it.",
    });
  }
  const read = new Reader(data);
  const plugin = read.object("plugin");
  const engine = read.object("engine");
  const limits = read.object("limits");
  const outcome = read.object("outcome");
  const recording: Recording = {
    format: "crucible-recording",
    version: 1,
    plugin: {
      name: plugin.text("name"),
      version: plugin.text("version"),
      codeHash: plugin.hash("codeHash"),
      sourceHash: plugin.hash("sourceHash"),
    },
    engine: { name: engine.text("name"), abi: engine.text("abi"), hash: engine.hash("hash") },
    tool: read.text("tool"),
    arguments: read.json("arguments"),
    seed: seedOf(read),
    limits: {
      memoryBytes: limits.count("memoryBytes", 1),
      fuel: limits.count("fuel", 1),
      timeoutMs: limits.count("timeoutMs", 1),
    },
    grant: read.json("grant"),
    calls: read.list("calls").map((call, index) => callOf(call, index)),
    outcome: outcomeOf(outcome),
  };
  for (const reader of [read, plugin, engine, limits, outcome]) reader.finish();
  return recording;
}

function copied(input: unknown): JsonValue {
  try {
    return copyJson(input, "", JSON_DEPTH - LEVELS);
  } catch (error) {
    if (error instanceof NotJson) throw malformed(`${error.path === "" ? "it" : error.path} ${error.message}`);
    throw error;
  }
}

function seedOf(read: Reader): string {
  const seed = read.text("seed");
  if (/^(0|[1-9][0-9]{0,19})$/.test(seed) && BigInt(seed) < 1n << 64n) return seed;
  throw malformed('"seed" must be a whole number below 2^64, as text');
}

function callOf(value: JsonValue, index: number): RecordedCall {
  const where = `calls[${index}]`;
  if (!isJsonObject(value)) throw malformed(`"${where}" must be an object`);
  const read = new Reader(value, `${where}.`);
  const call = { call: read.text("call"), args: read.list("args") };
  const fuel = read.has("fuel") ? { fuel: read.count("fuel", 0) } : {};
  let answered: Pick<RecordedCall, "answer" | "stop" | "fault">;
  if (read.has("stop")) {
    const stop = read.object("stop");
    answered = { stop: { code: codeOf(stop), message: stop.text("message") } };
    stop.finish();
  } else if (read.has("fault")) {
    if (value.fault !== true) throw malformed(`"${where}.fault" must be true`);
    answered = { fault: true };
  } else answered = { answer: read.value("answer") };
  read.finish();
  return { ...call, ...answered, ...fuel };
}

function outcomeOf(read: Reader): RecordedOutcome {
  const usage = { fuel: read.count("fuel", 0), memoryBytes: read.count("memoryBytes", 0) };
  if (!read.has("error")) return { result: read.value("result"), ...usage };
  const error = read.object("error");
  const failure: RecordedFailure = {
    code: codeOf(error),
    message: error.text("message"),
    ...(error.has("position") && { position: positionOf(error.object("position")) }),
    ...(error.has("atCommit") && error.value("atCommit") === true && { atCommit: true }),
  };
  error.finish();
  return { error: failure, ...usage };
}

function codeOf(read: Reader): RecordedFailure["code"] {
  const code = read.text("code");
  if (isErrorCode(code)) return code;
  throw malformed(`${quoted(code)} is no error code`);
}

function positionOf(read: Reader): SourcePosition {
  const position = { file: read.text("file"), line: read.count("line", 0), column: read.count("column", 0) };
  read.finish();
  return position;
}

/** Reads the keys of one object of a recording; every key must be known. */
class Reader {
  readonly #object: JsonObject;
  readonly #prefix: string;
  readonly #known = new Set<string>();

  constructor(object: JsonObject, prefix = "") {
    this.#object = object;
    this.#prefix = prefix;
    if (prefix === "") for (const key of ["format", "version"]) this.#known.add(key);
  }

  has(key: string): boolean {
    this.#known.add(key);
    return Object.hasOwn(this.#object, key);
  }

  value(key: string): JsonValue {
    if (!this.has(key)) throw this.#wrong(key, "is missing");
    return this.#object[key] ?? null;
  }

  text(key: string): string {
    const value = this.value(key);
    return typeof value === "string" ? value : this.#fail(key, "must be text");
  }

  hash(key: string): string {
    const value = this.text(key);
    return /^[0-9a-f]{64}$/.test(value) ? value : this.#fail(key, "must be a SHA-256 in hex");
  }

  count(key: string, least: number): number {
    const value = this.value(key);
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
    throw this.#wrong(key, `must be a whole number from ${least} to 2^53 - 1`);
  }

  list(key: string): readonly JsonValue[] {
    const value = this.value(key);
    return Array.isArray(value) ? value : this.#fail(key, "must be a list");
  }

  json(key: string): JsonObject {
    const value = this.value(key);
    return isJsonObject(value) ? value : this.#fail(key, "must be an object");
  }

  object(key: string): Reader {
    return new Reader(this.json(key), `${this.#prefix}${key}.`);
  }

  finish(): void {
    for (const key of Object.keys(this.#object)) if (!this.#known.has(key)) throw this.#wrong(key, "is no key of it");
  }

  #fail(key: string, why: string): never {
    throw this.#wrong(key, why);
  }

  #wrong(key: string, why: string): PluginError {
    return malformed(`${quoted(this.#prefix + key)} ${why}`);
  }
}

function malformed(why: string): PluginError {
  return new PluginError("invalid-arguments", `The recording is malformed: ${why}`);
}

/**
 * Refuses a recording of other code or of another engine, whose fuel and behaviour would differ.
 * @throws PluginError `invalid-arguments`
 */
export function requireSameCode(recording: Recording, own: Pick<Recording, "plugin" | "engine">): void {
  const { plugin, engine } = recording;
  if (plugin.codeHash !== own.plugin.codeHash) {
    const of = `${quoted(plugin.name)} ${plugin.version} with the code ${plugin.codeHash.slice(0, 12)}`;
    throw new PluginError(
      "invalid-arguments",
      `The recording is of other code: of ${of}, and this is ${quoted(own.plugin.name)} ${own.plugin.version} with ${own.plugin.codeHash.slice(0, 12)}`,
      { hint: "Replay it with the plugin as it was when the recording was made." },
    );
  }
  if (engine.hash !== own.engine.hash) {
    throw new PluginError(
      "invalid-arguments",
      `The recording was made with another engine ${quoted(engine.name)} (${engine.hash.slice(0, 12)}); this host has ${own.engine.hash.slice(0, 12)}`,
      { hint: "Replay it with the version of the host that made it." },
    );
  }
}

/** The recorded run ended by the clock or by a person; nothing in the plugin says when. */
export function endedFromOutside({ outcome }: Recording): boolean {
  return outcome.error?.code === "deadline" || outcome.error?.code === "cancelled";
}

/** What else than the recorded run the replayed one was; undefined where it was the same. */
export function differenceOf(
  recording: Recording,
  replayer: CallReplayer,
  ending: Ending,
  usage: Pick<CallUsage, "fuel" | "memoryBytes">,
): PluginError | undefined {
  if (replayer.divergence !== undefined) return replayer.divergence;
  const { outcome, calls } = recording;
  const was = outcome.error === undefined ? "a result" : `the error ${outcome.error.code}`;
  if ("error" in ending) {
    const { code, message, position } = ending.error;
    const { error } = outcome;
    if (error?.code !== code) return differs(`it ended in ${was}, and the replay in the error ${code}: ${message}`);
    // The words of a trap are those of the JavaScript engine.
    if (code !== "trap" && error.message !== message)
      return differs(`it ended in ${code}: ${quoted(error.message)}, and the replay in ${quoted(message)}`);
    if (JSON.stringify(error.position) !== JSON.stringify(position)) return differs("it failed at another position");
  } else if (outcome.error !== undefined) return differs(`it ended in ${was}, and the replay in a result`);
  else if (textOf(outcome.result) !== textOf(ending.result)) return differs("it had another result");
  if (replayer.replayed < calls.length)
    return differs(`it has ${calls.length} capability calls, and the plugin made ${replayer.replayed}`);
  if (outcome.fuel !== usage.fuel)
    return differs(`it took ${outcome.fuel} units of fuel, and the replay ${usage.fuel}`);
  return undefined;
}

function differs(why: string): PluginError {
  return new PluginError("conflict", `The replay differs from the recording: ${why}`, {
    hint: "The recording was changed, or was made by a version of the host that counts otherwise.",
  });
}

function textOf(result: unknown): string {
  return canonicalJson(copyJson(result));
}

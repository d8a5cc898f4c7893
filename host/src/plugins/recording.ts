/**
 * A recording as text (docs/recording.md): prints one, and reads one that may have been made by anybody. What a recorded call
 * leaves is `record.ts`'s business, and running it again `replay.ts`'s.
 */
import { isErrorCode, PluginError, type SourcePosition } from "../errors.ts";
import { jsonShapeProblem } from "../json-shape.ts";
import { JSON_DEPTH, RECORDING_FILE_BYTES, RECORDING_VALUES } from "../limits.ts";
import type { RecordedCall, RecordedFailure, RecordedOutcome, Recording } from "../recording.ts";
import { quoted } from "../text.ts";
import { copyJson, isJsonObject, type JsonObject, type JsonValue, NotJson } from "./json.ts";

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

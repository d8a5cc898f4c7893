/**
 * Records a call of a plugin while it runs, and puts the recording (docs/recording.md) together when it has ended. A page loads
 * this with the first call that is recorded.
 */
import { FAULT } from "../capabilities/gate.ts";
import type { Grant } from "../capabilities/index.ts";
import { type CallRecorder, recordCalls } from "../capabilities/recorder.ts";
import type { CallUsage, PluginError } from "../errors.ts";
import type { RecordedFailure, Recording } from "../recording.ts";
import type { Ending, Run } from "./plugin.ts";

/** What a recorded call was made of, and what a replay must have again. */
type RecordedRequest = Omit<Recording, "format" | "version" | "calls" | "outcome">;

export interface RecordOptions {
  /** What a recording and its replay must have in common. */
  readonly identity: Pick<Recording, "plugin" | "engine">;
  readonly grant: Grant;
}

/** The same run, which adds its recording to the usage. */
export function recordRun(run: Run, options: RecordOptions): Run {
  const recorder = recordCalls(run.capabilities);
  const request = requestOf(run, options);
  const finish: Run["finish"] = (ending, usage) => {
    const recording = recordingOf(request, recorder, ending, usage);
    return recording === undefined ? usage : { ...usage, recording };
  };
  return { ...run, capabilities: recorder.capabilities, finish };
}

function requestOf(
  { tool, args, seed, limits }: Run,
  { identity: { plugin, engine }, grant }: RecordOptions,
): RecordedRequest {
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
function recordingOf(
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
    message: recorder.faulted && code === FAULT.code ? FAULT.message : message,
    ...(position && { position }),
    ...(recorder.failedAtCommit && { atCommit: true }),
  };
}

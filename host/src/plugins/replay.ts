/**
 * Runs a recorded call again and holds it against the recording. Everything outside of the plugin comes from there; what the
 * recording asks for (limits, arguments) is checked as if anybody had written it, since anybody may have. A page loads this with
 * the first replay.
 */
import { type CallReplayer, replayCalls } from "../capabilities/replayer.ts";
import { type CallUsage, PluginError } from "../errors.ts";
import type { CallLimits } from "../limits.ts";
import type { LogEntry } from "../powers/types.ts";
import type { Recording } from "../recording.ts";
import { quoted } from "../text.ts";
import { canonicalJson, copyJson } from "./json.ts";
import type { CallOutcome, Ending, Run } from "./plugin.ts";
import { checkRecording } from "./recording.ts";

export interface ReplayContext {
  readonly identity: Pick<Recording, "plugin" | "engine">;
  /** The most that the recorded limits may be; its time is also that of the replay. */
  readonly allowed: CallLimits;
  readonly log?: (entry: LogEntry) => void;
  readonly checkedArguments: (tool: string, args: unknown) => string;
  readonly run: (run: Run) => Promise<CallOutcome>;
}

/** Errors: see `Plugin.replay`. */
export async function replayRun(given: Recording, context: ReplayContext): Promise<CallOutcome> {
  const recording = checkRecording(given);
  requireSameCode(recording, context.identity);
  const { outcome, tool } = recording;
  const args = context.checkedArguments(tool, recording.arguments);
  const replayer = replayCalls({
    plugin: context.identity.plugin.name,
    calls: recording.calls,
    ...(outcome.error?.atCommit && { commitFailure: outcome.error }),
    ...(context.log && { log: context.log }),
  });
  const run = {
    tool,
    args,
    limits: limitsOf(recording, context.allowed),
    seed: BigInt(recording.seed),
    capabilities: replayer.capabilities,
  };
  let answer: CallOutcome | undefined;
  let ending: Ending;
  try {
    answer = await context.run(run);
    ending = { result: answer.result };
  } catch (error) {
    if (!(error instanceof PluginError) || error.usage === undefined) throw error;
    ending = { error: asRecorded(recording, error) };
  }
  const usage = answer ?? ("error" in ending ? ending.error.usage : undefined) ?? { fuel: 0, memoryBytes: 0 };
  const difference = differenceOf(recording, replayer, ending, usage);
  if (difference !== undefined) throw difference;
  if ("error" in ending) throw ending.error;
  return answer as CallOutcome;
}

/**
 * The deadline is the replay's own. Where the clock or a person ended the recorded run, the replay ends after the same work.
 */
function limitsOf(recording: Recording, allowed: CallLimits): CallLimits {
  const { limits, outcome } = recording;
  for (const [name, flag] of [
    ["fuel", "--fuel"],
    ["memoryBytes", "--memory"],
  ] as const) {
    if (limits[name] <= allowed[name]) continue;
    throw new PluginError(
      "invalid-arguments",
      `The recording has the limit ${name} ${limits[name]}; a replay may have ${allowed[name]}`,
      { hint: `Allow it as much with ${flag} ${limits[name]}.` },
    );
  }
  return {
    memoryBytes: limits.memoryBytes,
    fuel: endedFromOutside(recording) ? Math.min(limits.fuel, outcome.fuel) : limits.fuel,
    timeoutMs: allowed.timeoutMs,
  };
}

/** Used up exactly the work after which the recorded run was ended: this is that end. */
function asRecorded(recording: Recording, error: PluginError): PluginError {
  const { outcome } = recording;
  if (!endedFromOutside(recording) || outcome.error === undefined || error.code !== "fuel-exhausted") return error;
  return new PluginError(outcome.error.code, outcome.error.message, {
    hint: "The recorded run was ended here, after the same work.",
    ...usageOf(error),
  });
}

function usageOf({ usage }: PluginError) {
  return usage === undefined ? {} : { usage };
}

/**
 * Refuses a recording of other code or of another engine, whose fuel and behaviour would differ.
 * @throws PluginError `invalid-arguments`
 */
function requireSameCode(recording: Recording, own: Pick<Recording, "plugin" | "engine">): void {
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
function endedFromOutside({ outcome }: Recording): boolean {
  return outcome.error?.code === "deadline" || outcome.error?.code === "cancelled";
}

/** What else than the recorded run the replayed one was; undefined where it was the same. */
function differenceOf(
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

/**
 * Runs a recorded call again and holds it against the recording. Everything outside of the plugin comes from there; what the
 * recording asks for (limits, arguments) is checked as if anybody had written it, since anybody may have.
 */
import { replayCalls } from "../capabilities/index.ts";
import { PluginError } from "../errors.ts";
import type { CallLimits } from "../limits.ts";
import type { LogEntry } from "../powers/types.ts";
import type { Recording } from "../recording.ts";
import type { CallOutcome, Run } from "./plugin.ts";
import { differenceOf, type Ending, endedFromOutside, requireSameCode } from "./recording.ts";

export interface ReplayContext {
  readonly identity: Pick<Recording, "plugin" | "engine">;
  /** The most that the recorded limits may be; its time is also that of the replay. */
  readonly allowed: CallLimits;
  readonly log?: (entry: LogEntry) => void;
  readonly checkedArguments: (tool: string, args: unknown) => string;
  readonly run: (run: Run) => Promise<CallOutcome>;
}

/** Errors: see `Plugin.replay`. */
export async function replayRun(recording: Recording, context: ReplayContext): Promise<CallOutcome> {
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

/** What an app chooses of a host in the same words on every platform. */
import { PluginError } from "../errors.ts";
import type { CallLimits } from "../limits.ts";
import type { ClockPower, LogEntry, Powers, UiPower } from "../powers/types.ts";
import { quoted } from "../text.ts";
import type { HostOptions } from "./host.ts";

export interface AppOptions {
  /** @default the platform's clock */
  readonly clock?: ClockPower;
  /** Receives the messages of plugins as they are written. */
  readonly log?: (entry: LogEntry) => void;
  /** The person at the screen, for plugins that ask. @default nobody */
  readonly ui?: UiPower;
  /** Grants that the app approves for every plugin that asks for them, in the grammar of `--allow`. */
  readonly allow?: readonly string[];
  /** No call gets more than this. @default what `limits.ts` says, for manifests; nothing, for callers */
  readonly ceiling?: CallLimits;
  /**
   * Where plugins run. `inline` is the caller's thread, which a call holds until it ends: the shortest way in. `worker` is a pool of threads
   * (Web Workers, for which a page must be isolated from other origins): calls run beside each other and beside the caller, can be
   * cancelled, and may use capabilities that answer later. Results, fuel and errors are the same.
   * @default "inline"
   */
  readonly isolation?: "inline" | "worker";
  /** Threads of `isolation: "worker"` at most. @default the machine's cores */
  readonly workers?: number;
}

/** What of it is the host's; `powers` are those that the platform gives. */
export function chosenBy(
  { log, ui, allow, ceiling }: AppOptions,
  powers: Powers,
): Pick<HostOptions, "powers" | "allow" | "ceiling"> {
  return {
    powers: { ...powers, ...(log && { log }), ...(ui && { ui }) },
    ...(allow && { allow }),
    ...(ceiling && { ceiling }),
  };
}

/** Whether plugins run in a pool. @throws PluginError `invalid-arguments` */
export function runsInWorkers({ isolation = "inline" }: AppOptions): boolean {
  if (isolation !== "inline" && isolation !== "worker")
    throw new PluginError("invalid-arguments", `"isolation" must be "inline" or "worker", got ${quoted(isolation)}`);
  return isolation === "worker";
}

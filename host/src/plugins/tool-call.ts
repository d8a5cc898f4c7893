/**
 * One call of a tool on an instance that is there: opens the call's transaction, runs the guest, reads its answer, commits. On any
 * failure the transaction is dropped. It starts no instance and ends none.
 */
import type { Capabilities, Report } from "../capabilities/index.ts";
import type { CallUsage, PluginError } from "../errors.ts";
import { type Running, refuseCancelled } from "../sandbox/index.ts";
import { type CallBounds, callExport, callExportSync, GUEST } from "./guest.ts";
import { failureFromGuest, type GuestFailure } from "./guest-failure.ts";
import { parseGuestJson } from "./json.ts";

export interface ToolCall extends CallBounds {
  readonly tool: string;
  /** JSON text of the checked arguments. */
  readonly args: string;
  readonly seed: bigint;
}

/**
 * What the tool returned, a JSON value. Where the instance is on this thread nothing happens between the call and its commit, so
 * that calls follow one another.
 */
export async function callTool(instance: Running, capabilities: Capabilities, call: ToolCall): Promise<unknown> {
  const { callSync, canWait } = instance;
  if (callSync && !canWait) return callToolSync(callSync, capabilities, call, instance);
  try {
    capabilities.beginCall({ seed: call.seed, account: { instance, fuel: call.fuel, timeoutMs: call.timeoutMs } });
    const answer = await callExport(instance, GUEST, "call", [call.tool, call.args], call);
    refuseCancelled(call.signal); // It may have fired since the guest returned.
    return finish(answer, capabilities);
  } catch (error) {
    capabilities.rollback();
    throw error;
  }
}

/** The same at once, for an instance on this thread. */
export function callToolSync(
  callSync: NonNullable<Running["callSync"]>,
  capabilities: Capabilities,
  call: ToolCall,
  instance: Running,
): unknown {
  try {
    const account = { instance, fuel: call.fuel, timeoutMs: call.timeoutMs };
    capabilities.beginCall({ seed: call.seed, account, isSync: true });
    return finish(callExportSync(callSync, GUEST, "call", [call.tool, call.args], call), capabilities);
  } catch (error) {
    capabilities.rollback();
    throw error;
  }
}

/** The error of a call that ran, with what it took; a person gets the hint that was kept for them. */
export function failureOfCall(error: PluginError, usage: CallUsage, { problems }: Report): PluginError {
  const hint = problems.findLast(({ code }) => code === error.code)?.hint;
  return error.with({ usage, ...(hint !== undefined && { hint }) });
}

type CallAnswer = { readonly tag: "ok"; readonly val: string } | { readonly tag: "err"; readonly val: GuestFailure };

function finish(value: unknown, capabilities: Capabilities): unknown {
  const answer = value as CallAnswer;
  if (answer.tag === "err") throw failureFromGuest(answer.val);
  const result = parseGuestJson(answer.val);
  capabilities.commit();
  return result;
}

/** How every state storage counts what a plugin keeps, and what it answers above the quota. */
import { PluginError } from "../errors.ts";
import type { StateSpace } from "./types.ts";

/** What one entry counts towards a quota, in bytes of UTF-8. */
export function entryBytes(key: string, value: string): number {
  const encoder = new TextEncoder();
  return encoder.encode(key).length + encoder.encode(value).length;
}

/** The answer to a change that would take more than the plugin's quota in a scope. */
export function overQuota(space: StateSpace, quotaBytes: number): PluginError {
  return new PluginError(
    "transfer-limit",
    `the state of scope ${space.scope} is full: the quota is ${quotaBytes} bytes`,
  );
}

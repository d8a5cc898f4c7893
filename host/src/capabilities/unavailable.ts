/**
 * Interfaces of our WIT that this host does not build yet: every function answers `denied` without its grant and `unavailable`
 * with it. The functions are taken from the interface's type, so that nothing can be forgotten.
 */
import type { HostInterface, InterfaceType } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import type { Call } from "./call.ts";
import { answer, type HostFunction } from "./gate.ts";
import type { GrantKey } from "./grant.ts";

/** What `--allow` takes where a person must approve; the other grants are had by asking for them in the manifest. */
const ALLOWANCE: Partial<Record<GrantKey, string>> = { network: "network=HOST", plugins: "plugins" };

export function bindUnavailable(call: Call, name: string, key: GrantKey, type: InterfaceType): HostInterface {
  const refuse = () => {
    if (call.grant[key] === undefined)
      throw new PluginError("denied", `${name} needs the grant ${key}; ${remedy(key)}`);
    throw new PluginError("unavailable", `this version of the host does not offer ${name} yet`);
  };
  const functions = new Map<string, HostFunction>();
  for (const [function_, { result }] of type.functions) {
    const isFailure = result?.kind === "result" && result.err?.kind === "record";
    functions.set(function_, () => {
      const refused = answer(call, `${name}.${function_}`, refuse);
      if (!isFailure || refused.tag === "ok") return refused;
      return { tag: "err", val: { code: refused.val.tag, message: refused.val.val, position: undefined, stack: [] } };
    });
  }
  return { functions };
}

function remedy(key: GrantKey): string {
  const allowance = ALLOWANCE[key];
  return allowance === undefined
    ? `the plugin's manifest must ask for it (capabilities: ${key})`
    : `the plugin's manifest must ask for it, and you allow it with --allow ${allowance}`;
}

/**
 * Computes what a plugin may do: asked ∩ approved. What the manifest does not ask for is never granted; what needs approval is
 * granted only where an approval covers it. It asks nobody and enforces nothing.
 */
import { type FolderScope, GRANT_KEYS, type Grant, type GrantKey, type WriteScope } from "../capabilities/grant.ts";
import { PluginError } from "../errors.ts";
import { type CapabilityRequest, NEEDS_APPROVAL, parseAllowance } from "./capability-requests.ts";
import type { Manifest } from "./manifest.ts";

/** Asked for where a manifest has no `capabilities` key. */
const DEFAULT_REQUEST: Grant = { "kiln.read": { folders: ["**"] } };

/** What the plugin asks for, before any approval. `log` and `random` need no asking. */
export function requestedBy(manifest: Pick<Manifest, "capabilities">): Grant {
  return manifest.capabilities ?? DEFAULT_REQUEST;
}

/**
 * The grant of a plugin. `allow` are approvals for this plugin in the grammar of `--allow`: one without a scope approves all
 * that is asked, one with a scope narrows it, several for one capability add up. `general` are approvals that an app gives to
 * every plugin; what a plugin does not ask for is passed over there and an error in `allow`.
 *
 * @throws PluginError `invalid-arguments` for an approval that cannot be read or that the plugin does not ask for
 * @example grantFor(manifest, ["kiln.write=campaigns/log/**"])
 */
export function grantFor(
  manifest: Pick<Manifest, "name" | "capabilities">,
  allow: readonly string[],
  general: readonly string[] = [],
): Grant {
  const asked = requestedBy(manifest);
  const own = allow.map(parseAllowance);
  for (const { key } of own) {
    if (key !== undefined && asked[key] === undefined) throw notAsked(manifest.name, key, asked);
  }
  const approvals = [...general.map(parseAllowance), ...own];
  const grant: { [Key in GrantKey]?: Grant[GrantKey] } = {};
  for (const key of GRANT_KEYS) {
    const given = approvals.filter((approval) => approval.key === key);
    const scope = asked[key];
    if (scope === undefined || (given.length === 0 && NEEDS_APPROVAL.has(key))) continue;
    const whole = given.length === 0 || given.some(({ scoped }) => !scoped);
    const granted = whole ? scope : narrow(key, asked, given);
    if (granted !== undefined) grant[key] = granted;
  }
  return grant as Grant;
}

/**
 * What a plugin may do when another calls it: the part of its own grant that its caller has too, so that nothing is reached through
 * it that the caller could not reach itself.
 */
export function delegated(callee: Grant, caller: Grant): Grant {
  const { network, state } = callee;
  const grant: { [Key in GrantKey]?: Grant[GrantKey] } = {};
  for (const key of GRANT_KEYS) {
    if (callee[key] === undefined || caller[key] === undefined) continue;
    if (key === "kiln.read") grant[key] = commonFolders(callee[key], caller[key]);
    else if (key === "kiln.write") grant[key] = commonWrite(callee[key], caller[key]);
    else if (key === "state" && state && caller.state) {
      const scopes = state.scopes.filter((scope) => caller.state?.scopes.includes(scope));
      const quotaBytes = Math.min(state.quotaBytes, caller.state.quotaBytes);
      if (scopes.length > 0) grant.state = { scopes, quotaBytes };
    } else if (key === "network" && network && caller.network) {
      const hosts = commonHosts(network.hosts, caller.network.hosts);
      const methods = network.methods.filter((method) => caller.network?.methods.includes(method));
      if (hosts.length > 0 && methods.length > 0) grant.network = { hosts, methods };
    } else grant[key] = callee[key];
  }
  return grant as Grant;
}

function commonFolders<Scope extends FolderScope>(callee: Scope, caller: FolderScope): Scope {
  return { ...callee, within: [...(callee.within ?? []), caller.folders, ...(caller.within ?? [])] };
}

function commonWrite(callee: WriteScope, caller: WriteScope): WriteScope {
  const most = Math.min(
    callee.maxFileBytes ?? Number.POSITIVE_INFINITY,
    caller.maxFileBytes ?? Number.POSITIVE_INFINITY,
  );
  return { ...commonFolders(callee, caller), ...(Number.isFinite(most) && { maxFileBytes: most }) };
}

function narrow(key: GrantKey, asked: Grant, given: readonly CapabilityRequest[]): Grant[GrantKey] | undefined {
  if (key === "kiln.read" || key === "kiln.write") {
    const folders = given.flatMap(({ grant }) => grant[key]?.folders ?? []);
    return narrowFolders(asked[key], folders);
  }
  if (key === "state" && asked.state !== undefined) {
    const allowed = new Set(given.flatMap(({ grant }) => grant.state?.scopes ?? []));
    const scopes = asked.state.scopes.filter((scope) => allowed.has(scope));
    return scopes.length === 0 ? undefined : { ...asked.state, scopes };
  }
  if (key === "network" && asked.network !== undefined) {
    const allowed = given.flatMap(({ grant }) => grant.network?.hosts ?? []);
    const hosts = commonHosts(asked.network.hosts, allowed);
    return hosts.length === 0 ? undefined : { ...asked.network, hosts };
  }
  return asked[key];
}

/** Globs have no simple intersection: both sets are kept, and a path must be inside both. */
function narrowFolders<Scope extends FolderScope>(
  asked: Scope | undefined,
  folders: readonly string[],
): Scope | undefined {
  if (asked === undefined || folders.includes("**")) return asked;
  return { ...asked, within: [...(asked.within ?? []), [...new Set(folders)]] };
}

/** Of two hosts of which one covers the other, the narrower. */
function commonHosts(asked: readonly string[], allowed: readonly string[]): readonly string[] {
  const common = asked.flatMap((one) =>
    allowed.flatMap((other) => (covers(one, other) ? [other] : covers(other, one) ? [one] : [])),
  );
  return [...new Set(common)];
}

/** `*.example.com` covers its sub-domains, and not `example.com`. */
function covers(wide: string, narrow: string): boolean {
  return wide === narrow || (wide.startsWith("*.") && narrow.endsWith(wide.slice(1)));
}

function notAsked(plugin: string, key: GrantKey, asked: Grant): PluginError {
  const keys = GRANT_KEYS.filter((known) => asked[known] !== undefined);
  return new PluginError("invalid-arguments", `Cannot allow ${key}: the plugin "${plugin}" does not ask for it`, {
    plugin,
    hint: `Its manifest asks for ${keys.length === 0 ? "nothing" : keys.join(", ")}; add ${key} under "capabilities" there.`,
  });
}

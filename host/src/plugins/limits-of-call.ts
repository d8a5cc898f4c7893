/** Which limits a call has: the caller's, else the manifest's, else the defaults; never above the app's ceiling. */
import { PluginError } from "../errors.ts";
import { type CallLimits, DEFAULT_CALL_LIMITS } from "../limits.ts";

export type LimitOptions = { readonly [Key in keyof CallLimits]?: number };

const NAMES = ["memoryBytes", "fuel", "timeoutMs"] as const satisfies readonly (keyof CallLimits)[];

/**
 * A manifest that asks for more than the ceiling (without one: than the defaults) gets the ceiling, for a plugin must not
 * raise its own limits. A caller that asks for more than the app's ceiling is told so.
 * @throws PluginError `invalid-arguments`
 */
export function limitsOfCall(
  manifest: LimitOptions | undefined,
  call: LimitOptions,
  ceiling: CallLimits | undefined,
): CallLimits {
  checkLimits("", call);
  const limits = { ...DEFAULT_CALL_LIMITS };
  for (const name of NAMES) {
    const highest = (ceiling ?? DEFAULT_CALL_LIMITS)[name];
    limits[name] = Math.min(manifest?.[name] ?? DEFAULT_CALL_LIMITS[name], highest);
    const wanted = call[name];
    if (wanted === undefined) continue;
    if (ceiling && wanted > ceiling[name]) {
      throw new PluginError(
        "invalid-arguments",
        `"${name}" must be at most ${ceiling[name]}, the app's ceiling, got ${wanted}`,
      );
    }
    limits[name] = wanted;
  }
  return limits;
}

/** `prefix` says in messages where the limits stand. @throws PluginError `invalid-arguments` */
export function checkLimits(prefix: string, limits: LimitOptions): void {
  for (const name of NAMES) {
    const limit: unknown = limits[name];
    if (limit === undefined || (Number.isSafeInteger(limit) && (limit as number) > 0)) continue;
    const shown = typeof limit === "string" ? JSON.stringify(limit) : String(limit);
    throw new PluginError("invalid-arguments", `"${prefix}${name}" must be a positive integer, got ${shown}`);
  }
}

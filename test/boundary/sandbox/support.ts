/** Instances of small components, in the real sandbox: metered, capped, with a deadline. */
import { decodeComponent, type HostImports } from "../../../host/src/component/index.ts";
import type { CallLimits } from "../../../host/src/limits.ts";
import {
  type Instance,
  type PreparedComponent,
  prepareComponent,
  type StartOptions,
  startInstance,
} from "../../../host/src/sandbox/index.ts";
import { buildComponent } from "../component/support.ts";

export { failure } from "../../failure.ts";

export const LIMITS: CallLimits = { memoryBytes: 16 << 20, fuel: 10_000_000, timeoutMs: 60_000 };

/** The root of a world: what a component imports and exports without an interface. */
export const ROOT = "";

/** A component whose world is `wit`, held against its own types. */
export async function prepare(wat: string, wit: string): Promise<PreparedComponent> {
  const bytes = await buildComponent(wat, wit);
  return prepareComponent(bytes, decodeComponent(bytes));
}

export function start(prepared: PreparedComponent, options: Partial<StartOptions> = {}): Promise<Instance> {
  return startInstance(prepared, {
    imports: new Map() as HostImports,
    limits: LIMITS,
    now: () => performance.now(),
    ...options,
  });
}

export function run(
  instance: Instance,
  name: string,
  args: readonly unknown[] = [],
  limits: Partial<CallLimits> = {},
): unknown {
  const { fuel, timeoutMs } = { ...LIMITS, ...limits };
  return instance.call({ interface: ROOT, function: name, args, fuel, timeoutMs });
}

/**
 * Extism plug-ins: core modules that import `extism:host/env`, run unchanged in a component of ours (`wrap.ts`). Nothing here runs on the
 * host's side of the boundary while a plug-in runs: its ABI and WASI are guest code, metered like the plug-in itself.
 */
import type { Manifest } from "../manifest.ts";
import { NativeComponent } from "../native.ts";
import type { EngineContext } from "../program.ts";
import { EXTISM_ABI } from "./names.ts";
import { wrapExtism } from "./wrap.ts";

/** @throws PluginError `invalid-module` for a module that this host cannot run, `invalid-manifest` for tools that are none; a limit */
export function loadExtism(
  bytes: Uint8Array,
  manifest: Manifest,
  context: EngineContext,
): ReturnType<typeof NativeComponent.load> {
  const component = wrapExtism(bytes, { tools: manifest.tools, config: manifest.config ?? {} });
  return NativeComponent.load(component, context, { name: "extism", abi: EXTISM_ABI, code: bytes, importsAll: true });
}

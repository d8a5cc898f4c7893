/**
 * Programs that every host must run alike, and what each came to in a form that travels between a page, a worker and Node. Sees
 * no platform: the one who calls it makes the host.
 */
import type { CallLimits, Plugin, PluginHost } from "crucible-plugin-host/browser";
import { PluginError } from "crucible-plugin-host/browser";

export interface Program {
  readonly name: string;
  readonly file: string;
  readonly source: string;
  /** `source` is a component as base64, and this its manifest. */
  readonly manifest?: string;
  readonly tool: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  readonly limits?: Partial<CallLimits>;
  readonly allow?: readonly string[];
  /** What must be loaded besides, because it is called. */
  readonly callees?: readonly Program[];
}

/** All that must be equal. `wallMs` is left out; a program that did not load has no fuel. */
export interface Outcome {
  readonly name: string;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly position?: unknown };
  readonly fuel?: number;
  readonly loadFuel?: number;
  readonly memoryBytes?: number;
}

export async function runProgram(host: PluginHost, program: Program): Promise<Outcome> {
  const { name } = program;
  try {
    return { name, ...(await callProgram(await loadProgram(host, program), program)) };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    const { code, message, position, usage } = error;
    return {
      name,
      error: { code, message, ...(position && { position }) },
      ...(usage && { fuel: usage.fuel, loadFuel: usage.loadFuel, memoryBytes: usage.memoryBytes }),
    };
  }
}

export async function loadProgram(host: PluginHost, program: Program): Promise<Plugin> {
  const { file, source, manifest, allow = [], callees = [] } = program;
  for (const callee of callees) await loadProgram(host, callee);
  if (manifest === undefined) return host.load({ path: file, content: source }, { allow });
  const content = Uint8Array.from(atob(source), (char) => char.charCodeAt(0));
  return host.load(
    { path: file, content, sidecar: { path: file.replace(".wasm", ".toml"), text: manifest } },
    { allow },
  );
}

export async function callProgram(plugin: Plugin, { tool, args, seed = 42, limits }: Program) {
  const { result, fuel, loadFuel, memoryBytes } = await plugin.call(tool, args, { seed, ...limits });
  return { result, fuel, loadFuel, memoryBytes };
}

/** The fuel of every one of `times` calls of a program that succeeds: one number where the tiers of the compiler agree. */
export async function fuelsOfManyCalls(host: PluginHost, program: Program, times: number): Promise<readonly number[]> {
  const plugin = await loadProgram(host, program);
  const fuels = new Set<number>();
  for (let i = 0; i < times; i++) fuels.add((await callProgram(plugin, program)).fuel);
  return [...fuels];
}

/** Results and fuel of calls of one instance, which remembers what the earlier ones did. */
export async function callsOfOpenInstance(host: PluginHost, program: Program, times: number) {
  const open = await (await loadProgram(host, program)).open({ seed: 42 });
  const outcomes: { readonly result: unknown; readonly fuel: number }[] = [];
  for (let i = 0; i < times; i++) {
    const { result, fuel } = await open.call(program.tool, program.args);
    outcomes.push({ result, fuel });
  }
  open.close();
  return outcomes;
}

/**
 * Core modules that are metered and run where this is called, in Node or in a page, and all that must be equal there: the bytes
 * that the rewriter makes, what calls come to, their fuel, the memory they leave. Sees no platform.
 */
import { meterModule, START_EXPORT } from "crucible-plugin-host/wasm";
import { outcome, startMetered } from "../boundary/wasm/harness.ts";

export interface ModuleJob {
  readonly name: string;
  /** The module as base64. */
  readonly module: string;
  /** Name and arguments; the digits of an i64 stand for a bigint. @default the start function and every export, with threes */
  readonly calls?: readonly (readonly [name: string, args: readonly (number | string)[]])[];
  readonly limit: number;
  /** How often it is started and called. What differs from run to run is told. @default 1 */
  readonly times?: number;
}

export interface ModuleOutcome {
  readonly name: string;
  /** SHA-256 of the metered module. */
  readonly metered: string;
  /** Each different run: what every call came to and the fuel so far, then the hash of the memory. */
  readonly runs: readonly string[];
}

/** What modules may import. */
const IMPORTS: WebAssembly.ModuleImports = { f: () => {}, double: (value: number) => value * 2 };

export async function runModules(jobs: readonly ModuleJob[]): Promise<ModuleOutcome[]> {
  const outcomes: ModuleOutcome[] = [];
  for (const job of jobs) {
    const metered = meterModule(Uint8Array.from(atob(job.module), (char) => char.charCodeAt(0)));
    const compiled = await WebAssembly.compile(metered.bytes as Uint8Array<ArrayBuffer>);
    const runs = new Set<string>();
    for (let i = 0; i < (job.times ?? 1); i++) {
      const run = startMetered(metered, compiled, { limit: job.limit, imports: { env: IMPORTS } });
      const lines: string[] = [];
      for (const [name, args] of job.calls ?? everyCall(metered)) {
        const came = outcome(() =>
          run.functions[name]!(...args.map((arg) => (typeof arg === "string" ? BigInt(arg) : arg))),
        );
        lines.push(`${name}: ${came}, ${run.settle() ? run.used() : "exhausted"}`);
      }
      const memory = run.memory === undefined ? "no memory" : await hash(new Uint8Array(run.memory.buffer));
      runs.add([...lines, memory].join("\n"));
    }
    outcomes.push({ name: job.name, metered: await hash(metered.bytes), runs: [...runs] });
  }
  return outcomes;
}

function everyCall({ exports, hasStart }: ReturnType<typeof meterModule>): NonNullable<ModuleJob["calls"]> {
  const calls: [string, (number | string)[]][] = hasStart ? [[START_EXPORT, []]] : [];
  for (const each of exports) {
    if (each.kind !== "function") continue;
    calls.push([each.name, each.type.params.map((type) => (type === "i64" ? "3" : type === "externref" ? 0 : 3))]);
  }
  return calls;
}

async function hash(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

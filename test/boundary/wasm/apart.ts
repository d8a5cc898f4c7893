/** Runs metered modules in another process (`run-metered.mjs`), which is killed when it hangs. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type MeteredModule, START_EXPORT } from "../../../host/src/wasm/index.ts";
import { STACK_START } from "../../../host/src/wasm/stack.ts";

export interface ApartResult {
  readonly outcome: string;
  readonly used: number;
  readonly hostCalls: number;
  readonly growFailed: number;
  readonly stackFailed: number;
  /** SHA-256 of the memory afterwards. */
  readonly digest: string;
  /** The first byte of the memory afterwards. */
  readonly first: number;
  readonly pages: number;
}

/** Name and arguments; the digits of an i64 stand for a bigint. */
export type Call = readonly [name: string, args: readonly (number | string)[]];

export interface Job {
  readonly metered: MeteredModule;
  readonly limit: number;
  /** @default the start function, or every exported function with zeros */
  readonly calls?: readonly Call[];
}

const RUNNER = fileURLToPath(new URL("run-metered.mjs", import.meta.url));

export function runApart(
  jobs: readonly Job[],
  killAfterMs = 30_000,
  flags: readonly string[] = [],
): readonly ApartResult[] {
  const input = JSON.stringify(
    jobs.map(({ metered, limit, calls }) => ({
      module: Buffer.from(metered.bytes).toString("base64"),
      memory: metered.memory?.minimumPages ?? 0,
      limit,
      slice: 1 << 20,
      stackStart: STACK_START,
      calls: calls ?? everyCall(metered),
    })),
  );
  const options = { input, timeout: killAfterMs, encoding: "utf8", maxBuffer: 1 << 28 } as const;
  return JSON.parse(execFileSync(process.execPath, [...flags, RUNNER], options)) as readonly ApartResult[];
}

function everyCall(metered: MeteredModule): readonly Call[] {
  const calls: Call[] = metered.hasStart ? [[START_EXPORT, []]] : [];
  for (const each of metered.exports) {
    if (each.kind !== "function") continue;
    calls.push([each.name, each.type.params.map((type) => (type === "i64" ? "3" : type === "externref" ? 0 : 3))]);
  }
  return calls;
}

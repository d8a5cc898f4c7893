/** A plugin's capabilities over an in-memory kiln, called as a linked guest would call them. */
import { expect } from "vitest";
import {
  type Capabilities,
  type CapabilityLimits,
  createCapabilities,
  type Grant,
  type Progress,
} from "../../host/src/capabilities/index.ts";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";
import { type MemoryKiln, memoryKiln } from "../../host/src/powers/memory/kiln.ts";
import { memoryState } from "../../host/src/powers/memory/state.ts";
import type { Powers } from "../../host/src/powers/types.ts";

export type Answer = { readonly tag: "ok" | "err"; readonly val: unknown };

export const NOTES = {
  "campaigns/a.md": "# A",
  "campaigns/log/1.md": "one",
  "campaigns/log/2.md": "two",
  "secret/s.md": "hidden",
  "campaigns/tool.md": "---\ntype: plugin\n---\n",
};
export const ALL: Grant = {
  "kiln.read": { folders: ["**"] },
  "kiln.write": { folders: ["**"] },
  state: { scopes: ["plugin", "kiln", "global"], quotaBytes: 1_000 },
  clock: {},
};

export interface Bench {
  readonly capabilities: Capabilities;
  readonly kiln: MemoryKiln;
  /** Calls a function of an interface as a linked guest would. */
  call(name: string, function_: string, ...args: unknown[]): Answer;
  drop(name: string, resource: string, value: unknown): void;
}

export function bench(
  grant: Grant,
  options: {
    powers?: Partial<Powers>;
    limits?: CapabilityLimits;
    begin?: boolean;
    canWait?: boolean;
    onProgress?: (progress: Progress) => void;
  } = {},
): Bench {
  const kiln = memoryKiln(NOTES, { nowMs: () => 1_234 });
  const powers: Powers = { kiln, state: memoryState(), clock: frozenClock(1_000_000, 60), ...options.powers };
  const capabilities = createCapabilities({
    plugin: "dice",
    grant,
    powers,
    ...(options.limits && { limits: options.limits }),
    ...(options.onProgress && { onProgress: options.onProgress }),
    canWait: options.canWait ?? false,
  });
  if (options.begin !== false) capabilities.beginCall({ seed: 42n });
  const find = (name: string) => capabilities.imports.get(`crucible:plugin/${name}@0.1.0`);
  return {
    capabilities,
    kiln,
    call: (name, function_, ...args) => {
      const run = find(name)?.functions.get(function_);
      if (run === undefined) throw new Error(`no ${name}.${function_}`);
      return run(...(args as never[])) as Answer;
    },
    drop: (name, resource, value) => find(name)?.drops?.get(resource)?.(value as object),
  };
}

/** Code and message of a refused call. */
export function refusal(answer: Answer): readonly [tag: string, message: string] {
  expect(answer.tag).toBe("err");
  const { tag, val } = answer.val as { tag: string; val: string };
  return [tag, val];
}

export const ok = (val: unknown) => ({ tag: "ok", val });

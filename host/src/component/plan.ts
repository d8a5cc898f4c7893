/**
 * Everything that can be done once per component: lifters and lowerers as closures, and which memory, realloc and encoding each
 * function uses. An instance then only binds them.
 */
import { type BindExport, planExport } from "./exported-functions.ts";
import type { CanonicalOptions, Component, CoreItem, LiftedFunction, StringEncoding } from "./graph.ts";
import { type BindImport, planImport } from "./imported-functions.ts";
import { Codecs } from "./value-list.ts";

/** A memory with its realloc and encoding, shared by all functions that use the same. */
export interface CrossingPlan {
  readonly encoding: StringEncoding;
  readonly memory: CoreItem | undefined;
  readonly realloc: CoreItem | undefined;
}

export interface ImportPlan {
  readonly bind: BindImport;
  readonly crossing: number;
}

export interface ExportPlan {
  readonly bind: BindExport;
  readonly lifted: LiftedFunction;
  readonly crossing: number;
}

export interface ComponentPlan {
  readonly component: Component;
  readonly crossings: readonly CrossingPlan[];
  /** By trampoline; undefined for the resource built-ins. */
  readonly imports: readonly (ImportPlan | undefined)[];
  readonly exports: ReadonlyMap<string, ReadonlyMap<string, ExportPlan>>;
}

export function planComponent(component: Component): ComponentPlan {
  const { graph } = component;
  const codecs = new Codecs();
  const crossings = new CrossingPlans();
  const imports = graph.trampolines.map((trampoline) =>
    trampoline.kind === "lower"
      ? { bind: planImport(trampoline, codecs), crossing: crossings.indexOf(trampoline.options) }
      : undefined,
  );
  const exports = new Map<string, ReadonlyMap<string, ExportPlan>>();
  for (const [name, functions] of graph.exports) {
    const plans = new Map<string, ExportPlan>();
    for (const [key, lifted] of functions) {
      const bind = planExport(`${JSON.stringify(name)} ${JSON.stringify(key)}`, lifted, codecs);
      plans.set(key, { bind, lifted, crossing: crossings.indexOf(lifted.options) });
    }
    exports.set(name, plans);
  }
  return { component, crossings: crossings.all, imports, exports };
}

class CrossingPlans {
  readonly all: CrossingPlan[] = [];
  readonly #indices = new Map<string, number>();

  indexOf({ encoding, memory, realloc }: CanonicalOptions): number {
    const key = JSON.stringify([encoding, memory?.source, realloc?.source]);
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.all.length;
      this.all.push({ encoding, memory, realloc });
      this.#indices.set(key, index);
    }
    return index;
  }
}

/**
 * Everything that can be done once per component: lifters and lowerers as closures, and which memory, realloc and encoding each
 * function uses. An instance then only binds them.
 */
import { type BindExport, type BindHostExport, planExport, planHostExport } from "./exported-functions.ts";
import type {
  CanonicalOptions,
  Component,
  ComponentFunction,
  CoreItem,
  HostFunctionImport,
  LiftedFunction,
  StringEncoding,
} from "./graph.ts";
import { type BindImport, planImport } from "./imported-functions.ts";
import { Codecs } from "./value-list.ts";

/** A memory of a component instance with its realloc and encoding, shared by all functions that use the same. */
export interface CrossingPlan {
  readonly instance: number;
  readonly encoding: StringEncoding;
  readonly memory: CoreItem | undefined;
  readonly realloc: CoreItem | undefined;
}

export interface ImportPlan {
  readonly bind: BindImport;
  readonly crossing: number;
  readonly callee: HostFunctionImport | LiftedPlan;
}

/** How a component function is called: from the host, or from another component instance. */
export type ExportPlan = LiftedPlan | HostExportPlan;

export interface LiftedPlan {
  readonly from: "guest";
  readonly bind: BindExport;
  readonly lifted: LiftedFunction;
  readonly crossing: number;
}

export interface HostExportPlan {
  readonly from: "host";
  readonly bind: BindHostExport;
  readonly imported: HostFunctionImport;
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
  const planner = new Planner();
  const imports = graph.trampolines.map((trampoline): ImportPlan | undefined => {
    if (trampoline.kind !== "lower") return undefined;
    const { callee, instance, options } = trampoline;
    const name = nameOf(callee);
    return {
      bind: planImport(trampoline, name, planner.codecs),
      crossing: planner.crossing(instance, options),
      callee: callee.from === "host" ? callee : planner.lifted(name, callee),
    };
  });
  const exports = new Map<string, ReadonlyMap<string, ExportPlan>>();
  for (const [name, functions] of graph.exports) {
    const plans = new Map<string, ExportPlan>();
    for (const [key, one] of functions)
      plans.set(key, planner.export(`${JSON.stringify(name)} ${JSON.stringify(key)}`, one));
    exports.set(name, plans);
  }
  return { component, crossings: planner.crossings, imports, exports };
}

function nameOf(callee: ComponentFunction): string {
  return callee.from === "host"
    ? `${JSON.stringify(callee.interface)} ${JSON.stringify(callee.name)}`
    : `a function of the component instance ${callee.instance}`;
}

const NO_OPTIONS: CanonicalOptions = { encoding: "utf8", memory: undefined, realloc: undefined, postReturn: undefined };

class Planner {
  readonly codecs = new Codecs();
  readonly crossings: CrossingPlan[] = [];
  readonly #indices = new Map<string, number>();

  export(name: string, one: ComponentFunction): ExportPlan {
    if (one.from === "guest") return this.lifted(name, one);
    const bind = planHostExport(name, one, this.codecs);
    return { from: "host", bind, imported: one, crossing: this.crossing(0, NO_OPTIONS) };
  }

  lifted(name: string, lifted: LiftedFunction): LiftedPlan {
    const bind = planExport(name, lifted, this.codecs);
    return { from: "guest", bind, lifted, crossing: this.crossing(lifted.instance, lifted.options) };
  }

  crossing(instance: number, { encoding, memory, realloc }: CanonicalOptions): number {
    const key = JSON.stringify([instance, encoding, memory?.source, realloc?.source]);
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.crossings.length;
      this.crossings.push({ instance, encoding, memory, realloc });
      this.#indices.set(key, index);
    }
    return index;
  }
}

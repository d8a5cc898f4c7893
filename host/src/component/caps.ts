/**
 * Counts what a component asks for, against `COMPONENT_CAPS`, before anything is built from it. Counts run over the whole
 * component, nested instantiations included: 1,925 bytes can ask for 2³⁰ instances, and types double the same way.
 */
import { PluginError } from "../errors.ts";
import { COMPONENT_CAPS } from "../limits.ts";
import { RESERVED } from "../wasm/types.ts";
import { quoted } from "./reader.ts";
import type { FunctionType, ValueType } from "./value-types.ts";

/** Type nodes that are compared with declarations, over the whole component. */
const COMPARED_NODES = 1_000_000;

const WHAT = {
  coreModules: "core modules",
  coreInstances: "core instances",
  componentInstances: "component instances with code",
  instances: "instances",
  types: "types",
  typeParts: "fields, cases and parameters",
  imports: "imports",
  exports: "exports",
  functions: "functions",
} as const;

export class Caps {
  readonly #counts = new Map<keyof typeof WHAT, number>();
  #compared = 0;
  #nesting = 0;
  #read = 0;

  /** Counts one more; throws `invalid-module` above the cap. */
  count(kind: keyof typeof WHAT): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    if (count > COMPONENT_CAPS[kind])
      throw tooLarge(`it has more than ${COMPONENT_CAPS[kind]} ${WHAT[kind]}, nested instantiations included`);
    this.#counts.set(kind, count);
  }

  /** Runs the evaluation of a nested component or type, which may evaluate further ones: the depth is that of instantiation. */
  nest<T>(evaluate: () => T): T {
    if (this.#nesting === COMPONENT_CAPS.nesting)
      throw tooLarge(`its components and types are nested more than ${COMPONENT_CAPS.nesting} deep`);
    this.#nesting++;
    const result = evaluate();
    this.#nesting--;
    return result;
  }

  /** Counts bytes that are about to be read as definitions; the same bytes count each time. */
  read(bytes: number): void {
    this.#read += bytes;
    if (this.#read > COMPONENT_CAPS.definitionBytes)
      throw tooLarge(
        `its definitions take more than ${COMPONENT_CAPS.definitionBytes} bytes, nested instantiations included`,
      );
  }

  /** Counts the work of comparing a function's types with a declaration of them. */
  compare(type: FunctionType): void {
    this.#compared += type.result?.nodes ?? 0;
    for (const param of type.params) this.#compared += param.type.nodes;
    if (this.#compared > COMPARED_NODES) throw tooLarge("its declarations repeat types that are too large");
  }

  /** Refuses a type whose expansion is a bomb. Parts were checked before, so the numbers cannot overflow. */
  type(type: ValueType): ValueType {
    if (type.nodes > COMPONENT_CAPS.expandedTypeNodes)
      throw tooLarge(`a type has more than ${COMPONENT_CAPS.expandedTypeNodes} nodes when its references are expanded`);
    if (type.depth > COMPONENT_CAPS.typeDepth)
      throw tooLarge(`a type is nested more than ${COMPONENT_CAPS.typeDepth} deep`);
    return type;
  }
}

/** Refuses the names of the host's own parts: a guest that could say one could reach its own fuel. */
export function checkNotReserved(name: string, what: string): void {
  if (name.startsWith(RESERVED))
    throw new PluginError(
      "invalid-module",
      `Cannot accept the component: the ${what} ${quoted(name)} begins with "${RESERVED}", which is reserved.`,
    );
}

function tooLarge(why: string): PluginError {
  return new PluginError("invalid-module", `Cannot accept the component: ${why}.`);
}

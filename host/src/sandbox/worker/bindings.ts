/**
 * The functions of a prepared component as both ends of a channel see them: numbered imports with the codecs of their types, and
 * the codecs of its exports. Derived from the component's types alone, so both ends get the same.
 */
import type { FunctionType } from "../../component/index.ts";
import type { PreparedComponent } from "../prepare.ts";
import { type ListCodec, type ValueCodec, ValueCodecs } from "./codec.ts";

export interface FunctionCodec {
  readonly params: ListCodec;
  readonly result: ValueCodec | undefined;
  /** `"interface" "function"`, for messages. */
  readonly name: string;
}

export interface ImportBinding extends FunctionCodec {
  readonly interface: string;
  readonly function: string;
}

/** A resource type of the host that the component may drop handles of. */
export interface DropBinding {
  readonly interface: string;
  readonly resource: string;
}

export interface Bindings {
  /** By number. */
  readonly imports: readonly ImportBinding[];
  /** By number. */
  readonly drops: readonly DropBinding[];
  /** Interface → function. */
  readonly exports: ReadonlyMap<string, ReadonlyMap<string, FunctionCodec>>;
}

const made = new WeakMap<PreparedComponent, Bindings>();

export function bindingsOf(prepared: PreparedComponent): Bindings {
  let bindings = made.get(prepared);
  if (bindings === undefined) {
    bindings = makeBindings(prepared);
    made.set(prepared, bindings);
  }
  return bindings;
}

function makeBindings({ plan }: PreparedComponent): Bindings {
  const codecs = new ValueCodecs();
  const codecOf = (interfaceName: string, name: string, type: FunctionType): FunctionCodec => ({
    params: codecs.params(type.params),
    result: type.result && codecs.of(type.result),
    name: `${JSON.stringify(interfaceName)} ${JSON.stringify(name)}`,
  });
  const imports: ImportBinding[] = [];
  const drops: DropBinding[] = [];
  for (const [interfaceName, { functions, resources }] of plan.component.imports) {
    for (const [name, type] of functions)
      imports.push({ interface: interfaceName, function: name, ...codecOf(interfaceName, name, type) });
    for (const resource of resources.keys()) drops.push({ interface: interfaceName, resource });
  }
  const exports = new Map<string, ReadonlyMap<string, FunctionCodec>>();
  for (const [interfaceName, functions] of plan.component.graph.exports) {
    const of = new Map<string, FunctionCodec>();
    for (const [name, { type }] of functions) of.set(name, codecOf(interfaceName, name, type));
    exports.set(interfaceName, of);
  }
  return { imports, drops, exports };
}

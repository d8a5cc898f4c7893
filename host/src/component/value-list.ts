/**
 * The parameters of a function together: in core values, or as a tuple in memory where they are too many (Canonical ABI,
 * "Lifting and Lowering Values"). And all that is made per component for lifting and lowering, so that it is made once.
 */
import type { Crossing } from "./crossing.ts";
import { type FlatValue, Lifters } from "./lift.ts";
import { Lowerers } from "./lower.ts";
import { alignTo, type Field, type FunctionType, flattenAll, offsetsOf } from "./value-types.ts";

export interface ValueList {
  /** What is to be taken from the budget before lifting. */
  readonly bytes: number;
  readonly lift: (crossing: Crossing, flat: readonly FlatValue[]) => unknown[];
  /** Reads the values, which then are on the tape, and answers what they take. */
  readonly read: (crossing: Crossing, values: readonly unknown[]) => number;
  /** Writes what is on the tape. */
  readonly lower: (crossing: Crossing) => FlatValue[];
}

/** The closures of one component, shared by all functions of equal types. */
export class Codecs {
  readonly lifters = new Lifters();
  readonly lowerers = new Lowerers();
  readonly #params = new Map<FunctionType, ValueList>();

  params(type: FunctionType): ValueList {
    let made = this.#params.get(type);
    if (made === undefined) {
      made = valueList(type.params, this.lifters, this.lowerers);
      this.#params.set(type, made);
    }
    return made;
  }
}

function valueList(params: readonly Field[], lifters: Lifters, lowerers: Lowerers): ValueList {
  const types = params.map((param) => param.type);
  const offsets = offsetsOf(types);
  let flatAt = 0;
  const parts = types.map((type, index) => {
    const part = { lifter: lifters.of(type), lowerer: lowerers.of(type), offset: offsets[index] ?? 0, flatAt };
    flatAt += type.flat?.length ?? 0;
    return part;
  });
  const align = types.reduce((most, type) => Math.max(most, type.align), 1);
  const size = alignTo((offsets.at(-1) ?? 0) + (types.at(-1)?.size ?? 0), align);
  const inMemory = flattenAll(types) === undefined;
  return {
    bytes: parts.reduce((sum, part) => sum + part.lifter.bytes, 0),
    lift: (crossing, flat) => {
      if (!inMemory) return parts.map((part) => part.lifter.lift(crossing, flat, part.flatAt));
      const start = crossing.pointer(flat[0] as number, size, align, "list of parameters");
      return parts.map((part) => part.lifter.load(crossing, start + part.offset));
    },
    read: (crossing, values) => {
      if (values.length !== parts.length)
        throw new TypeError(`The ${crossing.where} are ${values.length} values, ${parts.length} are expected`);
      return parts.reduce((sum, part, at) => sum + part.lowerer.read(crossing, values[at]), 0);
    },
    lower: (crossing) => {
      if (!inMemory) {
        const out: FlatValue[] = [];
        for (const part of parts) part.lowerer.lower(crossing, out);
        return out;
      }
      const start = crossing.allocate(size, align);
      for (const part of parts) part.lowerer.store(crossing, start + part.offset);
      return [start];
    },
  };
}

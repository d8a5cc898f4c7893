/**
 * Values of component types as bytes, for the way between the host's thread and a worker: what `component/` lifts and lowers, with
 * the same checks of the host's values, so that a wrong one ends in the same error as on one thread. One codec per type, made
 * once. A resource goes as a number that the receiver gives meaning to; host objects never leave their thread.
 */
import { mismatch, scalarCheck } from "../../component/lower.ts";
import { camelCase, type Field, partsOf, type ScalarKind, type ValueType } from "../../component/value-types.ts";
import { PluginError } from "../../errors.ts";
import { type BytesReader, type BytesWriter, malformed } from "./bytes.ts";

/** What resources are on one side, and their numbers. */
export interface ResourceNumbers {
  numberOf(resource: object): number;
  /** `isOwn`: the number is given away, and stands for nothing afterwards. */
  resourceOf(number: number, isOwn: boolean): object;
}

/** What a codec needs besides the bytes. */
export interface Passage {
  readonly resources: ResourceNumbers;
  /** What is on its way, for messages: `result of "x" "y"`. */
  readonly where: string;
}

export interface ValueCodec {
  readonly write: (out: BytesWriter, value: unknown, passage: Passage) => void;
  readonly read: (from: BytesReader, passage: Passage) => unknown;
  /** Bytes that the shortest value takes. */
  readonly least: number;
}

/** The values of a function's parameters, one after the other. */
export interface ListCodec {
  readonly write: (out: BytesWriter, values: readonly unknown[], passage: Passage) => void;
  readonly read: (from: BytesReader, passage: Passage) => unknown[];
}

/** Makes codecs; types that share parts share codecs. */
export class ValueCodecs {
  readonly #made = new Map<ValueType, ValueCodec>();

  of(type: ValueType): ValueCodec {
    let codec = this.#made.get(type);
    if (codec === undefined) {
      codec = this.#make(type);
      this.#made.set(type, codec);
    }
    return codec;
  }

  params(params: readonly Field[]): ListCodec {
    const codecs = params.map(({ type }) => this.of(type));
    return {
      write: (out, values, passage) => {
        if (values.length !== codecs.length)
          throw new TypeError(`The ${passage.where} are ${values.length} values, ${codecs.length} are expected`);
        codecs.forEach((codec, at) => {
          codec.write(out, values[at], passage);
        });
      },
      read: (from, passage) => codecs.map((codec) => codec.read(from, passage)),
    };
  }

  #make(type: ValueType): ValueCodec {
    switch (type.kind) {
      case "string":
        return {
          least: 4,
          write: (out, value, passage) =>
            out.string(typeof value === "string" ? value : mismatch(passage, type, value)),
          read: (from) => from.string(),
        };
      case "list":
        return type.element.kind === "u8" ? byteList(type) : this.#list(type, type.element);
      case "record":
        return this.#record(type, type.fields);
      case "tuple":
        return this.#tuple(type, type.types);
      case "flags":
        return flags(type, type.names.map(camelCase));
      case "enum":
        return enumeration(type, type.cases);
      case "variant":
        return this.#tagged(
          type,
          type.cases.map((one) => one.name),
        );
      case "result":
        return this.#tagged(type, ["ok", "err"]);
      case "option":
        return type.type.kind === "option" ? this.#tagged(type, ["none", "some"]) : this.#option(type.type);
      case "own":
      case "borrow":
        return handle(type);
      default:
        return scalar(type, type.kind);
    }
  }

  #list(type: ValueType, element: ValueType): ValueCodec {
    const { write, read, least } = this.of(element);
    // No element is free: a count would be bounded by nothing.
    const isPadded = least === 0;
    return {
      least: 4,
      write: (out, value, passage) => {
        if (!Array.isArray(value)) return mismatch(passage, type, value);
        // Not by its iterator: a list that changes while it is read must not disagree with its count.
        const { length } = value;
        out.u32(length);
        for (let at = 0; at < length; at++) {
          if (isPadded) out.u8(0);
          write(out, value[at], passage);
        }
      },
      read: (from, passage) => {
        const values: unknown[] = [];
        for (let count = from.count(Math.max(1, least)); count > 0; count--) {
          if (isPadded) from.u8();
          values.push(read(from, passage));
        }
        return values;
      },
    };
  }

  #record(type: ValueType, fields: readonly Field[]): ValueCodec {
    const parts = fields.map((field) => ({ key: camelCase(field.name), ...this.of(field.type) }));
    return {
      least: sum(parts),
      write: (out, value, passage) => {
        if (typeof value !== "object" || value === null) return mismatch(passage, type, value);
        for (const part of parts) part.write(out, (value as Record<string, unknown>)[part.key], passage);
      },
      read: (from, passage) => {
        // As `lift` makes them, and for the same reason.
        const object: Record<string, unknown> = {};
        for (const part of parts) object[part.key] = part.read(from, passage);
        return Object.setPrototypeOf(object, null);
      },
    };
  }

  #tuple(type: ValueType, types: readonly ValueType[]): ValueCodec {
    const parts = types.map((part) => this.of(part));
    return {
      least: sum(parts),
      write: (out, value, passage) => {
        if (!Array.isArray(value) || value.length !== parts.length) return mismatch(passage, type, value);
        parts.forEach((part, at) => {
          part.write(out, value[at], passage);
        });
      },
      read: (from, passage) => parts.map((part) => part.read(from, passage)),
    };
  }

  #tagged(type: ValueType, names: readonly string[]): ValueCodec {
    const indices = new Map<unknown, number>(names.map((name, index) => [name, index]));
    const payloads = partsOf(type).map((part) => part && this.of(part));
    return {
      least: 4,
      write: (out, value, passage) => {
        if (typeof value !== "object" || value === null) return mismatch(passage, type, value);
        const { tag, val } = value as { readonly tag?: unknown; readonly val?: unknown };
        const index = indices.get(tag);
        if (index === undefined) return mismatch(passage, type, value);
        out.u32(index);
        payloads[index]?.write(out, val, passage);
      },
      read: (from, passage) => {
        const index = from.u32();
        const tag = names[index] ?? malformed();
        return { tag, val: payloads[index]?.read(from, passage) };
      },
    };
  }

  #option(type: ValueType): ValueCodec {
    const { write, read } = this.of(type);
    return {
      least: 1,
      write: (out, value, passage) => {
        out.u8(value === undefined ? 0 : 1);
        if (value !== undefined) write(out, value, passage);
      },
      read: (from, passage) => (from.u8() === 0 ? undefined : read(from, passage)),
    };
  }
}

function sum(parts: readonly { readonly least: number }[]): number {
  return parts.reduce((all, { least }) => all + least, 0);
}

function byteList(type: ValueType): ValueCodec {
  return {
    least: 4,
    write: (out, value, passage) => out.bytes(value instanceof Uint8Array ? value : mismatch(passage, type, value)),
    read: (from) => from.bytes(),
  };
}

function flags(type: ValueType, keys: readonly string[]): ValueCodec {
  return {
    least: keys.length,
    write: (out, value, passage) => {
      if (typeof value !== "object" || value === null) return mismatch(passage, type, value);
      for (const key of keys) {
        const flag = (value as Record<string, unknown>)[key];
        if (typeof flag !== "boolean") return mismatch(passage, type, value);
        out.u8(flag ? 1 : 0);
      }
    },
    read: (from) => {
      const object: Record<string, boolean> = {};
      for (const key of keys) object[key] = from.u8() !== 0;
      return Object.setPrototypeOf(object, null);
    },
  };
}

function enumeration(type: ValueType, names: readonly string[]): ValueCodec {
  const indices = new Map<unknown, number>(names.map((name, index) => [name, index]));
  return {
    least: 4,
    write: (out, value, passage) => out.u32(indices.get(value) ?? mismatch(passage, type, value)),
    read: (from) => names[from.u32()] ?? malformed(),
  };
}

function handle(type: ValueType & { readonly kind: "own" | "borrow" }): ValueCodec {
  const { resource } = type;
  const refuse = (): never => {
    throw new PluginError(
      "unavailable",
      `The resource ${JSON.stringify(resource.name)} is the component's own and cannot leave its worker`,
      { hint: 'Run it with isolation: "inline".' },
    );
  };
  if (resource.ofGuest) return { least: 4, write: refuse, read: refuse };
  return {
    least: 4,
    write: (out, value, passage) => {
      const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
      out.u32(isObject ? passage.resources.numberOf(value) : mismatch(passage, type, value));
    },
    read: (from, passage) => passage.resources.resourceOf(from.u32(), type.kind === "own"),
  };
}

/** 64-bit integers by their bits, chars by their code, all other numbers as floats, which hold them exactly. */
function scalar(type: ValueType, kind: ScalarKind): ValueCodec {
  const check = scalarCheck(kind);
  const checked = (value: unknown, passage: Passage): unknown =>
    check(value) ? value : mismatch(passage, type, value);
  switch (kind) {
    case "bool":
      return {
        least: 1,
        write: (out, value, passage) => out.u8(checked(value, passage) === true ? 1 : 0),
        read: (from) => from.u8() !== 0,
      };
    case "u64":
    case "s64": {
      const isSigned = kind === "s64";
      return {
        least: 8,
        write: (out, value, passage) => out.u64(checked(value, passage) as bigint),
        read: (from) => (isSigned ? BigInt.asIntN(64, from.u64()) : from.u64()),
      };
    }
    case "char":
      return {
        least: 4,
        write: (out, value, passage) => out.u32((checked(value, passage) as string).codePointAt(0) ?? 0),
        read: (from) => {
          const code = from.u32();
          return code > 0x10ffff ? malformed() : String.fromCodePoint(code);
        },
      };
    default:
      return {
        least: 8,
        write: (out, value, passage) => out.f64(checked(value, passage) as number),
        read: (from) => from.f64(),
      };
  }
}

// WIT types in AssemblyScript: how each is written, and the code that takes it through the Canonical ABI. Values of a guest's own
// side only: `load` reads what the host put into memory and frees it, `store` and `lower` write what the host will read.
// Knows the types that our WIT uses and refuses the others by name.

const CORE = { i32: "i32", i64: "i64", f32: "f32", f64: "f64" };
const SCALARS = {
  bool: { as: "bool", memory: "u8" },
  u8: { as: "u8", memory: "u8" },
  s8: { as: "i8", memory: "i8" },
  u16: { as: "u16", memory: "u16" },
  s16: { as: "i16", memory: "i16" },
  u32: { as: "u32", memory: "u32" },
  s32: { as: "i32", memory: "i32" },
  u64: { as: "u64", memory: "u64" },
  s64: { as: "i64", memory: "i64" },
  f32: { as: "f32", memory: "f32" },
  f64: { as: "f64", memory: "f64" },
};

/**
 * The printer of one file. Helpers for the types in it are printed on demand, each once.
 * @param names finds the class or enum that stands for a named type: `{ name, file }`
 * @param failureCases where a type is the error of capabilities: the code of each of its cases, else undefined
 */
export function typePrinter({ names, failureCases }) {
  const helpers = new Map();
  const used = new Map();

  /** Marks a name as used, so that the file imports it. */
  const use = (name, file) => {
    if (!used.has(file)) used.set(file, new Set());
    used.get(file).add(name);
    return name;
  };
  const abi = (name) => use(name, "abi");
  const failure = () => use("Failure", "types");

  function named(type) {
    if (failureCases(type) !== undefined) return failure();
    const known = names(type);
    return known && use(known.name, known.file);
  }

  /** What an author gets of a `result`, whose other half is always a `Failure`; true stands for nothing. */
  function payloadOf({ ok, err }) {
    if (err === undefined || named(err) !== failure())
      throw new Error("a result whose error is no failure is not supported");
    return ok === undefined ? "bool" : typeName(ok);
  }

  /** The type as an author writes it. */
  function typeName(type) {
    if (SCALARS[type.kind]) return SCALARS[type.kind].as;
    switch (type.kind) {
      case "string":
        return "string";
      case "list":
        return type.element.kind === "u8" ? "Uint8Array" : `Array<${typeName(type.element)}>`;
      case "option":
        return isReference(type.type)
          ? `${typeName(type.type)} | null`
          : `${use("Some", "result")}<${typeName(type.type)}> | null`;
      case "result":
        return `${use("Result", "result")}<${payloadOf(type)}>`;
      case "record":
      case "variant":
      case "enum":
      case "own":
        return named(type) ?? refuse(type);
      default:
        return refuse(type);
    }
  }

  function isReference(type) {
    return !SCALARS[type.kind] && type.kind !== "enum";
  }

  /** An expression for the value that lies at `at`, which is a simple expression. */
  function load(type, at) {
    if (SCALARS[type.kind]) {
      const raw = `load<${SCALARS[type.kind].memory}>(${at})`;
      return type.kind === "bool" ? `${raw} != 0` : raw;
    }
    if (type.kind === "enum") return `<${typeName(type)}>load<${discriminant(type.cases)}>(${at})`;
    if (type.kind === "string") return `${abi("loadString")}(${at})`;
    if (type.kind === "list" && type.element.kind === "u8") return `${abi("loadBytes")}(${at})`;
    if (type.kind === "own") return `new ${typeName(type)}(load<i32>(${at}))`;
    return `${helper("load", type)}(${at})`;
  }

  /** A statement that writes `value` to `at`, for as long as the scratch memory is kept. */
  function store(type, at, value) {
    if (SCALARS[type.kind]) return `store<${SCALARS[type.kind].memory}>(${at}, ${value});`;
    if (type.kind === "enum") return `store<${discriminant(type.cases)}>(${at}, ${value});`;
    if (type.kind === "string") return `${abi("storeString")}(${at}, ${value});`;
    if (type.kind === "list" && type.element.kind === "u8") return `${abi("storeBytes")}(${at}, ${value});`;
    return `${helper("store", type)}(${at}, ${value});`;
  }

  function helper(direction, type) {
    const name = direction + mangled(type);
    if (!helpers.has(name)) {
      helpers.set(name, undefined);
      const text = direction === "load" ? loader(name, type) : storer(name, type);
      helpers.set(name, text);
    }
    return name;
  }

  function loader(name, type) {
    const head = `function ${name}(at: usize): ${typeName(type)} {`;
    const done = (...lines) => [head, ...lines.map((line) => `  ${line}`), "}"].join("\n");
    switch (type.kind) {
      case "record":
        return done(
          `return new ${typeName(type)}(${withOffsets(type.fields)
            .map(({ type: field, offset }) => load(field, plus("at", offset)))
            .join(", ")});`,
        );
      case "list": {
        const { size } = type.element;
        return done(
          "const first = load<usize>(at);",
          "const length = load<i32>(at, 4);",
          `const list = new Array<${typeName(type.element)}>(length);`,
          `for (let i = 0; i < length; i++) list[i] = ${load(type.element, `first + ${size} * i`)};`,
          `${abi("free")}(first, length);`,
          "return list;",
        );
      }
      case "option": {
        const value = load(type.type, plus("at", payload([undefined, type.type])));
        const some = isReference(type.type) ? value : `new Some<${typeName(type.type)}>(${value})`;
        return done(`return load<u8>(at) == 0 ? null : ${some};`);
      }
      case "result": {
        const offset = payload([type.ok, type.err]);
        const value = type.ok === undefined ? "true" : load(type.ok, plus("at", offset));
        return done(
          `if (load<u8>(at) == 0) return ${use("ok", "result")}<${payloadOf(type)}>(${value});`,
          `return ${use("failed", "result")}<${payloadOf(type)}>(${load(type.err, plus("at", offset))});`,
        );
      }
      case "variant": {
        const codes = failureCases(type);
        if (codes === undefined) return refuse(type, "lifting");
        const offset = payload(type.cases.map((one) => one.type));
        const code = `<${use("ErrorCode", "types")}>load<u8>(${use("CAPABILITY_ERROR_CODES", "types")} + load<u8>(at))`;
        return done(`return new ${failure()}(${code}, ${load({ kind: "string" }, plus("at", offset))});`);
      }
      default:
        return refuse(type, "lifting");
    }
  }

  function storer(name, type) {
    const head = `function ${name}(at: usize, value: ${typeName(type)}): void {`;
    const done = (...lines) => [head, ...lines.map((line) => `  ${line}`), "}"].join("\n");
    switch (type.kind) {
      case "record":
        return done(
          ...withOffsets(type.fields).map(({ name: field, type: one, offset }) =>
            store(one, plus("at", offset), `value.${camel(field)}`),
          ),
        );
      case "list": {
        const { size } = type.element;
        return done(
          `const first = ${abi("scratch")}(${size} * value.length);`,
          `for (let i = 0; i < value.length; i++) ${store(type.element, `first + ${size} * i`, "value[i]")}`,
          "store<usize>(at, first);",
          "store<i32>(at, value.length, 4);",
        );
      }
      case "option": {
        const inner = isReference(type.type) ? "value" : "value.value";
        return done(
          "store<u8>(at, value === null ? 0 : 1);",
          `if (value !== null) ${store(type.type, plus("at", payload([undefined, type.type])), inner)}`,
        );
      }
      case "result": {
        const offset = payload([type.ok, type.err]);
        const part = (one, which) => (one === undefined ? "" : store(one, plus("at", offset), `value.${which}`));
        return done(
          "store<u8>(at, value.ok ? 0 : 1);",
          `if (value.ok) { ${part(type.ok, "value")} } else { ${part(type.err, "error")} }`,
        );
      }
      default:
        return refuse(type, "storing");
    }
  }

  /**
   * Flattens a value. Statements that have to come first go into `before`.
   * @returns {{ core: string, value: string }[]} one expression per core value
   */
  function lower(type, value, before, fresh) {
    if (SCALARS[type.kind]) {
      const [core] = type.flat;
      return [{ core, value: core === "i32" && type.kind !== "s32" ? `<i32>${value}` : value }];
    }
    const i32 = (text) => ({ core: "i32", value: text });
    switch (type.kind) {
      case "enum":
        return [i32(`<i32>${value}`)];
      case "string":
        return [i32(`changetype<i32>(${value})`), i32(`${value}.length`)];
      case "list": {
        if (type.element.kind === "u8") return [i32(`<i32>${value}.dataStart`), i32(`${value}.length`)];
        const at = fresh();
        before.push(`const ${at} = ${abi("scratch")}(8);`, store(type, at, value));
        return [i32(`load<i32>(${at})`), i32(`${value}.length`)];
      }
      case "record":
        return type.fields.flatMap((field) => lower(field.type, `${value}.${camel(field.name)}`, before, fresh));
      case "option": {
        const present = value.includes(".") ? `${value}!` : value;
        const inner = isReference(type.type) ? present : `${present}.value`;
        const cases = [{ type: undefined }, { type: type.type, value: inner, when: `${value} !== null` }];
        return alternatives(type, `${value} === null ? 0 : 1`, cases, before, fresh);
      }
      case "variant": {
        const cases = type.cases.map((one, at) => ({
          type: one.type,
          value: `${value}.${camel(one.name)}!`,
          when: `${value}.tag == ${typeName(type)}Tag.${pascal(one.name)}`,
          at,
        }));
        return alternatives(type, `<i32>${value}.tag`, cases, before, fresh);
      }
      default:
        return refuse(type, "lowering");
    }
  }

  /** Core values of which the case that holds decides: zero where it has none. */
  function alternatives(type, tag, cases, before, fresh) {
    const slots = type.flat.slice(1).map((core) => ({ core, value: fresh() }));
    for (const { core, value } of slots) before.push(`let ${value}: ${CORE[core]} = 0;`);
    for (const one of cases.filter(({ type: part }) => part !== undefined)) {
      const inner = [];
      const local = fresh();
      const reference = isReference(one.type) && /[.!]/.test(one.value);
      const parts = lower(one.type, reference ? local : one.value, inner, fresh);
      if (reference) inner.unshift(`const ${local} = ${one.value};`);
      parts.forEach((part, at) => {
        inner.push(`${slots[at].value} = ${joined(part, slots[at].core)};`);
      });
      before.push(`if (${one.when}) {`, ...inner.map((line) => `  ${line}`), "}");
    }
    return [{ core: "i32", value: tag }, ...slots];
  }

  /** A type as a part of a helper's name. */
  function mangled(type) {
    if (type === undefined) return "Nothing";
    const known = names(type);
    if (known !== undefined) return known.name;
    switch (type.kind) {
      case "list":
        return `ListOf${mangled(type.element)}`;
      case "option":
        return `OptionOf${mangled(type.type)}`;
      case "result":
        return `ResultOf${mangled(type.ok)}Or${mangled(type.err)}`;
      case "own":
        return pascal(type.resource.name);
      default:
        return pascal(type.kind);
    }
  }

  return { typeName, load, store, lower, isReference, use, used, helpers };
}

/** A core value in the place of another type's: the same bits (CanonicalABI.md, "Flattening": `join`). */
function joined({ core, value }, into) {
  if (core === into) return value;
  if (into === "i32") return `reinterpret<i32>(${value})`;
  if (core === "f64") return `reinterpret<i64>(${value})`;
  return `<i64><u32>${core === "f32" ? `reinterpret<i32>(${value})` : value}`;
}

export function withOffsets(fields) {
  let end = 0;
  return fields.map(({ name, type }) => {
    const offset = align(end, type.align);
    end = offset + type.size;
    return { name, type, offset };
  });
}

/** Where the payload of a variant begins: behind its discriminant, which is one byte for up to 256 cases. */
export function payload(types) {
  return align(1, Math.max(1, ...types.map((type) => type?.align ?? 1)));
}

function discriminant(cases) {
  if (cases.length <= 256) return "u8";
  throw new Error("an enum of more than 256 cases is not supported");
}

const align = (at, to) => Math.ceil(at / to) * to;
const plus = (at, offset) => (offset === 0 ? at : `${at} + ${offset}`);

function refuse(type, what = "writing") {
  throw new Error(
    `the AssemblyScript SDK knows no ${what} of ${type.kind}: add it to scripts/lib/assemblyscript-types.mjs`,
  );
}

/** Words that AssemblyScript keeps for itself get an underscore behind. */
const RESERVED = new Set(["delete", "function", "default", "new", "in", "for"]);

export function camel(name) {
  const text = name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return RESERVED.has(text) ? `${text}_` : text;
}

export function pascal(name) {
  const text = name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

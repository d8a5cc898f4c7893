/**
 * Every proposal that is not supported is refused by its name, with the byte offset. The modules are written byte by byte, so that the
 * answer does not depend on what an assembler or the running engine knows.
 */
import { describe, expect, it } from "vitest";
import { HEADER, refusal, withCode, withSection } from "./bytes.ts";

const bytesOf = (text: string) => [...new TextEncoder().encode(text)];
const type = (...form: number[]) => withSection(1, 1, ...form);
const param = (...valueType: number[]) => type(0x60, 1, ...valueType, 0);

/** Proposal, what of it, module, offset, what the message says between "uses" and "which is not supported". */
const CASES: readonly (readonly [string, string, Uint8Array, number, string])[] = [
  [
    "threads",
    "i32.atomic.load on an unshared memory",
    withCode([0xfe, 0x10, 2, 0]),
    23,
    "threads (atomic instructions)",
  ],
  ["threads", "atomic.fence", withCode([0xfe, 0x03, 0]), 23, "threads (atomic instructions)"],
  ["threads", "a shared memory", withSection(5, 1, 3, 1, 1), 11, "threads (a shared memory)"],
  ["threads", "a shared table", withSection(4, 1, 0x70, 3, 1, 1), 12, "threads (a shared table)"],
  ["threads", "a shared global", withSection(6, 1, 0x7f, 2, 0x41, 0, 0x0b), 12, "threads (a shared global)"],
  ["threads", "a shared type", type(0x65, 0x60, 0, 0), 11, "threads (shared types)"],
  ["threads", "a shared reference", param(0x65, 0x70), 13, "threads (shared types)"],
  [
    "threads",
    "an imported shared memory",
    withSection(2, 1, 1, 97, 1, 98, 2, 3, 1, 1),
    16,
    "threads (a shared memory)",
  ],
  ["relaxed SIMD", "i8x16.relaxed_swizzle", withCode([0xfd, 0x80, 0x02]), 23, "relaxed SIMD"],
  ["relaxed SIMD", "f32x4.relaxed_madd", withCode([0xfd, 0x85, 0x02]), 23, "relaxed SIMD"],
  ["relaxed SIMD", "its last instruction", withCode([0xfd, 0x94, 0x02]), 23, "relaxed SIMD"],
  ["half precision", "f16x8.splat", withCode([0xfd, 0xa0, 0x02]), 23, "half-precision floats"],
  ["memory64", "a 64-bit memory", withSection(5, 1, 4, 1), 11, "memory64 (a 64-bit memory)"],
  ["memory64", "a 64-bit memory with a maximum", withSection(5, 1, 5, 1, 2), 11, "memory64 (a 64-bit memory)"],
  ["memory64", "a 64-bit table", withSection(4, 1, 0x70, 4, 1), 12, "memory64 (a 64-bit table)"],
  ["custom page sizes", "a memory", withSection(5, 1, 8, 1, 0), 11, "custom page sizes"],
  [
    "multi-memory",
    "a load from a second memory",
    withCode([0x41, 0, 0x28, 0x42, 1, 0, 0x1a]),
    26,
    "more than one memory",
  ],
  ["multi-memory", "a lane of a second memory", withCode([0xfd, 0x54, 0x40, 1, 0, 0]), 25, "more than one memory"],
  ["multi-memory", "memory.size of a second memory", withCode([0x3f, 1, 0x1a]), 24, "more than one memory"],
  ["multi-memory", "memory.fill of a second memory", withCode([0xfc, 0x0b, 1]), 25, "more than one memory"],
  ["multi-memory", "memory.copy to a second memory", withCode([0xfc, 0x0a, 0, 1]), 26, "more than one memory"],
  [
    "multi-memory",
    "a data segment for a second memory",
    withSection(11, 1, 2, 1, 0x41, 0, 0x0b, 0),
    11,
    "more than one memory",
  ],
  ["multi-memory", "two memories", withSection(5, 2, 0, 1, 0, 1), 0, "more than one memory"],
  ["garbage collection", "struct.new", withCode([0xfb, 0]), 23, "garbage collection (struct, array, i31)"],
  ["garbage collection", "ref.i31", withCode([0xfb, 0x1c]), 23, "garbage collection (struct, array, i31)"],
  ["garbage collection", "ref.eq", withCode([0xd3]), 23, "garbage collection (ref.eq)"],
  ["garbage collection", "a struct type", type(0x5f, 0), 11, "garbage collection (a struct type)"],
  ["garbage collection", "an array type", type(0x5e, 0x7f, 0), 11, "garbage collection (an array type)"],
  ["garbage collection", "a subtype", type(0x50, 0, 0x60, 0, 0), 11, "garbage collection (a subtype)"],
  ["garbage collection", "a final subtype", type(0x4f, 0, 0x60, 0, 0), 11, "garbage collection (a subtype)"],
  ["garbage collection", "a type group", type(0x4e, 1, 0x60, 0, 0), 11, "garbage collection (a recursive type group)"],
  ["garbage collection", "anyref", param(0x6e), 13, "garbage collection (the type anyref)"],
  ["garbage collection", "eqref", param(0x6d), 13, "garbage collection (the type eqref)"],
  ["garbage collection", "i31ref", param(0x6c), 13, "garbage collection (the type i31ref)"],
  ["garbage collection", "structref", param(0x6b), 13, "garbage collection (the type structref)"],
  ["garbage collection", "arrayref", param(0x6a), 13, "garbage collection (the type arrayref)"],
  ["garbage collection", "nullref", param(0x71), 13, "garbage collection (the type nullref)"],
  ["garbage collection", "nullfuncref", param(0x73), 13, "garbage collection (the type nullfuncref)"],
  ["garbage collection", "nullexternref", param(0x72), 13, "garbage collection (the type nullexternref)"],
  [
    "garbage collection",
    "a constant",
    withSection(6, 1, 0x7f, 0, 0xfb, 0x1c, 0x0b),
    13,
    "garbage collection (struct, array, i31) in a constant expression",
  ],
  ["function references", "call_ref", withCode([0x14, 0]), 23, "typed function references (call_ref)"],
  ["function references", "return_call_ref", withCode([0x15, 0]), 23, "typed function references (return_call_ref)"],
  ["function references", "ref.as_non_null", withCode([0xd4]), 23, "typed function references (ref.as_non_null)"],
  ["function references", "br_on_null", withCode([0xd5, 0]), 23, "typed function references (br_on_null)"],
  ["function references", "br_on_non_null", withCode([0xd6, 0]), 23, "typed function references (br_on_non_null)"],
  ["function references", "(ref 0)", param(0x64, 0), 13, "typed function references (ref)"],
  ["function references", "(ref null 0)", param(0x63, 0), 13, "typed function references (ref null)"],
  [
    "function references",
    "a table with an initializer",
    withSection(4, 1, 0x40, 0, 0x70, 0, 1, 0xd0, 0x70, 0x0b),
    11,
    "typed function references (a table with an initializer)",
  ],
  ["exnref", "try_table", withCode([0x1f, 0x40, 0, 0x0b]), 23, "the second form of exception handling (try_table)"],
  ["exnref", "throw_ref", withCode([0x0a]), 23, "the second form of exception handling (throw_ref)"],
  ["exnref", "the type", param(0x69), 13, "the second form of exception handling (the type exnref)"],
  ["exnref", "the type of null", param(0x74), 13, "the second form of exception handling (the type nullexnref)"],
  ["custom descriptors", "struct.new_desc", withCode([0xfb, 0x20, 0]), 23, "custom descriptors"],
  ["custom descriptors", "a descriptor", type(0x4d, 0, 0x5f, 0), 11, "custom descriptors (descriptor)"],
  ["custom descriptors", "what describes", type(0x4c, 0, 0x5f, 0), 11, "custom descriptors (describes)"],
  ["custom descriptors", "an exact type", param(0x62, 0), 13, "custom descriptors (an exact reference type)"],
  [
    "custom descriptors",
    "an exact import",
    withSection(2, 1, 1, 97, 1, 98, 0x20, 0),
    15,
    "custom descriptors (an exact function import)",
  ],
  ["stack switching", "cont.new", withCode([0xe0, 0]), 23, "stack switching (cont.new)"],
  ["stack switching", "suspend", withCode([0xe2, 0]), 23, "stack switching (suspend)"],
  ["stack switching", "resume", withCode([0xe3, 0, 0]), 23, "stack switching (resume)"],
  ["stack switching", "switch", withCode([0xe6, 0, 0]), 23, "stack switching (switch)"],
  ["stack switching", "a continuation type", type(0x5d, 0), 11, "stack switching (a continuation type)"],
  ["stack switching", "contref", param(0x68), 13, "stack switching (the type contref)"],
  [
    "string builtins",
    "an import",
    withSection(2, 1, 14, ...bytesOf("wasm:js-string"), 4, ...bytesOf("cast"), 0, 0),
    11,
    'string builtins (the import module "wasm:js-string")',
  ],
  ["string references", "string.const", withCode([0xfb, 0x82, 0x01, 0]), 23, "string references"],
  ["string references", "stringref", param(0x67), 13, "string references (stringref)"],
  ["string references", "a section of strings", withSection(14, 0, 0), 8, "string references (a section of strings)"],
  ["wide arithmetic", "i64.add128", withCode([0xfc, 0x13]), 23, "wide arithmetic"],
  ["memory control", "memory.discard", withCode([0xfc, 0x12, 0]), 23, "memory control (memory.discard)"],
  ["unknown", "an opcode", withCode([0xf7]), 23, "the unknown opcode 0xf7"],
  ["unknown", "an opcode that SIMD leaves free", withCode([0xfd, 0x9a, 0x01]), 23, "the unknown opcode 0xfd 154"],
  ["unknown", "an opcode behind 0xfc", withCode([0xfc, 0x7f]), 23, "the unknown opcode 0xfc 127"],
  ["unknown", "an opcode behind 0xfd", withCode([0xfd, 0xff, 0xff, 0x03]), 23, "the unknown opcode 0xfd 65535"],
];

describe("a proposal that is not supported is refused by name, with the offset", () => {
  it.each(CASES)("%s: %s", (_proposal, _what, bytes, offset, name) => {
    const message = refusal(bytes);
    expect(message).toContain(`at byte ${offset}: uses ${name}, which `);
    expect(message).toMatch(/, which (is|are) not supported$/);
  });

  it("refuses every opcode that has no row in the table, and no other", () => {
    const refused = (code: readonly number[]) => / opcode 0x|uses /.test(refusal(withCode([...code, 0, 0, 0, 0])));
    const accepted: number[] = [];
    for (let opcode = 0; opcode < 0xfb; opcode++) if (!refused([opcode])) accepted.push(opcode);
    const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
    expect(accepted).toEqual([
      ...range(0x00, 0x09),
      ...range(0x0b, 0x13),
      ...range(0x18, 0x1c),
      ...range(0x20, 0x26),
      ...range(0x28, 0xc4),
      ...range(0xd0, 0xd2),
    ]);
    let vectors = 0;
    for (let code = 0; code < 0x100; code++) {
      if (!refused(code < 128 ? [0xfd, code] : [0xfd, code, 1])) vectors++;
    }
    expect(vectors).toBe(236);
  });

  it("refuses extended constant expressions where the engine does not have them, and takes them where it has", () => {
    const add = Uint8Array.from([...HEADER, 6, 9, 1, 0x7f, 0, 0x41, 1, 0x41, 2, 0x6a, 0x0b]);
    const message = refusal(add);
    if (WebAssembly.validate(add)) expect(message).toBe("accepted");
    else expect(message).toMatch(/at byte 17: uses extended constant expressions, which this WebAssembly engine/);
  });
});

/**
 * The names of what is refused: which proposal an opcode, a type or a flag belongs to that is not supported. Words only; where they are
 * looked for is in `reader.ts`, `read-types.ts`, `parse.ts` and `scan.ts`. Each message stands behind `uses`, with the byte offset before it.
 */

const GARBAGE_COLLECTION = "garbage collection";
const FUNCTION_REFERENCES = "typed function references";
const STACK_SWITCHING = "stack switching";
const CUSTOM_DESCRIPTORS = "custom descriptors";
const STRING_REFERENCES = "string references";
const SHARED_EVERYTHING = "threads (shared types)";
const EXCEPTION_REFERENCES = "the second form of exception handling";

const OPCODES: ReadonlyMap<number, string> = new Map([
  [0x0a, `${EXCEPTION_REFERENCES} (throw_ref)`],
  [0x1f, `${EXCEPTION_REFERENCES} (try_table)`],
  [0x14, `${FUNCTION_REFERENCES} (call_ref)`],
  [0x15, `${FUNCTION_REFERENCES} (return_call_ref)`],
  [0xd4, `${FUNCTION_REFERENCES} (ref.as_non_null)`],
  [0xd5, `${FUNCTION_REFERENCES} (br_on_null)`],
  [0xd6, `${FUNCTION_REFERENCES} (br_on_non_null)`],
  [0xd3, `${GARBAGE_COLLECTION} (ref.eq)`],
  [0xe0, `${STACK_SWITCHING} (cont.new)`],
  [0xe1, `${STACK_SWITCHING} (cont.bind)`],
  [0xe2, `${STACK_SWITCHING} (suspend)`],
  [0xe3, `${STACK_SWITCHING} (resume)`],
  [0xe4, `${STACK_SWITCHING} (resume_throw)`],
  [0xe5, `${STACK_SWITCHING} (resume_throw_ref)`],
  [0xe6, `${STACK_SWITCHING} (switch)`],
]);

/** Types of values, and what may stand in front of one. */
const VALUE_TYPES: ReadonlyMap<number, string> = new Map([
  [0x61, `${STRING_REFERENCES} (stringview_iter)`],
  [0x62, `${CUSTOM_DESCRIPTORS} (an exact reference type)`],
  [0x63, `${FUNCTION_REFERENCES} (ref null)`],
  [0x64, `${FUNCTION_REFERENCES} (ref)`],
  [0x65, SHARED_EVERYTHING],
  [0x66, `${STRING_REFERENCES} (stringview_wtf8)`],
  [0x67, `${STRING_REFERENCES} (stringref)`],
  [0x68, `${STACK_SWITCHING} (the type contref)`],
  [0x69, `${EXCEPTION_REFERENCES} (the type exnref)`],
  [0x6a, `${GARBAGE_COLLECTION} (the type arrayref)`],
  [0x6b, `${GARBAGE_COLLECTION} (the type structref)`],
  [0x6c, `${GARBAGE_COLLECTION} (the type i31ref)`],
  [0x6d, `${GARBAGE_COLLECTION} (the type eqref)`],
  [0x6e, `${GARBAGE_COLLECTION} (the type anyref)`],
  [0x71, `${GARBAGE_COLLECTION} (the type nullref)`],
  [0x72, `${GARBAGE_COLLECTION} (the type nullexternref)`],
  [0x73, `${GARBAGE_COLLECTION} (the type nullfuncref)`],
  [0x74, `${EXCEPTION_REFERENCES} (the type nullexnref)`],
  [0x75, `${STACK_SWITCHING} (the type nullcontref)`],
  [0x77, `${GARBAGE_COLLECTION} (the packed type i16)`],
  [0x78, `${GARBAGE_COLLECTION} (the packed type i8)`],
]);

/** How an entry of the type section begins. */
const TYPE_FORMS: ReadonlyMap<number, string> = new Map([
  [0x4c, `${CUSTOM_DESCRIPTORS} (describes)`],
  [0x4d, `${CUSTOM_DESCRIPTORS} (descriptor)`],
  [0x4e, `${GARBAGE_COLLECTION} (a recursive type group)`],
  [0x4f, `${GARBAGE_COLLECTION} (a subtype)`],
  [0x50, `${GARBAGE_COLLECTION} (a subtype)`],
  [0x5d, `${STACK_SWITCHING} (a continuation type)`],
  [0x5e, `${GARBAGE_COLLECTION} (an array type)`],
  [0x5f, `${GARBAGE_COLLECTION} (a struct type)`],
  [0x65, SHARED_EVERYTHING],
]);

/** The name of a refused opcode; `sub` is the number after a prefix byte. */
export function refusedOpcode(opcode: number, sub: number | undefined): string {
  const name = OPCODES.get(opcode);
  if (name !== undefined) return name;
  const hex = opcode.toString(16).padStart(2, "0");
  if (sub === undefined) return `the unknown opcode 0x${hex}`;
  if (opcode === 0xfb && sub >= 0x80) return STRING_REFERENCES;
  if (opcode === 0xfb && sub >= 0x20) return CUSTOM_DESCRIPTORS;
  if (opcode === 0xfb) return `${GARBAGE_COLLECTION} (struct, array, i31)`;
  if (opcode === 0xfc && sub === 0x12) return "memory control (memory.discard)";
  if (opcode === 0xfc && sub >= 0x13 && sub <= 0x16) return "wide arithmetic";
  if (opcode === 0xfd && sub >= 0x100 && sub < 0x115) return "relaxed SIMD";
  if (opcode === 0xfd && sub >= 0x120 && sub < 0x150) return "half-precision floats";
  if (opcode === 0xfe) return "threads (atomic instructions)";
  return `the unknown opcode 0x${hex} ${sub}`;
}

/** The name of a type that is no number, vector, `funcref` or `externref`; undefined for a byte that is no type at all. */
export function refusedValueType(byte: number): string | undefined {
  return VALUE_TYPES.get(byte);
}

/** The name of an entry of the type section that is no function type; undefined for a byte that is none at all. */
export function refusedTypeForm(byte: number): string | undefined {
  return TYPE_FORMS.get(byte);
}

/** The name of what the flags of a memory or table ask for beyond a maximum; undefined when they are unknown. */
export function refusedLimits(flags: number, what: "memory" | "table"): string | undefined {
  if (flags > 0x0f) return undefined;
  if ((flags & 0x02) !== 0) return `threads (a shared ${what})`;
  if ((flags & 0x04) !== 0) return `memory64 (a 64-bit ${what})`;
  return what === "memory" ? "custom page sizes" : undefined;
}

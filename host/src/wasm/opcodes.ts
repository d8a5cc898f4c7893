/**
 * The core instructions that are accepted: opcode → name, immediates, stack effect. Knows nothing of costs (`costs.ts`) and of
 * rewriting; what is refused is named in `refused.ts`. Names and signatures are those of the WebAssembly core specification 2.0
 * (appendix "Index of Instructions"), of tail calls, and, for `try` … `delegate`, of the first form of the exception handling proposal.
 */
import { SIMD_TABLE } from "./opcodes-simd.ts";

/** What follows the opcode byte. */
export const IMMEDIATE = {
  none: 0,
  /** One LEB128 that the rewriter passes through: table, segment, tag. */
  index: 1,
  /** Alignment and offset. */
  memarg: 2,
  /** A signed LEB128. */
  integer: 3,
  f32: 4,
  f64: 5,
  /** Read by name in `scan.ts`: control, calls, indices that shift, and what must be guarded. */
  special: 6,
  /** The LEB128 index of a local. */
  local: 7,
  /** One byte. */
  lane: 8,
  /** A `memarg` and a lane. */
  memarg_lane: 9,
  bytes16: 10,
} as const;

/**
 * `opcode name immediate signature`. Signature letters: i l f d v = i32 i64 f32 f64 v128, r = reference, x = any type; operands
 * before the colon, results after it. Control instructions have no signature here, because theirs is in their block type.
 */
const TABLE = `
00 unreachable special
01 nop none :
02 block special
03 loop special
04 if special
05 else special
06 try special
07 catch special
08 throw special
09 rethrow special
0b end special
0c br special
0d br_if special
0e br_table special
0f return special
10 call special
11 call_indirect special
12 return_call special
13 return_call_indirect special
18 delegate special
19 catch_all special
1a drop none x:
1b select none xxi:x
1c select_t special xxi:x
20 local.get local :x
21 local.set local x:
22 local.tee local x:x
23 global.get special :x
24 global.set special x:
25 table.get index i:r
26 table.set index ir:
28 i32.load memarg i:i
29 i64.load memarg i:l
2a f32.load memarg i:f
2b f64.load memarg i:d
2c i32.load8_s memarg i:i
2d i32.load8_u memarg i:i
2e i32.load16_s memarg i:i
2f i32.load16_u memarg i:i
30 i64.load8_s memarg i:l
31 i64.load8_u memarg i:l
32 i64.load16_s memarg i:l
33 i64.load16_u memarg i:l
34 i64.load32_s memarg i:l
35 i64.load32_u memarg i:l
36 i32.store memarg ii:
37 i64.store memarg il:
38 f32.store memarg if:
39 f64.store memarg id:
3a i32.store8 memarg ii:
3b i32.store16 memarg ii:
3c i64.store8 memarg il:
3d i64.store16 memarg il:
3e i64.store32 memarg il:
3f memory.size special :i
40 memory.grow special i:i
41 i32.const integer :i
42 i64.const integer :l
43 f32.const f32 :f
44 f64.const f64 :d
45 i32.eqz none i:i
46 i32.eq none ii:i
47 i32.ne none ii:i
48 i32.lt_s none ii:i
49 i32.lt_u none ii:i
4a i32.gt_s none ii:i
4b i32.gt_u none ii:i
4c i32.le_s none ii:i
4d i32.le_u none ii:i
4e i32.ge_s none ii:i
4f i32.ge_u none ii:i
50 i64.eqz none l:i
51 i64.eq none ll:i
52 i64.ne none ll:i
53 i64.lt_s none ll:i
54 i64.lt_u none ll:i
55 i64.gt_s none ll:i
56 i64.gt_u none ll:i
57 i64.le_s none ll:i
58 i64.le_u none ll:i
59 i64.ge_s none ll:i
5a i64.ge_u none ll:i
5b f32.eq none ff:i
5c f32.ne none ff:i
5d f32.lt none ff:i
5e f32.gt none ff:i
5f f32.le none ff:i
60 f32.ge none ff:i
61 f64.eq none dd:i
62 f64.ne none dd:i
63 f64.lt none dd:i
64 f64.gt none dd:i
65 f64.le none dd:i
66 f64.ge none dd:i
67 i32.clz none i:i
68 i32.ctz none i:i
69 i32.popcnt none i:i
6a i32.add none ii:i
6b i32.sub none ii:i
6c i32.mul none ii:i
6d i32.div_s none ii:i
6e i32.div_u none ii:i
6f i32.rem_s none ii:i
70 i32.rem_u none ii:i
71 i32.and none ii:i
72 i32.or none ii:i
73 i32.xor none ii:i
74 i32.shl none ii:i
75 i32.shr_s none ii:i
76 i32.shr_u none ii:i
77 i32.rotl none ii:i
78 i32.rotr none ii:i
79 i64.clz none l:l
7a i64.ctz none l:l
7b i64.popcnt none l:l
7c i64.add none ll:l
7d i64.sub none ll:l
7e i64.mul none ll:l
7f i64.div_s none ll:l
80 i64.div_u none ll:l
81 i64.rem_s none ll:l
82 i64.rem_u none ll:l
83 i64.and none ll:l
84 i64.or none ll:l
85 i64.xor none ll:l
86 i64.shl none ll:l
87 i64.shr_s none ll:l
88 i64.shr_u none ll:l
89 i64.rotl none ll:l
8a i64.rotr none ll:l
8b f32.abs none f:f
8c f32.neg none f:f
8d f32.ceil none f:f
8e f32.floor none f:f
8f f32.trunc none f:f
90 f32.nearest none f:f
91 f32.sqrt none f:f
92 f32.add none ff:f
93 f32.sub none ff:f
94 f32.mul none ff:f
95 f32.div none ff:f
96 f32.min none ff:f
97 f32.max none ff:f
98 f32.copysign none ff:f
99 f64.abs none d:d
9a f64.neg none d:d
9b f64.ceil none d:d
9c f64.floor none d:d
9d f64.trunc none d:d
9e f64.nearest none d:d
9f f64.sqrt none d:d
a0 f64.add none dd:d
a1 f64.sub none dd:d
a2 f64.mul none dd:d
a3 f64.div none dd:d
a4 f64.min none dd:d
a5 f64.max none dd:d
a6 f64.copysign none dd:d
a7 i32.wrap_i64 none l:i
a8 i32.trunc_f32_s none f:i
a9 i32.trunc_f32_u none f:i
aa i32.trunc_f64_s none d:i
ab i32.trunc_f64_u none d:i
ac i64.extend_i32_s none i:l
ad i64.extend_i32_u none i:l
ae i64.trunc_f32_s none f:l
af i64.trunc_f32_u none f:l
b0 i64.trunc_f64_s none d:l
b1 i64.trunc_f64_u none d:l
b2 f32.convert_i32_s none i:f
b3 f32.convert_i32_u none i:f
b4 f32.convert_i64_s none l:f
b5 f32.convert_i64_u none l:f
b6 f32.demote_f64 none d:f
b7 f64.convert_i32_s none i:d
b8 f64.convert_i32_u none i:d
b9 f64.convert_i64_s none l:d
ba f64.convert_i64_u none l:d
bb f64.promote_f32 none f:d
bc i32.reinterpret_f32 none f:i
bd i64.reinterpret_f64 none d:l
be f32.reinterpret_i32 none i:f
bf f64.reinterpret_i64 none l:d
c0 i32.extend8_s none i:i
c1 i32.extend16_s none i:i
c2 i64.extend8_s none l:l
c3 i64.extend16_s none l:l
c4 i64.extend32_s none l:l
d0 ref.null special :r
d1 ref.is_null none r:i
d2 ref.func special :r
fc00 i32.trunc_sat_f32_s none f:i
fc01 i32.trunc_sat_f32_u none f:i
fc02 i32.trunc_sat_f64_s none d:i
fc03 i32.trunc_sat_f64_u none d:i
fc04 i64.trunc_sat_f32_s none f:l
fc05 i64.trunc_sat_f32_u none f:l
fc06 i64.trunc_sat_f64_s none d:l
fc07 i64.trunc_sat_f64_u none d:l
fc08 memory.init special iii:
fc09 data.drop special :
fc0a memory.copy special iii:
fc0b memory.fill special iii:
fc0c table.init special iii:
fc0d elem.drop special :
fc0e table.copy special iii:
fc0f table.grow special ri:i
fc10 table.size special :i
fc11 table.fill special iri:
`;

/** Opcodes with the prefix byte 0xfc are counted from here: `0xfc` and 8 are `PREFIX_FC + 8`. */
export const PREFIX_FC = 0x100;
export const MEMORY_INIT: number = PREFIX_FC + 0x08;
export const MEMORY_COPY: number = PREFIX_FC + 0x0a;
export const MEMORY_FILL: number = PREFIX_FC + 0x0b;
/** The same for the prefix byte 0xfd, the vector instructions. */
export const PREFIX_FD = 0x120;

/** How many codes each prefix has room for. */
const FC_CODES = PREFIX_FD - PREFIX_FC;
const FD_CODES = 0x100;

export interface Opcode {
  /** The byte, or `PREFIX_FC` + the number after 0xfc, or `PREFIX_FD` + the number after 0xfd. */
  readonly code: number;
  readonly name: string;
  readonly immediate: number;
  /** Operands and results, one letter each; both empty for control instructions. */
  readonly pops: string;
  readonly pushes: string;
}

function parseTable(): ReadonlyMap<number, Opcode> {
  const opcodes = new Map<number, Opcode>();
  for (const line of (TABLE.trim() + SIMD_TABLE.trimEnd()).split("\n")) {
    const [hex = "", name = "", immediate = "", signature = ":"] = line.split(" ");
    const prefix = hex.length === 2 ? 0 : hex.startsWith("fc") ? PREFIX_FC : PREFIX_FD;
    const code = prefix + Number.parseInt(hex.slice(-2), 16);
    const [pops = "", pushes = ""] = signature.split(":");
    opcodes.set(code, { code, name, immediate: IMMEDIATE[immediate as keyof typeof IMMEDIATE], pops, pushes });
  }
  return opcodes;
}

/** All accepted instructions by code. */
export const OPCODES: ReadonlyMap<number, Opcode> = parseTable();

/** Number of codes that tables by opcode must cover. */
export const OPCODE_COUNT: number = PREFIX_FD + FD_CODES;

/** The place in tables by opcode of what follows a prefix byte; `undefined` where no table has a row. */
export function prefixed(prefix: number, code: number): number | undefined {
  if (prefix === 0xfc) return code < FC_CODES ? PREFIX_FC + code : undefined;
  return prefix === 0xfd && code < FD_CODES ? PREFIX_FD + code : undefined;
}

/** In tables of immediates: an opcode that is refused. */
export const REFUSED = 255;

/** Immediate kind by code; `REFUSED` for what is not in the table. */
export const IMMEDIATES: Uint8Array = Uint8Array.from({ length: OPCODE_COUNT }, (_, code) => {
  return OPCODES.get(code)?.immediate ?? REFUSED;
});

/** What float arithmetic works on, a NaN of which may have any bits. */
export const FLOAT_SHAPE = { none: 0, f32: 1, f64: 2, f32x4: 3, f64x2: 4 } as const;

const ARITHMETIC = ["ceil", "floor", "trunc", "nearest", "sqrt", "add", "sub", "mul", "div", "min", "max"];
const CONVERSIONS = ["demote_f64", "promote_f32", "demote_f64x2_zero", "promote_low_f32x4"];

/**
 * By code: the shape of the result of float arithmetic, whose NaNs the specification leaves open ("nondeterministic NaN", in the
 * numerics of the core specification); 0 for all other instructions. `pmin` and `pmax` select an operand and keep its bits.
 */
export const FLOAT_ARITHMETIC: Uint8Array = Uint8Array.from({ length: OPCODE_COUNT }, (_, code) => {
  const [type = "", operation = ""] = (OPCODES.get(code)?.name ?? "").split(".");
  if (!ARITHMETIC.includes(operation) && !CONVERSIONS.includes(operation)) return FLOAT_SHAPE.none;
  return FLOAT_SHAPE[type as keyof typeof FLOAT_SHAPE] ?? FLOAT_SHAPE.none;
});

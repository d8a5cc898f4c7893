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
 * `opcode name signature immediate`, the last where one follows the opcode. Signature letters: i l f d v = i32 i64 f32 f64 v128,
 * r = reference, x = any type; operands before the colon, results after it. Control instructions have none here, because theirs are
 * in their block type.
 */
const TABLE = `
00 unreachable : special
01 nop :
02 block : special
03 loop : special
04 if : special
05 else : special
06 try : special
07 catch : special
08 throw : special
09 rethrow : special
0b end : special
0c br : special
0d br_if : special
0e br_table : special
0f return : special
10 call : special
11 call_indirect : special
12 return_call : special
13 return_call_indirect : special
18 delegate : special
19 catch_all : special
1a drop x:
1b select xxi:x
1c select_t xxi:x special
20 local.get :x local
21 local.set x: local
22 local.tee x:x local
23 global.get :x special
24 global.set x: special
25 table.get i:r index
26 table.set ir: index
28 i32.load i:i memarg
29 i64.load i:l memarg
2a f32.load i:f memarg
2b f64.load i:d memarg
2c i32.load8_s i:i memarg
2d i32.load8_u i:i memarg
2e i32.load16_s i:i memarg
2f i32.load16_u i:i memarg
30 i64.load8_s i:l memarg
31 i64.load8_u i:l memarg
32 i64.load16_s i:l memarg
33 i64.load16_u i:l memarg
34 i64.load32_s i:l memarg
35 i64.load32_u i:l memarg
36 i32.store ii: memarg
37 i64.store il: memarg
38 f32.store if: memarg
39 f64.store id: memarg
3a i32.store8 ii: memarg
3b i32.store16 ii: memarg
3c i64.store8 il: memarg
3d i64.store16 il: memarg
3e i64.store32 il: memarg
3f memory.size :i special
40 memory.grow i:i special
41 i32.const :i integer
42 i64.const :l integer
43 f32.const :f f32
44 f64.const :d f64
45 i32.eqz i:i
46 i32.eq ii:i
47 i32.ne ii:i
48 i32.lt_s ii:i
49 i32.lt_u ii:i
4a i32.gt_s ii:i
4b i32.gt_u ii:i
4c i32.le_s ii:i
4d i32.le_u ii:i
4e i32.ge_s ii:i
4f i32.ge_u ii:i
50 i64.eqz l:i
51 i64.eq ll:i
52 i64.ne ll:i
53 i64.lt_s ll:i
54 i64.lt_u ll:i
55 i64.gt_s ll:i
56 i64.gt_u ll:i
57 i64.le_s ll:i
58 i64.le_u ll:i
59 i64.ge_s ll:i
5a i64.ge_u ll:i
5b f32.eq ff:i
5c f32.ne ff:i
5d f32.lt ff:i
5e f32.gt ff:i
5f f32.le ff:i
60 f32.ge ff:i
61 f64.eq dd:i
62 f64.ne dd:i
63 f64.lt dd:i
64 f64.gt dd:i
65 f64.le dd:i
66 f64.ge dd:i
67 i32.clz i:i
68 i32.ctz i:i
69 i32.popcnt i:i
6a i32.add ii:i
6b i32.sub ii:i
6c i32.mul ii:i
6d i32.div_s ii:i
6e i32.div_u ii:i
6f i32.rem_s ii:i
70 i32.rem_u ii:i
71 i32.and ii:i
72 i32.or ii:i
73 i32.xor ii:i
74 i32.shl ii:i
75 i32.shr_s ii:i
76 i32.shr_u ii:i
77 i32.rotl ii:i
78 i32.rotr ii:i
79 i64.clz l:l
7a i64.ctz l:l
7b i64.popcnt l:l
7c i64.add ll:l
7d i64.sub ll:l
7e i64.mul ll:l
7f i64.div_s ll:l
80 i64.div_u ll:l
81 i64.rem_s ll:l
82 i64.rem_u ll:l
83 i64.and ll:l
84 i64.or ll:l
85 i64.xor ll:l
86 i64.shl ll:l
87 i64.shr_s ll:l
88 i64.shr_u ll:l
89 i64.rotl ll:l
8a i64.rotr ll:l
8b f32.abs f:f
8c f32.neg f:f
8d f32.ceil f:f
8e f32.floor f:f
8f f32.trunc f:f
90 f32.nearest f:f
91 f32.sqrt f:f
92 f32.add ff:f
93 f32.sub ff:f
94 f32.mul ff:f
95 f32.div ff:f
96 f32.min ff:f
97 f32.max ff:f
98 f32.copysign ff:f
99 f64.abs d:d
9a f64.neg d:d
9b f64.ceil d:d
9c f64.floor d:d
9d f64.trunc d:d
9e f64.nearest d:d
9f f64.sqrt d:d
a0 f64.add dd:d
a1 f64.sub dd:d
a2 f64.mul dd:d
a3 f64.div dd:d
a4 f64.min dd:d
a5 f64.max dd:d
a6 f64.copysign dd:d
a7 i32.wrap_i64 l:i
a8 i32.trunc_f32_s f:i
a9 i32.trunc_f32_u f:i
aa i32.trunc_f64_s d:i
ab i32.trunc_f64_u d:i
ac i64.extend_i32_s i:l
ad i64.extend_i32_u i:l
ae i64.trunc_f32_s f:l
af i64.trunc_f32_u f:l
b0 i64.trunc_f64_s d:l
b1 i64.trunc_f64_u d:l
b2 f32.convert_i32_s i:f
b3 f32.convert_i32_u i:f
b4 f32.convert_i64_s l:f
b5 f32.convert_i64_u l:f
b6 f32.demote_f64 d:f
b7 f64.convert_i32_s i:d
b8 f64.convert_i32_u i:d
b9 f64.convert_i64_s l:d
ba f64.convert_i64_u l:d
bb f64.promote_f32 f:d
bc i32.reinterpret_f32 f:i
bd i64.reinterpret_f64 d:l
be f32.reinterpret_i32 i:f
bf f64.reinterpret_i64 l:d
c0 i32.extend8_s i:i
c1 i32.extend16_s i:i
c2 i64.extend8_s l:l
c3 i64.extend16_s l:l
c4 i64.extend32_s l:l
d0 ref.null :r special
d1 ref.is_null r:i
d2 ref.func :r special
fc00 i32.trunc_sat_f32_s f:i
fc01 i32.trunc_sat_f32_u f:i
fc02 i32.trunc_sat_f64_s d:i
fc03 i32.trunc_sat_f64_u d:i
fc04 i64.trunc_sat_f32_s f:l
fc05 i64.trunc_sat_f32_u f:l
fc06 i64.trunc_sat_f64_s d:l
fc07 i64.trunc_sat_f64_u d:l
fc08 memory.init iii: special
fc09 data.drop : special
fc0a memory.copy iii: special
fc0b memory.fill iii: special
fc0c table.init iii: special
fc0d elem.drop : special
fc0e table.copy iii: special
fc0f table.grow ri:i special
fc10 table.size :i special
fc11 table.fill iri: special
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
    const [hex = "", name = "", signature = "", immediate = "none"] = line.split(" ");
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

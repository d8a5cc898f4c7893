/**
 * The vector instructions, as rows of the table in `opcodes.ts`: all 236 of the fixed-width SIMD of the WebAssembly core specification
 * 2.0. Data only. Relaxed SIMD is not among them, because its results depend on the machine.
 */

/** `v` is a v128; the other letters are those of `opcodes.ts`. */
export const SIMD_TABLE = `
fd00 v128.load i:v memarg
fd01 v128.load8x8_s i:v memarg
fd02 v128.load8x8_u i:v memarg
fd03 v128.load16x4_s i:v memarg
fd04 v128.load16x4_u i:v memarg
fd05 v128.load32x2_s i:v memarg
fd06 v128.load32x2_u i:v memarg
fd07 v128.load8_splat i:v memarg
fd08 v128.load16_splat i:v memarg
fd09 v128.load32_splat i:v memarg
fd0a v128.load64_splat i:v memarg
fd0b v128.store iv: memarg
fd0c v128.const :v bytes16
fd0d i8x16.shuffle vv:v bytes16
fd0e i8x16.swizzle vv:v
fd0f i8x16.splat i:v
fd10 i16x8.splat i:v
fd11 i32x4.splat i:v
fd12 i64x2.splat l:v
fd13 f32x4.splat f:v
fd14 f64x2.splat d:v
fd15 i8x16.extract_lane_s v:i lane
fd16 i8x16.extract_lane_u v:i lane
fd17 i8x16.replace_lane vi:v lane
fd18 i16x8.extract_lane_s v:i lane
fd19 i16x8.extract_lane_u v:i lane
fd1a i16x8.replace_lane vi:v lane
fd1b i32x4.extract_lane v:i lane
fd1c i32x4.replace_lane vi:v lane
fd1d i64x2.extract_lane v:l lane
fd1e i64x2.replace_lane vl:v lane
fd1f f32x4.extract_lane v:f lane
fd20 f32x4.replace_lane vf:v lane
fd21 f64x2.extract_lane v:d lane
fd22 f64x2.replace_lane vd:v lane
fd23 i8x16.eq vv:v
fd24 i8x16.ne vv:v
fd25 i8x16.lt_s vv:v
fd26 i8x16.lt_u vv:v
fd27 i8x16.gt_s vv:v
fd28 i8x16.gt_u vv:v
fd29 i8x16.le_s vv:v
fd2a i8x16.le_u vv:v
fd2b i8x16.ge_s vv:v
fd2c i8x16.ge_u vv:v
fd2d i16x8.eq vv:v
fd2e i16x8.ne vv:v
fd2f i16x8.lt_s vv:v
fd30 i16x8.lt_u vv:v
fd31 i16x8.gt_s vv:v
fd32 i16x8.gt_u vv:v
fd33 i16x8.le_s vv:v
fd34 i16x8.le_u vv:v
fd35 i16x8.ge_s vv:v
fd36 i16x8.ge_u vv:v
fd37 i32x4.eq vv:v
fd38 i32x4.ne vv:v
fd39 i32x4.lt_s vv:v
fd3a i32x4.lt_u vv:v
fd3b i32x4.gt_s vv:v
fd3c i32x4.gt_u vv:v
fd3d i32x4.le_s vv:v
fd3e i32x4.le_u vv:v
fd3f i32x4.ge_s vv:v
fd40 i32x4.ge_u vv:v
fd41 f32x4.eq vv:v
fd42 f32x4.ne vv:v
fd43 f32x4.lt vv:v
fd44 f32x4.gt vv:v
fd45 f32x4.le vv:v
fd46 f32x4.ge vv:v
fd47 f64x2.eq vv:v
fd48 f64x2.ne vv:v
fd49 f64x2.lt vv:v
fd4a f64x2.gt vv:v
fd4b f64x2.le vv:v
fd4c f64x2.ge vv:v
fd4d v128.not v:v
fd4e v128.and vv:v
fd4f v128.andnot vv:v
fd50 v128.or vv:v
fd51 v128.xor vv:v
fd52 v128.bitselect vvv:v
fd53 v128.any_true v:i
fd54 v128.load8_lane iv:v memarg_lane
fd55 v128.load16_lane iv:v memarg_lane
fd56 v128.load32_lane iv:v memarg_lane
fd57 v128.load64_lane iv:v memarg_lane
fd58 v128.store8_lane iv: memarg_lane
fd59 v128.store16_lane iv: memarg_lane
fd5a v128.store32_lane iv: memarg_lane
fd5b v128.store64_lane iv: memarg_lane
fd5c v128.load32_zero i:v memarg
fd5d v128.load64_zero i:v memarg
fd5e f32x4.demote_f64x2_zero v:v
fd5f f64x2.promote_low_f32x4 v:v
fd60 i8x16.abs v:v
fd61 i8x16.neg v:v
fd62 i8x16.popcnt v:v
fd63 i8x16.all_true v:i
fd64 i8x16.bitmask v:i
fd65 i8x16.narrow_i16x8_s vv:v
fd66 i8x16.narrow_i16x8_u vv:v
fd67 f32x4.ceil v:v
fd68 f32x4.floor v:v
fd69 f32x4.trunc v:v
fd6a f32x4.nearest v:v
fd6b i8x16.shl vi:v
fd6c i8x16.shr_s vi:v
fd6d i8x16.shr_u vi:v
fd6e i8x16.add vv:v
fd6f i8x16.add_sat_s vv:v
fd70 i8x16.add_sat_u vv:v
fd71 i8x16.sub vv:v
fd72 i8x16.sub_sat_s vv:v
fd73 i8x16.sub_sat_u vv:v
fd74 f64x2.ceil v:v
fd75 f64x2.floor v:v
fd76 i8x16.min_s vv:v
fd77 i8x16.min_u vv:v
fd78 i8x16.max_s vv:v
fd79 i8x16.max_u vv:v
fd7a f64x2.trunc v:v
fd7b i8x16.avgr_u vv:v
fd7c i16x8.extadd_pairwise_i8x16_s v:v
fd7d i16x8.extadd_pairwise_i8x16_u v:v
fd7e i32x4.extadd_pairwise_i16x8_s v:v
fd7f i32x4.extadd_pairwise_i16x8_u v:v
fd80 i16x8.abs v:v
fd81 i16x8.neg v:v
fd82 i16x8.q15mulr_sat_s vv:v
fd83 i16x8.all_true v:i
fd84 i16x8.bitmask v:i
fd85 i16x8.narrow_i32x4_s vv:v
fd86 i16x8.narrow_i32x4_u vv:v
fd87 i16x8.extend_low_i8x16_s v:v
fd88 i16x8.extend_high_i8x16_s v:v
fd89 i16x8.extend_low_i8x16_u v:v
fd8a i16x8.extend_high_i8x16_u v:v
fd8b i16x8.shl vi:v
fd8c i16x8.shr_s vi:v
fd8d i16x8.shr_u vi:v
fd8e i16x8.add vv:v
fd8f i16x8.add_sat_s vv:v
fd90 i16x8.add_sat_u vv:v
fd91 i16x8.sub vv:v
fd92 i16x8.sub_sat_s vv:v
fd93 i16x8.sub_sat_u vv:v
fd94 f64x2.nearest v:v
fd95 i16x8.mul vv:v
fd96 i16x8.min_s vv:v
fd97 i16x8.min_u vv:v
fd98 i16x8.max_s vv:v
fd99 i16x8.max_u vv:v
fd9b i16x8.avgr_u vv:v
fd9c i16x8.extmul_low_i8x16_s vv:v
fd9d i16x8.extmul_high_i8x16_s vv:v
fd9e i16x8.extmul_low_i8x16_u vv:v
fd9f i16x8.extmul_high_i8x16_u vv:v
fda0 i32x4.abs v:v
fda1 i32x4.neg v:v
fda3 i32x4.all_true v:i
fda4 i32x4.bitmask v:i
fda7 i32x4.extend_low_i16x8_s v:v
fda8 i32x4.extend_high_i16x8_s v:v
fda9 i32x4.extend_low_i16x8_u v:v
fdaa i32x4.extend_high_i16x8_u v:v
fdab i32x4.shl vi:v
fdac i32x4.shr_s vi:v
fdad i32x4.shr_u vi:v
fdae i32x4.add vv:v
fdb1 i32x4.sub vv:v
fdb5 i32x4.mul vv:v
fdb6 i32x4.min_s vv:v
fdb7 i32x4.min_u vv:v
fdb8 i32x4.max_s vv:v
fdb9 i32x4.max_u vv:v
fdba i32x4.dot_i16x8_s vv:v
fdbc i32x4.extmul_low_i16x8_s vv:v
fdbd i32x4.extmul_high_i16x8_s vv:v
fdbe i32x4.extmul_low_i16x8_u vv:v
fdbf i32x4.extmul_high_i16x8_u vv:v
fdc0 i64x2.abs v:v
fdc1 i64x2.neg v:v
fdc3 i64x2.all_true v:i
fdc4 i64x2.bitmask v:i
fdc7 i64x2.extend_low_i32x4_s v:v
fdc8 i64x2.extend_high_i32x4_s v:v
fdc9 i64x2.extend_low_i32x4_u v:v
fdca i64x2.extend_high_i32x4_u v:v
fdcb i64x2.shl vi:v
fdcc i64x2.shr_s vi:v
fdcd i64x2.shr_u vi:v
fdce i64x2.add vv:v
fdd1 i64x2.sub vv:v
fdd5 i64x2.mul vv:v
fdd6 i64x2.eq vv:v
fdd7 i64x2.ne vv:v
fdd8 i64x2.lt_s vv:v
fdd9 i64x2.gt_s vv:v
fdda i64x2.le_s vv:v
fddb i64x2.ge_s vv:v
fddc i64x2.extmul_low_i32x4_s vv:v
fddd i64x2.extmul_high_i32x4_s vv:v
fdde i64x2.extmul_low_i32x4_u vv:v
fddf i64x2.extmul_high_i32x4_u vv:v
fde0 f32x4.abs v:v
fde1 f32x4.neg v:v
fde3 f32x4.sqrt v:v
fde4 f32x4.add vv:v
fde5 f32x4.sub vv:v
fde6 f32x4.mul vv:v
fde7 f32x4.div vv:v
fde8 f32x4.min vv:v
fde9 f32x4.max vv:v
fdea f32x4.pmin vv:v
fdeb f32x4.pmax vv:v
fdec f64x2.abs v:v
fded f64x2.neg v:v
fdef f64x2.sqrt v:v
fdf0 f64x2.add vv:v
fdf1 f64x2.sub vv:v
fdf2 f64x2.mul vv:v
fdf3 f64x2.div vv:v
fdf4 f64x2.min vv:v
fdf5 f64x2.max vv:v
fdf6 f64x2.pmin vv:v
fdf7 f64x2.pmax vv:v
fdf8 i32x4.trunc_sat_f32x4_s v:v
fdf9 i32x4.trunc_sat_f32x4_u v:v
fdfa f32x4.convert_i32x4_s v:v
fdfb f32x4.convert_i32x4_u v:v
fdfc i32x4.trunc_sat_f64x2_s_zero v:v
fdfd i32x4.trunc_sat_f64x2_u_zero v:v
fdfe f64x2.convert_low_i32x4_s v:v
fdff f64x2.convert_low_i32x4_u v:v
`;

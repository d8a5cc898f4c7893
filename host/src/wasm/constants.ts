/**
 * Constant expressions, and the places in sections at which an index stands that the rewriter shifts. Reads them; whether they are
 * valid is V8's to say.
 */
import { MODULE_CAPS } from "../limits.ts";
import { readReferenceType } from "./read-types.ts";
import { type Reader, refuse } from "./reader.ts";
import { refusedOpcode } from "./refused.ts";

/** Places of function and global indices in sections: four numbers each, in order: start, end, 0 function | 1 global, index. */
export type IndexSites = number[];
export const SITE_FUNCTION = 0;
export const SITE_GLOBAL = 1;

export function addSite(sites: IndexSites, reader: Reader, space: number): void {
  const start = reader.offset;
  const index = reader.u32();
  sites.push(start, reader.offset, space, index);
  if (sites.length > MODULE_CAPS.indexSites * 4)
    refuse(start, `a section names more than ${MODULE_CAPS.indexSites} functions or globals`);
}

/** A constant expression; notes the indices in it. */
export function readConstant(reader: Reader, sites: IndexSites): void {
  for (;;) {
    const at = reader.offset;
    const opcode = reader.byte();
    switch (opcode) {
      case 0x0b: // end
        return;
      case 0x23: // global.get
        addSite(sites, reader, SITE_GLOBAL);
        break;
      case 0x41: // i32.const
        reader.skipInteger(5);
        break;
      case 0x42: // i64.const
        reader.skipInteger(10);
        break;
      case 0x43: // f32.const
        reader.skip(4);
        break;
      case 0x44: // f64.const
        reader.skip(8);
        break;
      case 0xd0: // ref.null
        readReferenceType(reader);
        break;
      case 0xd2: // ref.func
        addSite(sites, reader, SITE_FUNCTION);
        break;
      case 0x6a: // i32.add, sub, mul
      case 0x6b:
      case 0x6c:
      case 0x7c: // i64.add, sub, mul
      case 0x7d:
      case 0x7e:
        if (!hasExtendedConstants()) {
          refuse(at, "uses extended constant expressions, which this WebAssembly engine does not support");
        }
        break;
      default:
        refuseConstant(reader, at, opcode);
    }
  }
}

/** `v128.const` passes; all else is refused by name. */
function refuseConstant(reader: Reader, at: number, opcode: number): void {
  const sub = opcode >= 0xfb && opcode <= 0xfe ? reader.u32() : undefined;
  if (opcode === 0xfd && sub === 0x0c) {
    reader.skip(16);
    return;
  }
  const name = opcode === 0xfb || opcode === 0xfe ? refusedOpcode(opcode, sub) : `the opcode 0x${opcode.toString(16)}`;
  refuse(at, `uses ${name} in a constant expression, which is not supported`);
}

let extendedConstants: boolean | undefined;

/** Whether the engine has the extended constant expressions proposal; Node 20 has not. */
function hasExtendedConstants(): boolean {
  // (global i32 (i32.add (i32.const 0) (i32.const 0)))
  extendedConstants ??= WebAssembly.validate(
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 6, 9, 1, 0x7f, 0, 0x41, 0, 0x41, 0, 0x6a, 0x0b),
  );
  return extendedConstants;
}

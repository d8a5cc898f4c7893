/**
 * A component without its code: what decoding and planning need, in kilobytes where the component has megabytes. Its core modules
 * keep what they declare; their functions have empty bodies, and their data, elements and custom sections are gone. It describes
 * a component whose core modules are at hand already, metered, and is of no use for anything else.
 */
import { ByteWriter, OP, PREAMBLE, SECTION } from "../wasm/emit.ts";
import { Reader } from "../wasm/reader.ts";
import { COMPONENT_SECTION } from "./custom-section.ts";

/** Of those of a core module. */
const DROPPED: ReadonlySet<number> = new Set([SECTION.custom, SECTION.element, SECTION.data, SECTION.dataCount]);

/** `decodeComponent` says the same of it as of `component`, which it must have accepted, but for the bytes of the core modules. */
export function outlineComponent(component: Uint8Array): Uint8Array {
  const out = new ByteWriter(1 << 16);
  outline(new Reader(component, 0, component.length), out, (id, section) => {
    if (id === COMPONENT_SECTION.custom) return undefined;
    if (id === COMPONENT_SECTION.coreModule) return outlineModule(section);
    return id === COMPONENT_SECTION.component ? outlineComponent(section) : section;
  });
  return out.result();
}

function outlineModule(module: Uint8Array): Uint8Array {
  const out = new ByteWriter(1 << 12);
  outline(new Reader(module, 0, module.length), out, (id, section) => {
    if (DROPPED.has(id)) return undefined;
    return id === SECTION.code ? emptyBodies(new Reader(section, 0, section.length).u32()) : section;
  });
  return out.result();
}

/** Copies the preamble, and of every section what `keep` makes of its contents. */
function outline(reader: Reader, out: ByteWriter, keep: (id: number, section: Uint8Array) => Uint8Array | undefined) {
  out.copy(reader.bytes, 0, PREAMBLE.length);
  reader.skip(PREAMBLE.length);
  while (reader.offset < reader.end) {
    const id = reader.byte();
    const length = reader.u32();
    const start = reader.offset;
    reader.skip(length);
    const kept = keep(id, reader.bytes.subarray(start, reader.offset));
    if (kept === undefined) continue;
    out.byte(id);
    out.u32(kept.length);
    out.copy(kept, 0, kept.length);
  }
}

/** The contents of a code section of as many functions, without locals or instructions. */
function emptyBodies(count: number): Uint8Array {
  const out = new ByteWriter(3 * count + 5);
  out.u32(count);
  for (let i = 0; i < count; i++) {
    out.byte(2);
    out.byte(0);
    out.byte(OP.end);
  }
  return out.result();
}

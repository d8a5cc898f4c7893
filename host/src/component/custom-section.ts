/** Custom sections of a component or core module, and what tells these from other files. Custom sections mean nothing to the linker. */
import { ComponentReader } from "./reader.ts";

/** `\0asm`, version 13, layer 1 (Binary.md, "Component Definitions"). */
const PREAMBLE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00);

/** The same of a core module: version 1, layer 0. */
const CORE_PREAMBLE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** Whether the bytes begin as a component does. */
export function isComponent(bytes: Uint8Array): boolean {
  return begins(bytes, PREAMBLE);
}

/** Whether the bytes begin as a core module does. */
export function isCoreModule(bytes: Uint8Array): boolean {
  return begins(bytes, CORE_PREAMBLE);
}

function begins(bytes: Uint8Array, preamble: Uint8Array): boolean {
  return bytes.length >= preamble.length && preamble.every((byte, index) => bytes[index] === byte);
}

/**
 * The content of every custom section of this name, of a core module or of the outermost component, in their order.
 * @throws PluginError `invalid-module` for bytes that are no sequence of sections
 */
export function customSections(bytes: Uint8Array, name: string): readonly Uint8Array[] {
  if (!isComponent(bytes) && !isCoreModule(bytes)) return [];
  const reader = new ComponentReader(bytes, PREAMBLE.length, bytes.length);
  const found: Uint8Array[] = [];
  while (!reader.done) {
    const id = reader.byte();
    const section = reader.slice(reader.u32());
    if (id === 0 && section.name() === name) found.push(bytes.subarray(section.offset, section.end));
  }
  return found;
}

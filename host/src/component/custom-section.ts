/** Custom sections of a component or core module, and what tells these from other files. Custom sections mean nothing to the linker. */
import { PluginError } from "../errors.ts";
import { COMPONENT_CAPS } from "../limits.ts";
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
  const found: Uint8Array[] = [];
  for (const { id, section } of sections(bytes))
    if (id === CUSTOM && section.name() === name) found.push(bytes.subarray(section.offset, section.end));
  return found;
}

/**
 * The core modules of the outermost component, as far as its sections can be told apart: also where it cannot be decoded. For people who
 * want to know why; no more than a component may have.
 */
export function coreModuleSections(bytes: Uint8Array): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  try {
    for (const { id, section } of sections(bytes)) {
      if (id === CORE_MODULE) found.push(bytes.subarray(section.offset, section.end));
      if (found.length === COMPONENT_CAPS.coreModules) break;
    }
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
  }
  return found;
}

/** Binary ids of sections. */
const CUSTOM = 0;
const CORE_MODULE = 1;

function* sections(bytes: Uint8Array): Generator<{ readonly id: number; readonly section: ComponentReader }> {
  const reader = new ComponentReader(bytes, PREAMBLE.length, bytes.length);
  while (!reader.done) {
    const id = reader.byte();
    yield { id, section: reader.slice(reader.u32()) };
  }
}

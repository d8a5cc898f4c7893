/** Custom sections of a component or core module, and what tells these from other files. Custom sections mean nothing to the linker. */
import { PluginError } from "../errors.ts";
import { COMPONENT_CAPS } from "../limits.ts";
import { PREAMBLE } from "../wasm/emit.ts";
import { ComponentReader } from "./reader.ts";

/** What begins a component: `\0asm`, version 13, layer 1 (Binary.md, "Component Definitions"). */
export const COMPONENT_PREAMBLE: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

/** Binary ids of its sections that hold no definitions, but bytes. */
export const COMPONENT_SECTION = { custom: 0, coreModule: 1, component: 4 } as const;

/** Whether the bytes begin as a component does. */
export function isComponent(bytes: Uint8Array): boolean {
  return begins(bytes, COMPONENT_PREAMBLE);
}

/** Whether the bytes begin as a core module does. */
export function isCoreModule(bytes: Uint8Array): boolean {
  return begins(bytes, PREAMBLE);
}

function begins(bytes: Uint8Array, preamble: readonly number[]): boolean {
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
    if (id === COMPONENT_SECTION.custom && section.name() === name)
      found.push(bytes.subarray(section.offset, section.end));
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
      if (id === COMPONENT_SECTION.coreModule) found.push(bytes.subarray(section.offset, section.end));
      if (found.length === COMPONENT_CAPS.coreModules) break;
    }
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
  }
  return found;
}

function* sections(bytes: Uint8Array): Generator<{ readonly id: number; readonly section: ComponentReader }> {
  const reader = new ComponentReader(bytes, PREAMBLE.length, bytes.length);
  while (!reader.done) {
    const id = reader.byte();
    yield { id, section: reader.slice(reader.u32()) };
  }
}

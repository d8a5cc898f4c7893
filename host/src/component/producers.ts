/**
 * Which tools made a component or core module, as its custom section `producers` says (tool-conventions, ProducersSection.md). It is
 * information that anybody can write there, and what cannot be read of it is left out.
 */
import { PluginError } from "../errors.ts";
import { customSections } from "./custom-section.ts";
import { ComponentReader } from "./reader.ts";

export interface Producer {
  /** `language`, `processed-by`, `sdk`. */
  readonly field: string;
  readonly name: string;
  readonly version: string;
}

/** More than any toolchain writes. */
const ENTRIES = 100;

/** What the outermost component, or the module, says of itself. */
export function producersOf(bytes: Uint8Array): readonly Producer[] {
  try {
    return customSections(bytes, "producers").flatMap(readProducers);
  } catch (error) {
    if (error instanceof PluginError) return [];
    throw error;
  }
}

function readProducers(section: Uint8Array): readonly Producer[] {
  const reader = new ComponentReader(section, 0, section.length);
  const found: Producer[] = [];
  for (let fields = reader.count("fields", ENTRIES); fields > 0; fields--) {
    const field = reader.name();
    for (let values = reader.count("values", ENTRIES); values > 0; values--)
      found.push({ field, name: reader.name(), version: reader.name() });
  }
  return found;
}

/**
 * The shell of Extism plug-ins as bytes: takes it apart into sections, says what its core modules import and export, and puts it
 * together with others in their places. What the shell is says plugins/engines/extism/shell.wat.
 */
import { type CoreModuleTypes, readCoreModule } from "../../component/index.ts";
import { flat, sectionOf } from "./core-bytes.ts";
import { EXTISM_SHELL, SHELL_MODULES } from "./shell.generated.ts";

const PREAMBLE_BYTES = 8;
const CORE_MODULE = 1;

interface Section {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

let shell: readonly (Section | Uint8Array)[] | undefined;

/** The preamble of the shell, and its sections. */
function shellSections(): readonly (Section | Uint8Array)[] {
  if (shell !== undefined) return shell;
  const bytes = Uint8Array.from(atob(EXTISM_SHELL), (character) => character.charCodeAt(0));
  const parts: (Section | Uint8Array)[] = [bytes.subarray(0, PREAMBLE_BYTES)];
  for (let at = PREAMBLE_BYTES; at < bytes.length; ) {
    const from = at;
    const id = bytes[at++] as number;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const end = at + size;
    parts.push({ id, bytes: bytes.subarray(from, end), content: bytes.subarray(at, end) });
    at = end;
  }
  shell = parts;
  return parts;
}

let types: ReadonlyMap<string, CoreModuleTypes> | undefined;

/** What the shell's own modules import and export, by name. */
export function shellModules(): ReadonlyMap<string, CoreModuleTypes> {
  if (types !== undefined) return types;
  const contents = shellSections().flatMap((part) => ("id" in part && part.id === CORE_MODULE ? [part.content] : []));
  types = new Map(SHELL_MODULES.map((name, index) => [name, readCoreModule(contents[index] as Uint8Array)]));
  return types;
}

/** The shell with these modules in the places of its own. */
export function assembledShell(modules: ReadonlyMap<string, Uint8Array>): Uint8Array {
  let index = 0;
  return flat(
    shellSections().map((part) => {
      if (!("id" in part)) return part;
      const module = part.id === CORE_MODULE ? modules.get(SHELL_MODULES[index++] ?? "") : undefined;
      return module === undefined ? part.bytes : sectionOf(CORE_MODULE, module);
    }),
  );
}

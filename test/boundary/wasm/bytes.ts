/** Modules written byte by byte, for what no assembler writes; and the message with which one is refused. */
import { PluginError } from "../../../host/src/errors.ts";
import { meterModule } from "../../../host/src/wasm/index.ts";

export const HEADER: readonly number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A module with one function of type () → () with this code (without `end`), which begins at byte 23 when it is short. */
export function withCode(code: readonly number[]): Uint8Array {
  const body = [0, ...code, 0x0b];
  const section = [1, ...lebOf(body.length), ...body];
  return Uint8Array.from([...HEADER, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, ...lebOf(section.length), ...section]);
}

/** A module with one section, whose contents begin at byte 10. */
export function withSection(id: number, ...content: number[]): Uint8Array {
  return Uint8Array.from([...HEADER, id, content.length, ...content]);
}

export function lebOf(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...lebOf(value >>> 7)];
}

/** The message of the refusal, or "accepted". */
export function refusal(bytes: Uint8Array): string {
  try {
    meterModule(bytes);
  } catch (error) {
    if (error instanceof PluginError && error.code === "invalid-module") return error.message;
    throw error;
  }
  return "accepted";
}

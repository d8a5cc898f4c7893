/**
 * The module `settings` of the shell: it brings a plug-in's tools and configuration into the kernel's memory, once. The format of the
 * bytes is told in plugins/engines/extism/c/settings.c.
 */
import { compareCodePoints } from "../../text.ts";
import { OP } from "../../wasm/emit.ts";
import type { ToolForm } from "../manifest.ts";
import {
  type Bytes,
  body,
  coreModule,
  flat,
  functionType,
  I32,
  importFunction,
  importMemory,
  MEMORY_INIT,
  s32,
  u32,
} from "./core-bytes.ts";

/** A function of a plug-in that is a tool, with the forms of what it takes and gives. */
export interface ExtismTool {
  readonly name: string;
  /** @default "json": the arguments as they are */
  readonly input?: ToolForm;
  /** @default JSON where the output is JSON, else text */
  readonly output?: ToolForm;
}

export interface ExtismSettings {
  readonly tools: readonly ExtismTool[];
  readonly config: Readonly<Record<string, string>>;
}

const FORMS: Readonly<Record<ToolForm, number>> = { json: 0, text: 1, base64: 2 };
const AS_IT_IS = 3;

export function settingsModule(settings: ExtismSettings): Uint8Array {
  const bytes = settingsBytes(settings);
  const [reserve, configure] = [0, 1];
  return coreModule({
    types: [functionType([I32], [I32]), functionType([I32], []), functionType([], [])],
    imports: [
      importMemory("kernel", "memory"),
      importFunction("kernel", "reserve", 0),
      importFunction("kernel", "configure", 1),
    ],
    functions: [2],
    start: 2,
    code: [
      body(1, [
        ...[OP.i32Const, s32(bytes.length), OP.call, u32(reserve), OP.localTee, u32(0)],
        ...[OP.i32Const, s32(0), OP.i32Const, s32(bytes.length), ...MEMORY_INIT, u32(0), u32(0)],
        ...[OP.localGet, u32(0), OP.call, u32(configure)],
      ]),
    ],
    data: [[0x01, u32(bytes.length), bytes]],
  });
}

function settingsBytes({ tools, config }: ExtismSettings): Uint8Array {
  // In one order, whatever that of the manifest is: what a look-up costs does not depend on where the plug-in came from.
  const entries = Object.entries(config).sort(([one], [other]) => compareCodePoints(one, other));
  return flat([
    number(tools.length),
    tools.map(({ name, input = "json", output }) => [
      number(FORMS[input]),
      number(output === undefined ? AS_IT_IS : FORMS[output]),
      text(name),
    ]),
    number(entries.length),
    entries.map(([key, value]) => [text(key), text(value)]),
  ]);
}

function number(value: number): Bytes {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}

function text(value: string): Bytes {
  const bytes = new TextEncoder().encode(value);
  return [number(bytes.length), bytes];
}

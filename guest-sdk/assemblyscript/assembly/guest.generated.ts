// Made by `npm run wit` from wit/*.wit; do not edit.
// What every plugin exports.
import { scratch, storeString } from "./abi";
import { Result } from "./result";
import { Failure, Frame, Position } from "./types.generated";

/** A function that a plugin offers to people and agents. */
export class Tool {
  constructor(
    public name: string,
    public description: string,
    /** JSON Schema of the one object that the tool takes. */
    public parameters: string,
    /** JSON Schema of the answer, where it is known. */
    public returns: string | null = null,
  ) {}
}

/** Puts the answer of `tools` where the host reads it. It stays there until the scratch memory is released. */
export function answerTools(value: Array<Tool>): usize {
  const at = memory.data(8, 4);
  storeListOfTool(at, value);
  return at;
}

/** Puts the answer of `call` where the host reads it. It stays there until the scratch memory is released. */
export function answerCall(value: Result<string>): usize {
  const at = memory.data(44, 4);
  storeResultOfStringOrFailure(at, value);
  return at;
}

function storeListOfTool(at: usize, value: Array<Tool>): void {
  const first = scratch(36 * value.length);
  for (let i = 0; i < value.length; i++) storeTool(first + 36 * i, value[i]);
  store<usize>(at, first);
  store<i32>(at, value.length, 4);
}

function storeTool(at: usize, value: Tool): void {
  storeString(at, value.name);
  storeString(at + 8, value.description);
  storeString(at + 16, value.parameters);
  storeOptionOfString(at + 24, value.returns);
}

function storeOptionOfString(at: usize, value: string | null): void {
  store<u8>(at, value === null ? 0 : 1);
  if (value !== null) storeString(at + 4, value);
}

function storeResultOfStringOrFailure(at: usize, value: Result<string>): void {
  store<u8>(at, value.ok ? 0 : 1);
  if (value.ok) { storeString(at + 4, value.value); } else { storeFailure(at + 4, value.error); }
}

function storeFailure(at: usize, value: Failure): void {
  store<u8>(at, value.code);
  storeString(at + 4, value.message);
  storeOptionOfPosition(at + 12, value.position);
  storeListOfFrame(at + 32, value.stack);
}

function storeOptionOfPosition(at: usize, value: Position | null): void {
  store<u8>(at, value === null ? 0 : 1);
  if (value !== null) storePosition(at + 4, value);
}

function storePosition(at: usize, value: Position): void {
  storeString(at, value.file);
  store<u32>(at + 8, value.line);
  store<u32>(at + 12, value.column);
}

function storeListOfFrame(at: usize, value: Array<Frame>): void {
  const first = scratch(28 * value.length);
  for (let i = 0; i < value.length; i++) storeFrame(first + 28 * i, value[i]);
  store<usize>(at, first);
  store<i32>(at, value.length, 4);
}

function storeFrame(at: usize, value: Frame): void {
  storeString(at, value.name);
  storeOptionOfPosition(at + 8, value.position);
}

// What a plugin exports to the host: the interface `guest` of wit/guest.wit. The build gives each function the name that the
// component model wants.
import "./runtime";
import { releaseScratch, takeString } from "./abi";
import { answerCall, answerTools, Tool } from "./guest.generated";
import { Result } from "./result";
import { declaredTools, runTool } from "./tool";

export { allocate } from "./abi";

// Kept from the collector until the host has read what lies in them.
let heldTools: Array<Tool> | null = null;
let heldAnswer: Result<string> | null = null;

export function tools(): usize {
  const all = declaredTools();
  heldTools = all;
  return answerTools(all);
}

export function afterTools(_at: usize): void {
  heldTools = null;
  releaseScratch();
}

export function call(name: usize, nameLength: i32, args: usize, argsLength: i32): usize {
  const answer = runTool(takeString(name, nameLength), takeString(args, argsLength));
  heldAnswer = answer;
  return answerCall(answer);
}

export function afterCall(_at: usize): void {
  heldAnswer = null;
  releaseScratch();
}

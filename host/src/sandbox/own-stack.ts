/**
 * The stack that a guest keeps in its own memory, beside the one that is counted (`wasm/stack.ts`): compilers on LLVM put there what
 * has an address. A guest that fills it leaves its memory at 0, and only the pointer to it tells this from any other mistake.
 */
import type { MeteredModule } from "../wasm/index.ts";

/** What LLVM's functions that call no other may use below the pointer without moving it, in bytes. */
const RED_ZONE = 128;
/** What the pointer is a multiple of wherever a function begins. */
const ALIGNMENT = 16;

/** The pointer of a fresh core instance, among its own mutable globals: wasm-ld makes it the first. */
export function stackPointerOf(
  { globals: [first] }: Pick<MeteredModule, "globals">,
  exports: WebAssembly.Exports,
): WebAssembly.Global<"i32"> | undefined {
  if (first?.type !== "i32") return undefined;
  const global = exports[first.name] as WebAssembly.Global<"i32">;
  return global.value > 0 && global.value % ALIGNMENT === 0 ? global : undefined;
}

/** Whether the next frame may begin below 0. */
export function isFull(pointer: WebAssembly.Global<"i32">): boolean {
  return pointer.value < RED_ZONE;
}

/**
 * Memories of instances that have ended, for instances that start: the system's first touch of a page costs more than all else that
 * a start does (1.8 µs a page, of which an engine's image has hundreds), and a memory that goes back to the system takes the
 * collector with it. What is taken from here is as new: of the size and maximum that were asked for, every byte zero but for the
 * pages that an image is about to write.
 */
import { POOLED_MEMORY_BYTES } from "../limits.ts";
import { type CoreImage, clearAround } from "./image.ts";

const WASM_PAGE = 65536;

/** A memory as it was made. Sizes in wasm pages of 64 KiB. */
export interface OwnedMemory {
  readonly memory: WebAssembly.Memory;
  readonly initial: number;
  readonly maximum: number;
}

export class MemoryPool {
  readonly #most: number;
  /** By size and maximum; within a size the last one given is taken first, which is the warmest. */
  readonly #idle = new Map<string, WebAssembly.Memory[]>();
  #bytes = 0;

  /** `most`: bytes that are kept at a time. @default POOLED_MEMORY_BYTES */
  constructor(most: number = POOLED_MEMORY_BYTES) {
    this.#most = most;
  }

  /** Bytes of the memories that wait here. */
  get bytes(): number {
    return this.#bytes;
  }

  /** With `image`, its pages have whatever they had: `restoreCore` must write them before a guest runs. */
  take(initial: number, maximum: number, image?: CoreImage): WebAssembly.Memory {
    const memory = this.#idle.get(`${initial}:${maximum}`)?.pop();
    if (memory === undefined) return new WebAssembly.Memory({ initial, maximum });
    this.#bytes -= initial * WASM_PAGE;
    clearAround(new Uint8Array(memory.buffer), image);
    return memory;
  }

  /**
   * Takes a memory back. No guest code that has it may run again, and nobody may hold a view of it: that is the caller's promise.
   * One that has grown, or for which there is no room, is let go.
   */
  give({ memory, initial, maximum }: OwnedMemory): void {
    const size = initial * WASM_PAGE;
    if (memory.buffer.byteLength !== size || size === 0 || this.#bytes + size > this.#most) return;
    const key = `${initial}:${maximum}`;
    const idle = this.#idle.get(key);
    if (idle) idle.push(memory);
    else this.#idle.set(key, [memory]);
    this.#bytes += size;
  }

  /** Lets go of all that waits. */
  clear(): void {
    this.#idle.clear();
    this.#bytes = 0;
  }
}

/**
 * Images: a snapshot of an instance at rest, from which others start. For every core module the 4 KiB pages of its memory
 * that differ from a fresh instance (pages that became zero too) and its mutable globals. Fuel and the other ledger
 * globals are imported and so no part of it; tables are not captured, `PreparedComponent.imageable` refuses what changes
 * them. The idea is wizer's, done at run time.
 */
import { PluginError } from "../errors.ts";
import type { PreparedComponent } from "./prepare.ts";

export const PAGE = 4096;
/** 32-bit words of a page. */
const WORDS = PAGE / 4;

/** Opaque; made by `Instance.capture`, taken by `startInstance` for the same prepared component. */
export interface Image {
  readonly prepared: PreparedComponent;
  /** One per core instance, in the order of their instantiation. */
  readonly cores: readonly CoreImage[];
}

export interface CoreImage {
  /** Size of the core module's own memory, in wasm pages of 64 KiB. */
  readonly memoryPages: number;
  /** Offsets into the memory, in bytes, ascending. */
  readonly offsets: Uint32Array;
  /** The pages at these offsets, one after the other. */
  readonly pages: Uint8Array;
  readonly globals: readonly (number | bigint)[];
  /** Pages that stand in another image (`image-sharing.ts`); none of them is among `offsets`. */
  readonly shared?: SharedPages;
}

export interface SharedPages {
  /** Pages of the other image. */
  readonly pages: Uint8Array;
  /** Offsets into the memory, in bytes, ascending. */
  readonly offsets: Uint32Array;
  /** Which page of the other image stands at each offset. */
  readonly indices: Uint32Array;
}

/** What of a core instance an image is made from and put into. */
export interface CoreState {
  readonly memory: WebAssembly.Memory | undefined;
  readonly globals: readonly WebAssembly.Global[];
}

/** What has changed in `core` since it was as `fresh` is. */
export function captureCore(core: CoreState, fresh: CoreState): CoreImage {
  const now = bytesOf(core.memory);
  const nowWords = new Int32Array(now.buffer);
  const freshWords = new Int32Array(bytesOf(fresh.memory).buffer);
  const changed: number[] = [];
  for (let page = 0; page * PAGE < now.length; page++) {
    if (pageDiffers(nowWords, freshWords, page)) changed.push(page * PAGE);
  }
  const pages = pageBytes(changed.length);
  changed.forEach((offset, index) => {
    pages.set(now.subarray(offset, offset + PAGE), index * PAGE);
  });
  return {
    memoryPages: now.length / 65536,
    offsets: Uint32Array.from(changed),
    pages,
    globals: core.globals.map((global) => global.value),
  };
}

/** Makes a fresh core instance, whose memory was made with `image.memoryPages`, what the captured one was. */
export function restoreCore(core: CoreState, image: CoreImage): void {
  const memory = bytesOf(core.memory);
  const { shared } = image;
  copyPages(memory, image.offsets, image.pages, (index) => index);
  if (shared) copyPages(memory, shared.offsets, shared.pages, (index) => shared.indices[index]!);
  core.globals.forEach((global, index) => {
    global.value = image.globals[index];
  });
}

/** Zeroes a used memory but for the pages that `restoreCore` will write, so that the two together leave nothing of its last user. */
export function clearAround(memory: Uint8Array, image: CoreImage | undefined): void {
  const written = new Uint8Array(memory.length / PAGE);
  for (const offset of image?.offsets ?? []) written[offset / PAGE] = 1;
  for (const offset of image?.shared?.offsets ?? []) written[offset / PAGE] = 1;
  let page = written.indexOf(0);
  while (page >= 0) {
    const next = written.indexOf(1, page);
    const end = next < 0 ? written.length : next;
    memory.fill(0, page * PAGE, end * PAGE);
    page = written.indexOf(0, end);
  }
}

/** Runs of pages that are neighbours on both sides are copied at once. */
function copyPages(memory: Uint8Array, offsets: Uint32Array, pages: Uint8Array, at: (index: number) => number): void {
  let index = 0;
  while (index < offsets.length) {
    const offset = offsets[index]!;
    const start = at(index);
    let count = 1;
    while (
      index + count < offsets.length &&
      offsets[index + count] === offset + count * PAGE &&
      at(index + count) === start + count
    )
      count++;
    memory.set(pages.subarray(start * PAGE, (start + count) * PAGE), offset);
    index += count;
  }
}

/** Room for pages, in memory that threads share where there is any. */
export function pageBytes(pages: number): Uint8Array {
  const length = pages * PAGE;
  return typeof SharedArrayBuffer === "undefined"
    ? new Uint8Array(length)
    : new Uint8Array(new SharedArrayBuffer(length));
}

/** @throws PluginError `invalid-arguments` when the image belongs to another component. */
export function checkImage(image: Image, prepared: PreparedComponent): void {
  if (image.prepared !== prepared)
    throw new PluginError("invalid-arguments", "The image was taken from another component");
}

function bytesOf(memory: WebAssembly.Memory | undefined): Uint8Array {
  return memory === undefined ? new Uint8Array(0) : new Uint8Array(memory.buffer);
}

/** Whether the page at this index differs; a page that the fresh memory does not have counts as zero there. */
function pageDiffers(now: Int32Array, before: Int32Array, page: number): boolean {
  const start = page * WORDS;
  for (let word = start; word < start + WORDS; word++) {
    if (now[word] !== (before[word] ?? 0)) return true;
  }
  return false;
}

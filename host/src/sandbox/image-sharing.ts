/**
 * Pages that images have in common, kept once. The image of a plugin is mostly that of its engine (1.6 of 1.9 MB in Rune), so a
 * thousand plugins would hold the engine a thousand times. It changes nothing about what an instance starts from.
 */
import { type CoreImage, type Image, PAGE, pageBytes } from "./image.ts";

/** The same image, which takes from `base` the pages that are equal there. `base` must share none itself. */
export function sharePages(image: Image, base: Image): Image {
  if (image.prepared !== base.prepared || image === base) return image;
  return { ...image, cores: image.cores.map((core, index) => shareCore(wholeCore(core), base.cores[index]!)) };
}

/** The core image with all its pages in itself. */
export function wholeCore({ shared, ...core }: CoreImage): CoreImage {
  if (shared === undefined) return core;
  const offsets = Uint32Array.from([...core.offsets, ...shared.offsets]).sort();
  const pages = pageBytes(offsets.length);
  const put = (from: Uint8Array, page: number, offset: number) => {
    pages.set(from.subarray(page * PAGE, (page + 1) * PAGE), offsets.indexOf(offset) * PAGE);
  };
  core.offsets.forEach((offset, index) => {
    put(core.pages, index, offset);
  });
  shared.offsets.forEach((offset, index) => {
    put(shared.pages, shared.indices[index]!, offset);
  });
  return { ...core, offsets, pages };
}

function shareCore(core: CoreImage, base: CoreImage): CoreImage {
  const inBase = new Map(Array.from(base.offsets, (offset, index) => [offset, index]));
  const own: number[] = [];
  const offsets: number[] = [];
  const indices: number[] = [];
  core.offsets.forEach((offset, index) => {
    const there = inBase.get(offset);
    if (there !== undefined && isSamePage(core.pages, index, base.pages, there)) {
      offsets.push(offset);
      indices.push(there);
    } else own.push(index);
  });
  const pages = pageBytes(own.length);
  own.forEach((from, to) => {
    pages.set(core.pages.subarray(from * PAGE, (from + 1) * PAGE), to * PAGE);
  });
  return {
    ...core,
    offsets: Uint32Array.from(own, (index) => core.offsets[index]!),
    pages,
    shared: { pages: base.pages, offsets: Uint32Array.from(offsets), indices: Uint32Array.from(indices) },
  };
}

function isSamePage(a: Uint8Array, pageA: number, b: Uint8Array, pageB: number): boolean {
  for (let at = 0; at < PAGE; at++) if (a[pageA * PAGE + at] !== b[pageB * PAGE + at]) return false;
  return true;
}

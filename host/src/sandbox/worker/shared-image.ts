/** Images in memory that all workers share: sent by reference, so that starting from one copies its pages once, into the guest. */
import type { CoreImage, Image } from "../image.ts";

const images = new WeakMap<Image, readonly CoreImage[]>();
/** What was not in shared memory, and its copy there: pages that several images have in common stay one. */
const copies = new WeakMap<Uint8Array | Uint32Array, SharedArrayBuffer>();

export function shareImage(image: Image): readonly CoreImage[] {
  let cores = images.get(image);
  if (cores === undefined) {
    cores = image.cores.map(({ shared, ...core }) => ({
      ...core,
      offsets: new Uint32Array(inSharedMemory(core.offsets)),
      pages: new Uint8Array(inSharedMemory(core.pages)),
      ...(shared && {
        shared: {
          pages: new Uint8Array(inSharedMemory(shared.pages)),
          offsets: new Uint32Array(inSharedMemory(shared.offsets)),
          indices: new Uint32Array(inSharedMemory(shared.indices)),
        },
      }),
    }));
    images.set(image, cores);
  }
  return cores;
}

function inSharedMemory(view: Uint32Array | Uint8Array): SharedArrayBuffer {
  const { buffer, byteOffset, byteLength } = view;
  if (buffer instanceof SharedArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  let memory = copies.get(view);
  if (memory === undefined) {
    memory = new SharedArrayBuffer(byteLength);
    new Uint8Array(memory).set(new Uint8Array(buffer, byteOffset, byteLength));
    copies.set(view, memory);
  }
  return memory;
}

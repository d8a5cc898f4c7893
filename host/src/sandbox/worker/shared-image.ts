/** Images in memory that all workers share: sent by reference, so that starting from one copies its pages once, into the guest. */
import type { CoreImage, Image } from "../image.ts";

const shared = new WeakMap<Image, readonly CoreImage[]>();

export function shareImage(image: Image): readonly CoreImage[] {
  let cores = shared.get(image);
  if (cores === undefined) {
    cores = image.cores.map((core) => ({
      ...core,
      offsets: new Uint32Array(inSharedMemory(core.offsets)),
      pages: new Uint8Array(inSharedMemory(core.pages)),
    }));
    shared.set(image, cores);
  }
  return cores;
}

function inSharedMemory({ buffer, byteOffset, byteLength }: Uint32Array | Uint8Array): SharedArrayBuffer {
  if (buffer instanceof SharedArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  const memory = new SharedArrayBuffer(byteLength);
  new Uint8Array(memory).set(new Uint8Array(buffer, byteOffset, byteLength));
  return memory;
}

// The sections of a WebAssembly binary, component or core module, as its bytes tell them apart. Reads nothing of what is in them.

export const PREAMBLE_BYTES = 8;

/**
 * @param {Uint8Array} bytes
 * @returns {{ id: number, from: number, start: number, end: number }[]} in their order; `from` is where the header begins, `start` what it is the header of
 */
export function sections(bytes) {
  const found = [];
  for (let at = PREAMBLE_BYTES; at < bytes.length; ) {
    const from = at;
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    found.push({ id, from, start: at, end: at + size });
    at += size;
  }
  return found;
}

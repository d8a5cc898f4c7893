/** What a bundle is known by, for those that do not read it: the rest is loaded when one is there. */

/** Not text, and broken visibly by a transfer that changes line ends (as in PNG, RFC 2083 §12.11). */
export const BUNDLE_MAGIC: Uint8Array = Uint8Array.of(0x89, 0x43, 0x52, 0x55, 0x42, 0x0d, 0x0a, 0x1a);

export function isBundle(bytes: Uint8Array): boolean {
  return bytes.length >= BUNDLE_MAGIC.length && BUNDLE_MAGIC.every((byte, index) => bytes[index] === byte);
}

// The memory side of the Canonical ABI (CanonicalABI.md, "Loading", "Storing") for a component whose strings are UTF-16, as
// AssemblyScript's are: a string goes out as it lies in memory, and comes in as one. Knows no interface.

/** The handle of a resource that was given back. */
export const FINISHED: i32 = -1;

/** The alignment of the units of a string, which nothing else in our WIT has. */
const STRING_ALIGN: usize = 2;

/**
 * Where the host puts what it passes. Strings become objects of AssemblyScript at once, kept from the collector until `takeString`
 * has them; anything else is a block that is freed by who takes it.
 */
export function allocate(old: usize, oldSize: usize, align: usize, size: usize): usize {
  if (size == 0) return align;
  if (align != STRING_ALIGN) return oldSize == 0 ? heap.alloc(size) : heap.realloc(old, size);
  const text = __pin(__new(size, idof<string>()));
  if (oldSize > 0) {
    memory.copy(text, old, min(oldSize, size));
    __unpin(old);
  }
  return text;
}

/** Gives back a list that the host allocated: one without elements is no block. */
export function free(at: usize, length: i32): void {
  if (length != 0) heap.free(at);
}

/** A string of so many UTF-16 units, as `allocate` made it. */
export function takeString(at: usize, length: i32): string {
  if (length == 0) return "";
  __unpin(at);
  return changetype<string>(at);
}

export function loadString(at: usize): string {
  return takeString(load<usize>(at), load<i32>(at, 4));
}

export function loadBytes(at: usize): Uint8Array {
  const first = load<usize>(at);
  const length = load<i32>(at, 4);
  const bytes = new Uint8Array(length);
  memory.copy(bytes.dataStart, first, length);
  free(first, length);
  return bytes;
}

/** The string itself, which has to be kept alive until the host has read it. */
export function storeString(at: usize, text: string): void {
  store<usize>(at, changetype<usize>(text));
  store<i32>(at, text.length, 4);
}

/** The bytes themselves, which have to be kept alive until the host has read them. */
export function storeBytes(at: usize, bytes: Uint8Array): void {
  store<usize>(at, bytes.dataStart);
  store<i32>(at, bytes.length, 4);
}

/** Each block begins with the address of the one before. */
const BLOCK_HEADER: usize = 16;
let lastBlock: usize = 0;

/** Memory for lists that the host reads, until `releaseScratch`. */
export function scratch(size: usize): usize {
  const block = heap.alloc(BLOCK_HEADER + size);
  store<usize>(block, lastBlock);
  lastBlock = block;
  return block + BLOCK_HEADER;
}

export function releaseScratch(): void {
  while (lastBlock != 0) {
    const block = lastBlock;
    lastBlock = load<usize>(block);
    heap.free(block);
  }
}

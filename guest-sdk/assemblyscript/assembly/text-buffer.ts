// Text that grows while it is written, in memory of its own, so that no half of it is a string.

const FIRST_BYTES: usize = 256;
const UNIT: usize = 2;

export class TextBuffer {
  private at: usize = 0;
  private capacity: usize = 0;
  private bytes: usize = 0;

  /** Appends the UTF-16 units that lie from `start` up to `end`. */
  append(start: usize, end: usize): void {
    const size = end - start;
    memory.copy(this.reserve(size), start, size);
    this.bytes += size;
  }

  text(text: string): void {
    const start = changetype<usize>(text);
    this.append(start, start + ((<usize>text.length) << 1));
  }

  unit(unit: u32): void {
    store<u16>(this.reserve(UNIT), unit);
    this.bytes += UNIT;
  }

  /** What was written, as a string. The buffer is over with that. */
  finish(): string {
    const text = changetype<string>(__new(this.bytes, idof<string>()));
    memory.copy(changetype<usize>(text), this.at, this.bytes);
    if (this.at != 0) heap.free(this.at);
    this.at = 0;
    this.capacity = 0;
    this.bytes = 0;
    return text;
  }

  /** Where so many bytes can be written. */
  private reserve(size: usize): usize {
    if (this.bytes + size > this.capacity) {
      this.capacity = max(max(this.capacity << 1, this.bytes + size), FIRST_BYTES);
      this.at = this.at == 0 ? heap.alloc(this.capacity) : heap.realloc(this.at, this.capacity);
    }
    return this.at + this.bytes;
  }
}

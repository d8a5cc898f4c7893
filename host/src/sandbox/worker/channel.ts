/**
 * The shared memory of one worker and its host: how an answer reaches a thread that stands still. The worker posts its question
 * and waits on a word here; the host puts the answer's bytes behind it, in pieces where they are many, and wakes it. No guest can
 * reach this memory: a guest's memories are its own `WebAssembly.Memory`, and nothing here is ever handed to one.
 *
 * Words: what the worker is to look at, the length of the whole answer, the length of this piece, the task that is cancelled.
 */

const ATTENTION = 0;
const TOTAL = 1;
const PIECE = 2;
const CANCELLED = 3;
const HEADER_BYTES = 64;
const PIECE_BYTES = 256 * 1024;

const NOTHING = 0;
const ANSWER = 1;
/** A message has been posted, or a task was cancelled. */
const LOOK = 2;

export function createChannel(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + PIECE_BYTES);
}

/** The host's end. It never waits. */
export class HostEnd {
  readonly #words: Int32Array;
  readonly #data: Uint8Array;
  #answer: Uint8Array | undefined;
  #sent = 0;

  constructor(channel: SharedArrayBuffer) {
    this.#words = new Int32Array(channel, 0, HEADER_BYTES / 4);
    this.#data = new Uint8Array(channel, HEADER_BYTES);
  }

  /** To be called only while the worker waits for this answer. */
  answer(bytes: Uint8Array): void {
    this.#answer = bytes;
    this.#sent = 0;
    this.more();
  }

  /** The next piece, which the worker has asked for. */
  more(): void {
    const answer = this.#answer;
    if (answer === undefined) return;
    const piece = answer.subarray(this.#sent, this.#sent + this.#data.length);
    this.#data.set(piece);
    this.#sent += piece.length;
    if (this.#sent >= answer.length) this.#answer = undefined;
    this.#words[TOTAL] = answer.length;
    this.#words[PIECE] = piece.length;
    Atomics.store(this.#words, ATTENTION, ANSWER);
    Atomics.notify(this.#words, ATTENTION);
  }

  /** Has the worker, if it waits, look at its port and at what is cancelled. */
  nudge(): void {
    Atomics.compareExchange(this.#words, ATTENTION, NOTHING, LOOK);
    Atomics.notify(this.#words, ATTENTION);
  }

  cancel(task: number): void {
    Atomics.store(this.#words, CANCELLED, task);
    this.nudge();
  }

  /** The task that was cancelled last; 0 is none. */
  get cancelled(): number {
    return Atomics.load(this.#words, CANCELLED);
  }
}

/** The worker's end. */
export class WorkerEnd {
  readonly #words: Int32Array;
  readonly #data: Uint8Array;

  constructor(channel: SharedArrayBuffer) {
    this.#words = new Int32Array(channel, 0, HEADER_BYTES / 4);
    this.#data = new Uint8Array(channel, HEADER_BYTES);
  }

  /** The task that is cancelled; 0 is none. */
  get cancelled(): number {
    return Atomics.load(this.#words, CANCELLED);
  }

  /** To be called before a question is posted: what an earlier one left is gone. */
  clear(): void {
    Atomics.store(this.#words, ATTENTION, NOTHING);
  }

  /**
   * Stands still until the answer is there, and gives a copy of it. Calls `look` before every wait and after every nudge; it throws when
   * there is no more reason to wait, and says for how many milliseconds to wait at most. `more` asks for the next piece.
   */
  wait(look: () => number, more: () => void): Uint8Array {
    let whole: Uint8Array | undefined;
    let received = 0;
    for (;;) {
      const milliseconds = look();
      Atomics.wait(this.#words, ATTENTION, NOTHING, milliseconds);
      if (Atomics.load(this.#words, ATTENTION) !== ANSWER) {
        // The word is cleared before the next look: a nudge from now on is seen by the wait.
        this.clear();
        continue;
      }
      const total = this.#words[TOTAL]!;
      const length = this.#words[PIECE]!;
      whole ??= new Uint8Array(total);
      whole.set(this.#data.subarray(0, length), received);
      received += length;
      this.clear();
      if (received >= whole.length) return whole;
      more();
    }
  }
}

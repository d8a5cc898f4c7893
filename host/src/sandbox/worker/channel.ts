/**
 * The shared memory of one worker and its host: how an answer reaches a thread that stands still. The worker posts its question
 * and waits on a word here; the host puts the answer's bytes behind it, in pieces where they are many, and wakes it. A worker that has
 * nothing to do waits here for a while too, and small tasks and results go the same way. No guest can
 * reach this memory: a guest's memories are its own `WebAssembly.Memory`, and nothing here is ever handed to one.
 *
 * Words: what the worker is to look at, the length of the whole answer, the length of this piece or of the task, the task that is
 * cancelled, the length of the result.
 *
 * An answer is told by the number of its question, in the word that is waited for: one that was given up (its task was late, while the task
 * around it goes on) may be answered all the same, and is not taken for another's.
 */

const ATTENTION = 0;
const TOTAL = 1;
const PIECE = 2;
const CANCELLED = 3;
const RESULT = 4;
const HEADER_BYTES = 64;
const PIECE_BYTES = 256 * 1024;
const RESULT_BYTES = 64 * 1024;

const NOTHING = 0;
/** A message has been posted, or a task was cancelled. */
const LOOK = 2;
/** Set by the worker: it waits for a task. Only then is one put here. */
const IDLE = 3;
const TASK = 4;
/** The answer to a question: a negative number, the same again only after 2³⁰ others. */
const answerTo = (ask: number): number => ~(ask & 0x3fffffff);

/** Wakes of a thread that are saved must outweigh what is spent: about as long as the two wakes of one call take. */
const SPIN_MS = 0.05;
/** After a spin in vain the next 2, 4, 8… waits are without one. */
const LONGEST_PAUSE = 256;

export function createChannel(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + PIECE_BYTES + RESULT_BYTES);
}

function partsOf(channel: SharedArrayBuffer) {
  return {
    words: new Int32Array(channel, 0, HEADER_BYTES / 4),
    data: new Uint8Array(channel, HEADER_BYTES, PIECE_BYTES),
    result: new Uint8Array(channel, HEADER_BYTES + PIECE_BYTES),
  };
}

/** The host's end. It never waits. */
export class HostEnd {
  readonly #words: Int32Array;
  readonly #data: Uint8Array;
  readonly #result: Uint8Array;
  #answer: Uint8Array | undefined;
  #ask = 0;
  #sent = 0;

  constructor(channel: SharedArrayBuffer) {
    const { words, data, result } = partsOf(channel);
    this.#words = words;
    this.#data = data;
    this.#result = result;
  }

  /** Whether a worker that waits for a task has taken this one; else it must be posted. Only while it has no other. */
  offer(task: Uint8Array): boolean {
    if (task.length > PIECE_BYTES || Atomics.load(this.#words, ATTENTION) !== IDLE) return false;
    this.#data.set(task);
    this.#words[PIECE] = task.length;
    if (Atomics.compareExchange(this.#words, ATTENTION, IDLE, TASK) !== IDLE) return false;
    Atomics.notify(this.#words, ATTENTION);
    return true;
  }

  /** A copy of the result of a task that was taken; to be called when the worker has said that it is there. */
  result(): Uint8Array {
    return this.#result.slice(0, Atomics.load(this.#words, RESULT));
  }

  /** To be called only while the task of the question is the innermost one. */
  answer(ask: number, bytes: Uint8Array): void {
    this.#answer = bytes;
    this.#ask = ask;
    this.#sent = 0;
    this.more(ask);
  }

  /** The next piece, which the worker has asked for. */
  more(ask: number): void {
    const answer = this.#answer;
    if (answer === undefined || ask !== this.#ask) return;
    const piece = answer.subarray(this.#sent, this.#sent + this.#data.length);
    this.#data.set(piece);
    this.#sent += piece.length;
    if (this.#sent >= answer.length) this.#answer = undefined;
    this.#words[TOTAL] = answer.length;
    this.#words[PIECE] = piece.length;
    Atomics.store(this.#words, ATTENTION, answerTo(ask));
    Atomics.notify(this.#words, ATTENTION);
  }

  /** Has the worker, if it waits for an answer, look at its port and at what is cancelled. */
  nudge(): void {
    Atomics.compareExchange(this.#words, ATTENTION, NOTHING, LOOK);
    Atomics.notify(this.#words, ATTENTION);
  }

  /** Has the worker, if it waits for a task, look at its port: to be called after every message. */
  wake(): void {
    if (Atomics.compareExchange(this.#words, ATTENTION, IDLE, LOOK) === IDLE) Atomics.notify(this.#words, ATTENTION);
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
  readonly #result: Uint8Array;
  /** Waits that are to come without a spin, and how many were after the last one in vain. */
  #pause = 0;
  #pauses = 1;

  constructor(channel: SharedArrayBuffer) {
    const { words, data, result } = partsOf(channel);
    this.#words = words;
    this.#data = data;
    this.#result = result;
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
   * Stands still until the answer to a question is there, and gives a copy of it. Calls `look` before every wait and after every nudge; it throws when
   * there is no more reason to wait, and says for how many milliseconds to wait at most. `more` asks for the next piece.
   */
  wait(ask: number, look: () => number, more: () => void): Uint8Array {
    const answer = answerTo(ask);
    let whole: Uint8Array | undefined;
    let received = 0;
    for (;;) {
      const milliseconds = look();
      Atomics.wait(this.#words, ATTENTION, NOTHING, milliseconds);
      const attention = Atomics.load(this.#words, ATTENTION);
      if (attention !== answer) {
        // Cleared before the next look: a nudge from now on is seen by the wait. Only what was seen is: the answer may come just now.
        Atomics.compareExchange(this.#words, ATTENTION, attention, NOTHING);
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

  /**
   * Waits for a task that is offered and gives a copy of it. Calls `look` before every wait: it does what was posted, and says for how
   * many milliseconds to wait at most; when there are none left, and no task, the answer is undefined. With a clock the wait begins
   * with a spin, for threads that have a processor to themselves: a result is often followed by the next task at once.
   */
  next(look: () => number, clock: (() => number) | undefined): Uint8Array | undefined {
    for (;;) {
      this.#open();
      const milliseconds = look();
      if (milliseconds > 0 && !(clock && this.#spin(clock))) Atomics.wait(this.#words, ATTENTION, IDLE, milliseconds);
      if (Atomics.load(this.#words, ATTENTION) === TASK) {
        const task = this.#data.slice(0, this.#words[PIECE]);
        this.clear();
        return task;
      }
      // From here on no task is offered. One that came before is taken first.
      if (milliseconds <= 0 && Atomics.compareExchange(this.#words, ATTENTION, IDLE, NOTHING) !== TASK)
        return undefined;
    }
  }

  /** Puts a result there, before the host is told so. Whether there was room. */
  put(result: Uint8Array): boolean {
    if (result.length > RESULT_BYTES) return false;
    this.#result.set(result);
    Atomics.store(this.#words, RESULT, result.length);
    return true;
  }

  /** What is there is about what is over, but for a task. */
  #open(): void {
    const attention = Atomics.load(this.#words, ATTENTION);
    if (attention !== TASK && attention !== IDLE) Atomics.store(this.#words, ATTENTION, IDLE);
  }

  /** Whether something has come within a short time. Where that is in vain, as on a busy machine, it is soon done rarely. */
  #spin(now: () => number): boolean {
    if (this.#pause > 0) {
      this.#pause -= 1;
      return false;
    }
    const end = now() + SPIN_MS;
    do {
      for (let i = 0; i < 50; i++) {
        if (Atomics.load(this.#words, ATTENTION) === IDLE) continue;
        this.#pauses = 1;
        return true;
      }
    } while (now() < end);
    this.#pauses = Math.min(LONGEST_PAUSE, 2 * this.#pauses);
    this.#pause = this.#pauses;
    return false;
  }
}

/**
 * A guest on this thread that waits for a host function: how long, and what ends the wait besides the answer. It suspends nothing
 * (`component/suspension.ts` does) and starts no wait of its own.
 */
import { PluginError } from "../errors.ts";
import { HOST_ANSWER_MS } from "../limits.ts";
import { deadlinePassed, type FuelMeter } from "./fuel-meter.ts";

/** The longest that a timer can be set to. */
const LONGEST_MS = 2 ** 31 - 1;

export class Waiting {
  /** Whether the call that runs can be suspended. */
  isOpen = false;
  /** Why the guest has to stop, once it has: looked at where the deadline is. */
  reason: PluginError | undefined;
  readonly #answerMs: number;
  #end: ((reason: PluginError) => void) | undefined;

  constructor(answerMs: number = HOST_ANSWER_MS) {
    this.#answerMs = answerMs;
  }

  /** Ends the wait, if there is one, and the call at its next look. */
  stop(reason: PluginError): void {
    this.reason ??= reason;
    this.#end?.(this.reason);
  }

  /**
   * The answer, or rejects with its failure or the reason for which nobody waits any longer; what comes then is nobody's. Undefined
   * where the call that runs cannot wait.
   */
  wait(answer: Promise<unknown>, name: string, meter: FuelMeter): Promise<unknown> | undefined {
    if (!this.isOpen) return undefined;
    const { timeLeft } = meter;
    const late =
      timeLeft > this.#answerMs
        ? new PluginError("timeout", `The host function ${name} did not answer within ${this.#answerMs} ms`)
        : deadlinePassed(meter.timeoutMs);
    return new Promise((resolve, reject) => {
      const settled = (settle: (value: never) => void) => (value: unknown) => {
        if (this.#end !== end) return;
        clearTimeout(timer);
        this.#end = undefined;
        settle(value as never);
      };
      const end = settled(reject);
      const timer = setTimeout(end, Math.max(0, Math.min(timeLeft, this.#answerMs, LONGEST_MS)), late);
      this.#end = end;
      answer.then(settled(resolve), end);
      if (this.reason) end(this.reason);
    });
  }
}

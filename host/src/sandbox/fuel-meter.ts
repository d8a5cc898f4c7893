/**
 * Fuel and deadline of one instance. Metered code takes fuel from the ledger and asks `refill` for more when it is used up;
 * here it is decided whether there is more. The only place that compares fuel with its limit, and time with the deadline.
 *
 * A call is exhausted exactly when the sum of its costs exceeds its limit, whatever the size of the slices, so the fuel of
 * a call is the same on every machine. The deadline is not deterministic and is looked at only between slices and whenever host
 * calls have taken `CLOCK_FUEL`. Where both apply, fuel is the answer.
 */
import { PluginError } from "../errors.ts";
import { CLOCK_FUEL, FUEL_SLICE, STACK_BYTES } from "../limits.ts";
import { type CoreFunctionType, type EdgeFunction, LEDGER_FUEL, type Ledger, wayIn, wayOut } from "../wasm/index.ts";

/** Milliseconds that never go back; only differences count. */
export type MonotonicClock = () => number;

/** The account of a function that is called again and again with the same limits, reckoned once. */
export interface Account {
  readonly limit: number;
  readonly timeoutMs: number;
  /** Fuel in the ledger when a call begins; what the call takes for sure is left out of the reserve instead. */
  readonly first: number;
  readonly reserve: number;
}

export class FuelMeter {
  readonly #ledger: Ledger;
  readonly #now: MonotonicClock;
  readonly #slice: number;
  readonly #interrupted: (() => unknown) | undefined;
  #limit = 0;
  #reserve = 0;
  #deadline = 0;
  #timeoutMs = 0;
  /** Units that the host charged since the clock was read. */
  #unseen = 0;
  #stopped: { readonly reason: unknown } | undefined;

  /** `interrupted` is asked wherever the deadline is looked at: a reason to stop, or undefined. It must not throw. */
  constructor(ledger: Ledger, now: MonotonicClock, slice: number = FUEL_SLICE, interrupted?: () => unknown) {
    this.#ledger = ledger;
    this.#now = now;
    this.#slice = slice;
    this.#interrupted = interrupted;
  }

  /**
   * Opens an account: what was left of the one before is gone. What is no positive number of units is none.
   * @param stackBytes What the guest may use of the stack; a nested call continues with its caller's `stackRoom`.
   * @param spentMs Time that has passed already.
   */
  begin(fuel: number, timeoutMs: number, stackBytes: number = STACK_BYTES, spentMs = 0): void {
    const limit = fuel > 0 ? Math.min(Math.floor(fuel), Number.MAX_SAFE_INTEGER) : 0;
    const first = Math.min(limit, this.#slice);
    this.#limit = limit;
    this.#reserve = limit - first;
    this.#timeoutMs = timeoutMs;
    this.#deadline = this.#now() + timeoutMs - spentMs;
    this.#ledger.setFuel(first);
    this.#ledger.setStackRoom(stackBytes);
    this.#ledger.clearNote();
  }

  /** An account for calls that take `fixed` for sure; undefined where the limit is too small for more than one slice. */
  account(fuel: number, timeoutMs: number, fixed: number): Account | undefined {
    const limit = fuel > 0 ? Math.min(Math.floor(fuel), Number.MAX_SAFE_INTEGER) : 0;
    const reserve = limit - this.#slice - fixed;
    return reserve < 0 ? undefined : { limit, timeoutMs, first: this.#slice, reserve };
  }

  /**
   * As `begin`, for a way in that opens the ledger and settles itself. The deadline starts when the clock is first looked at, at
   * most a slice later: most such calls never look.
   */
  open(account: Account): void {
    this.#limit = account.limit;
    this.#reserve = account.reserve;
    this.#timeoutMs = account.timeoutMs;
    this.#deadline = UNSET;
  }

  /** A function with this account: its way in from the host. The owner calls `open` before. */
  wayIn({ first }: Account, type: CoreFunctionType, core: EdgeFunction): EdgeFunction {
    return wayIn(this.#ledger, type, { fuel: first, core, overdrawn: () => this.settle() });
  }

  /** A host function that the guest calls, at a price; it calls `notice`. */
  wayOut(price: number, type: CoreFunctionType, host: EdgeFunction): EdgeFunction {
    return wayOut(this.#ledger, type, { price, host, refill: this.refill });
  }

  /** Before the first of as many calls at this price as it answers; `takeWork` is asked for what comes on top. Traps as `chargeLittle`. */
  notice(price: number, takeWork?: () => number): number {
    const calls = takeWork === undefined ? Math.max(1, Math.ceil(CLOCK_FUEL / price)) : 1;
    this.#unseen += price * calls;
    this.chargeLittle(takeWork?.() ?? 0);
    return calls;
  }

  /** Units used since `begin`; the whole limit once it is exhausted. After a trap of the guest's own, up to a slice too low. */
  get used(): number {
    return Math.min(this.#limit, this.#limit - this.#reserve - this.#ledger.fuel());
  }

  /** Milliseconds that are left to the call. */
  get timeLeft(): number {
    return this.#deadline - this.#now();
  }

  /** Milliseconds that the call was given. */
  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** Bytes of stack that are left where the guest called the host. */
  get stackRoom(): number {
    return this.#ledger.stackRoom();
  }

  /** Why the instance was stopped, once it was. */
  get stopped(): { readonly reason: unknown } | undefined {
    return this.#stopped;
  }

  /**
   * Imported by metered code, which calls it when the ledger is below zero and traps when it still is afterwards. Returns
   * without more fuel to stop the guest; never throws, for a guest could catch that.
   */
  readonly refill = (): void => {
    if (this.#stopped) return;
    const debt = -this.#ledger.fuel();
    if (debt > this.#reserve) {
      this.#reserve = 0;
      this.#stopped = { reason: exhausted(this.#limit) };
    } else if (this.#isInTime()) {
      const handed = Math.min(this.#reserve, debt + this.#slice);
      this.#reserve -= handed;
      this.#ledger.setFuel(handed - debt);
    }
  };

  /** Takes fuel on behalf of the guest, for work that the host does. Traps when there is not enough, or no time left. */
  charge(units: number): void {
    this.#unseen = CLOCK_FUEL;
    this.chargeLittle(units);
  }

  /** The same for what costs less than reading the clock, which is read only once in a while. */
  chargeLittle(units: number): void {
    this.#unseen += units;
    if (this.#ledger.take(units <= LEDGER_FUEL ? units : this.#takeExcess(units)) !== 0) this.refill();
    else if (this.#unseen >= CLOCK_FUEL) this.#isInTime();
    if (this.#stopped) this.#ledger.trap();
  }

  /** What the ledger could not hold comes from the reserve, like any debt. Answers what the ledger holds. */
  #takeExcess(units: number): number {
    const excess = units - LEDGER_FUEL;
    if (excess > this.#reserve) this.#stopped ??= { reason: exhausted(this.#limit) };
    this.#reserve = Math.max(0, this.#reserve - excess);
    return LEDGER_FUEL;
  }

  /** Remembers why (the first reason stays) and traps, so that the guest cannot go on. What is owed still counts as used. */
  stop(reason: unknown, owed = 0): never {
    this.#stopped ??= { reason };
    if (owed > 0) this.#ledger.take(owed <= LEDGER_FUEL ? owed : this.#takeExcess(owed));
    this.#ledger.trap();
  }

  /** To be called when the guest has returned: debt that no check has seen yet still counts. */
  settle(): void {
    if (this.#ledger.fuel() < 0) this.refill();
    if (this.#stopped) throw this.#stopped.reason;
  }

  /** Whether the guest may go on; where not, why is remembered. */
  #isInTime(): boolean {
    this.#unseen = 0;
    if (this.#deadline === UNSET) this.#deadline = this.#now() + this.#timeoutMs;
    const interruption = this.#interrupted?.();
    if (interruption !== undefined) this.#stopped ??= { reason: interruption };
    // Not `>`: no time is before a deadline that is no number.
    else if (!(this.#now() <= this.#deadline)) this.#stopped ??= { reason: deadlinePassed(this.#timeoutMs) };
    return this.#stopped === undefined;
  }
}

/** Of a deadline: it starts at the first look. */
const UNSET = Number.NEGATIVE_INFINITY;

function exhausted(limit: number): PluginError {
  return new PluginError("fuel-exhausted", `The call used up its ${limit.toLocaleString("en-US")} units of fuel`, {
    hint: "Give it more fuel (--fuel; from code the option fuel), or look for a loop that does not end.",
  });
}

export function deadlinePassed(timeoutMs: number): PluginError {
  return new PluginError("deadline", `The call ran longer than ${timeoutMs} ms`, {
    hint: "Give it more time (--timeout; from code the option timeoutMs), or less to do.",
  });
}

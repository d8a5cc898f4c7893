/** How often the functions of capabilities were called while a call lasts, and whether one more may be. */
import { PluginError } from "../errors.ts";

export class Entries {
  readonly #maximum: number;
  #isRunning = false;
  #made = 0;
  #calls = new Map<string, number>();

  /** `maximum`: calls of limited functions, of one plugin call. */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Calls by function, as `kiln.read-note`. */
  get calls(): ReadonlyMap<string, number> {
    return this.#calls;
  }

  begin(): void {
    this.#isRunning = true;
    this.#made = 0;
    this.#calls = new Map();
  }

  end(): void {
    this.#isRunning = false;
  }

  /** Counts one call; `limited` ones against the maximum. Errors: `unavailable` outside a call, `rate-limited`. */
  enter(name: string, limited: boolean): void {
    if (!this.#isRunning) {
      throw new PluginError(
        "unavailable",
        `${name} is only there while a tool runs, not while the plugin is compiled or loaded`,
      );
    }
    if (limited) {
      this.#made += 1;
      if (this.#made > this.#maximum) {
        throw new PluginError("rate-limited", `a call can use capabilities ${this.#maximum} times at most`, {
          hint: "Split the work over several calls, or use the capability less often.",
        });
      }
    }
    this.add(name, 1);
  }

  /** Counts calls that were made elsewhere. */
  add(name: string, times: number): void {
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + times);
  }
}

/**
 * What the capabilities of one plugin share while a call lasts: its phase, transaction, seed, counters and log. No capability
 * keeps state of its own beside it.
 */
import { PluginError } from "../errors.ts";
import type { StagedChange } from "../kiln/transaction.ts";
import { beginKilnTransaction, type KilnTransaction } from "../kiln/transaction.ts";
import { CAPABILITY_CALLS, LOG_BYTES, STATE_QUOTA_BYTES } from "../limits.ts";
import type { LogEntry, LogLevel, Powers } from "../powers/types.ts";
import type { CursorBudget } from "./cursor.ts";
import { Entries } from "./entries.ts";
import type { Grant } from "./grant.ts";
import { type RandomSource, randomSource } from "./random-source.ts";
import { type NoteScope, noteScope } from "./scope.ts";
import { beginStateTransaction, type StateTransaction } from "./state-transaction.ts";

export interface CapabilityLimits {
  /** Capability calls of one plugin call. @default CAPABILITY_CALLS */
  readonly calls?: number;
  /** Log of one call, in bytes of UTF-8. @default LOG_BYTES */
  readonly logBytes?: number;
}

export interface CallOptions {
  readonly plugin: string;
  readonly grant: Grant;
  readonly powers: Powers;
  readonly limits?: CapabilityLimits;
}

/** What a call did. */
export interface Report {
  /** Capability calls by function, as `kiln.read-note`. */
  readonly calls: ReadonlyMap<string, number>;
  readonly log: readonly LogEntry[];
  /** Messages that were above the log limit, and their bytes. */
  readonly dropped: { readonly messages: number; readonly bytes: number };
  /** Notes that the call changed, or would have changed where it failed. */
  readonly changes: readonly StagedChange[];
  /** Errors of the machine that a plugin was told only in part: their hints are for the person. At most 16. */
  readonly problems: readonly PluginError[];
}

/** Counted for every line of a message, so that empty ones are not free: each is printed with the plugin's name. */
const LOG_ENTRY_BYTES = 32;
const PROBLEMS = 16;
const encoder = new TextEncoder();

export class Call {
  readonly plugin: string;
  readonly grant: Grant;
  readonly powers: Powers;
  readonly readable: NoteScope;
  readonly writable: NoteScope;
  readonly cursors: CursorBudget = { held: 0 };
  /** Calls of capabilities. */
  readonly entries: Entries;
  readonly #maximumLogBytes: number;
  #work = 0;
  #log: LogEntry[] = [];
  #logBytes = 0;
  #dropped = { messages: 0, bytes: 0 };
  /** Dropped messages that the log has told of. */
  #told = 0;
  #problems: PluginError[] = [];
  #changes: readonly StagedChange[] = [];
  #nowMs = 0;
  #seed = 0n;
  #random: RandomSource | undefined;
  #kiln: KilnTransaction | undefined;
  #state: StateTransaction | undefined;

  constructor(options: CallOptions) {
    this.plugin = options.plugin;
    this.grant = options.grant;
    this.powers = options.powers;
    this.readable = noteScope("kiln.read", options.grant["kiln.read"]);
    this.writable = noteScope("kiln.write", options.grant["kiln.write"]);
    this.entries = new Entries(options.limits?.calls ?? CAPABILITY_CALLS);
    this.#maximumLogBytes = options.limits?.logBytes ?? LOG_BYTES;
  }

  begin(seed: bigint): void {
    if (this.entries.isRunning) throw new Error("beginCall: a call of this plugin is running already");
    this.#tellDropped();
    this.entries.begin();
    this.#log = [];
    this.#logBytes = 0;
    this.#dropped = { messages: 0, bytes: 0 };
    this.#told = 0;
    this.#problems = [];
    this.#changes = [];
    this.#nowMs = Math.max(0, Math.trunc(this.powers.clock.nowMs()));
    this.#seed = seed;
    this.#random = undefined;
  }

  /**
   * Makes the changes of the call real. State is written first but stays invisible until the notes are committed; where either
   * fails, neither is changed. Only a crash between the notes' commit and the state's leaves notes without their state.
   */
  commit(): void {
    if (!this.entries.isRunning) throw new Error("commit: no call is running");
    const changes = this.#kiln?.changes() ?? [];
    const state = this.#state;
    this.#end();
    const prepared = state?.prepare();
    try {
      if (changes.length > 0) this.powers.kiln?.commit(changes);
    } catch (error) {
      prepared?.rollback();
      throw error;
    }
    prepared?.commit();
  }

  /** Drops the changes of the call, if one is running. */
  rollback(): void {
    if (this.entries.isRunning) this.#end();
  }

  get report(): Report {
    return {
      calls: this.entries.calls,
      log: this.#log,
      dropped: this.#dropped,
      changes: this.#kiln?.staged() ?? this.#changes,
      problems: this.#problems,
    };
  }

  enter(name: string, limited: boolean): void {
    this.entries.enter(name, limited);
  }

  /** Counts work that the call did not pay for by what it passed or got, in fuel (`WORK_FUEL`). */
  readonly work = (fuel: number): void => {
    this.#work += fuel;
  };

  takeWork(): number {
    const fuel = this.#work;
    this.#work = 0;
    return fuel;
  }

  /** Keeps an error whose hint a person should see. */
  notice(error: PluginError): void {
    if (error.hint !== undefined && this.#problems.length < PROBLEMS) this.#problems.push(error);
  }

  /** The notes of this call. Errors: `unavailable` without a kiln. */
  get kiln(): KilnTransaction {
    if (this.powers.kiln === undefined) throw new PluginError("unavailable", "there is no kiln here");
    const write = this.grant["kiln.write"];
    this.#kiln ??= beginKilnTransaction(this.powers.kiln, {
      tracksReads: write !== undefined,
      onWork: this.work,
      ...(write?.maxFileBytes !== undefined && { noteBytes: write.maxFileBytes }),
    });
    return this.#kiln;
  }

  /** The state of this call. Errors: `unavailable` without a place for it. */
  get state(): StateTransaction {
    if (this.powers.state === undefined) throw new PluginError("unavailable", "there is no plugin state here");
    this.#state ??= beginStateTransaction(this.powers.state, {
      plugin: this.plugin,
      quotaBytes: this.grant.state?.quotaBytes ?? STATE_QUOTA_BYTES,
      nowMs: this.#nowMs,
    });
    return this.#state;
  }

  /** Errors: `unavailable` outside a call, where there is no seed. */
  get random(): RandomSource {
    if (!this.entries.isRunning)
      throw new PluginError("unavailable", "random numbers are only there while a tool runs");
    // Made when it is first used: seeding takes longer than a small call.
    this.#random ??= randomSource(this.#seed);
    return this.#random;
  }

  set random(source: RandomSource) {
    this.#random = source;
  }

  /** Passes a message on, or counts it as dropped. There in every phase. */
  log(level: LogLevel, message: string): void {
    const bytes = encoder.encode(message).length;
    const counted = bytes + LOG_ENTRY_BYTES * linesOf(message);
    if (this.#logBytes + counted > this.#maximumLogBytes) {
      this.#dropped = { messages: this.#dropped.messages + 1, bytes: this.#dropped.bytes + bytes };
      return;
    }
    this.#logBytes += counted;
    this.#emit({ level, message, plugin: this.plugin });
  }

  #emit(entry: LogEntry): void {
    this.#log.push(entry);
    this.powers.log?.(entry);
  }

  #end(): void {
    this.entries.end();
    this.#changes = this.#kiln?.staged() ?? [];
    this.#kiln = undefined;
    this.#state = undefined;
    this.#random = undefined;
    this.#tellDropped();
  }

  /** The last line of a log that was cut. */
  #tellDropped(): void {
    const { messages, bytes } = this.#dropped;
    if (messages === this.#told) return;
    this.#told = messages;
    const limit = `the log limit of ${this.#maximumLogBytes} bytes`;
    this.#emit({
      level: "warn",
      message: `${messages} messages (${bytes} bytes) above ${limit} were dropped`,
      plugin: this.plugin,
    });
  }
}

function linesOf(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

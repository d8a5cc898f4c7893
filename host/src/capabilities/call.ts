/**
 * What the capabilities of one plugin share while a call lasts: its phase, transaction, seed, counters and log. No capability
 * keeps state of its own beside it. A plugin that is called by another has a `Call` of its own inside of the caller's: it joins the
 * caller's transaction, and shares what bounds the host's memory.
 */
import { PluginError } from "../errors.ts";
import type { Savepoint } from "../kiln/savepoints.ts";
import type { KilnView, StagedChange } from "../kiln/transaction.ts";
import { beginKilnTransaction, type KilnTransaction } from "../kiln/transaction.ts";
import { CAPABILITY_CALLS, LOG_BYTES, STATE_QUOTA_BYTES } from "../limits.ts";
import type { LogEntry, LogLevel, Powers } from "../powers/types.ts";
import type { CursorBudget } from "./cursor.ts";
import { Entries } from "./entries.ts";
import type { Grant } from "./grant.ts";
import type { BeginCall } from "./index.ts";
import type { OtherPlugins } from "./plugins.ts";
import { type RandomSource, randomSource } from "./random-source.ts";
import { type NoteScope, noteScope } from "./scope.ts";
import { beginStateTransaction, type StateTransaction, type StateView } from "./state-transaction.ts";

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
  /** The plugins that this one may call. @default none */
  readonly others?: OtherPlugins;
  /** Hears of the progress of the plugin, and of those that it calls, while the call runs. */
  readonly onProgress?: (progress: Progress) => void;
  /** Whether the guest is on a thread that can wait for an answer that comes later. @default false */
  readonly canWait?: boolean;
}

/** What a call is, for those inside of it. */
export interface CallAccount {
  /** The instance that runs. */
  readonly instance: object;
  readonly fuel: number;
  readonly timeoutMs: number;
}

/** How a plugin joins the call of another. */
export interface NestedOptions {
  readonly plugin: string;
  readonly grant: Grant;
  readonly others?: OtherPlugins;
  /** One of many that run at the same time (`plugins.map`): it reads notes and state and changes nothing, and asks nobody. */
  readonly isSpread?: boolean;
}

/** How far a plugin says it is. */
export interface Progress {
  readonly plugin: string;
  /** 0 to 1, or undefined where that is unknown. */
  readonly fraction: number | undefined;
  /** As the plugin wrote it; whoever prints it to a terminal escapes control characters. */
  readonly message: string;
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

/** The log of a call and of those inside of it. */
interface Log {
  readonly entries: LogEntry[];
  readonly maximumBytes: number;
  bytes: number;
  dropped: { readonly messages: number; readonly bytes: number };
  /** Dropped messages that the log has told of. */
  told: number;
}

/** What a call and those inside of it write to; opened on first use. */
interface Transaction {
  kiln: KilnTransaction | undefined;
  state: StateTransaction | undefined;
  changes: readonly StagedChange[];
  readonly nowMs: number;
}

export class Call {
  readonly plugin: string;
  readonly grant: Grant;
  readonly powers: Powers;
  readonly others: OtherPlugins | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Whether the guest may get answers later, in calls that wait (`waits`). */
  readonly canWait: boolean;
  readonly readable: NoteScope;
  readonly writable: NoteScope;
  readonly cursors: CursorBudget;
  /** Calls of capabilities. */
  readonly entries: Entries;
  /** Runs beside others of its kind (`NestedOptions.isSpread`), or inside of such a one. */
  readonly isSpread: boolean;
  readonly #parent: Call | undefined;
  readonly #limits: CapabilityLimits;
  #work = 0;
  #counts: Map<string, number> | undefined;
  #log: Log;
  #problems: PluginError[] = [];
  #transaction: Transaction = { kiln: undefined, state: undefined, changes: [], nowMs: 0 };
  #savepoints: readonly Savepoint[] = [];
  #random: RandomSource | undefined;
  #seed = 0n;
  #isSync = false;
  #kiln: KilnView | undefined;
  #state: StateView | undefined;

  constructor(options: CallOptions, nested?: { readonly parent: Call; readonly isSpread: boolean }) {
    const parent = nested?.parent;
    this.plugin = options.plugin;
    this.grant = options.grant;
    this.powers = options.powers;
    this.others = options.others;
    this.onProgress = options.onProgress;
    this.canWait = options.canWait ?? false;
    this.readable = noteScope("kiln.read", options.grant["kiln.read"]);
    this.writable = noteScope("kiln.write", options.grant["kiln.write"]);
    this.entries = new Entries(options.limits?.calls ?? CAPABILITY_CALLS);
    this.isSpread = nested !== undefined && (nested.isSpread || nested.parent.isSpread);
    // Of those that run at a time each has its own, so that what one of them gets does not depend on the others.
    this.cursors = parent && !nested?.isSpread ? parent.cursors : { held: 0 };
    this.#parent = parent;
    this.#limits = options.limits ?? {};
    this.#log = parent ? parent.#log : newLog(this.#limits.logBytes);
  }

  /** The call of a plugin that this one calls. */
  nested({ isSpread = false, ...options }: NestedOptions): Call {
    const { powers, canWait, onProgress } = this;
    const shared = { powers, canWait, limits: this.#limits, ...(onProgress && { onProgress }) };
    return new Call({ ...options, ...shared }, { parent: this, isSpread });
  }

  begin({ seed, account, isSync = false }: BeginCall): void {
    if (this.entries.isRunning) throw new Error("beginCall: a call of this plugin is running already");
    this.#tellDropped();
    this.entries.begin();
    this.#problems = [];
    this.#seed = seed;
    this.#isSync = isSync;
    this.#random = undefined;
    this.#counts = undefined;
    if (account) this.others?.begin(account);
    if (this.#parent) {
      this.#log = this.#parent.#log;
      this.#transaction = this.#parent.#transaction;
      const transactions = this.isSpread ? [] : [this.#openKiln(), this.#openState()];
      this.#savepoints = transactions.flatMap((one) => (one ? [one.savepoint()] : []));
    } else {
      const nowMs = Math.max(0, Math.trunc(this.powers.clock.nowMs()));
      this.#log = newLog(this.#limits.logBytes);
      this.#transaction = { kiln: undefined, state: undefined, changes: [], nowMs };
    }
  }

  /**
   * Makes the changes of the call real; those of a nested call are kept in its caller's. State is written first but stays
   * invisible until the notes are committed; where either fails, neither is changed. Only a crash between the notes' commit and the
   * state's leaves notes without their state.
   */
  commit(): void {
    if (!this.entries.isRunning) throw new Error("commit: no call is running");
    const { kiln, state } = this.#transaction;
    this.#end((savepoint) => savepoint.release());
    if (this.#parent) return;
    const changes = kiln?.changes() ?? [];
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
    if (this.entries.isRunning) this.#end((savepoint) => savepoint.rollback());
  }

  get report(): Report {
    const { kiln, changes } = this.#transaction;
    return {
      calls: this.entries.calls,
      log: this.#log.entries,
      dropped: this.#log.dropped,
      changes: kiln?.staged() ?? changes,
      problems: this.#problems,
    };
  }

  /** Whether an answer of the running call may come later. */
  get waits(): boolean {
    return this.canWait && !this.#isSync;
  }

  /** The seed of the running call. */
  get seed(): bigint {
    return this.#seed;
  }

  enter(name: string, limited: boolean): void {
    this.entries.enter(name, limited);
  }

  /** Counts something of this call and those around it; how many there are now. */
  count(what: string): number {
    const root = this.#root();
    root.#counts ??= new Map();
    const count = (root.#counts.get(what) ?? 0) + 1;
    root.#counts.set(what, count);
    return count;
  }

  /** Counts work that the call did not pay for by what it passed or got, in fuel (`WORK_FUEL`). */
  readonly work = (fuel: number): void => {
    this.#work += fuel;
  };

  /** Work that is not charged yet. */
  get owed(): number {
    return this.#work;
  }

  takeWork(): number {
    const fuel = this.#work;
    this.#work = 0;
    return fuel;
  }

  /** Keeps an error whose hint a person should see. */
  notice(error: PluginError): void {
    if (this.#parent) this.#parent.notice(error);
    else if (error.hint !== undefined && this.#problems.length < PROBLEMS) this.#problems.push(error);
  }

  /** Refuses a change of notes or state where many calls run at a time, since none could come after another. */
  requireChangeable(): void {
    if (!this.isSpread) return;
    throw new PluginError("denied", "a call that plugins.map makes can read notes and state, and change nothing");
  }

  /** The notes of this call. Errors: `unavailable` without a kiln. */
  get kiln(): KilnView {
    const kiln = this.#openKiln();
    if (kiln === undefined) throw new PluginError("unavailable", "there is no kiln here");
    const maxFileBytes = this.grant["kiln.write"]?.maxFileBytes;
    this.#kiln ??= kiln.view({
      onWork: this.work,
      ...(maxFileBytes !== undefined && { noteBytes: maxFileBytes }),
    });
    return this.#kiln;
  }

  /** The state of this call. Errors: `unavailable` without a place for it. */
  get state(): StateView {
    const state = this.#openState();
    if (state === undefined) throw new PluginError("unavailable", "there is no plugin state here");
    this.#state ??= state.view({
      plugin: this.plugin,
      quotaBytes: this.grant.state?.quotaBytes ?? STATE_QUOTA_BYTES,
      // Reads share a limit, which must not make one call depend on those beside it.
      tracksReads: !this.isSpread,
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
    const log = this.#log;
    const bytes = encoder.encode(message).length;
    const counted = bytes + LOG_ENTRY_BYTES * linesOf(message);
    if (log.bytes + counted > log.maximumBytes) {
      log.dropped = { messages: log.dropped.messages + 1, bytes: log.dropped.bytes + bytes };
      return;
    }
    log.bytes += counted;
    this.#emit({ level, message, plugin: this.plugin });
  }

  #emit(entry: LogEntry): void {
    this.#log.entries.push(entry);
    this.powers.log?.(entry);
  }

  #openKiln(): KilnTransaction | undefined {
    const { kiln } = this.powers;
    const root = this.#root();
    // What a call must not write needs no tracking, and those inside of it may write no more than it may.
    const tracksReads = root.grant["kiln.write"] !== undefined;
    if (kiln) this.#transaction.kiln ??= beginKilnTransaction(kiln, { tracksReads });
    return this.#transaction.kiln;
  }

  #openState(): StateTransaction | undefined {
    const { state } = this.powers;
    if (state) this.#transaction.state ??= beginStateTransaction(state, this.#transaction.nowMs);
    return this.#transaction.state;
  }

  #root(): Call {
    return this.#parent ? this.#parent.#root() : this;
  }

  #end(endSavepoint: (savepoint: Savepoint) => void): void {
    this.entries.end();
    for (const savepoint of this.#savepoints) endSavepoint(savepoint);
    this.#savepoints = [];
    this.#kiln = undefined;
    this.#state = undefined;
    this.#random = undefined;
    if (this.#parent) return;
    const { kiln, nowMs } = this.#transaction;
    this.#transaction = { kiln: undefined, state: undefined, changes: kiln?.staged() ?? [], nowMs };
    this.#tellDropped();
  }

  /** The last line of a log that was cut. */
  #tellDropped(): void {
    if (this.#parent) return;
    const { dropped, told, maximumBytes } = this.#log;
    if (dropped.messages === told) return;
    this.#log.told = dropped.messages;
    this.#emit({
      level: "warn",
      message: `${dropped.messages} messages (${dropped.bytes} bytes) above the log limit of ${maximumBytes} bytes were dropped`,
      plugin: this.plugin,
    });
  }
}

function newLog(maximumBytes: number = LOG_BYTES): Log {
  return { entries: [], maximumBytes, bytes: 0, dropped: { messages: 0, bytes: 0 }, told: 0 };
}

function linesOf(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

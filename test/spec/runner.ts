/**
 * Runs one spec test in all worlds and counts. A *disagreement* is what may not be: a metered module that answers other than the raw one or
 * than the test expects (where the raw one does as expected), other fuel than the oracle's, or an invalid module that is accepted though
 * the engine itself calls it invalid.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { MeteredModule } from "../../host/src/wasm/index.ts";
import type { Bits } from "./bits.ts";
import { type Action, argumentBits, type Command, matches, type Value } from "./script.ts";
import { type Instance, invoke, MeteredWorld, OracleWorld, RawWorld, tryMeter, type World } from "./worlds.ts";

export interface Counts {
  modules: number;
  accepted: number;
  /** By reason, without offsets and numbers. */
  readonly refused: Record<string, number>;
  /** Modules that are accepted and cannot be linked, because what they import was refused or is not there. */
  unlinked: number;
  /** Assertions about accepted modules that were run, and those that agree. */
  assertions: number;
  agreeing: number;
  /** Of them: those whose fuel was compared with the oracle's and between slices. */
  fuel: number;
  /** The raw engine itself does other than expected, and metered code as it does: an older suite, or a module before was refused. */
  readonly engineDiffers: string[];
  /** Modules that must be refused and are. */
  invalidRefused: number;
  /** Modules that a test calls invalid and the engine valid: a later version of the specification allows them. */
  laterValid: number;
  /** Assertions about modules that were refused, and about text. */
  notRun: number;
  readonly disagreements: string[];
}

export function newCounts(): Counts {
  return {
    modules: 0,
    accepted: 0,
    refused: {},
    unlinked: 0,
    assertions: 0,
    agreeing: 0,
    fuel: 0,
    engineDiffers: [],
    invalidRefused: 0,
    laterValid: 0,
    notRun: 0,
    disagreements: [],
  };
}

export function runSpecTest(file: string, counts: Counts): void {
  const { commands } = JSON.parse(readFileSync(file, "utf8")) as { commands: readonly Command[] };
  const runner = new Runner(file, counts);
  for (const command of commands) runner.run(command);
}

type Outcome =
  | { readonly kind: "values"; readonly values: readonly Bits[]; readonly fuel: number | undefined }
  | { readonly kind: "trap" | "exception" | "exhaustion" | "link"; readonly message: string };

/** The oracle charges for a `grow` above the room, of which it does not know; metered code answers −1 and does not. */
const GROWS_ABOVE_ROOM = 2 ** 30;

/** One instance in each world, in the order of the worlds; undefined for a module that does not run. */
type Everywhere = readonly Instance[] | undefined;

class Runner {
  private readonly folder: string;
  private readonly file: string;
  private readonly counts: Counts;
  private readonly worlds: readonly World[] = [
    new RawWorld(),
    new MeteredWorld(1 << 20),
    new MeteredWorld(777),
    new OracleWorld(),
  ];
  private readonly instances = new Map<string, Everywhere>();
  private readonly definitions = new Map<string, string>();
  private last: Everywhere;
  /** Until a module traps when it is instantiated: nobody can read its counter, and its functions may be in a table. */
  private oracleCountsAll = true;

  constructor(file: string, counts: Counts) {
    this.file = file;
    this.folder = dirname(file);
    this.counts = counts;
  }

  run(command: Command): void {
    const { counts } = this;
    switch (command.type) {
      case "module":
        this.keep(command.name, this.instantiate(command, command.filename!));
        return;
      case "module_definition":
        this.definitions.set(command.name ?? "", command.filename!);
        return;
      case "module_instance":
        this.keep(command.instance, this.instantiate(command, this.definitions.get(command.module ?? "")!));
        return;
      case "register": {
        const instances = command.name === undefined ? this.last : this.instances.get(command.name);
        if (instances === undefined) return;
        this.worlds.forEach((world, i) => {
          world.register(command.as!, instances[i]!.exports);
        });
        return;
      }
      case "action":
      case "assert_return":
      case "assert_trap":
      case "assert_exhaustion":
      case "assert_exception":
        if (command.action === undefined) this.startTraps(command);
        else this.action(command, command.action);
        return;
      case "assert_uninstantiable":
        this.startTraps(command);
        return;
      case "assert_unlinkable":
        this.unlinkable(command);
        return;
      case "assert_invalid":
      case "assert_malformed":
        this.invalid(command);
        return;
      default:
        counts.notRun++;
    }
  }

  private keep(name: string | undefined, instances: Everywhere): void {
    this.last = instances;
    if (name !== undefined) this.instances.set(name, instances);
  }

  private read(filename: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(readFileSync(join(this.folder, filename)));
  }

  /** Meters, and counts the module. */
  private meter(filename: string): { bytes: Uint8Array<ArrayBuffer>; metered: MeteredModule } | undefined {
    const { counts } = this;
    if (!filename.endsWith(".wasm")) return undefined;
    const bytes = this.read(filename);
    const metered = tryMeter(bytes);
    counts.modules++;
    if (typeof metered === "string") {
      const reason = reasonOf(metered);
      counts.refused[reason] = (counts.refused[reason] ?? 0) + 1;
      return undefined;
    }
    counts.accepted++;
    return { bytes, metered };
  }

  private instantiate(command: Command, filename: string): Everywhere {
    const module = this.meter(filename);
    if (module === undefined) return undefined;
    const instances: Instance[] = [];
    const outcomes = this.everywhere((world, i) => {
      instances[i] = world.instantiate(module.bytes, module.metered);
      return [];
    });
    if (outcomes[0]!.kind === "link") {
      this.counts.unlinked++;
      for (const outcome of outcomes) if (outcome.kind !== "link") this.disagree(command, "links only when metered");
      return undefined;
    }
    if (outcomes[3]!.kind !== "values") this.oracleCountsAll = false;
    this.compare(command, outcomes, [], "values");
    return outcomes.every((outcome) => outcome.kind === "values") ? instances : undefined;
  }

  private action(command: Command, action: Action): void {
    const instances = action.module === undefined ? this.last : this.instances.get(action.module);
    if (instances === undefined) {
      this.counts.notRun++;
      return;
    }
    const args = (action.args ?? []).flatMap(argumentBits);
    const outcomes = this.everywhere((_world, i) => invoke(instances[i]!, action.field, args));
    const kinds = { assert_trap: "trap", assert_exhaustion: "exhaustion", assert_exception: "exception" } as const;
    const kind = kinds[command.type as keyof typeof kinds] ?? "values";
    this.compare(command, outcomes, command.type === "action" ? undefined : command.expected, kind);
  }

  private startTraps(command: Command): void {
    const module = command.filename === undefined ? undefined : this.meter(command.filename);
    if (module === undefined) {
      this.counts.notRun++;
      return;
    }
    const outcomes = this.everywhere((world) => {
      world.instantiate(module.bytes, module.metered);
      return [];
    });
    if (outcomes[0]!.kind === "link") {
      this.counts.unlinked++;
      return;
    }
    this.oracleCountsAll = false;
    this.compare(command, outcomes, undefined, "trap");
  }

  private unlinkable(command: Command): void {
    const module = this.meter(command.filename!);
    if (module === undefined) {
      this.counts.notRun++;
      return;
    }
    const outcomes = this.everywhere((world) => {
      world.instantiate(module.bytes, module.metered);
      return [];
    });
    if (outcomes[3]!.kind === "trap") this.oracleCountsAll = false;
    this.compare(command, outcomes, undefined, "link");
  }

  private invalid(command: Command): void {
    const { counts } = this;
    if (command.module_type === "text" || !command.filename?.endsWith(".wasm")) {
      counts.notRun++;
      return;
    }
    const bytes = this.read(command.filename);
    if (typeof tryMeter(bytes) === "string") counts.invalidRefused++;
    else if (WebAssembly.validate(bytes)) counts.laterValid++;
    else this.disagree(command, "accepts an invalid module");
  }

  private everywhere(run: (world: World, i: number) => readonly Bits[]): readonly Outcome[] {
    return this.worlds.map((world, i) => {
      world.begin();
      const before = world.used();
      try {
        const values = run(world, i);
        return { kind: "values", values, fuel: before === undefined ? undefined : world.used()! - before };
      } catch (error) {
        return world.stackFailed() ? { kind: "exhaustion", message: "" } : failure(error);
      }
    });
  }

  private compare(
    command: Command,
    outcomes: readonly Outcome[],
    expected: readonly Value[] | undefined,
    kind: Outcome["kind"],
  ): void {
    const { counts } = this;
    const asExpected = (outcome: Outcome) =>
      outcome.kind === kind && (outcome.kind !== "values" || !expected || matches(outcome.values, expected));
    counts.assertions++;
    const [raw, metered, sliced, oracle] = outcomes as [Outcome, Outcome, Outcome, Outcome];
    let agrees = true;
    for (const outcome of [metered, sliced, oracle]) {
      // NaN bits that are open may differ; where both are as expected they are such.
      if (asExpected(raw) ? asExpected(outcome) && sameTrap(raw, outcome) : show(raw) === show(outcome)) continue;
      agrees = false;
      this.disagree(
        command,
        `raw ${show(raw)}, metered ${show(outcome)}, expected ${kind} ${JSON.stringify(expected)}`,
      );
    }
    if (metered.kind === "values" && sliced.kind === "values" && oracle.kind === "values") {
      counts.fuel++;
      const counted = this.oracleCountsAll && oracle.fuel! < GROWS_ABOVE_ROOM;
      if (metered.fuel !== sliced.fuel || (counted && metered.fuel !== oracle.fuel)) {
        agrees = false;
        this.disagree(command, `fuel ${metered.fuel}, in slices ${sliced.fuel}, of the oracle ${oracle.fuel}`);
      }
    }
    if (agrees) counts.agreeing++;
    if (!asExpected(raw)) {
      counts.engineDiffers.push(`${this.place(command)}: ${show(raw)}, expected ${kind} ${JSON.stringify(expected)}`);
    }
  }

  private disagree(command: Command, what: string): void {
    this.counts.disagreements.push(`${this.place(command)}: ${what}`);
  }

  private place(command: Command): string {
    return `${this.file.replace(/^.*\/(.*\/.*)\/test\.json$/, "$1")}:${command.line}`;
  }
}

function failure(error: unknown): Outcome {
  if (error instanceof WebAssembly.LinkError || error instanceof TypeError) return { kind: "link", message: "" };
  if (error instanceof WebAssembly.Exception) return { kind: "exception", message: "" };
  if (error instanceof RangeError) return { kind: "exhaustion", message: "" };
  if (error instanceof WebAssembly.RuntimeError) return { kind: "trap", message: error.message };
  throw error;
}

function sameTrap(raw: Outcome, other: Outcome): boolean {
  return raw.kind !== "trap" || show(raw) === show(other);
}

function show(outcome: Outcome): string {
  if (outcome.kind !== "values") return `${outcome.kind} ${outcome.message.replace(/ \(evaluating.*/, "")}`;
  return `[${outcome.values.map(String).join()}]`;
}

/** The reason of a refusal without what differs from module to module. */
function reasonOf(message: string): string {
  const reason = message.replace(/^Cannot accept the core module: (at byte \d+: )?/, "");
  const isOurs = /^(uses|it|a |function|section|unknown)/.test(reason);
  const stripped = isOurs
    ? reason
    : `V8: ${reason.replace(/^Compiling function .*? failed: /, "").replace(/@\+?\d+.*$/, "")}`;
  return stripped.replace(/(?<!\w)\d+(?![\w-])/g, "N").trim();
}

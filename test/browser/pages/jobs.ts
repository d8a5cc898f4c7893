/** What the tests let a host in the browser do; the same in a page and in a worker. */
import {
  type BrowserHostOptions,
  createBrowserHost,
  memoryKiln,
  memoryState,
  type PluginError,
  prepareComponent,
  type Recording,
  startInstanceSync,
} from "crucible-plugin-host/browser";
import {
  callsOfOpenInstance,
  fuelsOfManyCalls,
  loadProgram,
  type Outcome,
  type Program,
  runProgram,
} from "../programs.ts";

type Notes = Readonly<Record<string, string>>;

type Isolation = BrowserHostOptions["isolation"];

const newHost = (notes: Notes = {}, isolation: Isolation = "inline") =>
  createBrowserHost({ engines: "/engines/", kiln: memoryKiln(notes), state: memoryState(), isolation, workers: 2 });

interface Input {
  readonly programs: readonly Program[];
  readonly notes: Notes;
  readonly isolation?: Isolation;
}

/** All on one host, one after the other. */
async function programs(input: Input): Promise<Outcome[]> {
  const { programs, notes, isolation } = input;
  const host = newHost(notes, isolation);
  const outcomes: Outcome[] = [];
  for (const program of programs) outcomes.push(await runProgram(host, program));
  await host.close();
  return outcomes;
}

export const jobs = {
  programs,
  /** A call that is recorded here, or one that was recorded elsewhere and is run again here, where there are no notes. */
  async record({ program, notes }: { program: Program; notes: Notes }) {
    const { tool, args, seed = 42 } = program;
    const { result, fuel, recording } = await (await loadProgram(newHost(notes), program)).call(tool, args, {
      seed,
      record: true,
    });
    return { result, fuel, recording };
  },
  async replay({ program, recording }: { program: Program; recording: Recording }) {
    const host = createBrowserHost({ engines: "/engines/" });
    const { result, fuel } = await (await loadProgram(host, program)).replay(recording);
    return { result, fuel };
  },
  /** What starting a component of 9 MiB without a promise comes to, as a call from inside of another does it. */
  async startAtOnce() {
    const prepared = await prepareComponent(largeComponent(9 << 20), { imports: new Map(), exports: new Map() });
    const limits = { memoryBytes: 0, fuel: 1_000, timeoutMs: 10_000 };
    try {
      startInstanceSync(prepared, { imports: new Map(), limits, now: () => performance.now() });
      return "started";
    } catch (error) {
      return (error as PluginError).code;
    }
  },
  opened({ program, times, isolation }: { program: Program; times: number; isolation?: Isolation }) {
    return callsOfOpenInstance(newHost({}, isolation), program, times);
  },
  fuels: ({ program, times }: { program: Program; times: number }) => fuelsOfManyCalls(newHost(), program, times),
};

/** A component with one instance of one core module, which holds so many bytes of data. */
function largeComponent(size: number): Uint8Array {
  const header = (version: number, layer: number) => [0, 0x61, 0x73, 0x6d, version, 0, layer, 0];
  const unsigned = (value: number): number[] =>
    value < 128 ? [value] : [(value & 127) | 128, ...unsigned(Math.floor(value / 128))];
  const segment = [1, 1, ...unsigned(size)];
  const core = [...header(1, 0), 11, ...unsigned(segment.length + size), ...segment];
  const before = [...header(13, 1), 1, ...unsigned(core.length + size), ...core];
  const after = [2, 4, 1, 0, 0, 0];
  const bytes = new Uint8Array(before.length + size + after.length);
  bytes.set(before);
  bytes.set(after, before.length + size);
  return bytes;
}

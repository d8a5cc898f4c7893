/** What the tests let a host in the browser do; the same in a page and in a worker. */
import {
  type BrowserHostOptions,
  createBrowserHost,
  memoryKiln,
  memoryState,
  type Recording,
} from "crucible-plugin-host/browser";
import { fuelsOfManyCalls, loadProgram, type Outcome, type Program, runProgram } from "../programs.ts";

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
  fuels: ({ program, times }: { program: Program; times: number }) => fuelsOfManyCalls(newHost(), program, times),
};

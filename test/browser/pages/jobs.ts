/** What the tests let a host in the browser do; the same in a page and in a worker. */
import { createBrowserHost, memoryKiln, memoryState } from "crucible-plugin-host/browser";
import { fuelsOfManyCalls, type Outcome, type Program, runProgram } from "../programs.ts";

type Notes = Readonly<Record<string, string>>;

const newHost = (notes: Notes = {}) =>
  createBrowserHost({ engines: "/engines/", kiln: memoryKiln(notes), state: memoryState() });

/** All on one host, one after the other. */
async function programs({ programs, notes }: { programs: readonly Program[]; notes: Notes }): Promise<Outcome[]> {
  const host = newHost(notes);
  const outcomes: Outcome[] = [];
  for (const program of programs) outcomes.push(await runProgram(host, program));
  host.close();
  return outcomes;
}

export const jobs = {
  programs,
  fuels: ({ program, times }: { program: Program; times: number }) => fuelsOfManyCalls(newHost(), program, times),
};

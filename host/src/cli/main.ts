/**
 * The executable `cru`, which `scripts/lib/launch-command.cjs` starts. Commands are in the table of `program.ts`. Plugins run in a worker thread; an interrupt cancels them. A second one
 * ends the process at once; what a half-done commit leaves is completed when the kiln is next opened.
 */
import { runCli } from "./program.ts";
import { processTerminal } from "./terminal.ts";

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has gone, as in `cru … | head`: nobody is left to tell anything.
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    throw error;
  });
}

void run();

async function run(): Promise<never> {
  const exitCode = await runCli(process.argv.slice(2), processTerminal());
  for (const stream of [process.stdout, process.stderr]) await new Promise((written) => stream.write("", written));
  process.exit(exitCode);
}

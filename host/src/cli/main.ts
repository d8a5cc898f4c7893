#!/usr/bin/env node
/**
 * The executable `cru`. Commands are in the table of `program.ts`. There is no handler for SIGINT on purpose: a plugin runs in
 * this thread, where a handler could not run before it ends, while the default action stops the process at once; what a
 * half-done commit leaves is completed when the kiln is next opened.
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

process.exitCode = await runCli(process.argv.slice(2), processTerminal());

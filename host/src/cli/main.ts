#!/usr/bin/env node
/**
 * The executable `cru`. Commands are in the table of `program.ts`. Plugins run in a worker thread; an interrupt cancels them. A second one
 * ends the process at once; what a half-done commit leaves is completed when the kiln is next opened.
 */
import { setFlagsFromString } from "node:v8";
import { runCli } from "./program.ts";
import { processTerminal } from "./terminal.ts";

// V8 optimises a function after it has run about 1.8 MB of code, on other threads, and a process that ends waits for them: for
// most commands that is a tenth of a second and more, for code that nobody will run again. Longer runs are optimised as ever.
setFlagsFromString("--wasm-tiering-budget=180000000");

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has gone, as in `cru … | head`: nobody is left to tell anything.
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    throw error;
  });
}

const exitCode = await runCli(process.argv.slice(2), processTerminal());
for (const stream of [process.stdout, process.stderr]) await new Promise((written) => stream.write("", written));
process.exit(exitCode);

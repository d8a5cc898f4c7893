/** Runs a script of `children/` in a process of its own, for tests that kill it or run several at once. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly messages: readonly unknown[];
}

/** Starts `children/NAME.mjs`, which uses the built host, with one JSON argument. */
export function startChild(name: string, argument: unknown): ChildProcess {
  const script = fileURLToPath(new URL(`children/${name}.mjs`, import.meta.url));
  return fork(script, [JSON.stringify(argument)], { stdio: "inherit" });
}

export function ended(child: ChildProcess): Promise<Ended> {
  const messages: unknown[] = [];
  child.on("message", (message) => messages.push(message));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve({ code, signal, messages }));
  });
}

export function runChild(name: string, argument: unknown): Promise<Ended> {
  return ended(startChild(name, argument));
}

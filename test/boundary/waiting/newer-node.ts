/** Finds a Node that can suspend guests (25 and later), which the Node of the tests cannot. Without one its tests are skipped, and say so. */
import { execFileSync } from "node:child_process";

/** Set by `.ci/run`, or by a person. */
export const newerNode: string | undefined = process.env.CRUCIBLE_NEWER_NODE || undefined;

export const NO_NEWER_NODE =
  "no Node that can suspend WebAssembly: npm install --prefix FOLDER node@26, then set CRUCIBLE_NEWER_NODE to FOLDER/node_modules/node/bin/node";

/** Runs a script of this folder in it, and reads what it printed. */
export function runInNewerNode(script: string): unknown {
  const path = new URL(script, import.meta.url);
  const printed = execFileSync(newerNode!, [path.pathname], {
    encoding: "utf8",
    timeout: 240_000,
    maxBuffer: 64 << 20,
  });
  return JSON.parse(printed);
}

// How long does a person wait for one command? A new process each time, from start to end, beside a Node that does nothing.
// With the user's cache as an earlier run left it, and with none: then the plugin is compiled from its source.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, milliseconds, ms, row } from "./lib/measure.mjs";

export const title = "one cold command: cru plugins run dice-roller.rune roll dice=3d6";

const ROUNDS = 12;
const GOAL_MS = 250;
const root = fileURLToPath(new URL("..", import.meta.url));
const COMMAND = [
  join(root, "host/dist/cli/main.js"),
  ...["plugins", "run", "plugins/examples/dice-roller/dice-roller.rune", "roll", "dice=3d6", "--seed", "42"],
];

export async function* run() {
  const home = mkdtempSync(join(tmpdir(), "crucible-bench-cold-"));
  const cache = join(home, "crucible");
  const times = { node: [], kept: [], none: [] };
  try {
    cru(home);
    for (let round = 0; round < ROUNDS; round++) {
      times.node.push(await milliseconds(() => node(["-e", "0"], home)));
      times.kept.push(await milliseconds(() => cru(home)));
      rmSync(cache, { recursive: true, force: true });
      times.none.push(await milliseconds(() => cru(home)));
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const peer = `${both(times.node)} node -e 0`;
  yield answer("with the user's cache of an earlier run", times.kept, peer);
  yield answer("with an empty cache, compiling the source", times.none, peer);
}

/** Minima are held against the goal: other work on the machine only adds to a time. */
function answer(question, times, peer) {
  return row({ question, ours: both(times), peer, value: Math.min(...times), goal: GOAL_MS, unit: "ms (minimum)" });
}

function both(times) {
  return `${ms(median(times))}, min ${ms(Math.min(...times))}`;
}

function cru(home) {
  const { stdout } = node(COMMAND, home);
  if (!stdout.includes('"total": 8')) throw new Error(`the command printed ${JSON.stringify(stdout)}`);
}

function node(args, home) {
  return spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: home },
  });
}

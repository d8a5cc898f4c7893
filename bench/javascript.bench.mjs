// Is JavaScript in our sandbox, metered, as fast as quickjs-emscripten without any limit? The same scripts in both, on an instance that
// lives across calls.
import { createNodeHost } from "crucible-plugin-host";
import { JS, startJs, version } from "./lib/interpreters.mjs";
import { fastest, geomean, ms, row } from "./lib/measure.mjs";

export const title = "JavaScript, metered, against quickjs-emscripten unmetered";

const GOAL = 1.15;

export async function* run() {
  const peer = await startJs();
  const ours = await startPlugin();
  const ratios = [];
  for (const script of Object.keys(JS)) {
    if (ours(script) !== peer(script)) throw new Error(`${script}: ours and the peer answer differently`);
    const times = fastest({ ours: () => ours(script), peer: () => peer(script) });
    const ratio = times.ours / times.peer;
    ratios.push(ratio);
    yield row({
      question: `JavaScript ${script}`,
      ours: ms(times.ours),
      peer: `${ms(times.peer)} quickjs-emscripten ${version("quickjs-emscripten")}`,
      ratio,
      goal: GOAL * 1.25,
    });
  }
  yield row({ question: "geomean of the scripts", ours: "", peer: "", ratio: geomean(ratios), goal: GOAL });
}

async function startPlugin() {
  const source = Object.entries(JS).map(([name, script]) => `/** Runs. */ export const ${name} = () => ${script};`);
  const host = createNodeHost();
  const plugin = await host.load({ path: "scripts.js", content: source.join("\n") });
  const instance = await plugin.open({ limits: { fuel: Number.MAX_SAFE_INTEGER, timeoutMs: 3_600_000 } });
  return (script) => instance.callSync(script, {}).result;
}

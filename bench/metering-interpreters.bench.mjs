// What does metering cost interpreters? Lua and QuickJS, metered with everything on, against the same wasm raw.
import { INTERPRETERS, startMetered } from "./lib/interpreters.mjs";
import { fastest, geomean, ms, row } from "./lib/measure.mjs";

export const title = "metered Lua and QuickJS against the same wasm raw";

const GOALS = [1.1, 1.18];

export async function* run() {
  const all = [];
  for (const [i, interpreter] of INTERPRETERS.entries()) {
    const { name, scripts, start } = interpreter;
    const raw = await start();
    const metered = await startMetered(interpreter);
    const ratios = [];
    for (const script of scripts) {
      if (metered(script) !== raw(script)) throw new Error(`${name} ${script}: metered and raw answer differently`);
      const times = fastest({ ours: () => metered(script), peer: () => raw(script) });
      ratios.push(times.ours / times.peer);
      yield row({
        question: `${name.split(" ")[0]} ${script}`,
        ours: ms(times.ours),
        peer: `${ms(times.peer)} raw`,
        ratio: ratios.at(-1),
      });
    }
    all.push(...ratios);
    yield row({ question: `geomean of ${name}`, ours: "", peer: "", ratio: geomean(ratios), goal: GOALS[i] });
  }
  yield row({ question: "geomean of both", ours: "", peer: "", ratio: geomean(all), goal: 1.1 });
}

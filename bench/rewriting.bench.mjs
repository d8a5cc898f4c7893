// How fast is the rewriter? Metering the Rune engine's core module, beside V8's own validation of the same bytes.
import { decodeComponent } from "crucible-plugin-host/component";
import { meterModule } from "crucible-plugin-host/wasm";
import { engineBytes } from "./lib/engines.mjs";
import { fastest, row } from "./lib/measure.mjs";

export const title = "metering a 5 MB module";

export async function* run() {
  const modules = decodeComponent(engineBytes("rune")).coreModules;
  const largest = modules.reduce((a, b) => (a.length > b.length ? a : b));
  const times = fastest({
    ours: () => meterModule(largest),
    peer: () => WebAssembly.validate(largest),
    rounds: 15,
  });
  const speed = (milliseconds) => largest.length / 1e6 / (milliseconds / 1e3);
  yield row({
    question: `rewriting ${(largest.length / 1e6).toFixed(1)} MB, validation included`,
    ours: `${speed(times.ours).toFixed(0)} MB/s`,
    peer: `${speed(times.peer).toFixed(0)} MB/s WebAssembly.validate`,
    value: speed(times.ours),
    goal: 100,
    unit: "MB/s",
    atLeast: true,
  });
  // V8 validates in all threads that it has: this is CPU time, as above.
  const alone = speed(times.ours - times.peer);
  yield row({
    question: "the same without validation",
    ours: `${alone.toFixed(0)} MB/s`,
    peer: "–",
    value: alone,
    unit: "MB/s",
  });
  const growth = meterModule(largest).bytes.length / largest.length;
  yield row({ question: "code size", ours: `×${growth.toFixed(2)}`, peer: "raw", ratio: growth });
}

// How long until a plugin can be called? Cold, from the engine's image, from the plugin's image.
import { createNodeHost } from "crucible-plugin-host";
import { COMPILER, meteredCall, prepareEngine, startMetered } from "./lib/engines.mjs";
import { alone, median, milliseconds, ms, row, sideBySide } from "./lib/measure.mjs";
import { extism, extismVersion } from "./lib/peers.mjs";

export const title = "starting a Rune plugin";

const SOURCE = [{ path: "greet.rn", text: "pub fn greet(args) { `Hello ${args.name}` }" }];

export async function* run() {
  const prepareMs = await alone(() => prepareEngine("rune"), { rounds: 5, warmup: 1 });
  yield row({ question: "decode, meter and compile the engine", ours: ms(prepareMs), peer: "" });

  const prepared = await prepareEngine("rune");
  const warmUp = async () => {
    const instance = await startMetered(prepared);
    meteredCall(instance, COMPILER, "warm-up");
    return instance;
  };
  const engineImage = await (await warmUp()).capture();
  const compiled = meteredCall(await startMetered(prepared, engineImage), COMPILER, "compile", SOURCE, {
    entry: "greet.rn",
  });
  const loadFrom = async (image) => {
    const instance = await startMetered(prepared, image);
    meteredCall(instance, COMPILER, "load", compiled.val.code);
    return instance;
  };
  const pluginImage = await (await loadFrom(engineImage)).capture();
  const pages = pluginImage.cores.reduce((sum, core) => sum + core.pages.length, 0);
  yield row({ question: "size of the plugin's image", ours: `${(pages / 1024).toFixed(0)} KiB`, peer: "" });

  const loading = await sideBySide({ ours: () => loadFrom(engineImage), peer: () => loadFrom(undefined), rounds: 15 });
  yield row({
    question: "load, from the engine's image",
    ours: ms(loading.ours),
    peer: `${ms(loading.peer)} without an image`,
    ratio: loading.ours / loading.peer,
  });

  const starting = await sideBySide({
    ours: () => startMetered(prepared, pluginImage),
    peer: () => loadFrom(undefined),
    rounds: 31,
  });
  yield row({
    question: "start, from the plugin's image",
    ours: ms(starting.ours),
    peer: `${ms(starting.peer)} cold`,
    ratio: starting.ours / starting.peer,
  });
  yield* throughTheHost();
}

/** As an embedder sees it: memories of instances that were closed are used again. */
async function* throughTheHost() {
  const host = createNodeHost();
  try {
    const plugin = await host.load({ path: "greet.rune", content: `/// Greets.\n${SOURCE[0].text}` });
    const times = [];
    for (let i = 0; i < 101; i++) {
      let open;
      times.push(
        await milliseconds(async () => {
          open = await plugin.open({ seed: 1 });
        }),
      );
      open.close();
    }
    const value = median(times);
    const question = "plugin.open(), from the plugin's image";
    yield row({ question, ours: ms(value), peer: `${ms(Math.min(...times))} at best`, value, goal: 1, unit: "ms" });
    yield* startAndCall(plugin);
    yield* cycles(plugin);
  } finally {
    host.close();
  }
}

/** An instance started, called and dropped; Extism's plugin is of 300 bytes, and of a module that is compiled already. */
async function* startAndCall(plugin) {
  const { start } = await extism();
  const times = await sideBySide({
    ours: () => plugin.call("greet", { name: "Ada" }, { seed: 1 }),
    peer: async () => {
      const one = await start();
      await one.call("echo", "0123456789abcdef");
      await one.close();
    },
    rounds: 101,
  });
  const peer = `${ms(times.peer)} Extism ${extismVersion}`;
  const question = "plugin.call(): start, call and drop";
  yield row({ question, ours: ms(times.ours), peer, value: times.ours, goal: 1, unit: "ms" });
}

/** 10,000 instances started, called and dropped: does anything keep them? */
async function* cycles(plugin) {
  if (globalThis.gc === undefined) (await import("node:v8")).setFlagsFromString("--expose-gc");
  const gc = globalThis.gc ?? (await import("node:vm")).runInNewContext("gc");
  const run = async (count) => {
    for (let i = 0; i < count; i++) await plugin.call("greet", { name: "Ada" }, { seed: 1 });
    gc();
    return process.memoryUsage().heapUsed;
  };
  const before = await run(1_000);
  const after = await run(10_000);
  yield row({
    question: "heap after 10,000 start–call–drop cycles",
    ours: `${(after / 2 ** 20).toFixed(1)} MiB`,
    peer: `${(before / 2 ** 20).toFixed(1)} MiB before`,
    value: after / before,
    goal: 1.05,
  });
}

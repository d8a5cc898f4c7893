// How long until a plugin can be called? Cold, from the engine's image, from the plugin's image.
import { alone, ms, row, sideBySide } from "./lib/measure.mjs";
import { COMPILER, meteredCall, prepareRune, startMetered } from "./lib/rune.mjs";

export const title = "starting a Rune plugin";

const SOURCE = [{ path: "greet.rn", text: "pub fn greet(args) { `Hello ${args.name}` }" }];

export async function* run() {
  const prepareMs = await alone(prepareRune, { rounds: 5, warmup: 1 });
  yield row({ question: "decode, meter and compile the engine", ours: ms(prepareMs), peer: "" });

  const prepared = await prepareRune();
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
    later: "≤ 1 ms",
  });
}

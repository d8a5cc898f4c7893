// Decodes, plans and instantiates mutated components; run by decode.test.ts in a process of its own, with a time limit.
// Prints how many were refused, how many linked, and every failure that is not one of the kinds that may happen.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const load = async (path) =>
  (await runnerImport(`${root}${path}`, { root, configFile: false, logLevel: "error" })).module;
const linker = await load("host/src/component/index.ts");
const { WIT_COMPONENT } = await load("host/src/wit.generated.ts");
const { buildResourceComponent } = await load("test/boundary/component/mutation-seed.ts");

const seeds = [
  Uint8Array.from(Buffer.from(WIT_COMPONENT, "base64")),
  readFileSync(`${root}test/boundary/component/composed/composed.wasm`),
  await buildResourceComponent(),
];
const boundary = {
  charge() {},
  chargeLittle() {},
  wayOut: (_price, _type, host) => host,
  stop(reason) {
    throw reason;
  },
  transferBytes: 1 << 20,
  handles: 10,
};

let state = 88172645;
const random = (below) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
};

const result = { refused: 0, linked: 0, wrong: [] };
for (let round = 0; round < 1500; round++) {
  const bytes = mutate(seeds[round % seeds.length]);
  try {
    await link(bytes);
    result.linked++;
  } catch (error) {
    if (isExpected(error)) result.refused++;
    else result.wrong.push(`round ${round}: ${error?.stack ?? error}`);
  }
}
console.log(JSON.stringify(result));

function mutate(seed) {
  const bytes = seed.slice();
  for (let left = 1 + random(3); left > 0; left--) {
    const at = 8 + random(bytes.length - 8);
    const kind = random(4);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes[at] ^= 1 << random(8);
    else if (kind === 2) bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random(5)];
    else bytes.copyWithin(at, random(bytes.length), bytes.length);
  }
  return random(20) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

async function link(bytes) {
  const component = linker.decodeComponent(bytes);
  const functions = { get: () => () => undefined };
  const plan = linker.planComponent(component);
  const modules = component.coreModules.map((module) => new WebAssembly.Module(module));
  const instance = await linker.instantiate(plan, {
    boundary,
    imports: { get: () => ({ functions, drops: new Map() }) },
    instantiateCore: async (index, wired) => {
      const imports = Object.create(null);
      for (const [name, fields] of wired)
        imports[name] = Object.assign(Object.create(null), Object.fromEntries(fields));
      return new Map(Object.entries(new WebAssembly.Instance(modules[index], imports).exports));
    },
  });
  return instance.openHandles();
}

/** What a mutated component may end in: our refusal, or V8's refusal of a core module that nothing validated before. */
function isExpected(error) {
  if (error?.name === "PluginError") return error.code === "invalid-module";
  return (
    error instanceof WebAssembly.CompileError ||
    error instanceof WebAssembly.LinkError ||
    error instanceof WebAssembly.RuntimeError ||
    (error instanceof RangeError && /WebAssembly/.test(error.message))
  );
}

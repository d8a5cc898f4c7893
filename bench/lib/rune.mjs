// The Rune engine twice: as the host runs it (metered, in a sandbox), and raw (the same core modules without the rewriter).
import { readFileSync } from "node:fs";
import {
  createCapabilities,
  prepareComponent,
  startInstance,
  systemClock,
  witExports,
  witImports,
} from "crucible-plugin-host";
import { decodeComponent, instantiate, planComponent } from "crucible-plugin-host/component";

export const GUEST = "crucible:plugin/guest@0.1.0";
export const COMPILER = "crucible:plugin/compiler@0.1.0";
export const LIMITS = { memoryBytes: 512 << 20, fuel: Number.MAX_SAFE_INTEGER, timeoutMs: 600_000 };

export const runeEngine = () => readFileSync(new URL("../../plugins/engines/rune/rune.wasm", import.meta.url));

/** Host functions as outside calls: everything but the log answers `unavailable`. */
export const hostImports = () =>
  createCapabilities({ plugin: "bench", grant: {}, powers: { clock: systemClock() } }).imports;

export const prepareRune = () => prepareComponent(runeEngine(), { imports: witImports(), exports: witExports() });

export function startMetered(prepared, image) {
  return startInstance(prepared, {
    imports: hostImports(),
    limits: LIMITS,
    now: () => performance.now(),
    ...(image && { image }),
  });
}

export const meteredCall = (instance, face, name, ...args) =>
  instance.call({ interface: face, function: name, args, fuel: LIMITS.fuel, timeoutMs: LIMITS.timeoutMs });

/** An instance of the engine without metering; its calls are plain functions. */
export async function startRaw() {
  const component = decodeComponent(runeEngine());
  const modules = component.coreModules.map((bytes) => new WebAssembly.Module(bytes));
  const instance = await instantiate(planComponent(component), {
    instantiateCore: async (index, imports) => {
      const { exports } = await WebAssembly.instantiate(modules[index], plainObject(imports));
      return new Map(Object.entries(exports));
    },
    imports: hostImports(),
    boundary: {
      charge() {},
      chargeLittle() {},
      wayOut: (_price, _type, host) => host,
      stop(reason) {
        throw reason;
      },
      transferBytes: 16 << 20,
      handles: 10_000,
    },
  });
  return (face, name, ...args) => instance.exports.get(face).get(name)(...args);
}

/** Compiles a script and loads it into a metered and into a raw instance; both answer `call(tool, args)` with the result. */
export async function loadBoth(prepared, text) {
  const files = [{ path: "bench.rn", text }];
  const compiled = meteredCall(await startMetered(prepared), COMPILER, "compile", files, { entry: "bench.rn" });
  if (compiled.tag === "err")
    throw new Error(compiled.val.map(({ message, excerpt }) => `${message}\n${excerpt}`).join("\n"));
  const metered = await startMetered(prepared);
  meteredCall(metered, COMPILER, "load", compiled.val.code);
  const raw = await startRaw();
  raw(COMPILER, "load", compiled.val.code);
  const answer = ({ tag, val }) => {
    if (tag === "err") throw new Error(val.message);
    return JSON.parse(val);
  };
  return {
    metered: (tool, args = {}) => answer(meteredCall(metered, GUEST, "call", tool, JSON.stringify(args))),
    raw: (tool, args = {}) => answer(raw(GUEST, "call", tool, JSON.stringify(args))),
  };
}

function plainObject(map) {
  return Object.fromEntries([...map].map(([name, fields]) => [name, Object.fromEntries(fields)]));
}

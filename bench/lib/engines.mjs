// An engine twice: as the host runs it (metered, in a sandbox), and raw (the same core modules without the rewriter).
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

const FOLDER = new URL("../../plugins/engines/", import.meta.url);

/** The component of the engine with this name, such as `rune`. */
export const engineBytes = (name) => readFileSync(new URL(`${name}/${name}.wasm`, FOLDER));

/** What its `build.lock` says of the component: `bytes`, `brotliBytes`. */
export const lockedArtifact = (name) =>
  JSON.parse(readFileSync(new URL(`${name}/build.lock`, FOLDER), "utf8")).artifact;

/** Host functions as outside calls: everything but the log answers `unavailable`. */
export const hostImports = () =>
  createCapabilities({ plugin: "bench", grant: {}, powers: { clock: systemClock() } }).imports;

export const prepareEngine = (name) =>
  prepareComponent(engineBytes(name), { imports: witImports(), exports: witExports() });

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
async function startRaw(name) {
  const component = decodeComponent(engineBytes(name));
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

/**
 * Compiles a script and loads it into a metered and into a raw instance; both answer `call(tool, args)` with the result.
 * @param {string} name of the engine
 * @param {Awaited<ReturnType<typeof prepareEngine>>} prepared
 * @param {{ path: string, text: string }} file
 */
export async function loadBoth(name, prepared, file) {
  const compiler = await startMetered(prepared);
  const { code } = done(meteredCall(compiler, COMPILER, "compile", [file], { entry: file.path }));
  const metered = await startMetered(prepared);
  done(meteredCall(metered, COMPILER, "load", code));
  const raw = await startRaw(name);
  done(raw(COMPILER, "load", code));
  return {
    metered: (tool, args = {}) => JSON.parse(done(meteredCall(metered, GUEST, "call", tool, JSON.stringify(args)))),
    raw: (tool, args = {}) => JSON.parse(done(raw(GUEST, "call", tool, JSON.stringify(args)))),
  };
}

function done({ tag, val }) {
  if (tag === "ok") return val;
  const failures = Array.isArray(val) ? val : [val];
  throw new Error(failures.map(({ message, excerpt = "" }) => `${message}\n${excerpt}`.trim()).join("\n"));
}

function plainObject(map) {
  return Object.fromEntries([...map].map(([name, fields]) => [name, Object.fromEntries(fields)]));
}

/**
 * The host in a page or a Web Worker: engines are fetched and checked against the hashes that this host was built with, notes
 * and state are the embedder's, by default none. Needs a secure context (https, or localhost) and no more of a
 * Content-Security-Policy than `script-src 'wasm-unsafe-eval'` and `connect-src` for the engines.
 */
import { ENGINES, type EngineLoader, type EngineName } from "./engines.ts";
import { PluginError } from "./errors.ts";
import { COMPONENT_BYTES } from "./limits.ts";
import { type AppOptions, chosenBy, runsInWorkers } from "./plugins/app-options.ts";
import { sha256Hex } from "./plugins/hash.ts";
import { PluginHost } from "./plugins/host.ts";
import { browserClock } from "./powers/browser/clock.ts";
import { drawSeed } from "./powers/browser/entropy.ts";
import { fetchBytes } from "./powers/browser/fetch.ts";
import { checkPage, pageAddress } from "./powers/browser/page.ts";
import { webThreads } from "./powers/browser/threads.ts";
import type { ArtifactCache, KilnStorage, StateStorage } from "./powers/types.ts";
import type { Runner, WorkerRunnerOptions } from "./sandbox/index.ts";

export * from "./portable.ts";
export { browserClock } from "./powers/browser/clock.ts";

/** A folder that holds `rune.wasm` and the others, or the address of each by name. Relative to the page, or to the worker's script. */
export type EngineAddresses = string | URL | Readonly<Partial<Record<EngineName, string | URL>>>;

export interface BrowserHostOptions extends AppOptions {
  /**
   * Where the engines are: a folder, the address of each by name, or a function that brings the bytes. They must be those of this
   * version of the host: another artifact is refused.
   */
  readonly engines: EngineAddresses | EngineLoader;
  /** Notes, such as `memoryKiln`. @default no notes */
  readonly kiln?: KilnStorage;
  /** Plugin state, such as `memoryState`. @default no state */
  readonly state?: StateStorage;
  /** Keeps metered engines, compiled code and images. @default nothing is kept */
  readonly cache?: ArtifactCache;
  /** The address of `crucible-plugin-host/worker`, where a bundler does not find it by itself. */
  readonly workerScript?: string | URL;
}

/**
 * @throws PluginError `unavailable` where there is no WebCrypto, because the page is not a secure context
 * @example
 * const host = createBrowserHost({ engines: "/engines/", kiln: memoryKiln({ "a.md": "# A" }) });
 */
export function createBrowserHost(options: BrowserHostOptions): BrowserHost {
  return new BrowserHost(options);
}

export class BrowserHost extends PluginHost {
  readonly #runner: Runner | undefined;

  /** @throws PluginError `invalid-arguments` for options that cannot be, `unavailable` for what the page has not */
  constructor(options: BrowserHostOptions) {
    checkPage();
    const runner = runnerOf(options);
    super({
      engines: loaderOf(options.engines),
      ...chosenBy(options, {
        clock: options.clock ?? browserClock(),
        ...(options.kiln && { kiln: options.kiln }),
        ...(options.state && { state: options.state }),
      }),
      now: () => performance.now(),
      ...(runner && { runner }),
      drawSeed,
      ...(options.cache && { cache: options.cache }),
    });
    this.#runner = runner;
  }

  /** Ends the host at once: calls that wait or run in workers end in `cancelled`, later ones are `unavailable`. Resolves when no worker is left. */
  override async close(): Promise<void> {
    super.close();
    await this.#runner?.close();
  }
}

function runnerOf(options: BrowserHostOptions): Runner | undefined {
  const inWorkers = runsInWorkers(options);
  const { workers, workerScript } = options;
  if (workers !== undefined && !(Number.isSafeInteger(workers) && workers > 0))
    throw new PluginError("invalid-arguments", `"workers" must be a positive integer, got ${workers}`);
  if (!inWorkers) return undefined;
  return poolOf({ threads: webThreads(workerScript), ...(workers !== undefined && { workers }) });
}

/** The pool is code of its own, which a page that runs plugins on its own thread does not load. */
function poolOf(options: WorkerRunnerOptions): Runner {
  const loading = import("./sandbox/worker/pool.ts").then(({ WorkerRunner }) => {
    const pool = new WorkerRunner(options);
    pool.warmUp();
    return pool;
  });
  loading.catch(() => undefined); // Told by `start`.
  return {
    isolation: "worker",
    canWait: true,
    start: async (prepared, start) => (await loading).start(prepared, start),
    close: async () => (await loading).close(),
  };
}

/** Whoever brings the bytes, a server or the app: they are not trusted before they are known. */
function loaderOf(engines: EngineAddresses | EngineLoader): EngineLoader {
  if (typeof engines === "function") {
    return async (name) => checkArtifact(name, await engines(name), "What the engine loader brought");
  }
  if (typeof engines !== "string" && (typeof engines !== "object" || engines === null)) {
    throw new PluginError("invalid-arguments", `"engines" must be an address, addresses by name, or a function`);
  }
  return async (name) => {
    const url = addressOf(engines, name);
    return checkArtifact(name, await fetchBytes(url, COMPONENT_BYTES), url.href);
  };
}

async function checkArtifact(name: EngineName, bytes: Uint8Array, origin: string): Promise<Uint8Array> {
  const { artifact, sha256 } = ENGINES[name];
  // A copy, so that what is checked is what runs: a loader could keep the array, and write to it.
  const own = new Uint8Array(bytes);
  const found = await sha256Hex(own);
  if (found === sha256) return own;
  throw new PluginError(
    "invalid-module",
    `${origin} is not this host's engine "${name}": its SHA-256 is ${found}, expected is ${sha256}`,
    { hint: `Serve ${artifact} of this version of crucible-plugin-host.` },
  );
}

function addressOf(engines: EngineAddresses, name: EngineName): URL {
  if (typeof engines === "string" || engines instanceof URL) {
    const folder = new URL(engines, pageAddress());
    if (!folder.pathname.endsWith("/")) folder.pathname += "/";
    return new URL(`${name}.wasm`, folder);
  }
  const address = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (address !== undefined) return new URL(address, pageAddress());
  throw new PluginError("unavailable", `No address was given for the engine "${name}"`, {
    hint: `Give one: createBrowserHost({ engines: { ${name}: "/engines/${name}.wasm" } }).`,
  });
}

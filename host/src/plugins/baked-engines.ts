/**
 * What the build computed of the engines, so that no process computes it again: metered modules, the outline of the component, the
 * warm image. `npm run build` writes them beside the code, in `host/dist/engines`; here is what the files are and how they are
 * read again. They are trusted like the host's own code, of which they are a part, but checked against damage; whatever is
 * missing, damaged or of another build is computed as if it had never been there.
 *
 * Files: `index.json` (`Index`), and one file per artifact, as `engine-cache.ts` packs it.
 */
import { ENGINES, type EngineName } from "../engines.ts";
import type { ArtifactCache } from "../powers/types.ts";
import { sha256Hex } from "./hash.ts";
import type { PluginHost } from "./host.ts";

export interface BakedEngines {
  /** SHA-256, in hex, of the component that the artifacts were made of; undefined where there are none of this build. */
  componentHash(engine: EngineName): Promise<string | undefined>;
  /** What was baked under a key of the cache. */
  get(key: string): Promise<Uint8Array | undefined>;
}

export interface BakedFiles {
  /** The build of this host; undefined for one that runs from its sources, which uses nothing baked. */
  readonly buildId: string | undefined;
  /** Reads a file of the folder, or undefined where there is none. The path has `/` only. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
  /** @default WebCrypto */
  readonly sha256Hex?: (bytes: Uint8Array) => Promise<string>;
}

interface Index {
  readonly build: string;
  readonly engines: Readonly<Record<string, { readonly component: string }>>;
  /** By key of the cache. */
  readonly artifacts: Readonly<Record<string, { readonly file: string; readonly sha256: string }>>;
}

export const INDEX = "index.json";

export function openBakedEngines(files: BakedFiles): BakedEngines {
  const digest = files.sha256Hex ?? sha256Hex;
  let index: Promise<Index | undefined> | undefined;
  const known = () => {
    index ??= readIndex(files);
    return index;
  };
  return {
    async componentHash(engine) {
      return own((await known())?.engines, engine)?.component;
    },
    async get(key) {
      const artifact = own((await known())?.artifacts, key);
      const bytes = artifact && (await files.read(artifact.file));
      return bytes && (await digest(bytes)) === artifact.sha256 ? bytes : undefined;
    },
  };
}

/** A cache that answers from what was baked first, and keeps everything else in `cache`. */
export function bakedCache(baked: BakedEngines, cache: ArtifactCache | undefined): ArtifactCache {
  return {
    get: async (key) => (await baked.get(key)) ?? cache?.get(key),
    put: async (key, bytes) => cache?.put(key, bytes),
  };
}

/**
 * Computes the files for every engine. `openHost` opens a host with the cache that it is given and with nothing baked.
 * @returns by path in the folder
 */
export async function bakeEngines(
  buildId: string,
  openHost: (cache: ArtifactCache) => PluginHost,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const index = { build: buildId, engines: {} as Record<string, unknown>, artifacts: {} as Record<string, unknown> };
  for (const name of Object.keys(ENGINES) as EngineName[]) {
    const kept = new Map<string, Uint8Array>();
    const host = openHost({ get: async () => undefined, put: async (key, bytes) => void kept.set(key, bytes) });
    const engine = await host.engine(name);
    await engine.warmUp();
    host.close();
    index.engines[name] = { component: engine.hash };
    for (const [key, bytes] of kept) {
      const file = `${name}/${key.slice(engine.hash.length + 1)}.artifact`;
      files.set(file, bytes);
      index.artifacts[key] = { file, sha256: await sha256Hex(bytes) };
    }
  }
  return files.set(INDEX, new TextEncoder().encode(`${JSON.stringify(index, null, 2)}\n`));
}

async function readIndex({ buildId, read }: BakedFiles): Promise<Index | undefined> {
  if (buildId === undefined) return undefined;
  const bytes = await read(INDEX);
  if (bytes === undefined) return undefined;
  try {
    const index = JSON.parse(new TextDecoder().decode(bytes)) as Index;
    return index.build === buildId ? index : undefined;
  } catch {
    return undefined; // Cut off, or not ours.
  }
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

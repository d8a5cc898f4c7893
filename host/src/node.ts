/**
 * The host on Node: engines from this package, notes from a folder, state in libsql databases. What it may touch is in the
 * options: without a kiln there are no notes and no kiln state, without a data folder there is no global state.
 */
import { BUILD_ID } from "./build-id.ts";
import { ENGINES } from "./engines.ts";
import { type AppOptions, chosenBy, runsInWorkers } from "./plugins/app-options.ts";
import { openBakedEngines } from "./plugins/baked-engines.ts";
import { FOLDER_FILES, type PluginFolder } from "./plugins/folder.ts";
import { PluginHost } from "./plugins/host.ts";
import type { Plugin, PluginOptions } from "./plugins/plugin.ts";
import type { PluginFile } from "./plugins/source.ts";
import { openArtifactCache } from "./powers/node/artifact-cache.ts";
import { monotonicMs, systemClock } from "./powers/node/clock.ts";
import { sha256Hex } from "./powers/node/digest.ts";
import { drawSeed } from "./powers/node/entropy.ts";
import { openKilnFiles } from "./powers/node/kiln-files.ts";
import { hostVersion, readBakedFile, readPackageFile, readPluginFromDisk } from "./powers/node/package-files.ts";
import { diskPath, isFolder, readPluginFolderFromDisk } from "./powers/node/plugin-folder.ts";
import { openLibsqlState } from "./powers/node/state-libsql.ts";
import { nodeThreads } from "./powers/node/threads.ts";
import { readBranchHints } from "./powers/node/v8-flags.ts";
import type { KilnStorage, StateStorage } from "./powers/types.ts";
import { WorkerRunner } from "./sandbox/index.ts";

export interface NodeHostOptions extends AppOptions {
  /** A folder of notes, or notes kept elsewhere (`memoryKiln`). */
  readonly kiln?: string | KilnStorage;
  /** Where global plugin state is kept, such as `userDirectories().data`. Not used when `state` is given. */
  readonly dataFolder?: string;
  /** State kept elsewhere (`memoryState`). @default databases in the kiln's `.crucible` and in `dataFolder`, made on first use */
  readonly state?: StateStorage;
  /** Where metered engines, compiled code and images are kept between processes, such as `userDirectories().cache`; not used where others than its owner can write. @default nothing is kept */
  readonly cacheFolder?: string;
}

/**
 * @throws PluginError `not-found` or `invalid-arguments` when the kiln is not a folder
 * @example
 * const host = createNodeHost({ kiln: "notes" });
 * const plugin = await host.loadFile("dice-roller.rune");
 * const { result, fuel } = await plugin.call("roll", { dice: "3d6" }, { seed: 42 });
 * await host.close();
 */
export function createNodeHost(options: NodeHostOptions = {}): NodeHost {
  return new NodeHost(options);
}

export class NodeHost extends PluginHost {
  readonly #close: () => Promise<void>;

  /** @throws PluginError `invalid-arguments` for options that cannot be */
  constructor(options: NodeHostOptions) {
    readBranchHints();
    const runner = runnerOf(options);
    const files = typeof options.kiln === "string" ? openKilnFiles(options.kiln) : undefined;
    const kiln = files ?? (options.kiln as KilnStorage | undefined);
    const databases = options.state ? undefined : openDatabases(files?.root, options.dataFolder);
    const state = options.state ?? databases;
    super({
      engines: (name) => readPackageFile(ENGINES[name].artifact),
      baked: openBakedEngines({ buildId: BUILD_ID, read: readBakedFile, sha256Hex }),
      ...chosenBy(options, {
        clock: options.clock ?? systemClock(),
        ...(kiln && { kiln }),
        ...(state && { state }),
      }),
      now: monotonicMs,
      ...(runner && { runner }),
      drawSeed,
      ...(options.cacheFolder !== undefined && {
        cache: openArtifactCache({ folder: options.cacheFolder, version: hostVersion }),
      }),
    });
    this.#close = async () => {
      const ended = runner?.close();
      databases?.close();
      files?.close();
      await ended;
    };
  }

  /**
   * Loads a plugin's file, of which `name.toml` beside `name.rune` is the manifest, or its folder, which holds `plugin.toml` and sources.
   * @throws PluginError as `load`, `not-found`, and for a folder `denied` (a link in it) and `transfer-limit`
   */
  async loadFile(path: string | URL, options: PluginOptions = {}): Promise<Plugin> {
    const name = diskPath(path);
    this.anticipate(name);
    return this.load(await readPluginAt(name), options);
  }

  /**
   * Ends the host at once: calls that wait or run in workers end in `cancelled`, later ones are `unavailable`, and the kiln and the
   * databases are closed. Resolves when no thread is left. Whoever wants the results of calls waits for them first.
   */
  override close(): Promise<void> {
    super.close();
    return this.#close();
  }
}

/** A plugin's file with the manifest beside it, or its folder, as `load` takes it. @throws PluginError as `loadFile`, for what cannot be read */
export async function readPluginAt(path: string): Promise<PluginFile | PluginFolder> {
  return isFolder(path) ? readPluginFolderFromDisk(path, FOLDER_FILES) : readPluginFromDisk(path);
}

function runnerOf(options: NodeHostOptions): WorkerRunner | undefined {
  if (!runsInWorkers(options)) return undefined;
  const { workers } = options;
  const runner = new WorkerRunner({ threads: nodeThreads(), ...(workers !== undefined && { workers }) });
  runner.warmUp();
  return runner;
}

function openDatabases(kilnRoot: string | undefined, dataFolder: string | undefined) {
  return openLibsqlState({
    ...(kilnRoot !== undefined && { kilnRoot }),
    ...(dataFolder !== undefined && { dataFolder }),
  });
}

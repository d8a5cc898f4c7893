/**
 * The host on Node: engines from this package, notes from a folder, state in libsql databases. What it may touch is in the
 * options: without a kiln there are no notes and no kiln state, without a data folder there is no global state.
 */
import { BUILD_ID } from "./build-id.ts";
import { ENGINES } from "./engines.ts";
import type { CallLimits } from "./limits.ts";
import { openBakedEngines } from "./plugins/baked-engines.ts";
import { PluginHost } from "./plugins/host.ts";
import type { Plugin, PluginOptions } from "./plugins/plugin.ts";
import { openArtifactCache } from "./powers/node/artifact-cache.ts";
import { monotonicMs, systemClock } from "./powers/node/clock.ts";
import { sha256Hex } from "./powers/node/digest.ts";
import { drawSeed } from "./powers/node/entropy.ts";
import { openKilnFiles } from "./powers/node/kiln-files.ts";
import { hostVersion, readBakedFile, readPackageFile, readPluginFromDisk } from "./powers/node/package-files.ts";
import { openLibsqlState } from "./powers/node/state-libsql.ts";
import type { ClockPower, KilnStorage, LogEntry, StateStorage } from "./powers/types.ts";

export interface NodeHostOptions {
  /** A folder of notes, or notes kept elsewhere (`memoryKiln`). */
  readonly kiln?: string | KilnStorage;
  /** Where global plugin state is kept, such as `userDirectories().data`. Not used when `state` is given. */
  readonly dataFolder?: string;
  /** State kept elsewhere (`memoryState`). @default databases in the kiln's `.crucible` and in `dataFolder`, made on first use */
  readonly state?: StateStorage;
  /** Where metered engines, compiled code and images are kept between processes, such as `userDirectories().cache`. @default nothing is kept */
  readonly cacheFolder?: string;
  /** @default the system's clock */
  readonly clock?: ClockPower;
  /** Receives the messages of plugins as they are written. */
  readonly log?: (entry: LogEntry) => void;
  /** Grants that are approved for every plugin that asks for them, in the grammar of `--allow`. */
  readonly allow?: readonly string[];
  /** No call gets more than this. */
  readonly ceiling?: CallLimits;
}

/**
 * @throws PluginError `not-found` or `invalid-arguments` when the kiln is not a folder
 * @example
 * const host = createNodeHost({ kiln: "notes" });
 * const plugin = await host.loadFile("dice-roller.rune");
 * const { result, fuel } = await plugin.call("roll", { dice: "3d6" }, { seed: 42 });
 * host.close();
 */
export function createNodeHost(options: NodeHostOptions = {}): NodeHost {
  return new NodeHost(options);
}

export class NodeHost extends PluginHost {
  readonly #close: () => void;

  constructor(options: NodeHostOptions) {
    const files = typeof options.kiln === "string" ? openKilnFiles(options.kiln) : undefined;
    const kiln = files ?? (options.kiln as KilnStorage | undefined);
    const databases = options.state ? undefined : openDatabases(files?.root, options.dataFolder);
    const state = options.state ?? databases;
    super({
      engines: (name) => readPackageFile(ENGINES[name].artifact),
      baked: openBakedEngines({ buildId: BUILD_ID, read: readBakedFile, sha256Hex }),
      powers: {
        clock: options.clock ?? systemClock(),
        ...(kiln && { kiln }),
        ...(state && { state }),
        ...(options.log && { log: options.log }),
      },
      now: monotonicMs,
      drawSeed,
      ...(options.cacheFolder !== undefined && {
        cache: openArtifactCache({ folder: options.cacheFolder, version: hostVersion }),
      }),
      ...(options.allow && { allow: options.allow }),
      ...(options.ceiling && { ceiling: options.ceiling }),
    });
    this.#close = () => {
      databases?.close();
      files?.close();
    };
  }

  /** Loads a plugin's file; `name.toml` beside `name.rune` is its manifest. @throws PluginError as `load`, and `not-found` */
  async loadFile(path: string | URL, options: PluginOptions = {}): Promise<Plugin> {
    this.anticipate(String(path));
    return this.load(await readPluginFromDisk(path), options);
  }

  /** Closes the kiln and the databases. A call that is running fails when it next uses them; later ones are `unavailable`. */
  override close(): void {
    super.close();
    this.#close();
  }
}

function openDatabases(kilnRoot: string | undefined, dataFolder: string | undefined) {
  return openLibsqlState({
    ...(kilnRoot !== undefined && { kilnRoot }),
    ...(dataFolder !== undefined && { dataFolder }),
  });
}

/** Where a person's files belong on this platform. Nothing is created or opened here. */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

export interface UserDirectories {
  /** Settings and approvals. */
  readonly config: string;
  /** Data that outlives kilns: global plugin state. */
  readonly data: string;
  /** What can be computed again. */
  readonly cache: string;
}

export interface DirectoryOptions {
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** @default process.platform */
  readonly platform?: string;
  /** @default os.homedir() */
  readonly home?: string;
}

/**
 * XDG base directories on Linux and others (a relative `XDG_*` is ignored, as that specification says), `APPDATA` and
 * `LOCALAPPDATA` on Windows, `~/Library` on macOS where no `XDG_*` is set.
 * @example userDirectories({ platform: "linux", home: "/home/ann", environment: {} }).data // "/home/ann/.local/share/crucible"
 */
export function userDirectories(options: DirectoryOptions = {}): UserDirectories {
  const environment = options.environment ?? process.env;
  const platform = options.platform ?? process.platform;
  const home = options.home ?? homedir();
  const from = (variable: string, ...fallback: string[]) => {
    const value = environment[variable];
    return value !== undefined && isAbsolute(value) ? value : join(home, ...fallback);
  };
  if (platform === "win32") {
    const roaming = from("APPDATA", "AppData", "Roaming");
    const local = from("LOCALAPPDATA", "AppData", "Local");
    return {
      config: join(roaming, "crucible"),
      data: join(roaming, "crucible"),
      cache: join(local, "crucible", "cache"),
    };
  }
  const library = platform === "darwin" ? join("Library", "Application Support") : undefined;
  return {
    config: join(from("XDG_CONFIG_HOME", library ?? ".config"), "crucible"),
    data: join(from("XDG_DATA_HOME", library ?? join(".local", "share")), "crucible"),
    cache: join(from("XDG_CACHE_HOME", library === undefined ? ".cache" : join("Library", "Caches")), "crucible"),
  };
}

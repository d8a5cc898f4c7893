export interface Toolchain {
  /** Arguments for cargo beyond the usual ones: not empty where the standard library is built with the plugin. */
  readonly args: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
}

/** The Rust of this machine that can build plugins. Fails with what is missing. */
export function findToolchain(): Toolchain;

/** The plugin whose Cargo.toml is in `folder`, as a component of the world `plugin`. */
export function buildPlugin(folder: string, toolchain?: Toolchain): Promise<Uint8Array>;

export interface BuildOptions {
  /** Where `entry` and the plugin's own packages are looked for; default: the working directory. */
  folder?: string;
  /** More options for asc, behind ours. */
  options?: string[];
}

/** A plugin in AssemblyScript as a component of the world `plugin`. Fails with what the compiler reports. */
export function buildPlugin(entry: string, options?: BuildOptions): Promise<Uint8Array>;

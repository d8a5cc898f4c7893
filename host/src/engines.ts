/**
 * The table of engines: name → where its artifact is and which files it runs. Adding a language is a folder in
 * `plugins/engines/` and a row here. Nothing is read here; the embedder hands over the bytes.
 */
export interface EngineEntry {
  /** The component, as a path inside the package, separated by `/`. */
  readonly artifact: string;
  /** Extensions of its source files, with the dot. */
  readonly extensions: readonly string[];
}

export const ENGINES = {
  rune: { artifact: "plugins/engines/rune/rune.wasm", extensions: [".rune", ".rn"] },
} as const satisfies Record<string, EngineEntry>;

export type EngineName = keyof typeof ENGINES;

/** Reads an engine's artifact, wherever the embedder keeps it. */
export type EngineLoader = (engine: EngineName) => Promise<Uint8Array>;

/**
 * The table of engines: name → where its artifact is and which files it runs. Adding a language is a folder in
 * `plugins/engines/` and a row here. Nothing is read here; the embedder hands over the bytes.
 */
export interface EngineEntry {
  /** The component, as a path inside the package, separated by `/`. */
  readonly artifact: string;
  /** SHA-256 of the artifact, in hex, as its `build.lock` says; `npm run engines` writes it. */
  readonly sha256: string;
  /** Extensions of its source files, with the dot. */
  readonly extensions: readonly string[];
  /** What begins a line comment: a manifest stands in such lines. */
  readonly comment: string;
}

export const ENGINES = {
  rune: {
    artifact: "plugins/engines/rune/rune.wasm",
    sha256: "81f82a960d172ff8d69cb281db0cb0abd316579fb9180a0483227a1c4448a82e",
    extensions: [".rune", ".rn"],
    comment: "//",
  },
  lua: {
    artifact: "plugins/engines/lua/lua.wasm",
    sha256: "74c4e098c45c4a4a9aef3f77d22686b9211c97a5adabfe38ae8edad501455eed",
    extensions: [".lua"],
    comment: "--",
  },
  js: {
    artifact: "plugins/engines/js/js.wasm",
    sha256: "a08c70831c5b598aa0d1c7de17ba280f0740a57a92cee5d3ac7ab1b4141b2b7b",
    extensions: [".js", ".mjs"],
    comment: "//",
  },
} as const satisfies Record<string, EngineEntry>;

export type EngineName = keyof typeof ENGINES;

/** Reads an engine's artifact, wherever the embedder keeps it. */
export type EngineLoader = (engine: EngineName) => Promise<Uint8Array>;

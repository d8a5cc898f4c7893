/**
 * The table of engines: name → where its artifact is and which files it runs. Adding a language is a folder in
 * `plugins/engines/` and a row here. One without extensions runs no file itself: it serves another. Nothing is read here; the embedder hands over the bytes.
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
    sha256: "16460925b2d7f178641d336fb826f0e5b8315b92e1eda72b632f78d02fe40dea",
    extensions: [".rune", ".rn"],
    comment: "//",
  },
  lua: {
    artifact: "plugins/engines/lua/lua.wasm",
    sha256: "b537ddbdaaa7b98d893d7356bcd73dccef959e9eeff142b34677ed8ec71a6ca6",
    extensions: [".lua"],
    comment: "--",
  },
  js: {
    artifact: "plugins/engines/js/js.wasm",
    sha256: "8af08763d098758891f44f713e2e4af96bec85888212f1ac59224ab7af477cd8",
    extensions: [".js", ".mjs", ".ts", ".mts"],
    comment: "//",
  },
  typescript: {
    artifact: "plugins/engines/typescript/typescript.wasm",
    sha256: "d10334d1b39a95d5ef5d8dc1d91a3baa2c285ee3eb5de89d7753e5f2c60fe6bf",
    extensions: [],
    comment: "//",
  },
} as const satisfies Record<string, EngineEntry>;

export type EngineName = keyof typeof ENGINES;

/** Reads an engine's artifact, wherever the embedder keeps it. */
export type EngineLoader = (engine: EngineName) => Promise<Uint8Array>;

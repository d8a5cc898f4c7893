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
    sha256: "7982003a4fc1eed1edf17bb1d5695aa28911b10ba4bebd641162a56aa40e1ed7",
    extensions: [".rune", ".rn"],
    comment: "//",
  },
  lua: {
    artifact: "plugins/engines/lua/lua.wasm",
    sha256: "1c3cd5bb2b8d2bf95c485aa67170947669542fba6cfa35f7cf3d376adb39f143",
    extensions: [".lua"],
    comment: "--",
  },
  js: {
    artifact: "plugins/engines/js/js.wasm",
    sha256: "b624a99a64dc12a26858955442ab709ef1fbb48c14501e1313f138c7c53c96c6",
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

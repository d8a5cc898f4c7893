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
    sha256: "395446522fda4043e491ad09e89aa85ba7c2f1fdb7a40414ea54910f1c4a4ead",
    extensions: [".rune", ".rn"],
    comment: "//",
  },
  lua: {
    artifact: "plugins/engines/lua/lua.wasm",
    sha256: "4e9638237d4d8639ef1fa7ce6ad3574efd0a0de180e144d6a04a6e789379caa9",
    extensions: [".lua"],
    comment: "--",
  },
  js: {
    artifact: "plugins/engines/js/js.wasm",
    sha256: "0df3d543863ea2826967ad77939ffec28e1c04dd94bdac5636ab1aaecf2b2566",
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

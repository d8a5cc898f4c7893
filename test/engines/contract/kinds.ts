/** The kinds of plugins: one row for each, languages and WebAssembly. */
import { fileURLToPath } from "node:url";
import { buildPlugin } from "../../../guest-sdk/assemblyscript/build.mjs";
import { extismFixture } from "../../fixtures/extism/fixtures.ts";
import { type Kind, program } from "./kind.ts";
import { LANGUAGES } from "./languages.ts";

const languages = LANGUAGES.map(
  (language): Kind => ({
    name: language.name,
    file: () => program(language, [], language.tools),
    recursion: language.recursion,
    crash: "guest-error",
    conflict: "conflict",
  }),
);

const wasm: Kind = {
  name: "wasm",
  file: async () => ({
    path: "contract.wasm",
    content: await buildPlugin("contract.ts", { folder: fileURLToPath(new URL("assembly", import.meta.url)) }),
    sidecar: { path: "contract.toml", text: 'name = "contract"\nengine = "wasm"\n' },
  }),
  recursion: "stack-limit",
  crash: "trap",
  conflict: "conflict",
};

const extism: Kind = {
  name: "extism",
  file: () => extismFixture("contract", 'name = "contract"\nengine = "extism"\n'),
  recursion: "stack-limit",
  crash: "trap",
  conflict: "guest-error",
};

export const KINDS: readonly Kind[] = [...languages, wasm, extism];

// The interpreters that people embed today, wasmoon (Lua) and quickjs-emscripten: each starts one, which answers `evaluate(code)`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Name and version, for a row's title. */
export const LUA_PEER = titled("wasmoon");
export const JS_PEER = titled("quickjs-emscripten");

export async function startLua() {
  const { LuaFactory } = require("wasmoon");
  const engine = await new LuaFactory(require.resolve("wasmoon/dist/glue.wasm")).createEngine();
  return (code) => engine.doStringSync(code);
}

export async function startJs() {
  const { newQuickJSWASMModuleFromVariant } = require("quickjs-emscripten");
  const variant = require("@jitl/quickjs-wasmfile-release-sync");
  const vm = (await newQuickJSWASMModuleFromVariant(variant.default ?? variant)).newContext();
  return (code) => {
    const handle = vm.unwrapResult(vm.evalCode(code));
    const value = vm.dump(handle);
    handle.dispose();
    return value;
  };
}

function titled(name) {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(file, "utf8")).version}`;
}

// Lua (wasmoon) and JavaScript (quickjs-emscripten), each raw and metered: their wasm goes through `meterModule` on its way to V8.
import { meteredImports } from "./metered.mjs";
import { JS_PEER, LUA_PEER, startJs, startLua } from "./peer-interpreters.mjs";

const LUA = {
  fib: "local function fib(n) if n < 2 then return n end return fib(n-1) + fib(n-2) end return fib(23)",
  loop: "local s = 0 for i = 1, 400000 do s = s + i % 7 end return s",
  strings: 'local t = {} for i = 1, 15000 do t[#t+1] = tostring(i) .. "x" end return #table.concat(t)',
  sort: "local t = {} local x = 42 for i = 1, 10000 do x = (x * 1103515245 + 12345) % 2147483648 t[i] = x end table.sort(t) return t[1]",
  regex:
    'local s = string.rep("abc123 def456 ", 2000) local n = 0 for a, b in s:gmatch("(%a+)(%d+)") do n = n + #a end return n',
};

const JS = {
  fib: "(function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) })(23)",
  loop: "(() => { let s = 0; for (let i = 0; i < 200000; i++) s = (s + i % 7) | 0; return s })()",
  strings: '(() => { const t = []; for (let i = 0; i < 20000; i++) t.push(i + "x"); return t.join("").length })()',
  sort: "(() => { const t = []; let x = 42; for (let i = 0; i < 8000; i++) { x = (x * 1103515245 + 12345) % 2147483648; t.push(x) } t.sort((a, b) => a - b); return t[0] })()",
  regex:
    '(() => { const s = "abc123 def456 ".repeat(1500); let n = 0; for (const m of s.matchAll(/([a-z]+)([0-9]+)/g)) n += m[1].length; return n })()',
};

/** Name, scripts, and what starts it: answers `run(script)`. */
export const INTERPRETERS = [
  interpreter(`Lua (${LUA_PEER})`, LUA, startLua),
  interpreter(`QuickJS (${JS_PEER})`, JS, startJs),
];

function interpreter(name, scripts, startPeer) {
  const start = async () => {
    const evaluate = await startPeer();
    return (script) => evaluate(scripts[script]);
  };
  return { name, scripts: Object.keys(scripts), start };
}

/** Starts it with its wasm metered. Emscripten's own code instantiates it, so for that long the function it calls is another. */
export async function startMetered({ start }) {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (source, imports) => {
    const { bytes, more } = meteredImports(new Uint8Array(source));
    return instantiate.call(WebAssembly, bytes, { ...imports, ...more });
  };
  try {
    return await start();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

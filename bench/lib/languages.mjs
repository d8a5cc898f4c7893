// The same programs in our Lua and JavaScript engines and in their peers, wasmoon and quickjs-emscripten, whose wasm counts nothing.
// A program is a function without parameters that answers a number; each side compiles all of them once.
import { JS_PEER, LUA_PEER, startJs, startLua } from "./peer-interpreters.mjs";

const LUA = {
  fib: "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(32)",
  loop: "local s = 0 for i = 1, 50000000 do s = s + i % 7 end return s",
  strings: 'local t = {} for i = 1, 3000000 do t[#t + 1] = tostring(i) .. "x" end return #table.concat(t)',
  sort: `local t, x = {}, 42
    for i = 1, 200000 do x = (x * 1103515245 + 12345) % 2147483648 t[i] = x end
    table.sort(t) return t[1]`,
  gsub: `local text, n = string.rep("abc123 def456 ", 20000), 0
    for i = 1, 5 do n = n + #text:gsub("(%a+)(%d+)", "%2%1") + select(2, text:gsub("%d", { ["1"] = "one" })) end
    return n`,
};

const JS = {
  fib: "return (function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); })(25);",
  loop: "let s = 0; for (let i = 0; i < 3000000; i++) s = (s + i % 7) | 0; return s;",
  strings: 'const t = []; for (let i = 0; i < 200000; i++) t.push(i + "x"); return t.join("").length;',
  sort: `const t = []; let x = 42;
    for (let i = 0; i < 50000; i++) { x = (x * 1103515245 + 12345) % 2147483648; t.push(x); }
    return t.sort((a, b) => a - b)[0];`,
  regex: `const text = "abc123 def456 ".repeat(5000); let n = 0;
    for (const match of text.matchAll(/([a-z]+)([0-9]+)/g)) n += match[1].length;
    return n;`,
};

const luaFile = functions(LUA, (name, body) => `--- ${name}\nfunction ${name}() ${body} end`);
const jsFile = functions(JS, (name, body) => `/** ${name} */\nfunction ${name}() { ${body} }`);

/**
 * Engine, its programs as a plugin, goal of the geomean (ours, metered ÷ the peer), rounds, and the peer: `startPeer()` answers
 * `call(name)`.
 */
export const LANGUAGES = [
  {
    engine: "lua",
    title: "Lua",
    peer: LUA_PEER,
    programs: Object.keys(LUA),
    file: { path: "bench.lua", text: luaFile },
    goal: 1,
    rounds: 7,
    async startPeer() {
      const evaluate = await startLua();
      evaluate(luaFile);
      return (name) => evaluate(`return ${name}()`);
    },
  },
  {
    engine: "js",
    title: "JavaScript",
    peer: JS_PEER,
    programs: Object.keys(JS),
    file: { path: "bench.js", text: jsFile.replaceAll("\nfunction", "\nexport function") },
    goal: 1.15,
    rounds: 60,
    async startPeer() {
      const evaluate = await startJs();
      evaluate(jsFile);
      return (name) => evaluate(`${name}()`);
    },
  },
];

function functions(bodies, write) {
  return Object.entries(bodies)
    .map(([name, body]) => write(name, body))
    .join("\n\n");
}

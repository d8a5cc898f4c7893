/** The JavaScript engine: the language as plugins meet it, what crosses the boundary, errors with their place, and attempts to get out. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createNodeHost, frozenClock, memoryKiln } from "../../host/src/index.ts";
import { failure } from "../failure.ts";

const NOTES = { "a.md": "# A\n", "folder/b.md": "Grüße 𝄞" };

const logged: string[] = [];
const host = createNodeHost({
  kiln: memoryKiln(NOTES),
  clock: frozenClock(Date.UTC(2026, 10, 21, 12, 34, 56)),
  log: ({ level, message }) => logged.push(`${level}: ${message}`),
});

const MANIFEST = "//---\n// name: test\n// capabilities: [kiln.read, clock]\n//---\n";
const IMPORTS = 'import crucible, { PluginError } from "crucible"; ';
const load = (source: string, manifest = MANIFEST) => host.load({ path: "test.js", content: manifest + source });

/** Runs the body of a tool. Its first line is line 6 of the file. */
async function run(body: string, args: Readonly<Record<string, unknown>> = {}, options = {}) {
  const plugin = await load(`${IMPORTS}/** The tool. */ export async function run(args) {\n${body}\n}\n`);
  return (await plugin.call("run", args, { seed: 1, ...options })).result;
}

const failed = (body: string, options = {}) => failure(run(body, {}, options));

describe("values", () => {
  it("what JSON can say comes back as it went, in objects with names of every kind", async () => {
    const args = JSON.parse(
      '{"i":9007199254740991,"f":0.1,"t":"a\\u0000b𝄞é","n":[1,null,3],"d":{"a":[{"b":[[]]}]},"__proto__":{"x":1},"then":1}',
    );
    expect(JSON.stringify(await run("return args", args))).toBe(
      '{"__proto__":{"x":1},"d":{"a":[{"b":[[]]}]},"f":0.1,"i":9007199254740991,"n":[1,null,3],"t":"a\\u0000b𝄞é","then":1}',
    );
    expect(await run("return [Object.keys(args).length, ({}).x, args.missing]", args)).toEqual([7, null, null]);
  });

  it("are written as JSON.stringify writes them", async () => {
    expect(
      await run(
        "return { a: undefined, b: [undefined], c: -0, d: 3.0, e: new Date(0), f: 12n, g: { toJSON: () => ({ h: 1 }) }, i: Object.create({ j: 1 }) }",
      ),
    ).toEqual({ b: [null], c: 0, d: 3, e: "1970-01-01T00:00:00.000Z", f: 12, g: { h: 1 }, i: {} });
    expect(await run("return")).toBeNull();
  });

  it("a lone surrogate becomes U+FFFD, in names too", async () => {
    expect(await run('return { "k\\ud800": "a\\udc00b\\ud83d", whole: "\\ud834\\udd1e" }')).toEqual({
      "k\ufffd": "a\ufffdb\ufffd",
      whole: "𝄞",
    });
    logged.length = 0;
    await run('console.log("\\ud800")');
    expect(logged).toEqual(["info: \ufffd"]);
    expect(await failed('crucible.readNote("\\ud800.md")')).toMatchObject({ code: "not-found" });
  });

  it.each([
    ["return { f: print }", "at `f`: a function"],
    ["return { a: [0 / 0] }", "at `a[0]`: NaN is no JSON number"],
    ["return { id: 2n ** 62n }", "at `id`: the integer 4611686018427387904 is beyond ±2^53"],
    [
      "return { id: 2n ** 70n }",
      "at `id`: a BigInt of more than 64 bits cannot be a value of JSON; pass it as a string",
    ],
    ["return Symbol('x')", "a symbol cannot be a value of JSON"],
    ["return new Map([[1, 2]])", "a Map (use Object.fromEntries) cannot be a value of JSON"],
    ["return new Set()", "a Set (use Array.from) cannot be a value of JSON"],
    ["return [Promise.resolve(1)]", "at `[0]`: a promise (await it) cannot be a value of JSON"],
    ["return { e: new Error('x') }", "at `e`: an Error (use its message) cannot be a value of JSON"],
    ["return new Uint8Array([255])", "a string that is not UTF-8"],
    ["const t = {}; t.t = t; return t", "or contains itself"],
    ["const t = { toJSON: () => ({ t }) }; return t", "or contains itself"],
  ])("%s is refused: %s", async (body, message) => {
    expect(await failed(body)).toMatchObject({ code: "guest-error", message: expect.stringContaining(message) });
  });

  it("what a getter or a proxy throws while a result is read is the plugin's error", async () => {
    expect(await failed("return { get x() { throw new TypeError('mine') } }")).toMatchObject({
      code: "guest-error",
      message: "TypeError: mine",
    });
    expect(await failed("return new Proxy({}, { ownKeys() { throw new Error('mine') } })")).toMatchObject({
      message: "mine",
    });
    expect(await run("return new Proxy([1, 2], {})")).toEqual([1, 2]);
  });
});

describe("tools", () => {
  it("are the exported functions with a doc comment, in either order of its tags", async () => {
    const { tools } = await load(
      `/**
 * One.
 * @param {object} args
 * @param {string} args.dice - what
 * @param {number} [args.times=1] how often
 * @param tags {string[]} words
 * @returns {Promise<integer>}
 */
export async function one(args) { return 1 }
/** Two. */ export const two = () => 2;
/** Hidden. */ function hidden(args) {}
export function undocumented(args) {}
/** Three. */ function three({ a }) {}
export { three };`,
    );
    expect(tools.map(({ name }) => name)).toEqual(["one", "two", "three"]);
    expect(tools[0]).toEqual({
      name: "one",
      description: "One.",
      parameters: {
        type: "object",
        properties: {
          dice: { type: "string", description: "what" },
          times: { type: "number", description: "how often" },
          tags: { type: "array", items: { type: "string" }, description: "words" },
        },
        required: ["dice", "tags"],
        additionalProperties: false,
      },
      returns: { type: "integer" },
    });
  });

  it("a doc comment with a mistake is a warning with its place", async () => {
    const { warnings } = await load(
      "/** X.\n * @param a {strnig} b */\nexport function x(args) {}\n/** Y. */ export function y(a, b) {}",
    );
    expect(warnings.map(({ message, position }) => [message, position?.line, position?.column])).toEqual([
      [expect.stringContaining("unknown type `strnig`"), 7, 1],
      ["`y` takes 2 parameters and is no tool: a tool takes one object", 8, 11],
    ]);
  });
});

describe("errors", () => {
  it("of the source have file, line, column and an excerpt", async () => {
    expect(await failure(load("let x = = 3\n"))).toMatchObject({
      code: "compile-error",
      message: expect.stringContaining("SyntaxError: unexpected token"),
      position: { file: "test.js", line: 5, column: 9 },
      diagnostics: [{ excerpt: expect.stringContaining("5 | let x = = 3\n  |         ^") }],
    });
  });

  it("of imports that find nothing are errors of the source", async () => {
    for (const [name, message] of [
      ["fs", "there is no module 'fs': a plugin imports its own files, by a path that begins with ./"],
      ["./other.js", "there is no module 'other.js'"],
      ["../../test.js", "there is no module '../../test.js'"],
      ["crucible:nothing", "there is no module 'crucible:nothing'; the host has crucible, crucible:kiln"],
    ]) {
      expect(await failure(load(`import x from "${name}";`))).toMatchObject({
        code: "compile-error",
        message: expect.stringContaining(message!),
      });
    }
  });

  it("of a run have line, column and stack, also behind an await", async () => {
    const plugin = await load(
      "function inner(t) {\n  return t.x.y;\n}\n/** Run. */\nexport async function run(args) {\n  await null;\n  return inner({});\n}",
    );
    expect(await failure(plugin.call("run"))).toMatchObject({
      code: "guest-error",
      message: "TypeError: cannot read property 'y' of undefined",
      position: { file: "test.js", line: 6, column: 10 },
      stackFrames: [
        { name: "inner", position: { line: 6 } },
        { name: "run", position: { line: 11 } },
      ],
    });
  });

  it("of a capability keep their code, and can be caught with it", async () => {
    expect(await failed('return crucible.readNote("missing.md")')).toMatchObject({
      code: "not-found",
      position: { line: 6 },
    });
    expect(
      await run(
        'try { crucible.readNote("missing.md") } catch (e) { return { code: e.code, name: e.name, kind: e instanceof PluginError, error: e instanceof Error } }',
      ),
    ).toEqual({ code: "not-found", name: "PluginError", kind: true, error: true });
    expect(await failed('crucible.writeNote("x.md", "y")')).toMatchObject({ code: "denied" });
    expect(await failed("crucible.readNote(1)")).toMatchObject({
      code: "invalid-arguments",
      message: "kiln.readNote: `path` must be a string, got an integer",
    });
    expect(await failed("crucible.readNote(Symbol())")).toMatchObject({
      code: "invalid-arguments",
      message: "kiln.readNote: a symbol cannot be a value of JSON",
    });
  });

  it("of the plugin's own: errors, values, codes that it may and may not report", async () => {
    expect(await failed('throw new Error("no luck")')).toMatchObject({ code: "guest-error", message: "no luck" });
    expect(await failed("throw { a: 1 }")).toMatchObject({ code: "guest-error", message: '{"a":1}' });
    expect(await failed("throw undefined")).toMatchObject({ code: "guest-error", message: "null" });
    expect(await failed("throw 'text'")).toMatchObject({ code: "guest-error", message: "text" });
    expect(await failed('throw new PluginError("conflict", "twice")')).toMatchObject({
      code: "conflict",
      message: "twice",
    });
    expect(await failed('throw Object.assign(new Error("gone"), { code: "not-found" })')).toMatchObject({
      code: "not-found",
    });
    expect(await failed('throw new PluginError("fuel-exhausted", "not true")')).toMatchObject({
      code: "guest-error",
      message: "fuel-exhausted: not true",
    });
    expect(
      await failed("throw Object.defineProperty(new Error('x'), 'stack', { value: { toString() { for (;;); } } })"),
    ).toMatchObject({
      message: "x",
    });
  });

  it("while the file runs are the plugin's own, with their place", async () => {
    expect(await failure(load('const x = 1;\nthrow new Error("not today");'))).toMatchObject({
      code: "guest-error",
      message: "not today",
      position: { file: "test.js", line: 6 },
    });
  });
});

describe("promises", () => {
  it("are run to their end inside of the call", async () => {
    expect(
      await run(
        "const order = []; queueMicrotask(() => order.push('job')); const x = await Promise.all([1, Promise.resolve(2), (async () => 3)()]); order.push('after'); return [x, order]",
      ),
    ).toEqual([
      [1, 2, 3],
      ["job", "after"],
    ]);
    expect(
      (await (await load("const x = await Promise.resolve(7);\n/** X. */ export const run = () => x")).call("run"))
        .result,
    ).toBe(7);
  });

  it("that never settle are an error that says so", async () => {
    expect(await failed("await new Promise(() => {})")).toMatchObject({
      code: "guest-error",
      message: "`run` waits for a promise that never settles: nothing is left to run that could settle it",
    });
    expect(await failure(load("await new Promise(() => {});"))).toMatchObject({
      code: "guest-error",
      message: expect.stringContaining("The file waits for a promise that never settles"),
    });
  });

  it("that are rejected and not handled are an error; handled later they are none", async () => {
    expect(await failed('Promise.reject(new TypeError("lost")); return 1')).toMatchObject({
      code: "guest-error",
      message: "A promise was rejected and nobody handled it: TypeError: lost",
      position: { line: 6 },
    });
    expect(await run("const p = Promise.reject(1); await null; p.catch(() => {}); return 2")).toBe(2);
  });
});

describe("modules and libraries", () => {
  it("every module of the host can be imported by name, as a whole, and from `crucible`", async () => {
    const plugin = await load(`
      import * as kiln from "crucible:kiln";
      import { readNote } from "crucible:kiln";
      import log from "crucible:log";
      import { random, listNotes } from "crucible";
      /** Run. */
      export async function run() {
        const again = await import("crucible:kiln");
        return [kiln.readNote === readNote, again.readNote === readNote, typeof log.info, random.range(3, 3), listNotes("folder")[0].path, readNote("folder/b.md")];
      }`);
    expect((await plugin.call("run")).result).toEqual([true, true, "function", 3, "folder/b.md", "Grüße 𝄞"]);
  });

  it("fields of records are in camelCase, those of data stay what they are", async () => {
    expect(await run('const { path, sizeBytes } = crucible.kiln.statNote("a.md"); return { path, sizeBytes }')).toEqual(
      {
        path: "a.md",
        sizeBytes: 4,
      },
    );
  });

  it("objects of the library are classes, the same object is the same value, and callbacks throw through", async () => {
    expect(
      await run(`
        const { Queue } = crucible.collections;
        const queue = new Queue([1, { own_name: 2 }]);
        queue.pushFront("first");
        queue.push(queue);
        const all = [queue.pop(), queue.pop(), queue.pop(), queue.pop() === queue, queue instanceof Queue, queue.pop() === undefined];
        return [...all, Object.prototype.toString.call(Queue)];`),
    ).toEqual(["first", 1, { own_name: 2 }, true, true, true, "[object Function]"]);
    expect(await failed("crucible.collections.Queue.prototype.push.call({}, 1)")).toMatchObject({
      code: "invalid-arguments",
    });
    expect(await failed("crucible.collections.Queue()")).toMatchObject({ message: "TypeError: write: new Queue(…)" });
  });

  it("random numbers come from the seed of the call", async () => {
    const body = "return [Math.random(), crucible.random.range(1, 1e6), crucible.random.shuffle([1, 2, 3, 4, 5])]";
    const first = await run(body, {}, { seed: 7 });
    expect(await run(body, {}, { seed: 7 })).toEqual(first);
    expect(await run(body, {}, { seed: 8 })).not.toEqual(first);
  });

  it("the time is that of the clock, and needs its grant", async () => {
    const now = Date.UTC(2026, 10, 21, 12, 34, 56);
    expect(
      await run(
        "return [Date.now(), +new Date(), new Date(2024, 0, 31).toISOString(), new Date(0) instanceof Date, Date(), class extends Date {}.name, new (class extends Date { x() { return this.getTime() } })(5).x(), new Date(0).constructor === Date, Date.length]",
      ),
    ).toEqual([now, now, "2024-01-31T00:00:00.000Z", true, expect.stringContaining("Sat Nov 21 2026"), "", 5, true, 7]);
    const plugin = await load(
      "/** A. */ export const a = () => Date.now();\n/** B. */ export const b = () => new Date(5).getTime();",
      "//---\n// name: test\n// capabilities: [log]\n//---\n",
    );
    await expect(plugin.call("a")).rejects.toMatchObject({ code: "denied" });
    expect((await plugin.call("b")).result).toBe(5);
  });

  it("console and print write to the log", async () => {
    logged.length = 0;
    await run(
      'console.log("a", 1, { b: [2] }, null, undefined); console.warn(Symbol("s")); console.error(new RangeError("bad")); print("p"); console.debug(1n)',
    );
    expect(logged).toEqual([
      'info: a 1 {"b":[2]} null undefined',
      "warn: Symbol(s)",
      expect.stringMatching(/^error: RangeError: bad\n {4}at run \(test\.js:6:/),
      "info: p",
      "debug: 1",
    ]);
  });
});

describe("getting out", () => {
  it("what reaches the system, measures time or shows garbage is not there", async () => {
    const names =
      "std os process require performance WeakRef FinalizationRegistry SharedArrayBuffer Atomics Worker fetch setTimeout gc WebAssembly navigator scriptArgs";
    expect(await run(`return "${names}".split(" ").filter((name) => name in globalThis)`)).toEqual([]);
    expect(
      await run("return Object.getOwnPropertyNames(globalThis).filter((name) => /^_|host|native|crucible/.test(name))"),
    ).toEqual([]);
  });

  it("code that is made at run time reaches nothing new", async () => {
    expect(
      await run(
        `const global = Function("return this")();
         const made = [eval("typeof crucible"), Function("return typeof crucible")(), (0, eval)("typeof args"), global === globalThis];
         const inner = await Promise.allSettled([import("fs"), import("./x.js"), (async () => {}).constructor("return import('os')")()]);
         return [...made, ...inner.map(({ status }) => status)]`,
      ),
    ).toEqual(["object", "undefined", "undefined", true, "rejected", "rejected", "rejected"]);
  });

  it.each<[what: string, body: string, code: string, options?: object]>([
    ["a loop", "for (;;);", "fuel-exhausted", { fuel: 50_000_000 }],
    [
      "a loop that catches its end",
      "for (;;) try { for (;;); } catch {} finally { continue }",
      "fuel-exhausted",
      { fuel: 50_000_000 },
    ],
    [
      "a promise that goes on",
      "const f = () => Promise.resolve().then(f); await f()",
      "fuel-exhausted",
      { fuel: 50_000_000 },
    ],
    ["jobs that make jobs", "const f = () => queueMicrotask(f); f()", "fuel-exhausted", { fuel: 50_000_000 }],
    [
      "a getter that never ends, in the result",
      "return { get x() { for (;;); } }",
      "fuel-exhausted",
      { fuel: 50_000_000 },
    ],
    [
      "a regular expression that explodes",
      'return /(a+)+$/.test("a".repeat(40) + "b")',
      "fuel-exhausted",
      { fuel: 200_000_000 },
    ],
    [
      "nested quantifiers",
      'return /(?:(?:a?){30}){30}b/.test("a".repeat(50))',
      "fuel-exhausted",
      { fuel: 200_000_000 },
    ],
    ["a huge array as text", 'return Array(1e9) + ""', "memory-limit", {}],
    ["a huge array in the result", "return Array(4e9)", "memory-limit", {}],
    [
      "a string bomb",
      'let s = "x"; for (;;) s += s + s.slice(1).toUpperCase()',
      "memory-limit",
      { memoryBytes: 32 << 20 },
    ],
    [
      "a string bomb that catches",
      'for (;;) try { "x".repeat(2 ** 29) } catch {}',
      "memory-limit",
      { memoryBytes: 32 << 20 },
    ],
    ["an array bomb", "const t = []; for (;;) t.push({})", "memory-limit", { memoryBytes: 32 << 20 }],
    ["a buffer", "return new ArrayBuffer(2 ** 30).byteLength", "memory-limit", { memoryBytes: 32 << 20 }],
    ["a flood of the log", 'for (;;) print("x".repeat(1000))', "fuel-exhausted", { fuel: 100_000_000 }],
    ["an output above the transfer limit", 'return "x".repeat(17 << 20)', "transfer-limit", { memoryBytes: 200 << 20 }],
    [
      "recursion that catches",
      "const f = () => { try { f() } catch { f() } }; f()",
      "fuel-exhausted",
      { fuel: 200_000_000 },
    ],
    ["recursion through getters", "const t = { get x() { return this.x } }; return t.x", "stack-limit"],
    ["recursion through a proxy", "const p = new Proxy({}, { get: (t, k, r) => r[k] }); return p.x", "stack-limit"],
  ])("%s ends in its code", async (_, body, code, options) => {
    expect(await failed(body, options)).toMatchObject({ code });
  });

  it.each([
    ["a string longer than there are", 'return "x".repeat(2 ** 30)', /RangeError: invalid string length/],
    ["an array longer than there are", "return new Array(-1)", /RangeError: invalid array length/],
    ["a BigInt that grows", "let x = 3n; for (;;) x *= x", /RangeError: BigInt is too large/],
    ["a BigInt larger than there are", "return 2n ** (2n ** 40n)", /RangeError: BigInt is too large/],
    ["recursion", "const f = (n) => 1 + f(n + 1); return f(0)", /RangeError: Maximum call stack size exceeded/],
    [
      "recursion through sort and toString",
      "const t = { toString() { return [t, t].sort() + '' } }; return `${t}`",
      /RangeError: Maximum call stack size exceeded/,
    ],
  ])("%s is an error of the language", async (_, body, message) => {
    expect(await failed(body)).toMatchObject({ code: "guest-error", message: expect.stringMatching(message) });
  });

  it("a recursion ends in an error that a program catches", async () => {
    const body = "let calls = 0; const f = () => { calls++; f() }; try { f() } catch { return calls }";
    expect(await run(body)).toBe(382); // and the tool itself
  });

  it.each([
    ["brackets", `${"[".repeat(50_000)}`],
    ["functions", `${"()=>".repeat(50_000)}1`],
    ["templates", "`${".repeat(50_000)],
    ["unary operators", `${"!".repeat(200_000)}1`],
    ["JSON", `JSON.parse(${JSON.stringify("[".repeat(50_000))})`],
    ["a regular expression", `RegExp("(".repeat(50000))`],
  ])("source nested too deep ends in a typed error: %s", async (_, text) => {
    const source = `/** R. */ export const run = () => 1;\nconst x = ${text};`;
    expect((await failure(load(source))).code).toMatch(/^(compile-error|stack-limit|guest-error)$/);
  });

  it("changing every prototype and global changes nothing for the engine", async () => {
    const plugin = await load(`
      const mine = () => { throw new Error("mine") };
      for (const object of [Object, Array, String, Function, Promise, Map, Error, Date, Number].map((made) => made.prototype)) {
        for (const name of ["toJSON", "code", "path", "0", "then"]) {
          Object.defineProperty(object, name, { set: mine, get: () => undefined, configurable: true });
        }
      }
      Array.prototype[Symbol.iterator] = mine;
      const { deleteProperty } = Reflect;
      const all = globalThis;
      Object.getOwnPropertyNames(all).forEach((name) => deleteProperty(all, name));
      /** Run. */
      export function run(args) { return [args.value, args.code] }`);
    expect((await plugin.call("run", { value: "x", code: { path: [1], "0": 2 } })).result).toEqual([
      "x",
      { path: [1], "0": 2 },
    ]);
  });

  it("a result that pretends to be the host's own data is data", async () => {
    expect(
      await run(
        'return { $session: "a.md", __proto__: { x: 1 }, ["__proto__"]: { y: 2 }, constructor: { prototype: {} } }',
      ),
    ).toEqual(JSON.parse('{"$session":"a.md","__proto__":{"y":2},"constructor":{"prototype":{}}}'));
    expect(({} as { y?: unknown }).y).toBeUndefined();
  });

  it("one call leaves nothing to the next", async () => {
    const plugin = await load(
      "let count = 0;\n/** Run. */\nexport function run() { count += 1; globalThis.seen = (globalThis.seen ?? 0) + 1; return [count, seen] }",
    );
    expect((await plugin.call("run")).result).toEqual([1, 1]);
    expect((await plugin.call("run")).result).toEqual([1, 1]);
  });
});

describe("the engine", () => {
  it("names its code's format, and fits its size with the library", async () => {
    const { abi } = await host.engine("js");
    expect(abi).toBe("javascript-es2023+crucible.1+msgpack.1");
    const lock = JSON.parse(readFileSync(new URL("../../plugins/engines/js/build.lock", import.meta.url), "utf8"));
    expect(lock.artifact.brotliBytes).toBeLessThan(800_000);
  });
});

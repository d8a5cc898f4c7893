/** The Lua engine: the language as plugins meet it, what crosses the boundary, errors with their place, and attempts to get out. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln } from "../../host/src/index.ts";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";

const RUNE_NOTES = { "a.md": "# A\n", "folder/b.md": "Grüße 𝄞" };

const logged: string[] = [];
const host = createNodeHost({
  kiln: memoryKiln(RUNE_NOTES),
  clock: frozenClock(Date.UTC(2026, 10, 21, 12, 34, 56)),
  log: ({ level, message }) => logged.push(`${level}: ${message}`),
});

const MANIFEST = "-----\n-- name: test\n-- capabilities: [kiln.read, clock]\n-----\n";
const load = (source: string, manifest = MANIFEST) => host.load({ path: "test.lua", content: manifest + source });

/** Runs the body of a tool. */
async function run(body: string, args: Readonly<Record<string, unknown>> = {}, options = {}) {
  const plugin = await load(`--- The tool.\nfunction run(args)\n${body}\nend\n`);
  return (await plugin.call("run", args, { seed: 1, ...options })).result;
}

/** The code and message that a tool ends in. */
async function failure(body: string, options = {}) {
  const ended: unknown = await run(body, {}, options).catch((error: unknown) => error);
  return ended as { code: string; message: string; position?: { line: number } };
}

describe("values", () => {
  it("lists and objects are told apart, empty ones too", async () => {
    expect(
      await run("return { a = {}, b = crucible.list{}, c = {1, 2}, d = { x = 1 }, e = args }", { l: [], o: {} }),
    ).toEqual({
      a: {},
      b: [],
      c: [1, 2],
      d: { x: 1 },
      e: { l: [], o: {} },
    });
  });

  it("integers, numbers, text of every plane and null come back as they went", async () => {
    const args = {
      i: 9007199254740991,
      f: 0.1,
      t: "a\u0000b𝄞é",
      n: [1, null, 3],
      b: [true, false],
      deep: { a: [{ b: [[]] }] },
    };
    expect(await run("return args", args)).toEqual(args);
    expect(await run("return args.missing == nil and args.n[2] == crucible.null", args)).toBe(true);
    expect(await run("return { math.type(args.i), math.type(args.f), #args.t }", args)).toEqual([
      "integer",
      "float",
      9,
    ]);
  });

  it.each([
    ["return { f = print }", "at `f`: a function cannot be a value of JSON"],
    ["return { 1, x = 2 }", "a table is either a list (1 to n) or an object (names), not both"],
    ["return { [1.5] = 2 }", "a key that is no string cannot be a key of JSON"],
    ["return { a = { 0/0 } }", "at `a[0]`: NaN is no JSON number"],
    [
      "return { id = 2^53 // 1 | 0, big = math.maxinteger }",
      "at `big`: the integer 9223372036854775807 is beyond ±2^53",
    ],
    ['return "\\xff"', "a string that is not UTF-8"],
    ["local t = {} t.t = t return t", "or contains itself"],
    ["return coroutine.create(print)", "a coroutine cannot be a value"],
  ])("%s is refused: %s", async (body, message) => {
    const ended = await failure(body);
    expect({ code: ended.code, message: ended.message }).toEqual({
      code: "guest-error",
      message: expect.stringContaining(message),
    });
  });

  it("objects are written in one order, whatever the history of the table", async () => {
    const result = await run(
      "local t = {} for i = 1, 50 do t['k' .. i] = i end for i = 1, 49 do t['k' .. i] = nil end t.a = 1 return t",
    );
    expect(JSON.stringify(result)).toBe('{"a":1,"k50":50}');
  });
});

describe("tools", () => {
  it("are the documented global functions, or those of the table that the file returns", async () => {
    const global = await load(
      "--- One.\n--- @param dice {string} what\n--- @returns {integer}\nfunction one(args) return 1 end\nfunction hidden() end",
    );
    expect(global.tools).toEqual([
      {
        name: "one",
        description: "One.",
        parameters: {
          type: "object",
          properties: { dice: { type: "string", description: "what" } },
          required: ["dice"],
          additionalProperties: false,
        },
        returns: { type: "integer" },
      },
    ]);
    const returned = await load(
      "local M = {}\n--- Two.\nfunction M.two(args) return 2 end\n--- No.\nlocal function no(args) end\nreturn M",
    );
    expect(returned.tools.map(({ name }) => name)).toEqual(["two"]);
    expect((await returned.call("two")).result).toBe(2);
  });

  it("a doc comment with a mistake is a warning with its place", async () => {
    const { warnings } = await load(
      "--- X.\n--- @param a {strnig} b\nfunction x(args) end\n--- Y.\nfunction y(a, b) end",
    );
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("unknown type `strnig`"),
      "`y` takes 2 parameters and is no tool: a tool takes one table",
    ]);
    expect(warnings[0]?.position?.line).toBe(7);
  });
});

describe("errors", () => {
  it("of the source have file, line and an excerpt", async () => {
    const ended = await load("local x = = 3\n").catch((error: unknown) => error);
    expect(ended).toMatchObject({
      code: "compile-error",
      message: "unexpected symbol near '='",
      position: { file: "test.lua", line: 5, column: 1 },
      diagnostics: [{ excerpt: expect.stringContaining("5 | local x = = 3") }],
    });
  });

  it("of a run have line and stack, without the place in the message", async () => {
    const ended = await load(
      "local function inner(t)\n  return t.x.y\nend\n--- Run.\nfunction run(args)\n  local r = inner({})\n  return r\nend",
    ).then((plugin) => plugin.call("run").catch((error: unknown) => error));
    expect(ended).toMatchObject({
      code: "guest-error",
      message: "attempt to index a nil value (field 'x')",
      position: { file: "test.lua", line: 6 },
      stackFrames: [
        { name: "inner", position: { line: 6 } },
        { name: "function", position: { line: 10 } },
      ],
    });
  });

  it("of a capability keep their code, and can be caught with it", async () => {
    expect(await failure('return crucible.read_note("missing.md")')).toMatchObject({
      code: "not-found",
      position: { line: 7 },
    });
    expect(
      await run(
        'local ok, e = pcall(crucible.read_note, "missing.md") return { ok = ok, code = e.code, text = tostring(e):sub(1, 10) }',
      ),
    ).toEqual({ ok: false, code: "not-found", text: "not-found:" });
    expect(await failure('crucible.write_note("x.md", "y")')).toMatchObject({ code: "denied" });
    expect(await failure("crucible.read_note(1)")).toMatchObject({
      code: "invalid-arguments",
      message: "kiln.read_note: `path` must be a string, got an integer",
    });
  });

  it("of the plugin's own: text, tables, codes that it may and may not report", async () => {
    expect(await failure('error("no luck")')).toMatchObject({ code: "guest-error", message: "no luck" });
    expect(await failure("error({ a = 1 })")).toMatchObject({ code: "guest-error", message: '{"a":1}' });
    expect(await failure('error(crucible.error("conflict", "twice"))')).toMatchObject({
      code: "conflict",
      message: "twice",
    });
    expect(await failure('error(crucible.error("fuel-exhausted", "not true"))')).toMatchObject({
      code: "guest-error",
      message: "fuel-exhausted: not true",
    });
    expect(await failure("error()")).toMatchObject({ code: "guest-error" });
  });
});

describe("libraries", () => {
  it("random numbers come from the seed of the call", async () => {
    const body = "local r = {} for i = 1, 5 do r[i] = math.random(1, 100) end r[6] = math.random() < 1 return r";
    const first = await run(body, {}, { seed: 7 });
    expect(await run(body, {}, { seed: 7 })).toEqual(first);
    expect(await run(body, {}, { seed: 8 })).not.toEqual(first);
    expect(await run("math.randomseed(42) return math.random(1, 1000000)", {}, { seed: 1 })).toBe(
      await run("math.randomseed(42) return math.random(1, 1000000)", {}, { seed: 2 }),
    );
    expect(await failure("return math.random(2, 1)")).toMatchObject({
      message: expect.stringContaining("interval is empty"),
    });
  });

  it("the time is that of the clock", async () => {
    expect(await run('return { os.time(), os.date("!%Y-%m-%d %H:%M:%S %a %b %j %p"), os.date("!*t").yday }')).toEqual([
      Date.UTC(2026, 10, 21, 12, 34, 56) / 1000,
      "2026-11-21 12:34:56 Sat Nov 325 PM",
      325,
    ]);
    expect(await run('return os.date("!%c", os.time{ year = 2024, month = 2, day = 30, hour = 0 })')).toBe(
      "Fri Mar  1 00:00:00 2024",
    );
    expect(await run('return os.date("!%G-W%V-%u", 1640995200)')).toBe("2021-W52-6");
    expect(await failure('return os.date("%Q")')).toMatchObject({
      message: expect.stringContaining("invalid conversion specifier '%Q'"),
    });
  });

  it("the time needs its grant", async () => {
    const plugin = await load(
      "--- Run.\nfunction run(args) return os.time() end",
      "-----\n-- name: test\n-- capabilities: [log]\n-----\n",
    );
    await expect(plugin.call("run")).rejects.toMatchObject({ code: "denied" });
  });

  it("print and warn go to the log", async () => {
    logged.length = 0;
    await run('print("a", 1, nil, {} ~= nil) warn("b", "c")');
    expect(logged).toEqual(["info: a\t1\tnil\ttrue", "warn: bc"]);
  });

  it("strings, tables, utf8, coroutines and notes are there", async () => {
    expect(
      await run(`
        local words = {}
        for word in ("the quick brown fox"):gmatch("%a+") do words[#words + 1] = word end
        table.sort(words, function(a, b) return a > b end)
        local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
        local shuffled = crucible.random.shuffle({1, 2, 3})
        return { table.concat(words, ","), utf8.len("héé𝄞"), co() + co(), #shuffled,
          ("x"):rep(3), string.format("%5.2f|%q", 3.14159, "a\\n"), crucible.list_notes()[2].path, crucible.read_note("folder/b.md") }`),
    ).toEqual(["the,quick,fox,brown", 4, 3, 3, "xxx", ' 3.14|"a\\\n"', "folder/b.md", "Grüße 𝄞"]);
  });

  it("require finds the host and says what it did not find", async () => {
    expect(await run('return require("crucible.kiln").read_note("a.md")')).toBe("# A\n");
    expect(await failure('require("socket")')).toMatchObject({
      message: expect.stringContaining(
        "there is no module 'socket': neither socket.lua nor socket/init.lua in the plugin",
      ),
    });
  });
});

describe("objects and callbacks of the library", () => {
  it("an object keeps its state, is equal to itself and is of its class alone", async () => {
    expect(
      await run(`
        local Queue = crucible.collections.Queue
        local queue, other = Queue.new({ 1, "b" }), Queue.new()
        other:push(queue)
        queue:push({ c = true })
        local again = other:pop()
        return { again == queue, queue == other, again:to_list(), tostring(queue):sub(1, 6), getmetatable(queue) }`),
    ).toEqual([true, false, [1, "b", { c: true }], "Queue:", false]);
  });

  it.each([
    ["crucible.collections.Queue.new().push(1)", "Queue.push needs its Queue: write `object:push(…)`"],
    ["local C = crucible.collections return C.Queue.new().push(C.Set.new(), 1)", "Queue.push: this is a Set"],
    ["return setmetatable(crucible.collections.Queue.new(), {})", "bad argument #1 to 'setmetatable' (table expected"],
    ["crucible.collections.Queue.new().push(crucible.null, 1)", "Queue.push needs its Queue"],
    ["crucible.collections.Queue.new():push(1, 2)", "Queue.push(item) was called with 2 arguments"],
    ["crucible.collections.Queue.new({ a = 1 })", "collections.Queue: `items` must be a list, got an object"],
    ['crucible.collections.sort_by({}, "key")', "collections.sort_by: `key` must be a function, got a string"],
    ["crucible.collections.sort_by({ 1 }, function() end)", "collections.sort_by: `key` gave nothing, which is no key"],
    ["crucible.collections.sort_by({ 1 }, coroutine.wrap)", "bad argument #1 to 'coroutine.wrap'"],
  ])("%s: %s", async (body, message) => {
    expect((await failure(body)).message).toContain(message);
  });

  it("a callback may collect garbage and let go of what the library is working on", async () => {
    expect(
      await run(`
        local holder = { queue = crucible.collections.Queue.new({ { n = 2 }, { n = 1 } }) }
        local sorted = crucible.collections.sort_by(holder.queue:to_list(), function(item)
          holder.queue = nil
          collectgarbage()
          return item.n
        end)
        local pattern = crucible.regex.Regex.new("a")
        local replaced = pattern:replace("aa", function(match)
          pattern = nil
          collectgarbage()
          return "b"
        end)
        return { sorted, replaced }`),
    ).toEqual([[{ n: 1 }, { n: 2 }], "bb"]);
  });

  it("an object is no result", async () => {
    expect(await failure("return { q = crucible.collections.Queue.new() }")).toMatchObject({
      code: "guest-error",
      message: expect.stringContaining("at `q`: Queue cannot be a value of JSON"),
    });
  });

  it("an error in a callback passes the library as it is, with its place", async () => {
    const ended = await failure(`
      crucible.collections.sort_by({ 1 }, function(item)
        local missing = nil
        return missing.key
      end)`);
    expect(ended).toMatchObject({ code: "guest-error", position: { line: 10 } });
    expect(ended.message).toContain("attempt to index a nil value");
    expect(
      await run(`
        local mine = { mine = true }
        local ok, thrown = pcall(crucible.collections.sort_by, { 1 }, function() error(mine) end)
        return { ok, thrown == mine }`),
    ).toEqual([false, true]);
    expect(
      await failure('crucible.collections.sort_by({ 1 }, function() crucible.read_note("no.md") end)'),
    ).toMatchObject({
      code: "not-found",
    });
  });

  it("callbacks call the library again, in coroutines too, and end in an error when they never end", async () => {
    expect(
      await run(`
        local sort_by = crucible.collections.sort_by
        local inner = function(list) return sort_by(list, function(item) return -item end) end
        local co = coroutine.wrap(function()
          coroutine.yield(sort_by({ { 1, 2 }, { 5, 3 } }, function(list) return -inner(list)[1] end))
          return 1
        end)
        return co()`),
    ).toEqual([
      [5, 3],
      [1, 2],
    ]);
    const ended = await failure(`
      local function forever(item) return crucible.collections.sort_by({ item }, forever)[1] end
      forever(1)`);
    expect(ended.code).toBe("stack-limit");
    expect((await failure("crucible.collections.sort_by({ 1 }, coroutine.yield)")).message).toContain("yield");
  });

  it("what is collected gives its references back, and a finalizer that comes back to it meets an error", async () => {
    expect(
      await run(`
        local Queue = crucible.collections.Queue
        local seen
        do
          local queue = Queue.new({ function() end })
          setmetatable({}, { __gc = function() seen = { pcall(queue.len, queue) } end })
        end
        collectgarbage() collectgarbage()
        for index = 1, 20000 do Queue.new({ function() return index end }) end
        return seen[1]`),
    ).toBe(true);
  });
});

describe("getting out", () => {
  it("what reaches the system is not there", async () => {
    expect(
      await run(
        "return { io == nil, debug == nil, package == nil, dofile == nil, loadfile == nil, string.dump == nil, os.execute == nil, os.getenv == nil, os.exit == nil }",
      ),
    ).toEqual(Array(9).fill(true));
  });

  it("load takes text only, in the environment that it is given", async () => {
    expect(await run('local env = {} load("x = 5", "c", "t", env)() return { env.x, x == nil }')).toEqual([5, true]);
    expect(await run('local f, e = load("\\27Lua", "c", "b") return { f == nil, e }')).toEqual([
      true,
      expect.stringContaining("attempt to load a binary chunk"),
    ]);
    expect(await run("local f, e = load(function() return nil end) return f ~= nil")).toBe(true);
  });

  it.each<[what: string, body: string, code: string, options?: object]>([
    ["a loop", "while true do end", "fuel-exhausted", { fuel: 50_000_000 }],
    [
      "a loop that catches its end",
      "while true do pcall(function() while true do end end) end",
      "fuel-exhausted",
      { fuel: 50_000_000 },
    ],
    [
      "a coroutine that swallows",
      "local co = coroutine.wrap(function() while true do pcall(coroutine.yield) end end) while true do co() end",
      "fuel-exhausted",
      { fuel: 50_000_000 },
    ],
    [
      "a pattern that explodes",
      'return ("a"):rep(40):find(("a?"):rep(40) .. ("a"):rep(40))',
      "fuel-exhausted",
      { fuel: 200_000_000 },
    ],
    ["a string bomb", 'local s = "x" while true do s = s .. s end', "memory-limit", { memoryBytes: 32 << 20 }],
    [
      "a string bomb that catches",
      'while true do pcall(string.rep, "x", 1 << 30) end',
      "memory-limit",
      { memoryBytes: 32 << 20 },
    ],
    ["a table bomb", "local t = {} while true do t[#t + 1] = {} end", "memory-limit", { memoryBytes: 32 << 20 }],
    [
      "finalizers",
      "while true do setmetatable({}, { __gc = function() while true do end end }) end",
      "fuel-exhausted",
      { fuel: 100_000_000 },
    ],
    [
      "collectgarbage games",
      'collectgarbage("stop") local t while true do t = { t } end',
      "memory-limit",
      { memoryBytes: 32 << 20 },
    ],
    ["a flood of the log", 'while true do print(("x"):rep(1000)) end', "fuel-exhausted", { fuel: 100_000_000 }],
    ["an output above the transfer limit", 'return ("x"):rep(17 << 20)', "transfer-limit", {}],
  ])("%s ends in its code", async (_, body, code, options) => {
    expect(await failure(body, options)).toMatchObject({ code });
  });

  it.each([
    ["recursion", "local function f(n) return 1 + f(n + 1) end return f(0)", "stack overflow"],
    [
      "recursion through C",
      "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k .. 'x'] end return t.a",
      "stack overflow",
    ],
    ["pcall within pcall", "local function f() local _, m = pcall(f) return m end error(f())", "C stack overflow"],
    [
      "an error in the handler of errors",
      'error(select(2, xpcall(error, function() error("again") end)))',
      "error in error handling",
    ],
    [
      "coroutines within coroutines",
      "local function f() return coroutine.wrap(f)() end local _, m = pcall(f) error(m:sub(-20), 0)",
      "C stack overflow",
    ],
    ["table.sort within table.sort", "local function f() table.sort({ 1, 2 }, f) end f()", "C stack overflow"],
    ["a pattern nested too deep", 'return ("x"):rep(300):find(("("):rep(40))', "too many captures"],
    [
      "source nested too deep",
      'return load("return " .. ("("):rep(300) .. ("1") .. (")"):rep(300))() or error("too many C levels")',
      "",
    ],
  ])("%s is an error of the language", async (_, body, message) => {
    const ended = await failure(body);
    expect({ code: ended.code, message: ended.message }).toEqual({
      code: "guest-error",
      message: expect.stringContaining(message),
    });
  });

  it("changing every global and metatable changes nothing for the engine", async () => {
    const source = `
      getmetatable("").__index = function() error("mine") end
      local globals = _G
      for name in pairs(globals) do globals[name] = nil end
      --- Run.
      function run(args) return { args.a, missing == nil } end`;
    const plugin = await load(source);
    expect((await plugin.call("run", { a: "x" })).result).toEqual(["x", true]);
  });

  it("an error while the file runs is the plugin's own, with its place", async () => {
    await expect(load("local x = 1\nerror('not today')")).rejects.toMatchObject({
      code: "guest-error",
      message: "not today",
      position: { file: "test.lua", line: 6 },
    });
  });

  it("one call leaves nothing to the next", async () => {
    const plugin = await load(
      "local count = 0\n--- Run.\nfunction run(args) count = count + 1 seen = (seen or 0) + 1 return { count, seen } end",
    );
    expect((await plugin.call("run")).result).toEqual([1, 1]);
    expect((await plugin.call("run")).result).toEqual([1, 1]);
  });
});

describe("the same everywhere", () => {
  const SOURCE = `
    --- Mix.
    function run(args)
      local t, keys = {}, {}
      for i = 1, 200 do t["k" .. math.random(1, 1000)] = { i, print } end
      for key in pairs(t) do keys[#keys + 1] = key end
      table.sort({5, 2, 8, 1}, function(a, b) return a < b end)
      return { keys = keys, nan = 0/0 ~= 0/0, address = tostring(t), note = crucible.read_note("a.md") }
    end`;

  it("source, bundle and another host give one result, fuel and memory", async () => {
    const plugin = await load(SOURCE);
    const pick = ({ result, fuel, loadFuel, memoryBytes }: Awaited<ReturnType<typeof plugin.call>>) => ({
      result,
      fuel,
      loadFuel,
      memoryBytes,
    });
    const first = pick(await plugin.call("run", {}, { seed: 3 }));
    const bundle = await plugin.bundle();
    const other = createNodeHost({ kiln: memoryKiln(RUNE_NOTES) });
    expect(pick(await (await other.load({ path: "b.crub", content: bundle })).call("run", {}, { seed: 3 }))).toEqual(
      first,
    );
    for (let i = 0; i < 20; i++) expect(pick(await plugin.call("run", {}, { seed: 3 }))).toEqual(first);
  });

  it("the same in a worker", async () => {
    const workers = createNodeHost({ kiln: memoryKiln(RUNE_NOTES), isolation: "worker", workers: 1 });
    const there = await (await workers.load({ path: "test.lua", content: MANIFEST + SOURCE })).call(
      "run",
      {},
      { seed: 3 },
    );
    const here = await (await load(SOURCE)).call("run", {}, { seed: 3 });
    await workers.close();
    expect({ result: there.result, fuel: there.fuel }).toEqual({ result: here.result, fuel: here.fuel });
  });

  it("damaged code and code of another format are refused", async () => {
    const engine = await host.engine("lua");
    expect(engine.abi).toBe("lua-5.4.7+crucible.1+msgpack.1");
    const bundle = await (await load(SOURCE)).bundle();
    const text = Buffer.from(bundle).toString("latin1").replaceAll("lua-5.4.7+crucible.1", "lua-5.4.6+crucible.1");
    await expect(host.load({ path: "b.crub", content: Buffer.from(text, "latin1") })).rejects.toMatchObject({
      code: "invalid-module",
    });
  });

  it("the engine imports our interfaces and nothing else", async () => {
    const { imports } = await host.engine("lua");
    expect([...imports].every((name) => name.startsWith("crucible:plugin/"))).toBe(true);
    const lock = JSON.parse(readFileSync(new URL("../../plugins/engines/lua/build.lock", import.meta.url), "utf8"));
    expect(lock.artifact.brotliBytes).toBeLessThan(500_000);
  });
});

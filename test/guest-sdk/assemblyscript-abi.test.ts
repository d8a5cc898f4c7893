/** The AssemblyScript bindings of every interface, called for real: what goes out, what comes back, which handles are given back. */
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { buildPlugin } from "../../guest-sdk/assemblyscript/build.mjs";
import type { HostInterface } from "../../host/src/component/index.ts";
import { prepareComponent, startInstance } from "../../host/src/index.ts";
import { witExports, witImports } from "../../host/src/wit.ts";

const GUEST = "crucible:plugin/guest@0.1.0";
const LIMITS = { memoryBytes: 16 << 20, fuel: 1e12, timeoutMs: 60_000 };

const calls: unknown[][] = [];
const dropped: string[] = [];

const ok = (val: unknown) => ({ tag: "ok", val });
const denied = { tag: "err", val: { tag: "denied", val: "no" } };

/** A cursor that gives its rows in pieces of two. */
class Rows {
  rows: readonly unknown[];
  constructor(...rows: readonly unknown[]) {
    this.rows = rows;
  }
  next(): unknown {
    const some = this.rows.slice(0, 2);
    this.rows = this.rows.slice(2);
    return ok(some);
  }
}

/** Functions that keep their arguments; cursors and drops are the same everywhere. */
function answering(
  functions: Readonly<Record<string, (...args: never[]) => unknown>>,
  ...cursors: string[]
): HostInterface {
  const all = new Map<string, (...args: never[]) => unknown>();
  for (const [name, answer] of Object.entries(functions)) {
    all.set(name, (...args) => {
      calls.push([name, ...args.filter((arg) => !((arg as unknown) instanceof Rows))]);
      return answer(...args);
    });
  }
  for (const name of cursors) all.set(`[method]${name}.next`, (rows: Rows) => rows.next());
  const drops = new Map([...cursors, "program", "response"].map((name) => [name, () => void dropped.push(name)]));
  return { functions: all, drops };
}

const note = (path: string, modifiedMs: bigint) => ({ path, sizeBytes: 3n, modifiedMs });
const link = { source: "ž.md", target: "b.md", resolved: true, kind: "embed", line: 4_000_000_000 };
const failure = {
  code: "busy",
  message: "later",
  position: { file: "f.lua", line: 1, column: 2 },
  stack: [{ name: "one" }, { name: "two", position: { file: "g.lua", line: 3, column: 4 } }],
};
const phase = { name: "p", agent: "a", input: "i", status: "skipped", durationMs: 5n };

const HOST: Readonly<Record<string, HostInterface>> = {
  kiln: answering(
    {
      "read-note": () => ok("Grüße 𝄞\0".repeat(400)),
      "stat-note": () => ok(note("a.md", 2n ** 53n)),
      "note-exists": () => ok(false),
      "list-notes": () => ok(new Rows(note("a.md", 1n), note("b.md", 2n), note("c.md", 3n))),
      "write-note": () => ok(undefined),
      "create-note": () => ({ tag: "err", val: { tag: "conflict", val: "there is one" } }),
      "delete-note": () => ({ tag: "err", val: { tag: "not-found", val: "" } }),
    },
    "note-cursor",
  ),
  search: answering(
    {
      query: (text: string) =>
        text === ""
          ? { tag: "err", val: { tag: "unavailable", val: "none here" } }
          : ok(
              new Rows(
                { path: "a.md", title: "T", score: 0.25, snippet: "s", line: 7 },
                { path: "b.md", score: -0, snippet: "", line: 1 },
              ),
            ),
    },
    "hit-cursor",
  ),
  graph: answering(
    {
      backlinks: () => ok(new Rows(link)),
      "forward-links": () => ok(new Rows(link, link, link, link, link)),
      traverse: () => ok(new Rows({ path: "a.md", depth: 0 }, { path: "b.md", depth: 1, via: "a.md" })),
    },
    "link-cursor",
    "visit-cursor",
  ),
  state: answering(
    {
      get: (_scope: string, key: string) => ok(key === "k" ? '"v"' : undefined),
      set: () => ok(undefined),
      delete: () => ok(true),
      keys: () => ok(new Rows("p1", "p2", "p3")),
    },
    "key-cursor",
  ),
  network: answering({
    fetch: ({ method }: { method: string }) => (method === "PUT" ? ok({ left: [1, 2, 3] }) : denied),
    "[method]response.status": () => 299,
    "[method]response.url": () => "https://z",
    "[method]response.headers": () => [{ name: "etag", value: "1" }],
    "[method]response.read": (response: { left: number[] }) => ok(Uint8Array.from(response.left.splice(0))),
  }),
  clock: answering({
    "now-ms": () => ok(1_800_000_000_000n),
    "monotonic-ns": () => ok(2n ** 64n - 1n),
    "utc-offset-minutes": () => ok(-720),
  }),
  random: answering({
    "next-u64": () => ok(2n ** 63n),
    "next-f64": () => ok(0.1),
    range: () => ok(-5n),
    bytes: () => ok(Uint8Array.of(7, 255)),
  }),
  log: answering({ write: () => undefined }),
  session: answering(
    { "list-sessions": () => ok(["s.md", ""]), phases: () => ok(new Rows(phase)), append: () => ok(undefined) },
    "phase-cursor",
  ),
  plugins: answering(
    {
      "list-plugins": () => ok([{ name: "p", version: "1.0.0", description: "d", exports: ["t", "u"] }]),
      call: (_plugin: string, tool: string) => (tool === "t" ? ok("[1]") : { tag: "err", val: failure }),
      map: () => ok(new Rows(ok("1"), { tag: "err", val: { ...failure, position: undefined, stack: [] } })),
    },
    "answer-cursor",
  ),
  datalog: answering(
    {
      parse: () => ok({ program: true }),
      "[method]program.insert": () => ok(undefined),
      "[method]program.retract": () => denied,
      "[method]program.query": () => ok(new Rows("[1]", "[2]")),
    },
    "row-cursor",
  ),
  ui: answering({ ask: () => ok("yes"), progress: () => ok(undefined) }),
};

let told: readonly string[];

beforeAll(async () => {
  const folder = fileURLToPath(new URL("assembly", import.meta.url));
  const bytes = await buildPlugin("abi.ts", { folder, options: ["--optimizeLevel", "0", "--shrinkLevel", "0"] });
  const exports = new Map([[GUEST, witExports().get(GUEST)!]]);
  const prepared = await prepareComponent(bytes, { imports: witImports(), exports });
  const imports = new Map(Object.entries(HOST).map(([name, one]) => [`crucible:plugin/${name}@0.1.0`, one]));
  const instance = await startInstance(prepared, { imports, limits: LIMITS, now: () => performance.now() });
  const result = instance.call({ interface: GUEST, function: "call", args: ["all", "{}"], ...LIMITS });
  told = JSON.parse((result as { val: string }).val) as string[];
});

it("what the host answers arrives as it is", () => {
  expect(told).toEqual([
    "Grüße 𝄞\0".repeat(400),
    "a.md 3 9007199254740992",
    "not there",
    "2 b.md 2",
    "1",
    "written",
    "15: there is one",
    "14: ",
    "a.md some T 0.25 s 7",
    "none",
    "17: none here",
    "ž.md b.md true 2 4000000000",
    "5",
    "none some a.md 1",
    'some "v"',
    "none",
    "deleted",
    "p1,p2,p3",
    "299 https://z etag",
    "3 3",
    "0",
    "6: no",
    "1800000000000",
    "18446744073709551615",
    "-720",
    "9223372036854775808",
    "0.1",
    "-5",
    "7,255",
    "s.md,",
    "p some a none 4 5 none",
    "appended",
    "p 1.0.0 d t,u",
    "[1]",
    "18: later f.lua:1:2",
    "2 two g.lua",
    "1 18: later",
    "6: no",
    "[1];[2]",
    "some yes",
    "some yes",
    "some yes",
  ]);
});

it("what the plugin passes arrives as it is", () => {
  const passed = (name: string) => calls.filter(([called]) => called === name).map(([, ...args]) => args);
  expect(passed("read-note")).toEqual([["čaj 🦊.md"]]);
  expect(passed("write-note")).toEqual([["a.md", "𝄞"]]);
  expect(passed("query")).toEqual([
    ["fox", { mode: "hybrid", folder: "folder", tags: ["a", "b"], limit: 3 }],
    ["", { mode: "text", folder: undefined, tags: [], limit: 0 }],
  ]);
  expect(passed("traverse")).toEqual([
    ["a.md", { strategy: "depth-first", direction: "both", maxDepth: 4, maxNotes: 100000, tags: ["x", "", "čaj"] }],
  ]);
  expect(passed("set")).toEqual([
    ["kiln", "k", "1", undefined],
    ["kiln", "k", "2", 2n ** 64n - 1n],
  ]);
  const headers = [
    { name: "accept", value: "*/*" },
    { name: "x", value: "" },
  ];
  const put = { method: "PUT", url: "https://x", headers, body: Uint8Array.of(0, 255, 0), timeoutMs: 5 };
  const get = { method: "GET", url: "https://y", headers: [], body: undefined, timeoutMs: undefined };
  expect(passed("fetch")).toEqual([[put], [get]]);
  expect(passed("utc-offset-minutes")).toEqual([[2n ** 64n - 1n]]);
  expect(passed("range")).toEqual([[-(2n ** 63n), -1n]]);
  expect(passed("write")).toEqual([["warn", "careful"]]);
  expect(passed("map")).toEqual([["", "t", ["1", "2"]]]);
  expect(passed("ask")).toEqual([
    [{ tag: "confirm", val: "sure?" }],
    [{ tag: "text", val: "name?" }],
    [{ tag: "choose", val: { question: "which?", choices: ["a", "b"] } }],
  ]);
  expect(passed("progress")).toEqual([
    [undefined, "begun"],
    [0.5, "half"],
  ]);
});

it("every resource is given back once", () => {
  const all = ["note", "hit", "link", "link", "visit", "key", "phase", "answer", "row"].map((name) => `${name}-cursor`);
  expect(dropped.sort()).toEqual([...all, "program", "response"].sort());
});

/** Components inside of components: what `wac` composes, what component text can say, and what is refused. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeComponent, type GuestResource, type HostImports } from "../../../host/src/component/index.ts";
import { thrown } from "../../failure.ts";
import { assembleComponent, type Linked, link, linkWithJco, rootImports, TestBoundary } from "./support.ts";

/** Links the component of this text; exports of the component itself. */
async function linkText(wat: string, imports?: HostImports, boundary?: TestBoundary): Promise<Linked> {
  return link(await assembleComponent(wat), imports, boundary);
}

async function refusal(wat: string): Promise<string> {
  const bytes = await assembleComponent(wat);
  const { code, message } = thrown(() => decodeComponent(bytes));
  expect(code).toBe("invalid-module");
  return message;
}

describe("a component that wac composed", () => {
  const bytes = readFileSync(new URL("composed/composed.wasm", import.meta.url));
  const shout = (text: string) => `${text.toUpperCase()}!`;
  const moods = { calm: true, loud: false, odd: true };
  let ours: (name: string, ...args: unknown[]) => unknown;
  let jco: Record<string, (...args: unknown[]) => unknown>;

  beforeAll(async () => {
    const imports = new Map([["test:compose/host", { functions: new Map([["shout", shout]]) }]]);
    const { instance } = await link(bytes, imports);
    ours = (name, ...args) => instance.exports.get("test:compose/app")!.get(name)!(...args);
    const oracle = await linkWithJco(bytes, { "test:compose/host": { shout } });
    jco = (oracle.app ?? oracle["test:compose/app"]) as unknown as typeof jco;
  });

  it("shows its own interfaces and nothing of what is inside", () => {
    const component = decodeComponent(bytes);
    expect([...component.imports.keys()]).toEqual(["test:compose/host"]);
    expect([...component.exports.keys()]).toEqual(["test:compose/app"]);
  });

  it.each(["", "word", "häß", "日本語 🎲", "long ".repeat(200)])("passes text as jco does: %j", (text) => {
    const expected = [
      { word: text, count: new TextEncoder().encode(text).length },
      { word: shout(text), count: new TextEncoder().encode(shout(text)).length },
    ];
    expect(ours("run", text)).toEqual(expected.map((entry) => Object.assign(Object.create(null), entry)));
    expect(jco.run!(text)).toEqual(expected);
  });

  it("passes flags, options, tuples and results as jco does", () => {
    const turned = { calm: false, loud: true, odd: false };
    const [mood, number] = (ours("turn", moods, -(2n ** 60n)) as { val: [object, number] }).val;
    expect([{ ...mood }, number]).toEqual([turned, -(2 ** 60)]);
    expect(jco.turn!(moods, -(2n ** 60n))).toEqual([turned, -(2 ** 60)]);
    expect(ours("turn", moods, undefined)).toEqual({ tag: "err", val: "no turn" });
    expect(() => jco.turn!(moods, undefined)).toThrow(/no turn/);
  });

  it("makes, lends, gives away and destroys resources between its parts", () => {
    expect(ours("bags", "word")).toEqual([8, 2, 0]);
    expect(jco.bags!("word")).toEqual([8, 2, 0]);
  });

  it("has a core module once, however often it is instantiated", async () => {
    const { call, instance } = await linkText(`
      (component $c
        (core module $m (global $g (mut i32) (i32.const 0))
          (func (export "f") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))
        (core instance $i (instantiate $m))
        (func (export "f") (result u32) (canon lift (core func $i "f"))))
      (instance $a (instantiate $c)) (instance $b (instantiate $c))
      (export "a" (func $a "f")) (export "b" (func $b "f"))`);
    expect([call("a"), call("a"), call("b"), call("a")]).toEqual([1, 2, 1, 3]);
    expect(instance.openHandles()).toBe(0);
  });
});

/** A component \`$echo\` that takes and returns text, in an encoding, with a memory of its own. */
const echo = (name: string, encoding: string) => `
  (component ${name}
    (core module $m
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 64))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
        (local.set $at (global.get $next))
        (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 15)) (i32.const -16)))
        (local.get $at))
      (func (export "echo") (param i32 i32) (result i32)
        (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16)))
    (core instance $i (instantiate $m))
    (func (export "echo") (param "text" string) (result string) (canon lift (core func $i "echo")
      (memory $i "memory") (realloc (func $i "realloc")) string-encoding=${encoding})))`;

/** A component \`$pass\` that passes text on to the function that it imports. */
const pass = (name: string, encoding: string) => `
  (component ${name}
    (import "echo" (func $echo (param "text" string) (result string)))
    (core module $libc
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 64))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
        (local.set $at (global.get $next))
        (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 15)) (i32.const -16)))
        (local.get $at)))
    (core instance $libc (instantiate $libc))
    (core func $echo (canon lower (func $echo) (memory $libc "memory") (realloc (func $libc "realloc"))
      string-encoding=${encoding}))
    (core module $m
      (import "" "echo" (func $echo (param i32 i32 i32)))
      (func (export "echo") (param i32 i32) (result i32)
        (call $echo (local.get 0) (local.get 1) (i32.const 32)) (i32.const 32)))
    (core instance $i (instantiate $m (with "" (instance (export "echo" (func $echo))))))
    (func (export "echo") (param "text" string) (result string) (canon lift (core func $i "echo")
      (memory $libc "memory") (realloc (func $libc "realloc")) string-encoding=${encoding})))`;

const ENCODINGS = ["utf8", "utf16", "latin1+utf16"];

describe("text between component instances", () => {
  const pairs = ENCODINGS.flatMap((from) => ENCODINGS.map((to) => [from, to] as const));
  it.each(pairs)("is converted from %s to %s and back", async (from, to) => {
    const { call } = await linkText(`${echo("$echo", to)} ${pass("$pass", from)}
      (instance $e (instantiate $echo))
      (instance $p (instantiate $pass (with "echo" (func $e "echo"))))
      (export "run" (func $p "echo"))`);
    for (const text of ["", "a", "0123456789abcdef", "häß ÿ", "日本語", "🎲".repeat(40), "x".repeat(3000), "\ufeffé"])
      expect(call("run", text)).toBe(text);
  });

  it("may go through many instances, each with its own memory", async () => {
    const steps = Array.from({ length: 12 }, (_, at) => {
      const before = at === 0 ? `(func $e "echo")` : `(func $p${at - 1} "echo")`;
      return `(instance $p${at} (instantiate $pass (with "echo" ${before})))`;
    });
    const { call, boundary } = await linkText(
      `${echo("$echo", "utf8")} ${pass("$pass", "utf8")} (instance $e (instantiate $echo)) ${steps.join(" ")}
       (export "run" (func $p11 "echo"))`,
    );
    expect(call("run", "through them all")).toBe("through them all");
    expect(boundary.charged).toBeGreaterThan(12 * 100);
  });

  it("is under the limit of one crossing at every step", async () => {
    const boundary = new TestBoundary();
    boundary.transferBytes = 1000;
    const { fail } = await linkText(
      `${echo("$echo", "utf16")} ${pass("$pass", "utf8")} (instance $e (instantiate $echo))
       (instance $p (instantiate $pass (with "echo" (func $e "echo")))) (export "run" (func $p "echo"))`,
      new Map(),
      boundary,
    );
    expect(fail("run", "x".repeat(2000))).toMatchObject({ code: "transfer-limit" });
  });
});

describe("what a component is given", () => {
  it("may be a function of the host, which it then calls", async () => {
    const { call } = await linkText(
      `(import "up" (func $up (param "text" string) (result string))) ${pass("$pass", "utf8")}
       (instance $p (instantiate $pass (with "echo" (func $up)))) (export "run" (func $p "echo"))`,
      rootImports({ up: (text: string) => text.toUpperCase() }),
    );
    expect(call("run", "quiet")).toBe("QUIET");
  });

  it("may be a component, which it instantiates itself", async () => {
    const { call } = await linkText(`${echo("$echo", "utf8")}
      (component $twice
        (import "c" (component $c (export "echo" (func (param "text" string) (result string)))))
        (instance $a (instantiate $c)) (instance $b (instantiate $c))
        (export "one" (func $a "echo")) (export "two" (func $b "echo")))
      (instance $t (instantiate $twice (with "c" (component $echo))))
      (export "one" (func $t "one")) (export "two" (func $t "two"))`);
    expect([call("one", "x"), call("two", "y")]).toEqual(["x", "y"]);
  });

  const addTo = (type: string) => `
    (component $c
      (import "m" (core module $m ${type}))
      (core instance $i (instantiate $m))
      (func (export "f") (param "x" u32) (result u32) (canon lift (core func $i "f"))))`;

  it("may be a core module", async () => {
    const { call } = await linkText(`${addTo(`(export "f" (func (param i32) (result i32)))`)}
      (core module $one (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
      (core module $two (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 2))))
      (instance $a (instantiate $c (with "m" (core module $one))))
      (instance $b (instantiate $c (with "m" (core module $two))))
      (export "one" (func $a "f")) (export "two" (func $b "f"))`);
    expect([call("one", 5), call("two", 5)]).toEqual([6, 7]);
  });

  it("is refused where it is another than was declared", async () => {
    const given = (
      module: string,
    ) => `${addTo(`(export "f" (func (param i32) (result i32)))`)} (core module $m ${module})
      (instance (instantiate $c (with "m" (core module $m))))`;
    // The text's own tool would refuse these: a right component is made wrong in one byte.
    const right = given(`(func (export "f") (param i32) (result i32) (local.get 0))`);
    const bytes = await assembleComponent(right);
    const at = bytes.findLastIndex((byte, index) => byte === 0x60 && bytes[index + 2] === 0x7f);
    expect(at).toBeGreaterThan(0);
    bytes[at + 2] = 0x7e;
    expect(() => decodeComponent(bytes)).toThrow(
      /"m" differs from its declaration: the export "f": expected a func \(i32 -> i32\), got a func \(i64 -> i32\)/,
    );
  });

  it("may be an instance, of which it sees what it declares", async () => {
    const wat = (shown: string) => `${echo("$echo", "utf8")}
      (component $c
        (import "i" (instance $i ${shown}))
        (export "i" (instance $i)))
      (instance $e (instantiate $echo))
      (instance $both (export "a" (func $e "echo")) (export "b" (func $e "echo")))
      (instance $c (instantiate $c (with "i" (instance $both))))
      (alias export $c "i" (instance $seen))
      (export "i" (instance $seen))`;
    const type = `(func (param "text" string) (result string))`;
    const exportsOf = async (shown: string) => {
      const { exports } = decodeComponent(await assembleComponent(wat(shown)));
      return [...exports.get("i")!.functions.keys()];
    };
    expect(await exportsOf(`(export "a" ${type})`)).toEqual(["a"]);
    expect(await exportsOf(`(export "b" ${type}) (export "a" ${type})`)).toEqual(["b", "a"]);
  });

  it("may be a type, with values of it", async () => {
    const { call } = await linkText(
      `(import "now" (func $now (result u64)))
       (component $c
         (import "stamp" (type $stamp (eq u64)))
         (import "now" (func $now (result $stamp)))
         (core func $now (canon lower (func $now)))
         (core module $m (import "" "now" (func $now (result i64))) (func (export "f") (result i64) (call $now)))
         (core instance $i (instantiate $m (with "" (instance (export "now" (func $now))))))
         (func (export "f") (result $stamp) (canon lift (core func $i "f"))))
       (type $stamp u64)
       (instance $i (instantiate $c (with "stamp" (type $stamp)) (with "now" (func $now))))
       (export "f" (func $i "f"))`.replace(
        '(import "stamp" (type $stamp (eq u64)))',
        `(type $u u64) (import "stamp" (type $stamp (eq $u)))`,
      ),
      rootImports({ now: () => 2n ** 63n }),
    );
    expect(call("f")).toBe(2n ** 63n);
  });
});

describe("what a component finds outside of it", () => {
  it("are types, core types, core modules and components", async () => {
    const { call } = await linkText(`
      (type $pair (tuple u32 u32))
      (core type $unused (func (param i32)))
      (core module $m (memory (export "memory") 1)
        (func (export "f") (param i32 i32) (result i32)
          (i32.store (i32.const 0) (local.get 1)) (i32.store (i32.const 4) (local.get 0)) (i32.const 0)))
      (component $inner
        (alias outer 1 $pair (type $pair)) (alias outer 1 $m (core module $m)) (alias outer 1 $unused (core type $t))
        (core instance $i (instantiate $m))
        (func (export "swap") (param "x" $pair) (result $pair)
          (canon lift (core func $i "f") (memory $i "memory"))))
      (component $outer
        (alias outer 1 $inner (component $inner))
        (instance $i (instantiate $inner)) (export "swap" (func $i "swap")))
      (instance $o (instantiate $outer)) (export "swap" (func $o "swap"))`);
    expect(call("swap", [1, 2])).toEqual([2, 1]);
  });

  it("is no resource, which is of one instance", async () => {
    const bytes = await assembleComponent(`
      (type $r (resource (rep i32))) (type $t u32)
      (component $c (alias outer 1 $t (type $t))) (instance (instantiate $c))`);
    // The alias names type 1; type 0 is the resource.
    const alias = bytes.findIndex((byte, at) => byte === 0x03 && bytes[at + 1] === 0x02 && bytes[at + 2] === 1);
    expect(bytes[alias + 3]).toBe(1);
    bytes[alias + 3] = 0;
    expect(() => decodeComponent(bytes)).toThrow(/aliases an outer type with a resource/);
  });
});

describe("what a component exports again", () => {
  it("may be a function of the host: its arguments and results have the types and the limits all the same", async () => {
    const boundary = new TestBoundary();
    boundary.transferBytes = 100;
    const { call, instance } = await linkText(
      `(import "f" (func $f (param "x" u32) (result string))) (export "g" (func $f))`,
      rootImports({ f: (x: number) => (x < 100 ? "y".repeat(x) : x) }),
      boundary,
    );
    expect(call("g", 3)).toBe("yyy");
    expect(boundary.charged).toBeGreaterThan(100);
    expect(() => call("g", -1)).toThrow(/expected u32, got the number -1/);
    expect(() => call("g", 200)).toThrow(/expected string, got the number 200/);
    expect(() => call("g", 99)).toThrow(/limit of one crossing/);
    expect(instance.openHandles()).toBe(0);
  });

  it("may be an instance that it imports", async () => {
    const { instance } = await linkText(
      `(import "test:a/b" (instance $i (export "f" (func (param "x" u32) (result u32))))) (export "test:c/d" (instance $i))`,
      new Map([["test:a/b", { functions: new Map([["f", (x: number) => x + 1]]) }]]),
    );
    expect(instance.exports.get("test:c/d")!.get("f")!(4)).toBe(5);
  });

  it("may be a function of its own that it lowers", async () => {
    const { call } = await linkText(`
      (core module $m (func (export "f") (result i32) (i32.const 7)))
      (core instance $m (instantiate $m))
      (func $f (result u32) (canon lift (core func $m "f")))
      (core func $lowered (canon lower (func $f)))
      (core module $n (import "" "f" (func $f (result i32))) (func (export "g") (result i32) (i32.add (call $f) (i32.const 1))))
      (core instance $n (instantiate $n (with "" (instance (export "f" (func $lowered))))))
      (func (export "g") (result u32) (canon lift (core func $n "g")))`);
    expect(call("g")).toBe(8);
  });
});

describe("a component instance", () => {
  // The parent gives its child a function `back` of its own, and calls the child through a table.
  const parent = (back: string) => `
    (core module $table (table (export "t") 1 1 funcref) (memory (export "memory") 1)
      (type $ft (func (result i32)))
      (func (export "back") (result i32) ${back}))
    (core instance $table (instantiate $table))
    (func $back (result u32) (canon lift (core func $table "back")))
    (component $child
      (import "back" (func $back (result u32)))
      (core func $back (canon lower (func $back)))
      (core module $m (import "" "back" (func $back (result i32)))
        (func (export "run") (result i32) (i32.add (call $back) (i32.const 1))))
      (core instance $m (instantiate $m (with "" (instance (export "back" (func $back))))))
      (func (export "run") (result u32) (canon lift (core func $m "run"))))
    (instance $child (instantiate $child (with "back" (func $back))))
    (core func $run (canon lower (func $child "run")))
    (core module $main (import "" "run" (func $run (result i32))) (import "" "t" (table 1 funcref))
      (elem (i32.const 0) $run)
      (func (export "main") (result i32) (call $run)))
    (core instance $main (instantiate $main (with "" (instance
      (export "run" (func $run)) (export "t" (table $table "t"))))))
    (func (export "main") (result u32) (canon lift (core func $main "main")))`;

  it("may be called by what it contains, while it is inside of a call to it", async () => {
    expect((await linkText(parent("(i32.const 41)"))).call("main")).toBe(42);
  });

  it("cannot be entered while it is inside of a call", async () => {
    const { fail, call } = await linkText(parent("(call_indirect (type $ft) (i32.const 0))"));
    expect(fail("main").message).toMatch(/cannot be re-entered/);
    expect(() => call("main")).toThrow(/dead/);
  });

  it("cannot be entered by the host through another one, nor its parts", async () => {
    let again: () => unknown = () => 0;
    const { call, fail } = await linkText(
      `(import "f" (func $f))
       (component $c (import "f" (func $f)) (core func $f (canon lower (func $f)))
         (core module $m (import "" "f" (func $f)) (func (export "g") (call $f)))
         (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
         (func (export "g") (canon lift (core func $m "g"))))
       (instance $a (instantiate $c (with "f" (func $f)))) (instance $b (instantiate $c (with "f" (func $f))))
       (export "a" (func $a "g")) (export "b" (func $b "g"))`,
      rootImports({ f: () => again() }),
    );
    call("a");
    again = () => call("b");
    expect(fail("a").message).toMatch(/cannot be re-entered/);
  });

  it("that traps takes all others with it", async () => {
    const { fail, call, boundary } = await linkText(`
      (component $bad (core module $m (func (export "f") unreachable)) (core instance $m (instantiate $m))
        (func (export "f") (canon lift (core func $m "f"))))
      (instance $bad (instantiate $bad))
      (core func $f (canon lower (func $bad "f")))
      (core module $m (import "" "f" (func $f)) (func (export "run") (call $f)) (func (export "idle")))
      (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
      (func (export "run") (canon lift (core func $m "run")))
      (func (export "idle") (canon lift (core func $m "idle")))`);
    call("idle");
    expect(fail("run")).toBeInstanceOf(WebAssembly.RuntimeError);
    expect(boundary.reason).toBeInstanceOf(WebAssembly.RuntimeError);
    expect(() => call("idle")).toThrow(/dead/);
  });
});

describe("resources between component instances", () => {
  // `$owner` defines a resource; its representation is a number, and its destructor counts, or traps for 13.
  const owner = `
    (component $owner
      (core module $state
        (global $dropped (mut i32) (i32.const 0))
        (func (export "dtor") (param i32)
          (if (i32.eq (local.get 0) (i32.const 13)) (then unreachable))
          (global.set $dropped (i32.add (global.get $dropped) (local.get 0))))
        (func (export "dropped") (result i32) (global.get $dropped))
        (func (export "same") (param i32) (result i32) (local.get 0)))
      (core instance $state (instantiate $state))
      (type $r' (resource (rep i32) (dtor (func $state "dtor"))))
      (export $r "r" (type $r'))
      (core func $new (canon resource.new $r'))
      (core func $drop (canon resource.drop $r'))
      (core module $m
        (import "" "new" (func $new (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
        (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
        (func (export "both") (param i32 i32) (call $drop (local.get 1)))
        (func (export "keep") (param i32)))
      (core instance $m (instantiate $m (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
      (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $m "make")))
      (func (export "look") (param "r" (borrow $r)) (result u32) (canon lift (core func $state "same")))
      (func (export "both") (param "a" (borrow $r)) (param "b" (own $r)) (canon lift (core func $m "both")))
      (func (export "keep") (param "r" (own $r)) (canon lift (core func $m "keep")))
      (func (export "dropped") (result u32) (canon lift (core func $state "dropped"))))`;
  const type = `(export $r "r" (type (sub resource)))
    (export "make" (func (param "rep" u32) (result (own $r))))
    (export "look" (func (param "r" (borrow $r)) (result u32)))
    (export "both" (func (param "a" (borrow $r)) (param "b" (own $r))))
    (export "keep" (func (param "r" (own $r))))
    (export "dropped" (func (result u32)))`;
  const lowered = ["make", "look", "both", "keep", "dropped"];
  /** A component that imports the owner and has the code \`body\` in its function \`run\`. */
  const user = (body: string, more = "") => `
    (component $user
      (import "owner" (instance $o ${type}))
      (alias export $o "r" (type $r))
      (core func $drop (canon resource.drop $r))
      ${lowered.map((name) => `(core func $${name} (canon lower (func $o "${name}")))`).join(" ")}
      (core module $m
        (import "" "make" (func $make (param i32) (result i32))) (import "" "look" (func $look (param i32) (result i32)))
        (import "" "both" (func $both (param i32 i32))) (import "" "keep" (func $keep (param i32)))
        (import "" "dropped" (func $dropped (result i32))) (import "" "drop" (func $drop (param i32)))
        (func (export "run") (result i32) (local $a i32) (local $b i32) ${body}) ${more})
      (core instance $m (instantiate $m (with "" (instance
        ${[...lowered, "drop"].map((name) => `(export "${name}" (func $${name}))`).join(" ")}))))
      (func (export "run") (result u32) (canon lift (core func $m "run"))))`;
  const composed = (body: string) => `${owner} ${user(body)}
    (instance $o (instantiate $owner)) (instance $u (instantiate $user (with "owner" (instance $o))))
    (export "run" (func $u "run"))`;

  it("are seen by their definer as representations, and by others as handles of their own", async () => {
    const { call, instance } = await linkText(
      composed(`(local.set $a (call $make (i32.const 70))) (local.set $b (call $make (i32.const 80)))
        (i32.add (i32.mul (i32.const 1000) (local.get $b)) (i32.add (call $look (local.get $b)) (call $look (local.get $a))))
        (call $drop (local.get $a)) (call $drop (local.get $b))`),
    );
    expect(call("run")).toBe(2150);
    expect(instance.openHandles()).toBe(0);
  });

  it("are destroyed in their definer when another one drops them", async () => {
    const { call } = await linkText(
      composed(`(call $drop (call $make (i32.const 5))) (call $drop (call $make (i32.const 6))) (call $dropped)`),
    );
    expect(call("run")).toBe(11);
  });

  it("may be given back, and are not destroyed by that", async () => {
    const { call, instance } = await linkText(composed(`(call $keep (call $make (i32.const 5))) (call $dropped)`));
    expect(call("run")).toBe(0);
    expect(instance.openHandles()).toBe(1);
  });

  it.each([
    [
      "a handle that it gave away",
      `(local.set $a (call $make (i32.const 5))) (call $keep (local.get $a)) (call $look (local.get $a))`,
      /does not exist/,
    ],
    [
      "one handle lent and given away in the same call",
      `(local.set $a (call $make (i32.const 5))) (call $both (local.get $a) (local.get $a)) (i32.const 0)`,
      /is lent to a call/,
    ],
    [
      "a handle twice",
      `(local.set $a (call $make (i32.const 5))) (call $drop (local.get $a)) (call $drop (local.get $a)) (i32.const 0)`,
      /does not exist/,
    ],
    [
      "a representation as a handle",
      `(drop (call $make (i32.const 5))) (call $look (i32.const 5))`,
      /handle 5 wrongly/,
    ],
  ])("stop a guest that uses %s", async (_what, body, message) => {
    const { fail, call } = await linkText(composed(body));
    expect(fail("run").message).toMatch(message);
    expect(() => call("run")).toThrow(/dead/);
  });

  it("lend and give away in one call where the handles are two", async () => {
    const { call } = await linkText(
      composed(`(local.set $a (call $make (i32.const 5))) (local.set $b (call $make (i32.const 6)))
        (call $both (local.get $a) (local.get $b)) (call $look (local.get $a)) (i32.add (call $dropped))`),
    );
    expect(call("run")).toBe(11);
  });

  it("stop everything when a destructor traps", async () => {
    const { fail, call } = await linkText(composed(`(call $drop (call $make (i32.const 13))) (i32.const 0)`));
    expect(fail("run")).toBeInstanceOf(WebAssembly.RuntimeError);
    expect(() => call("run")).toThrow(/dead/);
  });

  it("cannot be entered again from a destructor, by whomever it calls", async () => {
    let again: () => unknown = () => 0;
    const { call, boundary } = await linkText(
      `(import "f" (func $f)) (core func $f (canon lower (func $f)))
       (core module $m (import "" "f" (func $f)) (func (export "dtor") (param i32) (call $f)) (func (export "idle")))
       (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
       (type $r' (resource (rep i32) (dtor (func $m "dtor")))) (export $r "r" (type $r'))
       (core func $new (canon resource.new $r'))
       (core module $n (import "" "new" (func $new (param i32) (result i32)))
         (func (export "make") (result i32) (call $new (i32.const 5))))
       (core instance $n (instantiate $n (with "" (instance (export "new" (func $new))))))
       (func (export "make") (result (own $r)) (canon lift (core func $n "make")))
       (func (export "idle") (canon lift (core func $m "idle")))`,
      rootImports({ f: () => again() }),
    );
    (call("make") as GuestResource).drop();
    again = () => call("idle");
    const last = call("make") as GuestResource;
    expect(() => last.drop()).toThrow(WebAssembly.RuntimeError);
    expect(String(boundary.reason)).toMatch(/cannot be re-entered/);
    expect(() => call("idle")).toThrow(/dead/);
  });

  it("are of one instance: those of a twin are of another type", async () => {
    const wat = `
      (component $owner (core module $m (func (export "look") (param i32) (result i32) (local.get 0)))
        (core instance $i (instantiate $m)) (type $r' (resource (rep i32))) (export $r "r" (type $r'))
        (func (export "look") (param "r" (borrow $r)) (result u32) (canon lift (core func $i "look"))))
      (component $user (import "owner" (instance $o (export $r "r" (type (sub resource)))
        (export "look" (func (param "r" (borrow $r)) (result u32))))))
      (instance $one (instantiate $owner)) (instance $two (instantiate $owner))
      (alias export $one "r" (type $r)) (alias export $one "look" (func $look))
      (instance $mix (export "r" (type $r)) (export "look" (func $look)))
      (instance $u (instantiate $user (with "owner" (instance $mix))))`;
    const bytes = await assembleComponent(wat);
    decodeComponent(bytes);
    // The alias of `look` now is that of the twin, so the borrow is of another resource than the owned one.
    const alias = (instance: number) => [0x01, 0x00, instance, 4, ...new TextEncoder().encode("look")];
    const at = bytes.findLastIndex((_, index) => alias(0).every((byte, offset) => bytes[index + offset] === byte));
    expect(at).toBeGreaterThan(0);
    bytes[at + 2] = 1;
    expect(() => decodeComponent(bytes)).toThrow(
      /"look" differs from its declaration: parameter "r": expected borrow<r>, got one of another resource/,
    );
  });

  it("share one limit of handles among all instances", async () => {
    const boundary = new TestBoundary();
    boundary.handles = 3;
    const wat = composed(`(loop $l (drop (call $make (i32.const 5))) (br $l)) (unreachable)`);
    const { fail } = await linkText(wat, new Map(), boundary);
    expect(fail("run")).toMatchObject({ code: "memory-limit" });
  });

  it("cannot be forged: only their definer makes them and reads their representation", async () => {
    for (const builtin of ["new", "rep"]) {
      const wat = `${owner} (instance $o (instantiate $owner)) (alias export $o "r" (type $r))
        (core func (canon resource.drop $r))`;
      const bytes = await assembleComponent(wat);
      const at = bytes.findLastIndex((byte, index) => byte === 8 && bytes[index + 1] === 3 && bytes[index + 3] === 3);
      expect(at).toBeGreaterThan(0);
      bytes[at + 3] = builtin === "new" ? 2 : 4;
      expect(() => decodeComponent(bytes)).toThrow(/names a resource that the component does not define/);
    }
  });
});

describe("flags above 32 labels", () => {
  it("are kept in several numbers", async () => {
    const names = Array.from({ length: 70 }, (_, at) => `f${at}`);
    const { coreSignature, valueType } = await import("../../../host/src/component/value-types.ts");
    const type = valueType({ kind: "flags", names });
    expect([type.size, type.align, type.flat]).toEqual([12, 4, ["i32", "i32", "i32"]]);
    expect(coreSignature({ params: [{ name: "x", type }], result: type }, "lift").params).toHaveLength(3);
  });
});

describe("a composition", () => {
  it("of more instances with code than the limit is refused before anything is built", async () => {
    const one = `(component $c (core module $m (func (export "f"))) (core instance $m (instantiate $m))
      (func (export "f") (canon lift (core func $m "f"))))`;
    // One more is the outermost itself.
    expect(await refusal(`${one} ${"(instance (instantiate $c))".repeat(64)}`)).toMatch(
      /more than 64 component instances|more than 64 core instances/,
    );
    decodeComponent(await assembleComponent(`${one} ${"(instance (instantiate $c))".repeat(63)}`));
  });

  it("that reads the same bytes again and again is refused", async () => {
    // 40 KB of types, read at each of 900 instantiations.
    const labels = Array.from({ length: 3000 }, (_, at) => `"case-number-${at}"`).join(" ");
    const one = `(component $c (type (enum ${labels})))`;
    expect(await refusal(`${one} ${"(instance (instantiate $c))".repeat(900)}`)).toMatch(/more than/);
  });

  it.each([
    [
      `(component $c (core module $m (func (export "f"))) (core instance $i (instantiate $m))
       (core instance (export "crucible:host/fuel" (func $i "f")))) (instance (instantiate $c))`,
    ],
    [`(component $c (core module $m (import "crucible:host" "fuel" (global (mut i64))))) (instance (instantiate $c))`],
    [`(component $c (core module $m (func (export "crucible:host/global/0")))) (instance (instantiate $c))`],
    [`(core type $t (module (import "crucible:host" "fuel" (global (mut i64)))))`],
    [`(core type $t (module (export "crucible:host/start" (func))))`],
    [
      `(component $c (core type $t (module (export "crucible:host/start" (func))))
       (import "m" (core module (type $t)))) (component $d (core type $t (module (export "crucible:host/x" (func)))))
       (instance (instantiate $d))`,
    ],
  ])("cannot name what the host adds to core modules: %#", async (wat) => {
    expect(await refusal(wat)).toMatch(/"crucible:host" is reserved|is reserved/);
  });

  it("cannot alias what the host adds to a core module out of its instance", async () => {
    const bytes = await assembleComponent(`(component $c
      (core module $m (func (export "ordinary-name/xx"))) (core instance $i (instantiate $m))
      (alias core export $i "ordinary-name/xx" (core func $f))) (instance (instantiate $c))`);
    const wanted = new TextEncoder().encode("ordinary-name/xx");
    const at = bytes.findLastIndex((_, index) => wanted.every((byte, offset) => bytes[index + offset] === byte));
    bytes.set(new TextEncoder().encode("crucible:host/st"), at);
    expect(() => decodeComponent(bytes)).toThrow(/reserved/);
  });
});

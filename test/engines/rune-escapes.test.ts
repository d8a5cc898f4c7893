/**
 * Rune programs that try to get out of what the language gives them, or to break the interpreter under them: each ends in a typed
 * error or in an ordinary answer, and the next call works. What takes too much is in `rune-limits.test.ts`.
 */
import { afterAll, describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln, PluginError } from "../../host/src/index.ts";

const host = createNodeHost({ kiln: memoryKiln({ "a.md": "# A" }) });
afterAll(() => host.close());

const LIMITS = { memoryBytes: 64 << 20, fuel: 2_000_000_000 };

/** What a program ends in: the code of its error, or `ok`. */
async function outcome(body: string, around = ""): Promise<[code: string, message: string]> {
  const plugin = await host.load({
    path: "escape.rune",
    content: `${around}\n/// Tries.\npub fn attempt() {\n${body}\n}\n/// Works.\npub fn fine() { 42 }\n`,
  });
  const ended = await plugin.call("attempt", {}, LIMITS).then(
    ({ result }): [string, string] => ["ok", JSON.stringify(result)],
    (error: unknown): [string, string] => {
      expect(error).toBeInstanceOf(PluginError);
      return [(error as PluginError).code, (error as PluginError).message];
    },
  );
  expect((await plugin.call("fine")).result).toBe(42);
  return ended;
}

const CASES: [what: string, body: string, code: string, around?: string][] = [
  ["a panic", `panic!("boom")`, "guest-error"],
  ["a panic in a closure of an iterator", `[1].iter().map(|n| panic!("boom")).collect::<Vec>()`, "guest-error"],
  ["an unwrap of nothing", `None.unwrap()`, "guest-error"],
  ["overflow", `9223372036854775807 + 1`, "guest-error"],
  ["the negation of the least integer", `let n = -9223372036854775807 - 1; -n`, "guest-error"],
  ["the division of the least integer by -1", `let n = -9223372036854775807 - 1; n / -1`, "guest-error"],
  ["the remainder of the least integer by -1", `let n = -9223372036854775807 - 1; n % -1`, "guest-error"],
  ["a shift by too much", `1 << 64`, "guest-error"],
  ["a power that wraps around", `2.pow(1000)`, "ok"],
  ["half a character", `"ä"[0..1]`, "guest-error"],
  ["a slice that ends before it begins", `"abc"[2..1]`, "guest-error"],
  ["an index beyond the end", `[1, 2][5]`, "guest-error"],
  ["use after drop", `let v = [1]; drop(v); v.len()`, "guest-error"],
  [
    "a vector that grows while it is sorted",
    `let v = [3, 1, 2]; v.sort_by(|a, b| { v.push(1); a.cmp(b) }); v.len()`,
    "guest-error",
  ],
  ["a vector that grows while it is read", `let v = [1]; for x in v.iter() { v.push(x); } v.len()`, "guest-error"],
  [
    "an order that contradicts itself",
    `let v = []; for n in 0..200 { v.push(n); } v.sort_by(|a, b| std::cmp::Ordering::Less); v.len()`,
    "ok",
  ],
  ["a vector in itself, shown", `let v = []; v.push(v); format!("{:?}", v)`, "stack-limit"],
  ["a vector in itself, compared", `let v = []; v.push(v); let w = []; w.push(w); v == w`, "stack-limit"],
  [
    "a vector that is in itself many times over, returned",
    `let v = []; for _ in 0..64 { v = [v, v]; } v`,
    "fuel-exhausted",
  ],
  ["a vector in itself, returned", `let v = []; v.push(v); v`, "guest-error"],
  [
    "closures that call themselves",
    `let o = #{}; o.f = |o| { let f = o.f; 1 + f(o) }; let f = o.f; f(o)`,
    "memory-limit",
  ],
  [
    "recursion through an iterator",
    `deep(0)`,
    "stack-limit",
    `fn deep(n) { [n].iter().map(|n| deep(n + 1)).collect::<Vec>() }`,
  ],
  ["recursion without an end", `deep(0)`, "memory-limit", `fn deep(n) { 1 + deep(n + 1) }`],
  [
    "futures in futures without an end",
    `let f = async { 1 }; loop { let g = f; f = async { g.await }; }`,
    "memory-limit",
  ],
  [
    "generators without an end",
    `let all = endless(); loop { all.next(); }`,
    "fuel-exhausted",
    `fn endless() { loop { yield 1; } }`,
  ],
  ["an iterator without an end", `(0..).iter().map(|n| n).count()`, "fuel-exhausted"],
  [
    "iterators around iterators",
    `let i = [1].iter(); for _ in 0..100000 { i = i.chain([1].iter()); } i.count()`,
    "stack-limit",
  ],
  ["a string repeated for ever", `"ab".repeat(4294967295)`, "trap"],
  ["a replacement that multiplies", `let s = "a".repeat(100000); s.replace("a", s)`, "memory-limit"],
  ["a width of a billion", `format!("{:>1000000000}", 1)`, "memory-limit"],
  ["a precision of a billion", `format!("{:.1000000000}", 1.5)`, "trap"],
  ["room for a trillion values", `Vec::with_capacity(1000000000000)`, "guest-error"],
  ["room for a billion bytes", `std::bytes::Bytes::with_capacity(1000000000)`, "memory-limit"],
  ["a method of a type called without its value", `crucible::session::Session::phases()`, "guest-error"],
  ["a method of a type called on another's value", `crucible::session::Session::phases("a.md")`, "guest-error"],
  ["a forged session", `crucible::session::open("../../etc/passwd").phases()`, "denied"],
  ["an error with a code of the host's own", `Err(crucible::Error::new("fuel-exhausted", "lie"))`, "guest-error"],
  ["a host function kept and called later", `let f = crucible::kiln::write_note; f("a.md", "x")?`, "denied"],
];

describe("a Rune program that tries", () => {
  it.each(CASES)("%s", async (_, body, code, around) => {
    const [ended, message] = await outcome(body, around);
    expect(ended, message).toBe(code);
  });
});

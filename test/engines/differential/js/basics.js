// script: numbers as text
function main() {
  console.log([0, -0, 1.0, 0.1, 1e21, 1e-7, 123456789012345680000, 5e-324, NaN, Infinity].map(String).join(" "));
  console.log(String([255, -255].map((n) => n.toString(16))), (0.1).toFixed(20), (1234.5678).toFixed(2), (0.000001234).toExponential(2), (1234.5).toPrecision(3));
  console.log(String([0.1 + 0.2, 1 / 3, 100 / 3, 2 ** 53, 2 ** 0.5, -7 % 3, 7 % -3, -0 % 1]));
}
// script: parsing numbers
function main() {
  console.log(String([Number(""), Number(" 12 "), Number("0x1f"), Number("1e3"), Number("12px"), Number(null), Number(undefined), Number([5])]));
  console.log(String([parseInt("12px"), parseInt("0x1f"), parseInt("z", 36), parseInt(""), parseFloat("3.14abc"), parseFloat(".5"), +true, -"3"]));
}
// script: integers of any size
function main() {
  console.log(String([2n ** 100n, -7n / 2n, -7n % 2n, 5n & 3n, 1n << 70n, BigInt("0xff"), BigInt.asIntN(8, 255n), 10n > 9]));
  let f = 1n;
  for (let i = 1n; i <= 30n; i++) f *= i;
  console.log(f.toString(), f.toString(36));
}
// script: bits
function main() {
  console.log(String([5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 31, -1 >>> 0, -1 >> 1, 1 << 32, 2 ** 32 >> 0, Math.clz32(1), Math.imul(0xffffffff, 5)]));
}
// script: comparison and coercion
function main() {
  console.log(String([1 == "1", null == undefined, null == 0, "" == 0, [] == "", [1] == 1, NaN == NaN, "b" > "a", "10" < "9", 10 < "9"]));
  console.log(String([1 + "2", "3" * "4", [] + {}, [] + [], true + 1, null + 1, undefined + 1, "a" - 1]));
  console.log(String([typeof null, typeof undefined, typeof (() => 1), typeof 1n, typeof Symbol(), typeof [], void 0]));
}
// script: nullish, optional, logical assignment
function main() {
  const o = { a: { b: null }, f() { return this.a; } };
  console.log(String([o?.a?.b?.c, o.x?.y.z, o.f?.() === o.a, o.g?.(), 0 ?? 1, 0 || 1, "" && 2]));
  let a = null, b = 0, c = 1;
  a ??= 5; b ||= 6; c &&= 7;
  console.log(a, b, c);
}
// script: let, const, var and closures
function main() {
  const fs = [];
  for (let i = 0; i < 3; i++) fs.push(() => i);
  var gs = [];
  for (var j = 0; j < 3; j++) gs.push(() => j);
  console.log(String(fs.map((f) => f())), String(gs.map((g) => g())));
  try { x; let x = 1; } catch (e) { console.log(e.name); }
  console.log(typeof hoisted, hoisted());
  function hoisted() { return "up"; }
}
// script: loops and labels
function main() {
  const out = [];
  outer: for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      if (j === 2) continue outer;
      if (i === 2) break outer;
      out.push(`${i}${j}`);
    }
  }
  let n = 0;
  do { n++; } while (n < 5);
  console.log(out.join(), n);
  for (const key in { b: 1, a: 2, 2: 3, 1: 4 }) console.log(key);
  for (const value of new Set([3, 1, 3])) console.log(value);
}
// script: switch
function main() {
  const f = (x) => { switch (x) { case 1: return "one"; case "1": return "text"; case 2: case 3: return "few"; default: return "many"; } };
  console.log([1, "1", 2, 3, 4].map(f).join());
  switch (3) { case 3: console.log("a"); case 4: console.log("b"); break; case 5: console.log("c"); }
}
// script: destructuring
function main() {
  const [a, , b = 5, ...rest] = [1, 2, undefined, 4, 5];
  const { x, y: { z = 3 } = {}, ...others } = { x: 1, p: 2, q: 3 };
  console.log(a, b, String(rest), x, z, JSON.stringify(others));
  let [p, q] = [1, 2];
  [p, q] = [q, p];
  console.log(p, q, (({ length }) => length)("four"));
}
// script: spread and rest
function main() {
  const f = (...all) => all.length;
  console.log(f(...[1, 2], 3, ..."ab"), Math.max(...[3, 9, 2]), JSON.stringify({ ...{ a: 1, b: 2 }, b: 3 }), String([...new Map([[1, 2]])]));
}
// script: templates
function main() {
  const tag = (parts, ...values) => parts.raw.join("|") + values.join();
  console.log(`a${1 + 1}b${`n${3}`}`, tag`x${1}\n${2}y`, String.raw`\n${1}`);
}
// script: exceptions
function main() {
  const f = () => { try { return "try"; } finally { console.log("finally"); } };
  console.log(f());
  try { null.x; } catch (e) { console.log(e instanceof TypeError, e.name); }
  try { throw new RangeError("r", { cause: 1 }); } catch ({ message, cause, name }) { console.log(message, cause, name); }
  try { try { throw 1; } finally { throw 2; } } catch (e) { console.log(e); }
  try { undefinedName; } catch (e) { console.log(e.name); }
  try { (() => { const c = 1; c = 2; })(); } catch (e) { console.log(e.name); }
  console.log(new AggregateError([1, 2], "many").errors.length);
}
// script: getters, setters and computed names
function main() {
  const key = "dyn";
  const o = { _v: 1, get v() { return this._v; }, set v(x) { this._v = x * 2; }, [key + 1]: "c", ["m"]() { return 1; } };
  o.v = 5;
  console.log(o.v, o.dyn1, o.m(), Object.keys(o).join());
}
// script: order of properties
function main() {
  const o = { z: 1, 10: 1, a: 1, 2: 1, [Symbol("s")]: 1 };
  o.b = 1; delete o.z; o.z = 2;
  console.log(Object.keys(o).join(), JSON.stringify(o), Reflect.ownKeys(o).length);
}
// script: JSON
function main() {
  console.log(JSON.stringify({ a: [1, null, undefined, () => 1, NaN], b: undefined, c: new Date(0), d: "é\u2028\ud800", e: { toJSON: () => "mine" } }));
  console.log(JSON.stringify([1, { a: 2 }], null, 2), JSON.stringify({ a: 1, b: 2 }, ["b"]), JSON.stringify({ a: 1 }, (k, v) => typeof v === "number" ? v + 1 : v));
  console.log(JSON.stringify(JSON.parse('{"a":[1,2,{"b":null}],"__proto__":1}')), JSON.parse("1e3"), JSON.parse('"\\u00e9"', (k, v) => v + "!"));
  try { JSON.parse("{a:1}"); } catch (e) { console.log(e.name); }
  try { const c = {}; c.c = c; JSON.stringify(c); } catch (e) { console.log(e.name); }
}
// script: Math
function main() {
  console.log(String([Math.round(2.5), Math.round(-2.5), Math.trunc(-2.7), Math.sign(-3), Math.cbrt(27), Math.hypot(3, 4), Math.log2(8), Math.fround(0.1), Math.max(), Math.min(), Math.atan2(1, 1)]));
}
// script: dates without a clock
function main() {
  const d = new Date(Date.UTC(2026, 10, 21, 12, 34, 56, 789));
  console.log(d.toISOString(), d.getTime(), d.getUTCDay(), new Date("2024-02-30T00:00:00Z").getTime(), Date.parse("2026-11-21T00:00:00.000Z"), JSON.stringify(new Date(NaN)));
  d.setUTCMonth(13); d.setUTCDate(0);
  console.log(d.toISOString());
}
// script: symbols
function main() {
  const s = Symbol("s");
  const o = { [s]: 1, [Symbol.toPrimitive]: (hint) => hint, [Symbol.toStringTag]: "Tag" };
  console.log(o[s], `${o}`, o + "", +o === +o, Object.prototype.toString.call(o), s.description, Symbol.for("a") === Symbol.for("a"));
}
// script: global functions
function main() {
  console.log(encodeURIComponent("a b&é/"), decodeURIComponent("%C3%A9"), encodeURI("a b/é?x=1"), escape("é"), isNaN("x"), isFinite("5"), globalThis === this || true);
}

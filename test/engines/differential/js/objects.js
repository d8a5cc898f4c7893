// script: classes
function main() {
  class A {
    #secret = 1; static count = 0; name = "a";
    static { A.count = 10; }
    constructor(x) { this.x = x; A.count++; }
    get secret() { return this.#secret; }
    #hidden() { return "hidden" + this.x; }
    reveal() { return this.#hidden(); }
    static has(o) { return #secret in o; }
  }
  class B extends A {
    constructor() { super(5); }
    reveal() { return super.reveal() + "!"; }
    get [Symbol.toStringTag]() { return "B"; }
  }
  const b = new B();
  console.log(b.secret, b.reveal(), A.count, A.has(b), A.has({}), String(b), b instanceof A, B.name, b.name);
}
// script: prototypes
function main() {
  function Animal(name) { this.name = name; }
  Animal.prototype.speak = function () { return this.name + "!"; };
  const dog = Object.create(Animal.prototype, { name: { value: "rex", enumerable: true } });
  console.log(dog.speak(), Object.getPrototypeOf(dog) === Animal.prototype, "name" in dog, Object.hasOwn(dog, "speak"), new Animal("cat").speak());
}
// script: property descriptors
function main() {
  "use strict";
  const o = Object.freeze({ a: 1, b: { c: 2 } });
  try { o.a = 2; } catch (e) { console.log(e.name); }
  o.b.c = 3;
  console.log(o.b.c, Object.isFrozen(o), Object.isSealed(Object.seal({})), JSON.stringify(Object.getOwnPropertyDescriptor({ get x() { return 1; } }, "x")));
  const p = Object.defineProperty({}, "hidden", { value: 1 });
  console.log(Object.keys(p).length, p.hidden, delete Object.defineProperty([], "x", { value: 1, configurable: true }).x);
}
// script: object helpers
function main() {
  console.log(JSON.stringify(Object.entries({ a: 1, b: 2 })), JSON.stringify(Object.fromEntries([["x", 1]])), JSON.stringify(Object.assign({}, { a: 1 }, null, { b: 2 })), Object.is(-0, 0), Object.is(NaN, NaN));
  console.log(JSON.stringify(Object.groupBy ? Object.groupBy([1, 2, 3], (n) => (n % 2 ? "odd" : "even")) : { odd: [1, 3], even: [2] }));
}
// script: maps and sets
function main() {
  const m = new Map([["a", 1], [NaN, 2], [0, 3]]);
  m.set("b", 4).delete("a");
  console.log(m.size, m.get(NaN), m.get(-0), JSON.stringify([...m.keys()]), JSON.stringify([...m.entries()]));
  const s = new Set("hello");
  s.add("h").delete("e");
  console.log([...s].join(""), s.has("l"), s.size);
  const out = [];
  for (const v of s) { out.push(v); if (v === "h") s.add("z"); }
  console.log(out.join(""));
  const w = new WeakMap(), k = {};
  w.set(k, 1);
  console.log(w.get(k), w.has({}));
}
// script: proxies and reflect
function main() {
  const log = [];
  const p = new Proxy({ a: 1 }, {
    get: (t, k, r) => { log.push("get " + String(k)); return Reflect.get(t, k, r) ?? 42; },
    has: (t, k) => { log.push("has " + k); return k in t; },
    set: (t, k, v) => { log.push(`set ${k}`); t[k] = v * 2; return true; },
    deleteProperty: (t, k) => { log.push("delete " + k); return delete t[k]; },
    ownKeys: () => ["a", "x"], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 0 }),
  });
  console.log(p.a, p.b, "a" in p, (p.c = 5), p.c, delete p.c, Object.keys(p).join());
  console.log(log.join(", "));
  console.log(Reflect.apply(Math.max, null, [1, 2]), Reflect.construct(Array, [3]).length, Reflect.has({ a: 1 }, "a"));
}
// script: this and bind
function main() {
  const o = { n: 1, f() { return this?.n; }, g: () => typeof this };
  const f = o.f;
  console.log(o.f(), f.call({ n: 2 }), f.apply({ n: 3 }, []), f.bind({ n: 4 })(), f.bind({ n: 5 }).bind({ n: 6 })(), f.length, f.name, f.bind().name);
}
// script: arguments and defaults
function main() {
  function f(a, b = a + 1, ...c) { return [a, b, c.length, arguments.length, f.length].join(); }
  console.log(f(1), f(1, undefined, 3), f(1, 2, 3, 4), (function () { return arguments[1]; })(1, 2), new Function("a", "b", "return a * b")(6, 7));
}
// script: mixins and symbols as protocol
function main() {
  const Serial = (Base) => class extends Base { toText() { return JSON.stringify(this); } };
  class Point { constructor(x, y) { this.x = x; this.y = y; } }
  class P extends Serial(Point) { static [Symbol.hasInstance](o) { return "x" in o; } }
  console.log(new P(1, 2).toText(), { x: 1 } instanceof P, [] instanceof P);
}
// script: errors have stacks and names
function main() {
  class MyError extends Error { constructor(m) { super(m); this.name = "MyError"; this.code = 7; } }
  try { throw new MyError("mine"); } catch (e) { console.log(String(e), e.code, e instanceof MyError, e instanceof Error, typeof e.stack); }
}

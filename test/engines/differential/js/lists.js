// script: arrays
function main() {
  const a = [3, 1, 2];
  console.log(a.push(5), a.pop(), a.unshift(9), a.shift(), String(a.splice(1, 1, "x", "y")), a.join(), a.indexOf("x"), a.includes(2), a.reverse().join(), a.length);
  console.log(String([1, [2, [3, [4]]]].flat(Infinity)), [1, 2].concat([3], 4).join(), [1, 2, 3].fill(0, 1).join(), Array.from({ length: 3 }, (_, i) => i * i).join(), Array.of(7).length, [, 1].length, [1, 2, 3, 4].copyWithin(0, 2).join());
}
// script: higher order
function main() {
  const a = [1, 2, 3, 4, 5];
  console.log(a.map((x) => x * 2).join(), a.filter((x) => x % 2).join(), a.reduce((s, x) => s + x), a.reduceRight((s, x) => s + x, ""), a.some((x) => x > 4), a.every((x) => x > 4), a.find((x) => x > 2), a.findIndex((x) => x > 9), a.findLast((x) => x < 4), a.flatMap((x) => [x, x]).length);
}
// script: copies that do not change
function main() {
  const a = [3, 1, 2];
  console.log(a.toSorted().join(), a.toReversed().join(), a.with(0, 9).join(), a.toSpliced(1, 1).join(), a.join(), a.at(-1));
}
// script: sort is stable
function main() {
  const people = ["b2", "a1", "c1", "a2", "b1"].map((s) => ({ k: s[0], n: +s[1] }));
  console.log(people.sort((x, y) => x.n - y.n).map((p) => p.k + p.n).join(), [3, undefined, 1, , 2].sort().length, [5, 25, 100].sort().join());
  const many = Array.from({ length: 500 }, (_, i) => (i * 7919) % 503).sort((x, y) => x - y);
  console.log(many.every((x, i) => i === 0 || many[i - 1] <= x), many[0], many[499]);
}
// script: holes and odd lengths
function main() {
  const a = [1, , 3];
  a[5] = 6;
  console.log(a.length, 1 in a, a.map((x) => x).length, JSON.stringify(a), Object.keys(a).join(), a.findIndex((x) => x === undefined));
  a.length = 1;
  console.log(a.length, a[2]);
  try { new Array(-1); } catch (e) { console.log(e.name); }
}
// script: typed arrays
function main() {
  const u = new Uint8Array([1, 256, -1, 3.7]);
  console.log(u.join(), new Uint8ClampedArray([300, -5, 1.5]).join(), new Int16Array(u.buffer).length, new Float32Array([0.1])[0], [...new Uint16Array([65535, 65536])].join());
  const v = new DataView(new ArrayBuffer(8));
  v.setFloat64(0, Math.PI); v.setInt16(0, -2, true);
  console.log(v.getUint8(0), v.getInt16(0, true), v.getInt32(4), u.subarray(1, 3).join(), u.slice(-2).join(), String(new BigInt64Array([-1n])[0]));
}
// script: iterators and generators
function main() {
  function* count(n) { for (let i = 0; i < n; i++) { const got = yield i; if (got) console.log("got " + got); } return "end"; }
  const g = count(3);
  console.log(JSON.stringify([g.next(), g.next("x"), g.next(), g.next(), g.next()]));
  function* all() { yield* [1, 2]; const r = yield* count(1); yield r; }
  console.log([...all()].join());
  const it = { from: 1, to: 3, [Symbol.iterator]() { let n = this.from; const to = this.to; return { next: () => (n <= to ? { value: n++, done: false } : { value: undefined, done: true }), return: () => { console.log("closed"); return {}; } }; } };
  for (const x of it) { if (x === 2) break; console.log(x); }
  console.log(Math.max(...it), Array.from(it, (x) => x * 2).join());
}
// script: generators that end early
function main() {
  function* g() { try { yield 1; yield 2; } finally { console.log("cleanup"); } }
  for (const x of g()) { console.log(x); break; }
  const h = g(); h.next();
  console.log(JSON.stringify(h.return(9)), JSON.stringify(h.next()));
  const k = g(); k.next();
  try { k.throw(new Error("in")); } catch (e) { console.log(e.message); }
}
// script: an infinite generator
function main() {
  function* primes() { const known = []; for (let n = 2; ; n++) if (known.every((p) => n % p)) { known.push(n); yield n; } }
  const out = [];
  for (const p of primes()) { if (p > 60) break; out.push(p); }
  console.log(out.join());
}
// script: matrices
function main() {
  const product = (a, b) => a.map((row) => b[0].map((_, j) => row.reduce((s, x, k) => s + x * b[k][j], 0)));
  console.log(JSON.stringify(product([[1, 2], [3, 4]], [[0.5, 1], [2, -1]])));
}

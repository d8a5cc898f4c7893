// script: recursion and memoization
function main() {
  const fib = (n, memo = {}) => (n < 2 ? n : (memo[n] ??= fib(n - 1, memo) + fib(n - 2, memo)));
  const ackermann = (m, n) => (m === 0 ? n + 1 : n === 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1)));
  console.log(fib(80), ackermann(2, 3));
}
// script: eight queens
function main() {
  let count = 0, first;
  const place = (row, cols) => { if (row === 6) { count++; first ??= cols.join(""); return; } for (let c = 0; c < 6; c++) if (cols.every((x, r) => x !== c && Math.abs(x - c) !== row - r)) place(row + 1, [...cols, c]); };
  place(0, []);
  console.log(count, first);
}
// script: sieve
function main() {
  const no = new Uint8Array(200), out = [];
  for (let i = 2; i < 200; i++) { if (no[i]) continue; out.push(i); for (let j = i * i; j < 200; j += i) no[j] = 1; }
  console.log(out.length, out.join(" "));
}
// script: dijkstra
function main() {
  const graph = { a: { b: 7, c: 9, f: 14 }, b: { c: 10, d: 15 }, c: { d: 11, f: 2 }, d: { e: 6 }, f: { e: 9 }, e: {} };
  const distance = { a: 0 }, done = new Set();
  for (;;) {
    const next = Object.keys(distance).filter((n) => !done.has(n)).sort((x, y) => distance[x] - distance[y])[0];
    if (next === undefined) break;
    done.add(next);
    for (const [other, weight] of Object.entries(graph[next])) distance[other] = Math.min(distance[other] ?? Infinity, distance[next] + weight);
  }
  console.log(JSON.stringify(distance));
}
// script: crc32
function main() {
  let crc = -1;
  for (const c of "123456789") { crc ^= c.charCodeAt(0); for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1; }
  console.log((~crc >>> 0).toString(16));
}
// script: an expression parser
function main() {
  const evaluate = (text) => {
    const tokens = text.match(/\d+\.?\d*|[-+*/^()]/g);
    const power = { "+": 1, "-": 1, "*": 2, "/": 2, "^": 3 };
    const atom = () => { const t = tokens.shift(); if (t === "(") { const v = expression(0); tokens.shift(); return v; } return t === "-" ? -atom() : +t; };
    const expression = (least) => { let left = atom(); while (power[tokens[0]] >= least && tokens[0] !== undefined) { const op = tokens.shift(); const right = expression(power[op] + (op === "^" ? 0 : 1)); left = { "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "^": (a, b) => a ** b }[op](left, right); } return left; };
    return expression(1);
  };
  console.log(["1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "10 / 4 - 1", "-3 + 5"].map(evaluate).join());
}
// script: game of life
function main() {
  let grid = ["010", "010", "010"].map((r) => [...r].map(Number));
  for (let t = 0; t < 3; t++) {
    console.log(grid.map((r) => r.join("")).join("/"));
    grid = grid.map((r, y) => r.map((c, x) => { let n = 0; for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) if (dx || dy) n += grid[y + dy]?.[x + dx] ?? 0; return +(n === 3 || (n === 2 && c === 1)); }));
  }
}
// script: levenshtein
function main() {
  const distance = (a, b) => { let row = Array.from({ length: b.length + 1 }, (_, j) => j); for (let i = 1; i <= a.length; i++) { const next = [i]; for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)); row = next; } return row[b.length]; };
  console.log(distance("kitten", "sitting"), distance("", "abc"), distance("same", "same"));
}
// script: a heap
function main() {
  const heap = [];
  const push = (x) => { heap.push(x); let i = heap.length - 1; while (i > 0 && heap[(i - 1) >> 1] > heap[i]) { const p = (i - 1) >> 1; [heap[p], heap[i]] = [heap[i], heap[p]]; i = p; } };
  const pop = () => { const top = heap[0], last = heap.pop(); if (heap.length) { heap[0] = last; let i = 0; for (;;) { let c = 2 * i + 1; if (c >= heap.length) break; if (heap[c + 1] < heap[c]) c++; if (heap[i] <= heap[c]) break; [heap[c], heap[i]] = [heap[i], heap[c]]; i = c; } } return top; };
  for (let i = 0; i < 30; i++) push((i * 37) % 101);
  console.log(Array.from({ length: 30 }, pop).join());
}
// script: permutations
function main() {
  function* permute(list) { if (list.length < 2) { yield list; return; } for (let i = 0; i < list.length; i++) for (const rest of permute([...list.slice(0, i), ...list.slice(i + 1)])) yield [list[i], ...rest]; }
  console.log([...permute(["a", "b", "c"])].map((p) => p.join("")).join());
}
// script: currying and composition
function main() {
  const curry = (f) => function next(...args) { return args.length >= f.length ? f(...args) : (...more) => next(...args, ...more); };
  const compose = (...fs) => (x) => fs.reduceRight((v, f) => f(v), x);
  console.log(curry((a, b, c) => a + b * c)(1)(2)(3), compose((x) => x + 1, (x) => x * 2)(5));
}
// script: events
function main() {
  class Emitter { #on = new Map(); on(n, f) { (this.#on.get(n) ?? this.#on.set(n, []).get(n)).push(f); return this; } emit(n, ...a) { for (const f of this.#on.get(n) ?? []) f(...a); } }
  new Emitter().on("a", (x) => console.log("first", x)).on("a", (x) => console.log("second", x * 2)).emit("a", 5);
}

// script: slices
function main() {
  const s = "hello";
  console.log(s.slice(1, -1), s.substring(3, 1), s.at(-1), s.charAt(9) === "", s[0], s.indexOf("l"), s.lastIndexOf("l"), s.includes("ell"), s.search(/l/));
  console.log(s.padStart(8, "ab"), s.padEnd(7) + "|", s.repeat(2), " x ".trim() + "|", " x ".trimStart() + "|", s.startsWith("ell", 1), s.endsWith("hell", 4), s.concat(1, 2));
}
// script: unicode
function main() {
  const s = "aé𝄞€";
  console.log(s.length, [...s].length, s.codePointAt(2), s.charCodeAt(2), String.fromCodePoint(0x1d11e) === "𝄞", "é".normalize("NFD").length, s.split("").length, s.at(2).isWellFormed?.() ?? false);
  console.log("ß".toUpperCase(), "İ".toLowerCase().length, "Ǆ".toLowerCase(), "a\u0301" === "á", "\u{1F600}".length, "z" < "é");
}
// script: split, join, replace
function main() {
  console.log("a,b,,c".split(",").join("|"), "abc".split("").join("-"), "a1b2".split(/\d/).join(), "a1b2".split(/(\d)/).join(), "x".split(",", 0).length);
  console.log("aaa".replace("a", "b"), "aaa".replaceAll("a", "b"), "abc".replace(/(b)(c)/, "$2$1$$$&"), "a-b-c".replace(/-(\w)/g, (_, c) => c.toUpperCase()), "x".replace("x", () => "$&"));
}
// script: regular expressions
function main() {
  console.log(String("2026-11-21".match(/(\d+)-(\d+)/)), JSON.stringify("2026-11-21".match(/(?<y>\d+)-(?<m>\d+)/).groups), String("a1b22".match(/\d+/g)), /^[\w.]+@\w+\.\w+$/.test("a.b@c.de"));
  console.log(String([..."a1b22".matchAll(/[a-z](\d+)/g)].map((m) => m[1] + m.index)), /(?<=\$)\d+/.exec("cost $42")[0], /a(?!b)/.test("ab"), /(a)|(b)/.exec("b")[1], /\u{1d11e}/u.test("𝄞"), /^.$/u.test("𝄞"), /^.$/.test("𝄞"));
  const r = /a/y; r.lastIndex = 1;
  console.log(r.test("ba"), r.lastIndex, /a.c/s.test("a\nc"), /^b/m.test("a\nb"), /A/i.test("a"), /\p{L}+/u.exec("1éa")[0], /(\w)\1/.exec("hello")[0], String(/a\/b/gi), /[\d-x]/.test("-"));
}
// script: regular expressions that backtrack
function main() {
  console.log(/^(a+)+$/.test("a".repeat(15) + "b"), /(x+x+)+y/.test("x".repeat(12)), "aaa".match(/a*?$/)[0], "aaa".match(/(a{1,2})(a*)/).slice(1).join(), /^(?:a|ab)(?:c|bcd)(?:d*)$/.exec("abcd")[0]);
}
// script: sorting text
function main() {
  console.log(["é", "z", "a", "B", "𝄞", "\uffff"].sort().join(), ["b", "a", "C"].sort((x, y) => (x.toLowerCase() < y.toLowerCase() ? -1 : 1)).join(), [10, 9, 1].sort().join(), ["a10", "a9"].sort().join());
}
// script: caesar
function main() {
  const shift = (text, by) => text.replace(/[a-z]/gi, (c) => { const base = c < "a" ? 65 : 97; return String.fromCharCode(((c.charCodeAt(0) - base + by + 26) % 26) + base); });
  console.log(shift("Hello, World!", 3), shift(shift("Hello", 3), -3));
}
// script: base64 by hand
function main() {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const encode = (bytes) => { let out = ""; for (let i = 0; i < bytes.length; i += 3) { const n = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0); for (let j = 0; j < 4; j++) out += j > bytes.length - i ? "=" : alphabet[(n >> (18 - 6 * j)) & 63]; } return out; };
  console.log(["", "f", "fo", "foo", "foobar"].map((t) => encode([...t].map((c) => c.charCodeAt(0)))).join());
}
// script: roman numerals
function main() {
  const roman = (n) => [["M", 1000], ["CM", 900], ["D", 500], ["CD", 400], ["C", 100], ["XC", 90], ["L", 50], ["XL", 40], ["X", 10], ["IX", 9], ["V", 5], ["IV", 4], ["I", 1]].reduce((out, [s, v]) => { while (n >= v) { out += s; n -= v; } return out; }, "");
  console.log([1, 4, 9, 14, 40, 90, 400, 1994, 2026].map(roman).join());
}
// script: words
function main() {
  const counts = {};
  for (const word of "the cat the dog the end".split(" ")) counts[word] = (counts[word] ?? 0) + 1;
  console.log(Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(String).join(" "));
}

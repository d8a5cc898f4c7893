// Loads and calls bundles whose code section was mutated and whose hashes are right, in a process of its own. Prints a JSON object:
// how the loads and calls ended, and what was thrown that is no PluginError. Needs `npm run build`.
//
//   node mutate-bundles.mjs SEED COUNT

import { createNodeHost, memoryKiln, memoryState, PluginError } from "../../host/dist/index.js";
import { readBundle, writeBundle } from "../../host/dist/plugins/bundle.js";

const SOURCE = `//---
// name: victim
// capabilities: [kiln.read, { state: { scope: [plugin] } }]
//---
use crucible::{kiln, state, random};
const WORD = "table";
struct Point { x, y }
impl Point { fn sum(self) { self.x + self.y } }
/// Rolls.
/// @param n {integer} how many
pub fn roll(args) {
    let dice = [];
    for _ in 0..args.n { dice.push(random::range(1, 6)); }
    let point = Point { x: 1, y: dice.len() };
    #{ dice, sum: point.sum(), word: WORD, size: match dice.len() { 0 => "none", 1 => "one", n => \`many \${n}\` } }
}
/// Reads.
pub fn read(args) {
    let twice = |n| n * 2;
    match kiln::read_note("a.md") { Ok(text) => #{ text, four: twice(2) }, Err(error) => error.code }
}
/// Keeps.
pub fn keep(args) { state::set("k", #{ list: [1, 2.5, "x", true, ()] })?; state::get("k")? }
`;

const [seed, count] = process.argv.slice(2).map(Number);
let random = (seed * 2_654_435_761) >>> 0 || 1;
/** Xorshift (Marsaglia 2003): a whole number from 0 to `below` − 1. */
function pick(below) {
  random ^= random << 13;
  random >>>= 0;
  random ^= random >>> 17;
  random ^= random << 5;
  random >>>= 0;
  return random % below;
}

function mutate(code) {
  const kind = pick(6);
  if (kind === 0) return code.slice(0, pick(code.length));
  const mutant = code.slice();
  if (kind === 1) return mutant.copyWithin(pick(code.length), pick(code.length), pick(code.length));
  for (let changes = 1 + pick(kind === 2 ? 4 : 1); changes > 0; changes--) {
    const at = pick(code.length);
    mutant[at] = pick(3) === 0 ? [0, 255, 127, 128, 0xc0, 0xdd, 0xdf, 0x93][pick(8)] : mutant[at] ^ (1 << pick(8));
  }
  return mutant;
}

const ends = {};
const untyped = [];
function note(what, error) {
  if (error !== undefined && !(error instanceof PluginError)) untyped.push(String(error?.stack ?? error));
  const end = `${what} ${error === undefined ? "ok" : (error.code ?? "untyped")}`;
  ends[end] = (ends[end] ?? 0) + 1;
}

const host = createNodeHost({ kiln: memoryKiln({ "a.md": "# A" }), state: memoryState() });
const original = await host.load({ path: "victim.rune", content: SOURCE });
const bundle = await readBundle(await original.bundle());
for (let made = 0; made < count; made++) {
  try {
    const content = await writeBundle({ ...bundle, code: mutate(bundle.code) });
    const plugin = await host.load({ path: "mutant.crub", content });
    note("load");
    for (const { name } of plugin.tools) {
      const limits = { fuel: 20_000_000, timeoutMs: 5_000, memoryBytes: 32 << 20, seed: 1 };
      await plugin.call(name, name === "roll" ? { n: 5 } : {}, limits).then(
        () => note("call"),
        (error) => note("call", error),
      );
    }
  } catch (error) {
    note("load", error);
  }
}
const { result } = await original.call("roll", { n: 3 }, { seed: 1 });
console.log(JSON.stringify({ ends, untyped, after: result.dice.length }));
host.close();

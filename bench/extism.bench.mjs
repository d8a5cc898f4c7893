// Extism plug-ins here and in Extism's own SDK for JavaScript: the same bytes, a call of an instance that lives, and start, call and end.
import { readFileSync } from "node:fs";
import createPlugin from "@extism/extism";
import { createNodeHost } from "../host/dist/index.js";
import { milliseconds } from "./lib/measure.mjs";
import { extismVersion } from "./lib/peers.mjs";

export const title = `Extism plug-ins, beside @extism/extism ${extismVersion}`;

const CALLS = 200;
const ROUNDS = 15;

/** Of the fixtures of the tests: one in C that loads its input byte by byte, one with the PDK for Rust. */
const PLUGINS = [
  {
    name: "plain",
    what: "C",
    manifest: 'engine = "extism"\n[[tools]]\nname = "count_vowels"\ninput = "text"',
    args: (text) => ({ input: text }),
    input: (text) => text,
  },
  {
    name: "rust",
    what: "Rust PDK",
    manifest: 'engine = "extism"\n[[tools]]\nname = "count_vowels"',
    args: (text) => ({ text }),
    input: (text) => JSON.stringify({ text }),
  },
];

export async function* run() {
  for (const plugin of PLUGINS) yield* compare(plugin);
}

async function* compare({ name, what, manifest, args, input }) {
  const data = new Uint8Array(readFileSync(new URL(`../test/fixtures/extism/${name}.wasm`, import.meta.url)));
  const host = createNodeHost();
  const plugin = await host.load({ path: `${name}.wasm`, content: data, sidecar: { path: "x.toml", text: manifest } });
  const module = await WebAssembly.compile(data);
  // What PDKs of today import, and this SDK does not know yet.
  const functions = { "extism:host/env": { get_log_level: () => 4 } };
  const start = () => createPlugin(module, { functions, logger: silent });
  for (const length of [16, 1024, 65_536]) {
    const text = "Hello, World. ".repeat(length / 14 + 1).slice(0, length);
    const open = await plugin.open();
    const times = await inTurn(
      async () => {
        for (let i = 0; i < CALLS; i++) open.callSync("count_vowels", args(text));
      },
      async () => {
        const peer = await start(); // One plug-in of Extism 1.0.3 fails after 32,768 blocks.
        const time = await milliseconds(async () => {
          for (let i = 0; i < CALLS; i++) await peer.call("count_vowels", input(text));
        });
        await peer.close();
        return time;
      },
    );
    open.close();
    yield row(`${what}: a call with ${length} bytes`, times, CALLS);
  }
  const times = await inTurn(
    () => plugin.call("count_vowels", args("Hello")),
    async () => {
      const peer = await start();
      await peer.call("count_vowels", input("Hello"));
      await peer.close();
    },
  );
  yield row(`${what}: start, call and end`, times, 1);
  host.close();
}

const silent = Object.fromEntries(["info", "warn", "error", "debug", "log"].map((level) => [level, () => {}]));

/** The fastest of many rounds each, in milliseconds. A function may measure itself. */
async function inTurn(ours, peer) {
  const times = { ours: [], peer: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [which, run] of [
      ["peer", peer],
      ["ours", ours],
    ]) {
      let own;
      const around = await milliseconds(async () => {
        own = await run();
      });
      times[which].push(typeof own === "number" ? own : around);
    }
  }
  return { ours: Math.min(...times.ours), peer: Math.min(...times.peer) };
}

function row(question, { ours, peer }, calls) {
  const each = (time) => `${((time / calls) * 1000).toFixed(1)} µs`;
  return { question, ours: each(ours), peer: `${each(peer)} Extism`, ratio: ours / peer };
}

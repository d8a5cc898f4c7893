// What does the host add to a page? Bundled and minified by vite from host/dist, without engines; the peer is Extism's SDK, the same way.
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "vite";
import { row } from "./lib/measure.mjs";

export const title = "bytes of the host in a page, minified, without engines (k = 1,000 bytes)";

const root = fileURLToPath(new URL("..", import.meta.url));
const host = (file) => `${root}host/dist/${file}`;
const OTHERS = ["yaml", "smol-toml", "re2js"];

export async function* run() {
  const parts = [
    ["metering alone (/wasm)", host("wasm/index.js"), {}],
    ["component linker alone (/component)", host("component/index.js"), {}],
    ["host core: our own code (/browser)", host("browser.js"), { external: OTHERS, goal: 300 }],
    ["the same with YAML, TOML and RE2 in it", host("browser.js"), { peer: await extism() }],
  ];
  for (const [question, entry, { external, goal, peer }] of parts) {
    const code = await bundle(entry, external);
    yield row({
      question,
      ours: shown(code),
      peer: peer === undefined ? "" : `${shown(peer)} @extism/extism 1.0.3`,
      ...(peer !== undefined && { ratio: code.length / peer.length }),
      value: code.length / 1000,
      goal,
      unit: "k",
    });
  }
}

/** All that a page loads at first, as one text: not what is imported when it is needed, such as the pool of Web Workers. */
async function bundle(entry, external = []) {
  const { output } = await build({
    configFile: false,
    root,
    logLevel: "error",
    build: {
      write: false,
      target: "es2023",
      modulePreload: false,
      rollupOptions: { input: entry, external, preserveEntrySignatures: "strict" },
    },
  });
  const chunks = new Map(output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]));
  const first = new Set([...chunks.values()].filter((chunk) => chunk.isEntry));
  for (const chunk of first) for (const name of chunk.imports) if (chunks.has(name)) first.add(chunks.get(name));
  return [...first].map(({ code }) => code).join("\n");
}

function extism() {
  return bundle(`${root}node_modules/@extism/extism/dist/browser/mod.js`);
}

function shown(code) {
  return `${kilo(code.length)} (${kilo(brotliCompressSync(code).length)} brotli)`;
}

function kilo(bytes) {
  return `${Math.round(bytes / 1000)} k`;
}

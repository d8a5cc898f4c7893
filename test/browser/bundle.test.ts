/** What a bundler makes of the host for a page: nothing of Node, and not too much. Needs no browser. */
import { brotliCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bundlePages } from "./site.ts";

describe("the bundle of a page with a host", async () => {
  const chunks = (await bundlePages({ main: { file: "main.ts" } })).filter((file) => file.type === "chunk");

  it("holds the host, and nothing that only Node has", () => {
    const modules = chunks.flatMap((chunk) => Object.keys(chunk.modules));
    expect(modules).toEqual(expect.arrayContaining([expect.stringMatching(/host\/src\/plugins\/host\.ts$/)]));
    // A bundler for pages puts an empty module in place of what only Node has.
    expect(modules.filter((id) => /node:|browser-external|powers\/node|host\/src\/cli/.test(id))).toEqual([]);
    const imported = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]);
    expect(imported.filter((name) => !chunks.some(({ fileName }) => fileName === name))).toEqual([]);
  });

  it("leaves what most pages do not need for later", () => {
    const first = new Set(chunks.filter(({ isEntry }) => isEntry));
    for (const chunk of first) {
      for (const other of chunks) if (chunk.imports.includes(other.fileName)) first.add(other);
    }
    const modules = [...first].flatMap((chunk) => Object.keys(chunk.modules));
    const later =
      /sandbox\/worker\/pool|extism\/index|plugins\/(bundle|record|replay)\.ts|capabilities\/(recorder|replayer|recorded)/;
    expect(modules.filter((id) => later.test(id))).toEqual([]);
    expect(chunks.length).toBeGreaterThan(first.size);
  });

  it("stays within 750,000 bytes, 200,000 compressed, with all that it depends on", () => {
    const code = chunks.map((chunk) => chunk.code).join("\n");
    expect(code.length).toBeLessThan(750_000);
    expect(brotliCompressSync(code).length).toBeLessThan(200_000);
  });
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createNodeHost, memoryKiln, type NodeHost, type Plugin } from "crucible-plugin-host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPlugin } from "../../../guest-sdk/assemblyscript/build.mjs";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const SAMPLE = fileURLToPath(new URL("../../sample-kiln", import.meta.url));
const words = (count: number) => "word ".repeat(count);

let host: NodeHost;
let plugin: Plugin;

beforeAll(async () => {
  const notes = {
    "a.md": words(230),
    "code.md": `---\ntitle: one two\n---\none\n\`\`\`js\n${words(50)}\n\`\`\`\ntwo — three\n~~~~\n~~~\nno\n~~~~\n4 !`,
    "empty.md": "",
    "ja.md": `${"港の市".repeat(100)}。`,
    "mixed.md": "Žluťoučký kůň 🦊 said: 港の市",
    "open.md": "---\nno frontmatter\n```\nnever closed",
    "folder/b.md": words(460),
  };
  host = createNodeHost({ kiln: memoryKiln(notes) });
  plugin = await host.loadFile(`${FOLDER}reading-time.wasm`);
});
afterAll(() => host.close());

const note = async (path: string, more = {}) => (await plugin.call("note", { path, ...more })).result;

it("is what its sources give", async () => {
  const built = await buildPlugin("assembly/index.ts", { folder: FOLDER });
  expect(Buffer.from(built).equals(readFileSync(`${FOLDER}reading-time.wasm`))).toBe(true);
});

describe("note", () => {
  it("takes a minute for 230 words, or for as many as one says", async () => {
    expect(await note("a.md")).toEqual({ path: "a.md", words: 230, characters: 0, minutes: 1 });
    expect(await note("a.md", { words_per_minute: 115 })).toMatchObject({ minutes: 2 });
    expect(await note("empty.md")).toMatchObject({ words: 0, minutes: 0 });
  });

  it("counts no frontmatter, no code, no lone symbols", async () => {
    expect(await note("code.md")).toMatchObject({ words: 4 });
    expect(await note("open.md")).toMatchObject({ words: 2 });
  });

  it("counts characters where there are no spaces", async () => {
    expect(await note("ja.md")).toMatchObject({ words: 0, characters: 300, minutes: 0.6 });
    expect(await note("mixed.md")).toMatchObject({ words: 3, characters: 3 });
  });

  it("says what is wrong", async () => {
    await expect(note("b.md")).rejects.toMatchObject({ code: "not-found" });
    await expect(note("a.md", { words_per_minute: 0 })).rejects.toMatchObject({ code: "guest-error" });
    await expect(plugin.call("note", {})).rejects.toMatchObject({ code: "invalid-arguments" });
  });
});

describe("folder", () => {
  it("sums all notes and names the longest first", async () => {
    const { result } = await plugin.call("folder", { limit: 2 });
    expect(result).toMatchObject({
      notes: 7,
      skipped: [],
      longest: [{ path: "folder/b.md", minutes: 2 }, { path: "a.md" }],
    });
    expect((await plugin.call("folder", { path: "folder" })).result).toMatchObject({ notes: 1, minutes: 2 });
  });

  it("reads the sample kiln", async () => {
    const sample = createNodeHost({ kiln: SAMPLE });
    try {
      const { result } = await (await sample.loadFile(`${FOLDER}reading-time.wasm`)).call("folder", {});
      expect(result).toMatchObject({ notes: 47, skipped: [] });
      const { longest } = result as { longest: readonly { path: string }[] };
      expect(longest).toHaveLength(10);
      expect(longest[0]!.path).toBe("research/synthesis/what-makes-notes-last.md");
    } finally {
      sample.close();
    }
  });
});

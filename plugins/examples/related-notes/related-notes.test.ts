import { fileURLToPath } from "node:url";
import { createNodeHost, memoryKiln, type NodeHost, type Plugin } from "crucible-plugin-host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const FILE = fileURLToPath(new URL("related-notes.wasm", import.meta.url));
const SAMPLE = fileURLToPath(new URL("../../sample-kiln", import.meta.url));

interface Suggestion {
  readonly path: string;
  readonly score: number;
  readonly shared_links: readonly string[];
  readonly shared_tags: readonly string[];
  readonly linked: boolean;
}

interface Answer {
  readonly related: readonly Suggestion[];
  readonly skipped: readonly unknown[];
}

const ask = async (plugin: Plugin, args: Readonly<Record<string, unknown>>) =>
  (await plugin.call("related", args)).result as Answer;

describe("in a small kiln", () => {
  let host: NodeHost;
  let plugin: Plugin;
  beforeAll(async () => {
    const notes = {
      "a.md": "---\ntags: [Čaj]\n---\n[[hub]] [[rare|🦊]] [[friend]] `[[e]]`",
      "b.md": "[[hub]] [[x/rare]]",
      "c.md": "[[hub]] #čaj",
      "d.md": "nothing in common",
      "e.md": "```\n[[hub]]\n```",
      "friend.md": "[[hub]]",
      "g.md": "[[hub]]",
      "hub.md": "",
      "x/rare.md": "",
    };
    host = createNodeHost({ kiln: memoryKiln(notes) });
    plugin = await host.loadFile(FILE);
  });
  afterAll(() => host.close());

  it("what is shared by few counts more; tags are the same in any case", async () => {
    const { related, skipped } = await ask(plugin, { path: "a.md" });
    expect(skipped).toEqual([]);
    // 1 / ln(1 + 5) for the hub, which five notes link to, and 1 / ln(1 + 2) for what two share.
    const close = Math.round(1000 * (1 / Math.log(6) + 1 / Math.log(3))) / 1000;
    const far = Math.round(1000 / Math.log(6)) / 1000;
    expect(related).toEqual([
      { path: "b.md", score: close, shared_links: ["hub.md", "x/rare.md"], shared_tags: [], linked: false },
      { path: "c.md", score: close, shared_links: ["hub.md"], shared_tags: ["čaj"], linked: false },
      { path: "g.md", score: far, shared_links: ["hub.md"], shared_tags: [], linked: false },
    ]);
  });

  it("tells what is linked already where that is asked for, and no more than the limit", async () => {
    const { related } = await ask(plugin, { path: "a.md", linked: true });
    expect(related.filter(({ linked }) => linked).map(({ path }) => path)).toEqual(["hub.md", "friend.md"]);
    expect((await ask(plugin, { path: "a.md", limit: 1 })).related).toHaveLength(1);
    expect((await ask(plugin, { path: "d.md" })).related).toEqual([]);
  });

  it("says what is wrong", async () => {
    await expect(ask(plugin, { path: "z.md" })).rejects.toMatchObject({ code: "not-found" });
    await expect(ask(plugin, { path: "../a.md" })).rejects.toMatchObject({ code: "invalid-arguments" });
    await expect(ask(plugin, { path: "a.md", limit: -1 })).rejects.toMatchObject({ code: "invalid-arguments" });
    await expect(ask(plugin, {})).rejects.toMatchObject({ code: "invalid-arguments" });
  });

  it("imports the kiln, the log for a panic's last words, and nothing else", () => {
    const names = ["kiln", "log", "types"].map((name) => `crucible:plugin/${name}@0.1.0`);
    expect([...plugin.engine.imports!].sort()).toEqual(names);
  });
});

it("finds relations in the sample kiln", async () => {
  const host = createNodeHost({ kiln: SAMPLE });
  try {
    const plugin = await host.loadFile(FILE);
    const { related, skipped } = await ask(plugin, { path: "research/concepts/spacing-effect.md", limit: 3 });
    expect(skipped).toEqual([]);
    expect(related).toHaveLength(3);
    for (const { score, linked, shared_links, shared_tags } of related) {
      expect(score).toBeGreaterThan(0);
      expect(linked).toBe(false);
      expect([...shared_links, ...shared_tags]).not.toEqual([]);
    }
    expect(related.some(({ path }) => path.startsWith("research/"))).toBe(true);
  } finally {
    host.close();
  }
});

import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

// Checks the promises of the sample kiln's README with a reader of its own, so that they do not depend on a plugin.

const ROOT = fileURLToPath(new URL("../../sample-kiln", import.meta.url));
const paths = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".md"))
  .sort();
const notes = new Map(paths.map((path) => [path, readFileSync(`${ROOT}/${path}`, "utf8")]));

/** A note without frontmatter, fences and inline code. */
function prose(text: string): string {
  let fence = "";
  const lines = text.replace(/^---\n[\s\S]*?\n---\n/, "").split("\n");
  const kept = lines.filter((line) => {
    const mark = /^\s*(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence === "") {
      fence = mark?.[1] ?? "";
      return mark === null;
    }
    if (mark?.[1]?.startsWith(fence) && mark[2]!.trim() === "") fence = "";
    return false;
  });
  return kept.join("\n").replaceAll(/`[^`\n]*`/g, "");
}

const headings = (path: string) => [...prose(notes.get(path)!).matchAll(/^#{1,6} (.*)$/gm)].map((match) => match[1]);

/** The note that a wikilink means: by path, by name, or the note itself for a heading alone. */
function target(from: string, name: string): string | undefined {
  if (name === "") return from;
  return paths.find((path) => path === `${name}.md`) ?? paths.find((path) => basename(path, ".md") === name);
}

describe("the sample kiln", () => {
  it("has at least 30 notes, one of them empty and one with nothing but frontmatter", () => {
    expect(paths.length).toBeGreaterThanOrEqual(30);
    expect(paths.filter((path) => notes.get(path) === "")).toEqual(["campaigns/npcs/unnamed-ferryman.md"]);
    const bare = paths.filter((path) => notes.get(path) !== "" && prose(notes.get(path)!).trim() === "");
    expect(bare).toEqual(["game-design/cards/blank-card.md"]);
  });

  it("gives every note a name of its own, in NFC", () => {
    expect(new Set(paths.map((path) => basename(path).toLowerCase())).size).toBe(paths.length);
    expect(paths.filter((path) => path !== path.normalize("NFC"))).toEqual([]);
  });

  it("has only the broken links that its README names", () => {
    const broken: string[] = [];
    for (const [from, text] of notes) {
      for (const [link, inner] of prose(text).matchAll(/\[\[([^\]]+)\]\]/g)) {
        const [name = "", heading] = inner!.split(/\\?\|/)[0]!.split("#");
        const to = target(from, name);
        if (to === undefined || (heading !== undefined && !headings(to).includes(heading)))
          broken.push(`${from} ${link}`);
      }
      for (const [, inner] of prose(text).matchAll(/(?<!\])\]\((<[^>]*>|[^)]*)\)/g)) {
        const path = decodeURI(inner!.replace(/^<|>$/g, "").split("#")[0]!);
        if (!notes.has(posix.join(dirname(from), path))) broken.push(`${from} ${inner}`);
      }
    }
    expect(broken.sort()).toEqual([
      "campaigns/encounter-table.md [[the-glass-almanac]]",
      "game-design/mechanics/oil-economy.md prices.md",
    ]);
  });

  it("connects every note to at least one other", () => {
    const linked = new Set<string>();
    for (const [from, text] of notes) {
      for (const [, inner] of prose(text).matchAll(/\[\[([^\]]+)\]\]/g)) {
        const to = target(from, inner!.split(/\\?\|/)[0]!.split("#")[0]!);
        if (to !== undefined && to !== from) linked.add(from).add(to);
      }
    }
    expect(paths.filter((path) => !linked.has(path))).toEqual([]);
  });
});

import { fileURLToPath } from "node:url";
import { createNodeHost, memoryKiln, type NodeHost, type Plugin } from "crucible-plugin-host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Row {
  readonly folder: string;
  readonly notes: number;
  readonly words: number;
  readonly open: number;
  readonly done: number;
}

interface Stats {
  readonly notes: number;
  readonly words: number;
  readonly headings: number;
  readonly links: {
    readonly wikilinks: number;
    readonly embeds: number;
    readonly markdown: number;
    readonly total: number;
  };
  readonly tasks: { readonly open: number; readonly done: number };
  readonly folders: readonly Row[];
  readonly longest: readonly { readonly path: string; readonly words: number }[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

interface Tasks {
  readonly count: number;
  readonly tasks: readonly { readonly path: string; readonly line: number; readonly text: string }[];
}

const FILE = fileURLToPath(new URL("./note-stats.rune", import.meta.url));
const SAMPLE = fileURLToPath(new URL("../../sample-kiln", import.meta.url));

// One kiln and one host for all tests, which each look at a folder of their own: a host compiles the engine once.
const NOTES: Record<string, string> = {};
let host: NodeHost;
let plugin: Plugin;

beforeAll(async () => {
  host = createNodeHost({ kiln: memoryKiln(NOTES) });
  plugin = await host.loadFile(FILE);
});

afterAll(() => {
  host.close();
});

/** Puts notes into a folder of the kiln. Called while the tests are collected, before the host starts. */
function place(folder: string, notes: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(notes)) NOTES[`${folder}/${path}`] = text;
  return folder;
}

const note = (...lines: string[]) => ({ "note.md": lines.join("\n") });
const stats = async (folder: unknown) => (await plugin.call("stats", { folder })).result as Stats;
const tasks = async (args: Readonly<Record<string, unknown>>) => (await plugin.call("tasks", args)).result as Tasks;

describe("stats", () => {
  const empty = place("empty", note(""));
  it("finds nothing in an empty note", async () => {
    expect(await stats(empty)).toMatchObject({ notes: 1, words: 0, headings: 0, links: { total: 0 } });
  });

  const words = place("words", note("| one | 2 |", "| --- | --- |", "— drei, čtyři • 港の市 🦊"));
  it("counts words that hold a letter or a digit", async () => {
    expect((await stats(words)).words).toBe(5);
  });

  const headings = place("headings", note("# a", "###### b", "##", "####### no", "#no"));
  it("counts headings of one to six marks", async () => {
    expect((await stats(headings)).headings).toBe(3);
  });

  const linked = place(
    "links",
    note(
      "[[a]] [[a|b]] [[a#b]] ![[a]]",
      "[a](b) ![a](b) [![a](b)](c) [a](<b c>)",
      "| [[a\\|b]] | \\[[no]] [no] [[]] |",
    ),
  );
  it("tells wikilinks, embeds and Markdown links apart", async () => {
    expect((await stats(linked)).links).toEqual({ wikilinks: 4, embeds: 3, markdown: 3, total: 10 });
  });

  const code = place("code", note("`[[no]]` ``a ` [[no]]`` one", "an open ` tick [[yes]]"));
  it("skips inline code, whatever its number of backticks", async () => {
    expect(await stats(code)).toMatchObject({ links: { total: 1 }, words: 5 });
  });

  const nested = place("nested", note("````markdown", "```", "- [ ] no [[no]]", "```", "# no", "````", "# yes"));
  const tildes = place("tildes", note("~~~", "```", "[[no]]", "~~~", "# yes"));
  const listed = place("listed", note("1. ```js", "   - [ ] no", "   ```", "# yes"));
  const quoted = place("quoted", note("> ```", "> [[no]]", "# yes: the fence ended with the quote"));
  it.each([nested, tildes, listed, quoted])("skips fences that are %s", async (folder) => {
    expect(await stats(folder)).toMatchObject({ headings: 1, links: { total: 0 }, tasks: { open: 0, done: 0 } });
  });

  const frontmatter = place("frontmatter", {
    "a.md": "---\ntitle: one two\ntags: '[[no]]'\n---\n",
    "b.md": "\u{feff}---\r\ntitle: x\r\n---\r\n# yes\r\n",
    "c.md": "---\n# yes\nnever closed\n",
  });
  it("skips frontmatter, with a byte order mark and with CRLF too, but not what only looks like it", async () => {
    expect(await stats(frontmatter)).toMatchObject({ headings: 2, words: 4, links: { total: 0 } });
  });

  const lists = place(
    "lists",
    note("- [ ] a", "* [x] b", "+ [X] c", "1. [ ] d", "  2) [ ] e", "> - [ ] f", "- [ ]no", "[ ] no", "- [y] no"),
  );
  it("counts tasks in every kind of list and in quotes", async () => {
    expect((await stats(lists)).tasks).toEqual({ open: 4, done: 2 });
  });

  const rows = place("rows", { "z.md": "one", "b/x.md": "one two", "b/c/y.md": "- [ ] three", "a/x.md": "" });
  it("gives a row for each folder, sorted, and only for the folder that was asked for", async () => {
    expect((await stats(rows)).folders.map((row) => [row.folder, row.notes, row.words])).toEqual([
      ["rows", 1, 1],
      ["rows/a", 1, 0],
      ["rows/b", 1, 2],
      ["rows/b/c", 1, 1],
    ]);
    const { folders, notes } = await stats("rows/b/");
    expect(folders.map((row) => row.folder)).toEqual(["rows/b", "rows/b/c"]);
    expect(notes).toBe(2);
  });

  const long = place("long", Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((n) => [`${n}.md`, "word ".repeat(n % 4)])));
  it("names the longest notes first", async () => {
    const paths = ["3.md", "7.md", "2.md", "6.md", "1.md"];
    expect((await stats(long)).longest.map((one) => one.path)).toEqual(paths.map((path) => `long/${path}`));
  });

  it("says that a folder does not exist, leaves the kiln or is no text", async () => {
    await expect(stats("nowhere")).rejects.toMatchObject({ code: "not-found" });
    await expect(stats("../elsewhere")).rejects.toMatchObject({ code: "invalid-arguments" });
    await expect(stats(3)).rejects.toMatchObject({ code: "invalid-arguments" });
  });
});

describe("tasks", () => {
  const folder = place("tasks", {
    "a.md": "---\nx: 1\n---\n- [ ] first\n\n- [x] second\n",
    "b/c.md": "> 1. [ ] [[third]]\r\n",
  });
  it("lists open tasks with note and line, and finished ones when asked", async () => {
    const open = [
      { path: "tasks/a.md", line: 4, text: "first" },
      { path: "tasks/b/c.md", line: 1, text: "[[third]]" },
    ];
    expect(await tasks({ folder })).toMatchObject({ count: 2, tasks: open });
    expect((await tasks({ folder, done: true })).tasks).toEqual([{ path: "tasks/a.md", line: 6, text: "second" }]);
  });
});

describe("on the sample kiln", () => {
  it("counts what the notes hold, without a folder in all of them", async () => {
    const sample = createNodeHost({ kiln: SAMPLE });
    try {
      const { result } = await (await sample.loadFile(FILE)).call("stats", {});
      expect(result).toMatchObject({
        notes: 47,
        links: { wikilinks: 218, embeds: 2, markdown: 3 },
        tasks: { open: 53, done: 27 },
        skipped: [],
      });
      const { folders, longest } = result as Stats;
      expect(folders[0]!.folder).toBe(".");
      expect(longest[0]!.path).toBe("research/synthesis/what-makes-notes-last.md");
    } finally {
      sample.close();
    }
  });
});

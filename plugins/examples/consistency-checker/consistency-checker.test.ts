import { fileURLToPath } from "node:url";
import { createNodeHost, memoryKiln } from "crucible-plugin-host";
import { describe, expect, it } from "vitest";

const FILE = fileURLToPath(new URL("./consistency-checker.js", import.meta.url));
const SAMPLE = fileURLToPath(new URL("../../sample-kiln", import.meta.url));

interface Report {
  readonly cast: readonly { readonly name: string; readonly mentions: number }[];
  readonly misspelled: readonly unknown[];
  readonly unknown: readonly unknown[];
  readonly absent: readonly string[];
  readonly skipped: readonly unknown[];
}

const STORY = {
  "people/ysolde-marr.md":
    "---\ntitle: Captain Ysolde Marr\ntype: npc\naliases: [The Captain]\n---\n# Ysolde\nShe knows Ysolde.",
  "people/zdeňka.md": '---\ntitle: "Zdeňka"\ntype: character\n---\nA copyist.',
  "places/harbour.md": "---\ntitle: Greywater\ntype: place\n---\nNobody comes here.",
  "one.md": [
    "---",
    "title: Marr",
    "---",
    "Ysolde met Zdenka and old Perrin at the quay. Greywatr was quiet.",
    "```",
    "Perrin in code with Ysolda",
    "```",
    "They saw [[ysolde-marr|her]] and Perrin. Then the `Tamsin` sailed for Norway.",
    "Captian Marr laughed. When Marrs were about, Perhaps nobody did.",
  ].join("\n"),
  "two.md": "Whoever saw Perrin told captain Ysolde Marr.",
};

const load = async (notes: Readonly<Record<string, string>> = STORY) =>
  createNodeHost({ kiln: memoryKiln(notes) }).loadFile(FILE);
const check = async (args = {}) => (await (await load()).call("check", args)).result as Report;

describe("check", () => {
  it("counts the lines of other notes in which the cast appears", async () => {
    const { cast, absent } = await check();
    expect(cast).toEqual([
      { name: "Captain Ysolde Marr", type: "npc", path: "people/ysolde-marr.md", mentions: 2 },
      { name: "Zdeňka", type: "character", path: "people/zdeňka.md", mentions: 1 },
      { name: "Greywater", type: "place", path: "places/harbour.md", mentions: 0 },
    ]);
    expect(absent).toEqual(["Greywater"]);
  });

  it("finds names with a letter missing, replaced or swapped, outside of code", async () => {
    expect((await check()).misspelled).toEqual([
      { text: "Greywatr", meant: "Greywater", path: "one.md", line: 4 },
      { text: "Captian Marr", meant: "Captain Ysolde Marr", path: "one.md", line: 9 },
    ]);
  });

  it("names those who have no note and appear more than once, but no word that only begins a sentence", async () => {
    expect((await check()).unknown).toEqual([{ name: "Perrin", mentions: 3, notes: ["one.md", "two.md"] }]);
  });

  it("looks in one folder only where it is given", async () => {
    expect((await check({ folder: "people" })).cast.map(({ name }) => name)).toEqual(["Captain Ysolde Marr", "Zdeňka"]);
    await expect(check({ folder: "nowhere" })).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("appearances", () => {
  it("gives the lines, whatever the accents and capitals of the name", async () => {
    const plugin = await load();
    expect((await plugin.call("appearances", { name: "zdenka" })).result).toEqual({
      name: "Zdeňka",
      path: "people/zdeňka.md",
      appearances: [
        { path: "one.md", line: 4, text: "Ysolde met Zdenka and old Perrin at the quay. Greywatr was quiet." },
      ],
    });
  });

  it("of somebody who is not in the cast is not-found, with the cast", async () => {
    const plugin = await load();
    await expect(plugin.call("appearances", { name: "Perrin" })).rejects.toMatchObject({
      code: "not-found",
      message: 'There is no note about "Perrin"; the cast is Captain Ysolde Marr, Zdeňka, Greywater',
    });
  });
});

it("on the sample kiln it finds what its README says", async () => {
  const plugin = await createNodeHost({ kiln: SAMPLE }).loadFile(FILE);
  const { cast, unknown, absent, misspelled, skipped } = (await plugin.call("check", { folder: "campaigns" }))
    .result as Report;
  expect(cast).toHaveLength(9);
  expect(unknown).toEqual(
    expect.arrayContaining(["Coll", "Brin", "Old Tamsin"].map((name) => expect.objectContaining({ name }))),
  );
  expect({ absent, misspelled, skipped }).toEqual({ absent: [], misspelled: [], skipped: [] });
});

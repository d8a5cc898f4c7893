import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PluginError } from "../errors.ts";
import { compareCodePoints, quoted } from "../text.ts";
import { aliasKey, isFolderName, parseFolderPath, parseNotePath, tryNotePath } from "./path.ts";

/** Each with the rule that refuses it. */
const HOSTILE: readonly (readonly [path: string, rule: RegExp])[] = [
  ["", /empty/],
  ["/etc/passwd.md", /relative/],
  ["//server/share.md", /relative/],
  ["../x.md", /"\.\."/],
  ["a/../../x.md", /"\.\."/],
  ["a/..", /"\.\."/],
  ["./x.md", /"\."/],
  ["a/./x.md", /"\."/],
  ["a//x.md", /empty segment/],
  ["a/", /empty segment/],
  ["a\\..\\x.md", /backslash/],
  ["..\\x.md", /backslash/],
  ["\\\\server\\share\\x.md", /backslash/],
  ["C:/x.md", /":"/],
  ["C:x.md", /":"/],
  ["x.txt:stream.md", /":"/],
  ["x.md::$DATA", /":"/],
  ["a\0.md", /control/],
  ["a.md\0.png", /control/],
  ["a\n.md", /control/],
  ["a\u007f.md", /control/],
  ["a\u0085.md", /control/],
  ["a\u2028.md", /control/],
  ["\u202edm.exe.md", /control/],
  ["con.md", /device/],
  ["CON.md", /device/],
  ["a/NUL.md", /device/],
  ["nul .md", /device/],
  ["aux.tar.md", /device/],
  ["com1.md", /device/],
  ["COM¹.md", /device/],
  ["lpt9.md", /device/],
  ["conin$.md", /device/],
  ["prn/x.md", /device/],
  ["ｃｏｎ.md", /device/],
  ["a./x.md", /end in a dot/],
  ["a /x.md", /end in a dot or a space/],
  ["a.md ", /end in a dot or a space/],
  ["a.md.", /end in a dot or a space/],
  ["a\u200b /x.md", /end in a dot or a space/],
  [".crucible/x.md", /hidden/],
  [".CRUCIBLE/x.md", /hidden/],
  [".git/x.md", /hidden/],
  [".obsidian/x.md", /hidden/],
  [".hidden.md", /hidden/],
  [".\u200ccrucible/x.md", /hidden/],
  ["\u200b.crucible/x.md", /hidden/],
  ["\ufeff.git/x.md", /hidden/],
  ["\u2060\u2060/x.md", /hidden/],
  ["．crucible/x.md", /look-alike/],
  ["․git/x.md", /look-alike/],
  ["．md.md", /look-alike/],
  ["‥/x.md", /look-alike/],
  ["．．/x.md", /look-alike/],
  ["a／..／x.md", /look-alike/],
  ["a＼x.md", /look-alike/],
  ["c：x.md", /look-alike/],
  ["CRUCIB~1/x.md", /short name/],
  ["GIT~1/x.md", /short name/],
  ["FOO~1.md", /short name/],
  ["a\ud800.md", /Unicode/],
  ["\udc00.md", /Unicode/],
  ["a.txt", /\.md/],
  ["a", /\.md/],
  ["a.MD", /\.md/],
  ["a.md/b", /\.md/],
  [`${"a".repeat(253)}.md`, /255 bytes/],
  [`${"é".repeat(127)}.md`, /255 bytes/],
  [`${"a/".repeat(511)}a.md`, /1024 bytes/],
  [`${"a/".repeat(64)}a.md`, /64 segments/],
];

describe("the path of a note", () => {
  test.each(HOSTILE)("%j is refused", (path, rule) => {
    expect(() => parseNotePath(path)).toThrow(rule);
    expect(tryNotePath(path)).toBeUndefined();
  });

  test("a refusal is invalid-arguments and escapes what it quotes", () => {
    try {
      parseNotePath("\u001b[31m\u202e.md");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PluginError);
      expect((error as PluginError).code).toBe("invalid-arguments");
      expect((error as PluginError).message).toBe(
        `"\\u001b[31m\\u202e.md" is not the path of a note: it contains a control character`,
      );
    }
  });

  test.each([
    "a.md",
    "campaigns/log/session 1.md",
    "Ünïcödé/naïve.md",
    "日本/ノート.md",
    "emoji 👩‍💻❤️.md",
    "a..b/c...d.md",
    "…and then.md",
    "README~backup.md",
    "what? (draft) [1].md",
    "console/nullable.md",
    "x.md/y.md",
    "e\u0301.md",
  ])("%j is accepted unchanged", (path) => {
    expect(parseNotePath(path)).toBe(path);
  });

  test("what is accepted stays inside when it is joined to a root, on POSIX and on Windows", async () => {
    const { posix, win32 } = await import("node:path");
    const piece = fc.constantFrom(
      "a",
      "..",
      ".",
      "/",
      "\\",
      ":",
      "~1",
      ".md",
      "con",
      " ",
      "\0",
      "．",
      "％",
      "\u200b",
      "é",
      "C",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = tryNotePath(pieces.join(""));
        if (path === undefined) return;
        expect(posix.resolve("/kiln", path).startsWith("/kiln/")).toBe(true);
        expect(posix.normalize(path)).toBe(path);
        expect(win32.resolve("Z:\\kiln", path).startsWith("Z:\\kiln\\")).toBe(true);
        expect(
          path.split("/").some((segment) => segment.normalize("NFKC").startsWith(".") && !segment.startsWith("…")),
        ).toBe(false);
      }),
      { numRuns: 20_000 },
    );
  });

  test("any text at all is either refused with a PluginError or accepted", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        try {
          expect(parseNotePath(text)).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PluginError);
        }
      }),
    );
  });
});

describe("the path of a folder", () => {
  test("the kiln itself is the empty text, and one slash at the end is dropped", () => {
    expect(parseFolderPath("")).toBe("");
    expect(parseFolderPath("campaigns/")).toBe("campaigns");
    expect(parseFolderPath("campaigns/log")).toBe("campaigns/log");
  });

  test.each(["/", "//", "..", ".", "a//", ".crucible", "a/..", "C:", "a\\b"])("%j is refused", (path) => {
    expect(() => parseFolderPath(path)).toThrow(PluginError);
  });

  test("names of directories that no path can name are not folders", () => {
    expect(isFolderName("log")).toBe(true);
    expect(isFolderName(".crucible")).toBe(false);
    expect(isFolderName("a\\b")).toBe(false);
  });
});

test("names are ordered by code point, as UTF-8 bytes are", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "\ue000", "\uffff", "😀", "\ud7ff", "z", "/") });
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});

test("names that one file system may take for one file have one key", () => {
  expect(aliasKey("É.md")).toBe(aliasKey("e\u0301.md"));
  expect(aliasKey("README.md")).toBe(aliasKey("readme.md"));
  expect(aliasKey("a.md")).not.toBe(aliasKey("b.md"));
});

test("long text is shortened when it is quoted", () => {
  expect(quoted("x".repeat(500))).toHaveLength(123);
});

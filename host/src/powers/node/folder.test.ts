import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseNotePath } from "../../kiln/path.ts";
import { atParent, type Confinement, openRoot, walk } from "./folder.ts";

let top: string;

beforeEach(() => {
  top = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "crucible-")));
  fs.mkdirSync(join(top, "kiln/a/b"), { recursive: true });
  fs.mkdirSync(join(top, "outside"));
  fs.writeFileSync(join(top, "kiln/a/note.md"), "");
  fs.symlinkSync(join(top, "outside"), join(top, "kiln/a/b/link"));
  fs.symlinkSync("a", join(top, "kiln/inner-link"));
  fs.symlinkSync(join(top, "outside"), join(top, "kiln/outer-link"));
});

afterEach(() => fs.rmSync(top, { recursive: true, force: true }));

const isLinux = process.platform === "linux";
const CONFINEMENTS: readonly Confinement[] = isLinux ? ["descriptors", "checks"] : ["checks"];

describe.each(CONFINEMENTS)("a folder confined by %s", (confinement) => {
  test("is walked segment by segment, never through a link, even one that stays inside", () => {
    const root = openRoot(join(top, "kiln"), confinement);
    const inner = walk(root, ["a", "b"]);
    expect(inner?.name).toBe("a/b");
    inner?.close();
    expect(walk(root, ["a", "none", "b"])).toBeUndefined();
    expect(walk(root, ["a", "note.md"])).toBeUndefined();
    expect(() => walk(root, ["inner-link"])).toThrow(/"inner-link" is a link/);
    expect(() => walk(root, ["a", "b", "c"], true)?.close()).not.toThrow();
    expect(() => walk(root, ["outer-link", "made"], true)).toThrow(/is a link/);
    expect(fs.readdirSync(join(top, "outside"))).toEqual([]);
    expect(fs.existsSync(join(top, "kiln/a/b/c"))).toBe(true);
    root.close();
  });

  test.runIf(isLinux)("leaves no descriptor open, whatever happens on the way", () => {
    const count = () => fs.readdirSync("/proc/self/fd").length;
    const before = count();
    const root = openRoot(join(top, "kiln"), confinement);
    for (let round = 0; round < 50; round++) {
      walk(root, ["a", "b"])?.close();
      walk(root, ["a", "none"]);
      expect(() => walk(root, ["a", "b", "link"])).toThrow();
      expect(() =>
        atParent(root, parseNotePath("a/note.md"), () => {
          throw new Error("in use");
        }),
      ).toThrow("in use");
    }
    root.close();
    expect(count()).toBe(before);
  });
});

test.runIf(isLinux)(
  "by descriptors, a folder that was moved away and replaced is still the one that was opened",
  () => {
    const root = openRoot(join(top, "kiln"), "descriptors");
    const folder = walk(root, ["a"]);
    fs.renameSync(join(top, "kiln/a"), join(top, "kiln/moved"));
    fs.symlinkSync(join(top, "outside"), join(top, "kiln/a"));
    expect(fs.readdirSync(folder?.self ?? "").sort()).toEqual(["b", "note.md"]);
    folder?.close();
    root.close();
  },
);

test("by checks, an entry whose real path is another one is found out after it was opened", () => {
  const root = openRoot(join(top, "kiln"), "checks");
  expect(() => root.verify("inner-link")).toThrow(/is a link/);
  expect(() => root.verify("outer-link")).toThrow(/is a link/);
  expect(() => root.verify("a")).not.toThrow();
});

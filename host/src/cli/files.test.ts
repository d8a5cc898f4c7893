import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkPluginFile, excerptFrom, findKiln, writeBundleFile } from "./files.ts";

const BUNDLE = Uint8Array.of(0x89, 0x43, 0x52, 0x55, 0x42, 0x0d, 0x0a, 0x1a, 1);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cru-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the kiln", () => {
  it("is the nearest folder upwards with .crucible, else the working folder", () => {
    const inner = join(folder, "a", "b");
    mkdirSync(inner, { recursive: true });
    mkdirSync(join(folder, "a", ".crucible"));
    expect(findKiln(undefined, inner)).toBe(join(folder, "a"));
    rmSync(join(folder, "a", ".crucible"), { recursive: true });
    writeFileSync(join(folder, "a", ".crucible"), "a file is no kiln");
    expect(findKiln(undefined, inner)).toBe(inner);
  });

  it("that is given must be a folder", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => findKiln("nowhere", folder)).toThrow(
      expect.objectContaining({ code: "not-found", message: 'There is no kiln at "nowhere"' }),
    );
    expect(() => findKiln("file", folder)).toThrow(expect.objectContaining({ code: "invalid-arguments" }));
    expect(() => findKiln("file/x", folder)).toThrow(expect.objectContaining({ code: "not-found" }));
    expect(() => findKiln("a\0b", folder)).toThrow(expect.objectContaining({ code: "not-found" }));
  });
});

describe("a plugin's file", () => {
  it("must be there and be a file", () => {
    expect(() => checkPluginFile(join(folder, "x.rune"))).toThrow(expect.objectContaining({ code: "not-found" }));
    expect(() => checkPluginFile(folder)).toThrow("is a folder, not a plugin's file");
    writeFileSync(join(folder, "x.rune"), "");
    expect(checkPluginFile(join(folder, "x.rune"))).toBeUndefined();
  });

  it("gives the excerpt of a position in it, and none of another file", () => {
    const path = join(folder, "x.rune");
    writeFileSync(path, "a\nb");
    expect(excerptFrom(path)({ file: "x.rune", line: 2, column: 1 })).toBe("1 | a\n2 | b\n  | ^");
    expect(excerptFrom(path)({ file: "y.rune", line: 2, column: 1 })).toBeUndefined();
  });
});

describe("a bundle", () => {
  it("replaces a bundle and leaves nothing else behind", () => {
    const path = join(folder, "d.crub");
    writeBundleFile(path, BUNDLE, false);
    writeBundleFile(path, Uint8Array.of(...BUNDLE, 2), false);
    expect(readFileSync(path)).toHaveLength(10);
    expect(readdirSync(folder)).toEqual(["d.crub"]);
  });

  it("replaces another file only with force", () => {
    const path = join(folder, "notes.md");
    writeFileSync(path, "# Mine");
    expect(() => writeBundleFile(path, BUNDLE, false)).toThrow("a file that is no bundle is there");
    expect(readFileSync(path, "utf8")).toBe("# Mine");
    writeBundleFile(path, BUNDLE, true);
    expect(readFileSync(path)).toHaveLength(9);
  });

  it("goes into a folder that is there, and into no folder's place", () => {
    expect(() => writeBundleFile(folder, BUNDLE, true)).toThrow("it is a folder");
    expect(() => writeBundleFile(join(folder, "a", "d.crub"), BUNDLE, true)).toThrow("its folder does not exist");
  });
});

import { describe, expect, it } from "vitest";
import { admitsApi, isRange, isVersion, satisfies } from "./semver.ts";

describe("versions", () => {
  it.each(["1.2.3", "0.0.0", "1.0.0-rc.1", "1.0.0+build.5"])("accepts %s", (text) =>
    expect(isVersion(text)).toBe(true),
  );
  it.each(["1.2", "v1.2.3", "01.2.3", "1.2.3.4", "", "1.2.3-"])("refuses %j", (text) =>
    expect(isVersion(text)).toBe(false),
  );
  it.each(["1", "^2.0", "~1.2.3", "0.1.x", ">=1.0", "*"])("takes %s as a range", (text) =>
    expect(isRange(text)).toBe(true),
  );
  it.each(["", "latest", "^^1", "1 - 2", "x.1"])("takes %j as no range", (text) => expect(isRange(text)).toBe(false));
});

describe("the api range", () => {
  it.each(["0.1", "^0.1", "0.1.x", "0.1.0", "~0.1", ">=0.1", "*", "0"])("%s admits 0.1.0", (range) => {
    expect(admitsApi(range, "0.1.0")).toBe(true);
  });
  it.each(["0.2", "^0.2", "1", "^1.0", "0.1.1", ">=0.2", "^0.0.1", "latest"])("%s does not admit 0.1.0", (range) => {
    expect(admitsApi(range, "0.1.0")).toBe(false);
  });
  it("before 1.0 the minor number is the major one", () => {
    expect(admitsApi("^0.1", "0.2.0")).toBe(false);
    expect(admitsApi("^0.1.2", "0.1.5")).toBe(true);
    expect(admitsApi("^1.2", "1.9.0")).toBe(true);
    expect(admitsApi("^1.2", "2.0.0")).toBe(false);
  });
});

describe("a version of another plugin", () => {
  it.each([
    ["2.1.0", "^2.0", true],
    ["2.1.0", "2", true],
    ["2.1.0", "2.0", false],
    ["2.1.0", "~2.1.0", true],
    ["2.1.0", ">=2.1.1", false],
    ["2.1.0+build.5", "2.1.0", true],
    ["2.1.0-rc.1", "^2.0", false],
    ["2.1.0-rc.1", "*", true],
  ])("%s lies in %s: %s", (version, range, lies) => expect(satisfies(version, range)).toBe(lies));
});

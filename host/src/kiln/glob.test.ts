import fc from "fast-check";
import { expect, test } from "vitest";
import { compileGlobs } from "./glob.ts";

test.each([
  ["**", "a.md", true],
  ["**", "a/b/c.md", true],
  ["campaigns/**", "campaigns/a.md", true],
  ["campaigns/**", "campaigns/log/a.md", true],
  ["campaigns/**", "campaigns", false],
  ["campaigns/**", "campaigns2/a.md", false],
  ["campaigns/**", "x/campaigns/a.md", false],
  ["campaigns/*", "campaigns/a.md", true],
  ["campaigns/*", "campaigns/log/a.md", false],
  ["*.md", "a.md", true],
  ["*.md", "a/b.md", false],
  ["**/log/**", "log/a.md", true],
  ["**/log/**", "campaigns/log/x/a.md", true],
  ["**/log/**", "campaigns/logs/a.md", false],
  ["**/*.md", "a.md", true],
  ["a/**/b.md", "a/b.md", true],
  ["a/**/b.md", "a/x/y/b.md", true],
  ["a/**/b.md", "a/x/y/c.md", false],
  ["session-?.md", "session-1.md", true],
  ["session-?.md", "session-😀.md", true],
  ["session-?.md", "session-12.md", false],
  ["a[b].md", "a[b].md", true],
  ["a[b].md", "ab.md", false],
  ["{a,b}/**", "a/x.md", false],
  ["Campaigns/**", "campaigns/a.md", false],
  ["e\u0301/**", "é/a.md", true],
  ["a**.md/**", "a.md", undefined],
])("%j on %j gives %j", (glob, path, matches) => {
  if (matches === undefined) expect(() => compileGlobs([glob])).toThrow(/stand alone/);
  else expect(compileGlobs([glob]).matches(path)).toBe(matches);
});

test.each([
  ["", /whole kiln/],
  ["/a/**", /relative/],
  ["../**", /"\.\."/],
  ["a/./**", /"\."/],
  ["a//**", /empty segment/],
  ["a\\**", /backslash/],
  ["campaigns/", /write "campaigns\/\*\*"/],
  ["campaigns", /write "campaigns\/\*\*"/],
  ["a\0/**", /control/],
])("the glob %j is refused with what to do", (glob, rule) => {
  expect(() => compileGlobs([glob])).toThrow(rule);
});

test("no globs match nothing", () => {
  expect(compileGlobs([]).matches("a.md")).toBe(false);
  expect(compileGlobs([]).reaches("")).toBe(false);
});

test.each([
  ["campaigns/log/**", "", true],
  ["campaigns/log/**", "campaigns", true],
  ["campaigns/log/**", "campaigns/log/2024", true],
  ["campaigns/log/**", "research", false],
  ["a/b.md", "a", true],
  ["a/b.md", "a/b.md", false],
  ["**/x.md", "anything/at/all", true],
])("%j can lie inside the folder %j: %j", (glob, folder, reaches) => {
  expect(compileGlobs([glob]).reaches(folder)).toBe(reaches);
});

const segment = fc
  .string({ unit: fc.constantFrom("a", "b", "."), minLength: 1, maxLength: 3 })
  .filter((text) => !/^\.+$/.test(text));
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join("/"));
const pattern = fc
  .array(
    fc.oneof(fc.constant("**"), fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), minLength: 1, maxLength: 4 })),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((segments) => segments.join("/"));

test("matching agrees with a naive recursive definition", () => {
  fc.assert(
    fc.property(pattern, path, (glob, text) => {
      const set = compiled(glob);
      if (set === undefined) return;
      expect(set.matches(text)).toBe(naive(glob.split("/"), text.split("/")));
    }),
    { numRuns: 20_000 },
  );
});

test("what matches inside a folder is always reached by that folder", () => {
  fc.assert(
    fc.property(pattern, path, (glob, text) => {
      const set = compiled(glob);
      if (set === undefined || !set.matches(text)) return;
      const segments = text.split("/");
      for (let length = 0; length < segments.length; length++) {
        expect(set.reaches(segments.slice(0, length).join("/"))).toBe(true);
      }
    }),
    { numRuns: 5_000 },
  );
});

test("hostile patterns take steps in proportion to pattern and path", () => {
  const glob = `${"a*".repeat(100)}b/${"**/a/".repeat(30)}*.md`;
  const text = `${"a".repeat(250)}/${"a/".repeat(60)}x`;
  expect(compileGlobs([glob]).matches(text)).toBe(false);
});

function compiled(glob: string) {
  try {
    return compileGlobs([glob]);
  } catch {
    return undefined;
  }
}

function naive(globs: readonly string[], segments: readonly string[]): boolean {
  const [glob, ...rest] = globs;
  if (glob === undefined) return segments.length === 0;
  if (glob === "**") {
    const least = rest.every((other) => other === "**") ? 1 : 0;
    for (let taken = least; taken <= segments.length; taken++) {
      if (rest.every((other) => other === "**") ? taken === segments.length : naive(rest, segments.slice(taken)))
        return true;
    }
    return false;
  }
  const [segment, ...others] = segments;
  return segment !== undefined && naiveSegment([...glob], [...segment]) && naive(rest, others);
}

function naiveSegment(glob: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = glob;
  if (first === undefined) return text.length === 0;
  if (first === "*") return naiveSegment(rest, text) || (text.length > 0 && naiveSegment(glob, text.slice(1)));
  return text.length > 0 && (first === "?" || first === text[0]) && naiveSegment(rest, text.slice(1));
}

/**
 * The little of semantic versioning that a manifest needs: is this a version, is this a range, does the range of the
 * `api` key admit this host, does a version lie in a range. Choosing among versions of a dependency is not done here.
 */

/** The version of the `crucible:plugin` WIT package that this host offers. */
export const API_VERSION = "0.1.0";

const NUMBER = "(?:0|[1-9][0-9]{0,8})";
/** https://semver.org, item 2, 9 and 10; identifiers are limited in length so that matching is bounded. */
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-[0-9A-Za-z.-]{1,64})?(?:\\+[0-9A-Za-z.-]{1,64})?$`);
const PARTIAL = new RegExp(`^(\\^|~|=|>=)?(${NUMBER})(?:\\.(${NUMBER}|x|\\*))?(?:\\.(${NUMBER}|x|\\*))?$`);

export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** `1`, `1.2`, `1.2.3`, `1.2.x`, with `^`, `~`, `=` or `>=` before it, or `*`. */
export function isRange(text: string): boolean {
  return text === "*" || PARTIAL.test(text);
}

/** Whether the range admits this host's API. `0.1`, `^0.1`, `0.1.x` and `0.1.0` do; before 1.0 the minor number is the major one. */
export function admitsApi(range: string, version: string = API_VERSION): boolean {
  return satisfies(version, range);
}

/** Whether a version lies in a range. A pre-release lies in `*` only: it precedes the version that it is named after. */
export function satisfies(version: string, range: string): boolean {
  if (range === "*") return true;
  const parts = PARTIAL.exec(range);
  const [release = ""] = version.split("+");
  if (parts === null || release.includes("-")) return false;
  const [, operator = "", ...wanted] = parts;
  const have = release.split(".").map(Number);
  const want = wanted.map((part) => (part === undefined || part === "x" || part === "*" ? undefined : Number(part)));
  if (operator === ">=") return compare(have, want) >= 0;
  if (compare(have, want) < 0) return false;
  const fixed = fixedParts(operator, want);
  return want.slice(0, fixed).every((part, index) => part === undefined || part === have[index]);
}

/** How many leading parts must be equal: `^1.2` fixes one, `^0.1` two, `~1.2` two, a bare version all that it names. */
function fixedParts(operator: string, want: readonly (number | undefined)[]): number {
  if (operator === "~") return want[1] === undefined ? 1 : 2;
  if (operator === "^") {
    if (want[0] !== 0 || want[1] === undefined) return 1;
    return want[1] !== 0 || want[2] === undefined ? 2 : 3;
  }
  return 3;
}

function compare(have: readonly number[], want: readonly (number | undefined)[]): number {
  for (let index = 0; index < 3; index += 1) {
    const difference = (have[index] ?? 0) - (want[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

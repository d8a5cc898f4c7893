import { expect, test } from "vitest";
import { jsonProblem } from "./json-text.ts";

test.each([
  "null",
  "0",
  "-1.5e300",
  `"\\ud83d\\ude00 [ \\" {"`,
  " [1, 2] ",
  "9007199254740992",
  "-9007199254740992",
  "12345678901234567.5",
  "1e300",
  `{"__proto__": 1}`,
  `"12345678901234567890"`,
  "[".repeat(128) + "]".repeat(128),
])("%j is kept", (text) => {
  expect(jsonProblem(text)).toBeUndefined();
});

test.each([
  ["", /not JSON/],
  ["undefined", /not JSON/],
  ["NaN", /not JSON/],
  ["{a: 1}", /not JSON/],
  ["[1,]", /not JSON/],
  ["'x'", /not JSON/],
  [`"x`, /not JSON/],
  ["01", /not JSON/],
  ["1 2", /not JSON/],
  ["9007199254740993", /beyond/],
  ["[-9007199254740993]", /beyond/],
  [`{"a": 123456789012345678901234567890}`, /beyond/],
  ["[".repeat(129) + "]".repeat(129), /128 levels/],
  ["[".repeat(1_000_000), /128 levels/],
])("%j is refused", (text, rule) => {
  expect(jsonProblem(text)).toMatch(rule);
});

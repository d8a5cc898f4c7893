/** Checks JSON text that a guest hands to a capability (`types.json` of the WIT). It keeps the text; it builds no value from it. */
import { JSON_DEPTH, JSON_VALUES } from "../limits.ts";

/** Why the text is not the `json` of our WIT, or undefined: RFC 8259, at most 128 levels deep and a million values, no integer beyond ±2⁵³. */
export function jsonProblem(text: string): string | undefined {
  const problem = shapeProblem(text);
  if (problem !== undefined) return problem;
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return "it is not JSON";
  }
}

/** One pass over the characters: no recursion, and no regular expression whose stack long text would exhaust. */
function shapeProblem(text: string): string | undefined {
  let depth = 0;
  let values = 1;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? "";
    if (character === '"') index = endOfString(text, index);
    else if (character === "[" || character === "{") {
      depth += 1;
      values += 1;
    } else if (character === ",") values += 1;
    else if (character === "]" || character === "}") depth -= 1;
    else if (isDigit(character)) {
      const end = endOfNumber(text, index);
      if (isUnsafeInteger(text.slice(index, end))) return "it has an integer beyond ±2⁵³; write it as a string";
      index = end - 1;
    }
    if (depth > JSON_DEPTH) return `it is nested more than ${JSON_DEPTH} levels deep`;
    if (values > JSON_VALUES) return `it has more than ${JSON_VALUES} values`;
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text[index] === '"') return index;
  }
  return text.length;
}

function endOfNumber(text: string, start: number): number {
  let end = start;
  while (end < text.length && (isDigit(text[end] ?? "") || ".eE+-".includes(text[end] ?? " "))) end += 1;
  return end;
}

function isUnsafeInteger(number: string): boolean {
  if (number.length < 16) return false;
  for (const character of number) if (!isDigit(character)) return false;
  // ±2⁵³ itself is allowed.
  return Number(number) > 2 ** 53 || (Number(number) === 2 ** 53 && number !== "9007199254740992");
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

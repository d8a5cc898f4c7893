/**
 * What JSON text from a guest may be, found in one pass before anything is built from it: how deep, how many values, which
 * numbers. Whether it is JSON at all is left to `JSON.parse`.
 */
import { JSON_DEPTH, JSON_VALUES } from "./limits.ts";

export interface ShapeProblem {
  /** Too many values; everything else is wrong in kind. */
  readonly isTooMuch: boolean;
  /** Goes on after "it": `has an integer beyond ±2⁵³ …`. */
  readonly message: string;
}

/**
 * Why the text is not the `json` of our WIT, or undefined: at most 128 levels deep and a million values, no integer beyond ±2⁵³,
 * no number beyond the range of a double. `instead` says in the message what to do with a large integer. No recursion, and no regular expression whose stack long text would exhaust.
 */
export function jsonShapeProblem(
  text: string,
  instead: "return" | "write",
  {
    mostLevels = JSON_DEPTH,
    mostValues = JSON_VALUES,
  }: { readonly mostLevels?: number; readonly mostValues?: number } = {},
): ShapeProblem | undefined {
  const wrong = (message: string): ShapeProblem => ({ isTooMuch: false, message });
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
      const number = text.slice(index, end);
      if (isUnsafeInteger(number))
        return wrong(`has an integer beyond ±2⁵³ (${number.slice(0, 40)}); ${instead} it as a string`);
      if (Number(number) === Number.POSITIVE_INFINITY)
        return wrong(`has a number that is too large (${number.slice(0, 40)})`);
      index = end - 1;
    }
    if (depth > mostLevels) return wrong(`is nested more than ${mostLevels} levels deep`);
    if (values > mostValues) return { isTooMuch: true, message: `has more than ${mostValues} values` };
  }
  return undefined;
}

/** The index of the closing quote. */
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

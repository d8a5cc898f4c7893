/** Text as messages and orderings need it. Pure; knows nothing of where the text comes from. */

/** So much of a text at most, in UTF-16 code units, and "…" where there is more. */
export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** Text from a plugin in a message: control characters escaped, at most 120 characters. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(shortened(text, 120));
  return escaped.replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Order by code point, which JavaScript's own order by UTF-16 code unit is not above U+FFFF. */
export function compareCodePoints(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all other code units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

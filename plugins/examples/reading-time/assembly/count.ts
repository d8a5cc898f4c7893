// Words, and characters of scripts without spaces, in the prose of a note: without its frontmatter and the code between fences. Goes
// over the text once.

export class Counts {
  words: i64 = 0;
  characters: i64 = 0;
}

/** Counts a note. */
export function count(text: string): Counts {
  const counts = new Counts();
  let at = afterFrontmatter(text);
  let fence = "";
  while (at < text.length) {
    const end = endOfLine(text, at);
    const mark = fenceAt(text, at, end);
    if (fence.length == 0 && mark.length > 0) fence = mark;
    else if (fence.length > 0 && mark.startsWith(fence) && isBlank(text, mark.length + indent(text, at, end), end))
      fence = "";
    else if (fence.length == 0) countLine(text, at, end, counts);
    at = end + 1;
  }
  return counts;
}

/** Behind the second line of three dashes, where the note begins with one. */
function afterFrontmatter(text: string): i32 {
  if (!text.startsWith("---\n") && !text.startsWith("---\r\n")) return 0;
  let at = endOfLine(text, 0) + 1;
  while (at < text.length) {
    const end = endOfLine(text, at);
    if (text.substring(at, end).trimEnd() == "---") return end + 1;
    at = end + 1;
  }
  return 0;
}

function endOfLine(text: string, from: i32): i32 {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Where the line's text begins. */
function indent(text: string, from: i32, end: i32): i32 {
  let at = from;
  while (at < end && text.charCodeAt(at) == 0x20) at++;
  return at;
}

/** The three or more backticks or tildes that the line begins with, else nothing. */
function fenceAt(text: string, from: i32, end: i32): string {
  const first = indent(text, from, end);
  if (first >= end) return "";
  const unit = text.charCodeAt(first);
  if (unit != 0x60 && unit != 0x7e) return "";
  let at = first;
  while (at < end && text.charCodeAt(at) == unit) at++;
  return at - first >= 3 ? text.substring(first, at) : "";
}

function isBlank(text: string, from: i32, end: i32): bool {
  for (let at = from; at < end; at++) if (!isSpace(text.charCodeAt(at))) return false;
  return true;
}

function countLine(text: string, from: i32, end: i32, counts: Counts): void {
  let hasLetter = false;
  let at = from;
  while (at < end) {
    const code = <u32>text.codePointAt(at);
    at += code > 0xffff ? 2 : 1;
    if (isWithoutSpaces(code)) counts.characters++;
    else if (isSpace(code)) {
      if (hasLetter) counts.words++;
      hasLetter = false;
    } else if (isLetter(code)) hasLetter = true;
  }
  if (hasLetter) counts.words++;
}

function isSpace(code: u32): bool {
  return code == 0x20 || (code >= 0x09 && code <= 0x0d) || code == 0xa0 || code == 0x3000;
}

/** Letters and digits; above ASCII what is neither punctuation nor a symbol, as far as ranges tell. */
function isLetter(code: u32): bool {
  if (code < 0x80) return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
  if (code < 0xc0) return false;
  const isPunctuation = (code >= 0x3000 && code <= 0x303f) || (code >= 0xff00 && code <= 0xff0f);
  const isSymbol = (code >= 0x2000 && code <= 0x2bff) || (code >= 0x1f000 && code <= 0x1faff);
  return !isPunctuation && !isSymbol;
}

/** Kana and Han. */
function isWithoutSpaces(code: u32): bool {
  if (code < 0x3040) return false;
  if (code <= 0x9fff) return code <= 0x30ff || code >= 0x3400;
  return code >= 0x20000 && code <= 0x3ffff;
}

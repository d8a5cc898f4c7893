/**
 * The source around a position with a marker under it, for messages. Works on text alone; control characters are left to
 * whoever prints.
 */

/** Longer lines are cut around the column, so that a minified file does not fill a terminal. */
const WIDTH = 120;

/**
 * Lines and columns count from 1, columns in Unicode scalar values. Undefined where the text has no such line.
 *
 * @example excerpt("a\nnmae: x", 2, 1) // "1 | a\n2 | nmae: x\n  | ^"
 */
export function excerpt(text: string, line: number, column: number): string | undefined {
  const lines = text.split(/\r\n|\n|\r/, line);
  if (lines.length < line || line < 1) return undefined;
  const gutter = String(line).length;
  const start = Math.max(0, column - 1 - WIDTH / 2);
  const shown = (source: string): string => {
    const characters = [...source];
    const cut = characters.slice(start, start + WIDTH).join("");
    return `${start > 0 ? "…" : ""}${cut}${characters.length > start + WIDTH ? "…" : ""}`;
  };
  const numbered = (number: number) =>
    `${String(number).padStart(gutter)} | ${shown(lines[number - 1] ?? "")}`.trimEnd();
  const before = line > 1 && start === 0 ? [numbered(line - 1)] : [];
  // Tabs stay tabs under the line, so that the marker lands under its column.
  const lead = [...(lines[line - 1] ?? "")]
    .slice(start, column - 1)
    .map((character) => (character === "\t" ? "\t" : " "));
  return [...before, numbered(line), `${" ".repeat(gutter)} | ${start > 0 ? " " : ""}${lead.join("")}^`].join("\n");
}

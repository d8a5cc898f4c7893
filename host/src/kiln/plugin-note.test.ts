import { expect, test } from "vitest";
import { isPluginNote } from "./plugin-note.ts";

test.each([
  ["plainly", "---\ntype: plugin\n---\n"],
  ["among other keys", "---\nname: x\ntype: plugin # yes\ntags: [a]\n---\nbody"],
  ["with Windows line ends", "---\r\ntype: plugin\r\n---\r\n"],
  ["after a byte order mark and blank lines", "\ufeff\n\n---\ntype: plugin\n---\n"],
  ["quoted", `---\n"type": 'plugin'\n---\n`],
  ["by an escape", `---\ntype: "\\x70lugin"\n---\n`],
  ["by an escaped key", `---\n"\\x74ype": plugin\n---\n`],
  ["as a flow map", "---\n{ type: plugin }\n---\n"],
  ["as an explicit key", "---\n? type\n: plugin\n---\n"],
  ["by an alias", "---\nkind: &k plugin\ntype: *k\n---\n"],
  ["by an aliased key", "---\nkind: &k type\n*k : plugin\n---\n"],
  ["by a merge key", "---\nbase: &b { type: plugin }\n<<: *b\n---\n"],
  ["twice, once as something else", "---\ntype: plugin\ntype: note\n---\n"],
  ["in capitals", "---\nType: Plugin\n---\n"],
  ["as one of several types", "---\ntype: [note, plugin]\n---\n"],
  ["with a tag", "---\ntype: !!str plugin\n---\n"],
  ["as a block", "---\ntype: |\n  plugin\n---\n"],
  ["in frontmatter that does not parse", "---\ntype: plugin\n\t[broken\n---\n"],
  ["in frontmatter that never ends", "---\ntype: plugin\n"],
  ["ended by dots", "---\ntype: plugin\n...\n"],
  ["behind a comment on the first line", "--- # manifest\ntype: plugin\n---\n"],
  ["behind a line separator and dashes, which end nothing", "---\na: b\u2028---\ntype: plugin\n---\n"],
  ["behind a lone carriage return and dashes", "---\na: b\r---\ntype: plugin\n---\n"],
  ["in a line of its own for those who break lines there", "---\na: b\u0085type: plugin\n---\n"],
  ["behind dots, where only dashes end the frontmatter", "---\na: b\n...\ntype: plugin\n---\n"],
  ["behind dashes with another space", "---\na: b\n---\u00a0\ntype: plugin\n---\n"],
  ["behind a language on the first line", "---yaml\ntype: plugin\n---\n"],
  ["on the first line", "--- { type: plugin }\n---\n"],
  ["behind an invisible character", "\u200b---\ntype: plugin\n---\n"],
  ["with invisible characters", "---\nty\u00adpe: plugin\u200b\n---\n"],
  ["between longer rules", "----\ntype: plugin\n----\n"],
  ["before a line that only begins as a fence", "---\ntype: plugin\n---xyz\n"],
  ["before an indented fence", "---\ntype: plugin\n  ---\n"],
  ["in a list of lists", "---\ntype: [[plugin]]\n---\n"],
  ["under much padding", `---\n${"a: b\n".repeat(20_000)}type: plugin\n---\n`],
  ["under nesting that exhausts a parser", `---\nx: ${"[".repeat(12_000)}\ntype: plugin\n---\n`],
])("a note that says it is a plugin %s is one", (_, text) => {
  expect(isPluginNote(text)).toBe(true);
});

test.each([
  ["without frontmatter", "# type: plugin\n"],
  ["of another type", "---\ntype: note\ntags: [plugin]\n---\n"],
  ["that only speaks of plugins", "---\ntitle: On plugin types\n---\ntype: plugin\n"],
  ["with the words in the body", "---\ntitle: x\n---\n---\ntype: plugin\n---\n"],
  ["with a nested type", "---\nexample: { type: plugin }\n---\n"],
  ["whose first line is a rule further down", "text\n---\ntype: plugin\n---\n"],
  ["that is empty", ""],
])("a note %s is no plugin", (_, text) => {
  expect(isPluginNote(text)).toBe(false);
});

test("aliases of aliases are not followed, which would take for ever", () => {
  const levels = Array.from({ length: 9 }, (_, n) => `l${n}: &l${n} [${`*l${n - 1}, `.repeat(9)}x]`).slice(1);
  const text = `---\nl0: &l0 [plugin]\n${levels.join("\n")}\ntype: *l8\n---\n`;
  expect(isPluginNote(text)).toBe(true);
});

test("frontmatter of aliases alone is judged by its words, for the parser walks the whole document for each", () => {
  expect(isPluginNote(`---\nplugin: &a x\n${"? *a\n".repeat(3_000)}---\n`)).toBe(false);
  expect(isPluginNote(`---\ntype: plugin\nkind: &a x\n${"? *a\n".repeat(3_000)}---\n`)).toBe(true);
});

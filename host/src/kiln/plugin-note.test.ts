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

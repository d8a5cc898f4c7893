/** The examples in the documents are run as they are written: `js` blocks as modules, or as plugins where they begin with a manifest as those in other languages do, `npx cru` lines of `sh` blocks as commands. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { ENGINES } from "../../host/src/engines.ts";
import { createNodeHost, memoryKiln } from "../../host/src/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Inside the package, so that its own name resolves; deleted afterwards.
const scratch = mkdtempSync(join(root, ".docs-"));
symlinkSync(join(root, "plugins"), join(scratch, "plugins"));
afterAll(() => rmSync(scratch, { recursive: true }));

const readmes = (folder: string) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}/README.md`);
const guides = readdirSync(join(root, "docs")).map((name) => `docs/${name}`);
const documents = ["README.md", ...guides, ...readmes("plugins/engines"), ...readmes("plugins/examples")]
  .filter((name) => name.endsWith(".md") && existsSync(join(root, name)))
  .map((name) => {
    const text = readFileSync(join(root, name), "utf8");
    const commands = blocks(text, "sh").flatMap((block) => block.split("\n").filter((line) => /^npx cru /.test(line)));
    const modules = blocks(text, "js").filter((code) => !isPlugin(code));
    const plugins = ["rune", "lua", "js"].flatMap((language) =>
      blocks(text, language)
        .filter(isPlugin)
        .map((content) => ({ path: `example.${language}`, content })),
    );
    return { name, modules, plugins, commands };
  });

function isPlugin(code: string): boolean {
  return /^(\/\/|--)---\n/.test(code);
}

it.each(documents.filter(({ modules }) => modules.length > 0))(
  "$name has modules that print what their comments say",
  ({ modules }) => {
    modules.forEach((code, index) => {
      const file = join(scratch, `example-${index}.mjs`);
      writeFileSync(file, code);
      const result = spawnSync(process.execPath, [file], { encoding: "utf8", cwd: scratch });
      const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, shown]) => shown);
      expect(result.stderr).toBe("");
      expect(result.stdout.trimEnd().split("\n")).toEqual(promised);
    });
  },
);

it.each(documents.filter(({ plugins }) => plugins.length > 0))("$name has plugins with tools", async ({ plugins }) => {
  for (const file of plugins) {
    const { tools, warnings } = await createNodeHost().load(file);
    expect(tools.length).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
  }
});

it.each(documents.filter(({ commands }) => commands.length > 0))("$name has commands that work", ({ commands }) => {
  for (const command of commands) {
    const words = command
      .replace(/\s+#.*$/, "")
      .split(/\s+/)
      .slice(2);
    const cru = join(root, "host/dist/cli/main.js");
    const { status, stderr } = spawnSync(process.execPath, [cru, ...words.map(unquoted)], {
      encoding: "utf8",
      cwd: scratch,
    });
    expect({ command, status, stderr: status === 0 ? "" : stderr }).toEqual({ command, status: 0, stderr: "" });
  }
});

it("README.md shows a Rune plugin that works", async () => {
  const [source = ""] = blocks(readFileSync(join(root, "README.md"), "utf8"), "rune");
  const host = createNodeHost({ kiln: memoryKiln({ "inn/a.md": "# A", "b.md": "# B" }) });
  const plugin = await host.load({ path: "greeter.rune", content: source });
  expect((await plugin.call("greet", { folder: "inn" })).result).toEqual(["Hello, inn/a.md!"]);
});

it("docs/browser.md names the file of every engine", () => {
  const text = readFileSync(join(root, "docs/browser.md"), "utf8");
  for (const { artifact } of Object.values(ENGINES)) expect(text).toContain(`\`${artifact}\``);
});

/** Those in lists, too, without what they are indented by. */
function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^\\1\`\`\``, "gms"))].map(
    ([, indent, code = ""]) => code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
}

/** A shell's quotes around a word. */
function unquoted(word: string): string {
  return word.replaceAll(/^'|'$|"/g, "");
}

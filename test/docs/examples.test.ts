/** The examples in README.md and docs/ are run as they are written: `js` blocks as modules, `npx cru` lines as commands. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln } from "../../host/src/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Inside the package, so that its own name resolves; deleted afterwards.
const scratch = mkdtempSync(join(root, ".docs-"));
symlinkSync(join(root, "plugins"), join(scratch, "plugins"));
afterAll(() => rmSync(scratch, { recursive: true }));

const documents = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith(".md"),
);

describe.each(documents)("%s", (document) => {
  const text = readFileSync(join(root, document), "utf8");
  const modules = blocks(text, "js");
  const commands = blocks(text, "sh").flatMap((block) =>
    block.split("\n").filter((line) => line.startsWith("npx cru ")),
  );

  it.runIf(modules.length > 0)("has modules that print what their comments say", () => {
    modules.forEach((code, index) => {
      const file = join(scratch, `example-${index}.mjs`);
      writeFileSync(file, code);
      const result = spawnSync(process.execPath, [file], { encoding: "utf8", cwd: scratch });
      expect(result.stderr).toBe("");
      expect(result.stdout.trimEnd().split("\n")).toEqual(
        [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, shown]) => shown),
      );
    });
  });

  it.runIf(commands.length > 0)("has commands that work", () => {
    for (const command of commands) {
      const words = command
        .replace(/\s+#.*$/, "")
        .split(/\s+/)
        .slice(2);
      const result = spawnSync(process.execPath, [join(root, "host/dist/cli/main.js"), ...words], {
        encoding: "utf8",
        cwd: scratch,
      });
      expect({ command, status: result.status, stderr: result.status === 0 ? "" : result.stderr }).toEqual({
        command,
        status: 0,
        stderr: "",
      });
    }
  });
});

it("README.md shows a Rune plugin that works", async () => {
  const [source = ""] = blocks(readFileSync(join(root, "README.md"), "utf8"), "rune");
  const host = createNodeHost({ kiln: memoryKiln({ "inn/a.md": "# A", "b.md": "# B" }) });
  const plugin = await host.load({ path: "greeter.rune", content: source });
  expect((await plugin.call("greet", { folder: "inn" })).result).toEqual(["Hello, inn/a.md!"]);
});

function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, code = ""]) => code);
}

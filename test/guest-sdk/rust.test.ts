/** The template for plugins in Rust, built and run, where Rust for WebAssembly with its standard library is at hand. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { buildPlugin, findToolchain } from "../../guest-sdk/rust/build.mjs";
import { createNodeHost, memoryKiln } from "../../host/src/index.ts";

const SDK = fileURLToPath(new URL("../../guest-sdk/rust", import.meta.url));

/** Why the template is not built here: nothing of Rust, or a standard library that would have to be built first. */
function reason(): string | undefined {
  try {
    const builds = findToolchain().args.length > 0 && process.env.CRUCIBLE_RUST_TESTS === undefined;
    return builds ? "the standard library would be built too, for minutes; set CRUCIBLE_RUST_TESTS=1" : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const why = reason();

it.skipIf(why !== undefined)(
  `the template is copied, built by one command, and runs${why === undefined ? "" : ` (skipped: ${why})`}`,
  { timeout: 1_200_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "crucible-rust-template-"));
    const host = createNodeHost({ kiln: memoryKiln({ "a.md": "# Čaj 🦊\ntext\n## Two\n" }) });
    try {
      cpSync(join(SDK, "template"), folder, { recursive: true, filter: (path) => !/[/\\]target$/.test(path) });
      const manifest = readFileSync(join(folder, "Cargo.toml"), "utf8");
      writeFileSync(join(folder, "Cargo.toml"), manifest.replace('path = ".."', `path = ${JSON.stringify(SDK)}`));
      const content = await buildPlugin(folder);
      expect(Buffer.from(content).includes(SDK)).toBe(false);
      const sidecar = { path: "greeter.toml", text: readFileSync(join(folder, "greeter.toml"), "utf8") };
      const plugin = await host.load({ path: "greeter.wasm", content, sidecar });
      expect((await plugin.call("greet", { name: "Žofie" })).result).toBe("Hello, Žofie!");
      expect((await plugin.call("headings", { path: "a.md" })).result).toEqual(["# Čaj 🦊", "## Two"]);
      await expect(plugin.call("headings", { path: "b.md" })).rejects.toMatchObject({ code: "not-found" });
      await expect(plugin.call("greet", { name: "" })).rejects.toMatchObject({ code: "guest-error" });
    } finally {
      host.close();
      rmSync(folder, { recursive: true });
    }
  },
);

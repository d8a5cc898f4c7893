/** Runs the built command in a process of its own, as a person would. Needs `npm run build`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const command = join(root, "host/dist/cli/main.js");
export const diceRoller = join(root, "plugins/examples/dice-roller/dice-roller.rune");

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own with files in it; the user's directories are in it too, but for the cache, which all tests share. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), "cru-test-"));

  file(name: string, content: string | Uint8Array): string {
    writeFileSync(join(this.folder, name), content);
    return name;
  }

  cru(...args: string[]): Run {
    return this.cruWith({}, ...args);
  }

  cruWith(options: { readonly input?: string; readonly env?: Record<string, string> }, ...args: string[]): Run {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
      cwd: this.folder,
      encoding: "utf8",
      timeout: 50_000,
      input: options.input ?? "",
      env: {
        PATH: process.env.PATH ?? "",
        HOME: this.folder,
        XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(this.folder, ".cache"),
        ...options.env,
      },
    });
    return { status, stdout, stderr };
  }

  /** The one JSON object that `--json` prints. */
  json(...args: string[]): { readonly status: number | null; readonly value: Record<string, never> } {
    const { status, stdout } = this.cru(...args, "--json");
    return { status, value: JSON.parse(stdout) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

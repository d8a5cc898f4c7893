/** The fuzz targets on the same cases every time; `npm run fuzz` runs more of them, for as long as one likes. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, vi } from "vitest";

// Processes start slowly on a busy machine, and a heap fills slowly.
vi.setConfig({ testTimeout: 240_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "crucible-fuzz-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Cases of each target; a thousand and more over all of them. */
const CASES = 150;
const targets = readdirSync(join(root, "test/fuzz/targets")).map((file) => file.replace(".ts", ""));

function fuzz(...args: string[]) {
  return spawnSync(process.execPath, ["scripts/fuzz.mjs", "--seed", "1", ...args], { cwd: root, encoding: "utf8" });
}

it.each(targets)(`${CASES} cases of %s find nothing`, (target) => {
  const { status, stdout } = fuzz("--target", target, "--cases", String(CASES), "--folder", join(folder, target));
  expect(stdout).toContain(`${CASES} cases`);
  expect({ status, stdout: status === 0 ? "" : stdout }).toEqual({ status: 0, stdout: "" });
});

describe("what a case does", () => {
  const broken = join(root, "test/fuzz/broken");
  const find = (target: string, ...more: string[]) =>
    fuzz("--targets", broken, "--target", target, "--folder", join(folder, target), ...more);

  it.each([
    ["throws", "finding: Error: three", []],
    ["aborts", "crash: SIGABRT", []],
    ["exhausts", "crash:", []],
    ["hangs", "hang: the case took longer than 4 s", ["--case-seconds", "4"]],
  ])(
    "is found when it %s, with its input and the command that repeats it, and the others go on",
    (target, what, more) => {
      const { status, stdout } = find(target, "--cases", "5", ...more);
      expect(status).toBe(1);
      expect(stdout).toContain(what);
      expect(stdout).toMatch(/5 cases in .* minutes, 1 findings/);
      const found = join(folder, target, `${target}-3`);
      expect(readFileSync(join(found, "input"), "utf8")).toBe("input of 3");
      expect(readFileSync(join(found, "finding.txt"), "utf8")).toContain(`--target ${target} --seed 3 --cases 1`);
      const again = find(target, "--cases", "1", "--seed", "3", ...more);
      expect(again.status).toBe(1);
      expect(again.stdout).toContain(what);
    },
  );

  it("is refused when there is no such target, and a run is resumed where it ended", () => {
    expect(find("nothing").status).toBe(2);
    expect(find("throws", "--cases", "2").stdout).toContain("2 cases in");
    const { stdout } = find("throws", "--cases", "4", "--resume");
    expect(stdout).toContain("finding: Error: three");
    expect(stdout).toContain("4 cases in");
    expect(existsSync(join(folder, "throws", "state.json"))).toBe(true);
  });
});

import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCapabilities } from "../../host/src/capabilities/index.ts";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";
import { bestConfinement, type Confinement } from "../../host/src/powers/node/folder.ts";
import { type KilnFiles, openKilnFiles } from "../../host/src/powers/node/kiln-files.ts";
import { openLibsqlState } from "../../host/src/powers/node/state-libsql.ts";
import { ended, startChild } from "../capabilities/child.ts";

type Answer = { readonly tag: "ok" | "err"; readonly val: unknown };

/** What no plugin may ever see. */
const SECRET = "SECRET outside the kiln";
let top: string;
let root: string;

beforeEach(() => {
  top = fs.mkdtempSync(join(tmpdir(), "crucible-"));
  root = join(top, "kiln");
  for (const [path, text] of [
    ["outside/secret.md", SECRET],
    ["secret.md", SECRET],
    ["kiln/.crucible/secret.md", SECRET],
    ["kiln/.git/secret.md", SECRET],
    ["kiln/.obsidian/secret.md", SECRET],
    ["kiln/.secret.md", SECRET],
    ["kiln/secret.txt", SECRET],
    ["kiln/notes/a.md", "# A"],
    ["kiln/dir/secret.md", "harmless"],
  ] as const) {
    fs.mkdirSync(dirname(join(top, path)), { recursive: true });
    fs.writeFileSync(join(top, path), text);
  }
});

afterEach(() => fs.rmSync(top, { recursive: true, force: true }));

function plugin(kiln: KilnFiles) {
  const everything = { folders: ["**"] };
  const capabilities = createCapabilities({
    plugin: "hostile",
    grant: {
      "kiln.read": everything,
      "kiln.write": everything,
      state: { scopes: ["plugin", "kiln"], quotaBytes: 10_000 },
    },
    powers: { kiln, state: openLibsqlState({ kilnRoot: root }), clock: frozenClock(0) },
  });
  capabilities.beginCall({ seed: 0n });
  const call = (function_: string, ...args: unknown[]) =>
    capabilities.imports.get("crucible:plugin/kiln@0.1.0")?.functions.get(function_)?.(...(args as never[])) as Answer;
  return { capabilities, call };
}

/** Path, kind and content of everything below a folder. */
function snapshot(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${path} ${entry.isFile() ? fs.readFileSync(path, "utf8") : entry.isSymbolicLink() ? fs.readlinkSync(path) : ""}`;
    })
    .sort();
}

function withKiln<T>(confinement: Confinement, work: (kiln: KilnFiles) => T): T {
  const kiln = openKilnFiles(root, { confinement });
  try {
    return work(kiln);
  } finally {
    kiln.close();
  }
}

const PATHS = [
  "../secret.md",
  "../outside/secret.md",
  "notes/../../secret.md",
  "notes/../.crucible/secret.md",
  "./../secret.md",
  "..//secret.md",
  "/secret.md",
  "//secret.md",
  "..\\secret.md",
  "notes\\..\\..\\secret.md",
  ".crucible/secret.md",
  ".CRUCIBLE/secret.md",
  "./.crucible/secret.md",
  ".git/secret.md",
  ".obsidian/secret.md",
  ".secret.md",
  "secret.txt",
  "secret.txt\0.md",
  "../secret.md\0",
  "..%2fsecret.md",
  "%2e%2e/secret.md",
  "．．/secret.md",
  "..／secret.md",
  "‥/secret.md",
  ".\u200b./secret.md",
  ".\u200ccrucible/secret.md",
  "CRUCIB~1/secret.md",
  "~/secret.md",
  "$HOME/secret.md",
  "file:///etc/passwd.md",
  "C:\\secret.md",
  "\\\\?\\C:\\secret.md",
  "con.md",
  "NUL.md",
  "notes/com1.md",
  "notes//a.md",
  "notes/a.md/",
  "notes/a.md/.",
  "notes/a.md/..",
  "/proc/self/environ.md",
  "/dev/stdin.md",
  "link.md",
  "link-dir/secret.md",
  "link-up/secret.md",
  "loop/loop/secret.md",
  "self.md",
  "link-crucible/secret.md",
  "dangling.md",
  "fifo.md",
  "socket.md",
  "device.md",
  "folder.md",
];

/** Elsewhere there are no descriptors to walk by. */
const CONFINEMENTS: readonly Confinement[] = process.platform === "linux" ? ["descriptors", "checks"] : ["checks"];

describe.each(CONFINEMENTS)("a plugin with every grant, confined by %s,", (confinement) => {
  beforeEach(async () => {
    fs.symlinkSync(join(top, "secret.md"), join(root, "link.md"));
    fs.symlinkSync(join(top, "outside"), join(root, "link-dir"));
    fs.symlinkSync("..", join(root, "link-up"));
    fs.symlinkSync(".", join(root, "loop"));
    fs.symlinkSync("self.md", join(root, "self.md"));
    fs.symlinkSync(".crucible", join(root, "link-crucible"));
    fs.symlinkSync(join(top, "outside/made.md"), join(root, "dangling.md"));
    fs.mkdirSync(join(root, "folder.md"));
    execFileSync("mkfifo", [join(root, "fifo.md")]);
    if (process.getuid?.() === 0) execFileSync("mknod", [join(root, "device.md"), "c", "1", "5"]);
    await makeSocket(join(root, "socket.md"));
  });

  test.each(PATHS)("gets nothing by reading, writing, creating or deleting %j", (path) => {
    const before = snapshot(join(top, "outside"));
    withKiln(confinement, (kiln) => {
      const { call, capabilities } = plugin(kiln);
      for (const function_ of ["read-note", "stat-note"]) {
        const answer = call(function_, path);
        expect(JSON.stringify(answer, (_, value) => (typeof value === "bigint" ? `${value}` : value))).not.toContain(
          "SECRET",
        );
        expect(answer.tag, function_).toBe("err");
        expect(["denied", "invalid-arguments", "not-found"]).toContain((answer.val as { tag: string }).tag);
        expect(JSON.stringify(answer.val)).not.toContain(top);
      }
      for (const [function_, ...args] of [
        ["write-note", "gotcha"],
        ["create-note", "gotcha"],
        ["delete-note"],
      ] as const) {
        const answer = call(function_, path, ...args);
        if (answer.tag === "err") expect(JSON.stringify(answer.val)).not.toContain(top);
      }
      try {
        capabilities.commit();
      } catch (error) {
        expect((error as Error).message).not.toContain(top);
      }
    });
    expect(snapshot(join(top, "outside"))).toEqual(before);
    expect(fs.readFileSync(join(top, "secret.md"), "utf8")).toBe(SECRET);
    expect(fs.readFileSync(join(root, ".crucible/secret.md"), "utf8")).toBe(SECRET);
    expect(fs.readdirSync(top).sort()).toEqual(["kiln", "outside", "secret.md"]);
    expect(fs.lstatSync(join(root, "link.md")).isSymbolicLink()).toBe(true);
  });

  test("lists only regular notes under real folders, and follows no loop", () => {
    withKiln(confinement, (kiln) => {
      expect(kiln.list("")?.map((entry) => entry.path)).toEqual(["dir/secret.md", "notes/a.md"]);
      const { call } = plugin(kiln);
      for (const folder of ["link-dir", "link-up", "loop", "link-crucible"]) {
        expect((call("list-notes", folder).val as { tag: string }).tag).toBe("denied");
      }
    });
  });

  test("a note that becomes a link between staging and commit is not written through", () => {
    withKiln(confinement, (kiln) => {
      const { call, capabilities } = plugin(kiln);
      expect(call("write-note", "notes/a.md", "gotcha").tag).toBe("ok");
      expect(call("write-note", "new/b.md", "gotcha").tag).toBe("ok");
      fs.rmSync(join(root, "notes/a.md"));
      fs.symlinkSync(join(top, "secret.md"), join(root, "notes/a.md"));
      fs.symlinkSync(join(top, "outside"), join(root, "new"));
      expect(() => capabilities.commit()).toThrow();
    });
    expect(fs.readFileSync(join(top, "secret.md"), "utf8")).toBe(SECRET);
    expect(fs.readdirSync(join(top, "outside"))).toEqual(["secret.md"]);
  });

  test("a folder that becomes a link between listing and reading is not followed", () => {
    withKiln(confinement, (kiln) => {
      const { call } = plugin(kiln);
      const cursor = call("list-notes", "dir").val;
      fs.renameSync(join(root, "dir"), join(root, "aside"));
      fs.symlinkSync(join(top, "outside"), join(root, "dir"));
      expect((call("[method]note-cursor.next", cursor, 10).val as { path: string }[]).map(({ path }) => path)).toEqual([
        "dir/secret.md",
      ]);
      expect((call("read-note", "dir/secret.md").val as { tag: string }).tag).toBe("denied");
    });
  });

  test("a link in place of .crucible or its staging folder stops the commit", () => {
    for (const path of [".crucible", ".crucible/staging"]) {
      fs.rmSync(join(root, path), { recursive: true, force: true });
      fs.symlinkSync(join(top, "outside"), join(root, path));
      expect(() =>
        withKiln(confinement, (kiln) => {
          const { call, capabilities } = plugin(kiln);
          call("write-note", "notes/a.md", "gotcha");
          capabilities.commit();
        }),
      ).toThrow(/is a link/);
      fs.rmSync(join(root, path));
      fs.mkdirSync(join(root, path), { recursive: true });
    }
    expect(fs.readdirSync(join(top, "outside"))).toEqual(["secret.md"]);
    expect(fs.readFileSync(join(root, "notes/a.md"), "utf8")).toBe("# A");
  });

  test("notes above 10 MB are refused, also when they are sparse or not text", () => {
    fs.writeFileSync(join(root, "big.md"), "");
    fs.truncateSync(join(root, "big.md"), 10_000_001);
    fs.writeFileSync(join(root, "huge.md"), "");
    fs.truncateSync(join(root, "huge.md"), 1e12);
    fs.writeFileSync(join(root, "latin.md"), Buffer.from([0x66, 0xfc, 0x72]));
    fs.writeFileSync(join(root, "edge.md"), "x".repeat(10_000_000));
    withKiln(confinement, (kiln) => {
      const { call } = plugin(kiln);
      const tag = (answer: Answer) => (answer.val as { tag: string }).tag;
      expect(tag(call("read-note", "big.md"))).toBe("transfer-limit");
      expect(tag(call("read-note", "huge.md"))).toBe("transfer-limit");
      expect(tag(call("write-note", "huge.md", "x"))).toBe("transfer-limit");
      expect(tag(call("read-note", "latin.md"))).toBe("invalid-arguments");
      expect(call("read-note", "edge.md").tag).toBe("ok");
      expect(tag(call("write-note", "notes/a.md", "x".repeat(10_000_001)))).toBe("transfer-limit");
    });
  });

  test("names that no path can have are not listed", () => {
    const names = ["a\\b.md", "con.md", "trailing .md", "x.MD", "line\nbreak.md", "CRUCIB~1.md"];
    for (const name of names) fs.writeFileSync(join(root, "notes", name), SECRET);
    fs.writeFileSync(Buffer.concat([Buffer.from(join(root, "notes/")), Buffer.from([0xff, 0x2e, 0x6d, 0x64])]), SECRET);
    withKiln(confinement, (kiln) => {
      expect(kiln.list("notes")?.map((entry) => entry.path)).toEqual(["notes/a.md", "notes/trailing .md"]);
    });
  });
});

test.runIf(process.platform === "linux")(
  "a process that swaps a folder for a link all the time wins nothing",
  async () => {
    const child = startChild("swap", { folder: join(root, "dir"), target: join(top, "outside") });
    const end = ended(child);
    await new Promise((resolve) => child.once("message", resolve));
    try {
      withKiln("descriptors", (kiln) => {
        const { call } = plugin(kiln);
        const seen = new Set<unknown>();
        for (let attempt = 0; attempt < 20_000; attempt++) {
          const answer = call("read-note", "dir/secret.md");
          seen.add(answer.tag === "ok" ? answer.val : (answer.val as { tag: string }).tag);
        }
        expect(seen).not.toContain(SECRET);
        expect(seen).toContain("harmless");
        for (let attempt = 0; attempt < 2_000; attempt++) {
          const sizes = kiln.list("")?.map((entry) => entry.sizeBytes) ?? [];
          expect(sizes).not.toContain(SECRET.length);
        }
      });
    } finally {
      child.kill("SIGKILL");
      await end;
    }
  },
);

test("a whole call writes nowhere but in the kiln and its data folder", () => {
  const before = snapshot(top).filter((line) => !line.startsWith(root));
  withKiln(bestConfinement(), (kiln) => {
    const { call, capabilities } = plugin(kiln);
    call("write-note", "notes/a.md", "changed");
    call("create-note", "new/deep/b.md", "made");
    const state = capabilities.imports.get("crucible:plugin/state@0.1.0")?.functions.get("set");
    expect(state?.(...(["kiln", "k", "1", undefined] as never[]))).toEqual({ tag: "ok", val: undefined });
    capabilities.commit();
  });
  expect(snapshot(top).filter((line) => !line.startsWith(root))).toEqual(before);
  const made = fs.readdirSync(root, { recursive: true }) as string[];
  expect(made.filter((path) => !path.startsWith(".")).sort()).toEqual(
    ["dir", "dir/secret.md", "new", "new/deep", "new/deep/b.md", "notes", "notes/a.md", "secret.txt"].sort(),
  );
});

function makeSocket(path: string): Promise<void> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    // Closing would remove the file: it is moved away first and back after.
    server.listen(path, () => {
      fs.renameSync(path, `${path}-held`);
      server.close(() => {
        fs.renameSync(`${path}-held`, path);
        resolve();
      });
    });
  });
}

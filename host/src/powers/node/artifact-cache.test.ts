import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openArtifactCache } from "./artifact-cache.ts";
import { codeHash, hostVersion } from "./package-files.ts";

let top = "";
let folder = "";
beforeEach(() => {
  top = fs.mkdtempSync(join(tmpdir(), "crucible-cache-"));
  folder = join(top, "deep", "cache");
});
afterEach(() => fs.rmSync(top, { recursive: true, force: true }));

const open = (version = "1", maximumBytes = 10_000) =>
  openArtifactCache({ folder, version: async () => version, maximumBytes });
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (found: Uint8Array | undefined) => found && new TextDecoder().decode(found);
const files = () => fs.readdirSync(folder).map((name) => join(folder, name));

describe("a cache", () => {
  it("gives back what it was given, to another process of the same version too", async () => {
    await open().put("a", bytes("one"));
    await open().put("b", bytes(""));
    expect(text(await open().get("a"))).toBe("one");
    expect(text(await open().get("b"))).toBe("");
    expect(await open().get("c")).toBeUndefined();
    expect(await open("2").get("a")).toBeUndefined();
  });

  it("keeps the last of several entries with one key", async () => {
    await open().put("a", bytes("one"));
    await open().put("a", bytes("two"));
    expect(text(await open().get("a"))).toBe("two");
    expect(files()).toHaveLength(1);
  });

  it("forgets an entry that was damaged, wherever it was, and takes a new one", async () => {
    await open().put("a", bytes("some content"));
    const [file = ""] = files();
    const whole = fs.readFileSync(file);
    for (let at = 0; at < whole.length; at += 5) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1;
      fs.writeFileSync(file, damaged);
      expect(await open().get("a")).toBeUndefined();
      expect(files()).toEqual([]);
    }
    for (const length of [0, 1, 31, 32, whole.length - 1]) {
      fs.writeFileSync(file, whole.subarray(0, length));
      expect(await open().get("a")).toBeUndefined();
    }
    await open().put("a", bytes("again"));
    expect(text(await open().get("a"))).toBe("again");
  });

  it("stays below its size; what was not used for longest goes first", async () => {
    const cache = open("1", 1_000);
    for (const key of ["a", "b", "c"]) {
      await cache.put(key, bytes(key.repeat(200)));
      for (const file of files()) {
        const { mtimeMs } = fs.statSync(file);
        fs.utimesSync(file, (mtimeMs - 60_000) / 1000, (mtimeMs - 60_000) / 1000);
      }
    }
    expect(text(await cache.get("a"))).toBe("a".repeat(200)); // now b is the oldest
    await cache.put("d", bytes("d".repeat(400)));
    expect(await cache.get("b")).toBeUndefined();
    expect(text(await cache.get("a"))).toBe("a".repeat(200));
    expect(text(await cache.get("d"))).toBe("d".repeat(400));
    const total = files().reduce((sum, file) => sum + fs.statSync(file).size, 0);
    expect(total).toBeLessThanOrEqual(1_000);
  });

  it("takes nothing that is larger than all it may hold", async () => {
    await open("1", 100).put("a", bytes("x".repeat(101)));
    expect(await open("1", 100).get("a")).toBeUndefined();
  });

  it("is empty, and no more than that, where its folder cannot be", async () => {
    fs.writeFileSync(join(top, "deep"), "a file in the way");
    await open().put("a", bytes("one"));
    expect(await open().get("a")).toBeUndefined();
    expect(fs.readFileSync(join(top, "deep"), "utf8")).toBe("a file in the way");
  });

  it("leaves what is not its own in its folder alone", async () => {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(join(folder, "mine.txt"), "x".repeat(5_000));
    await open("1", 200).put("a", bytes("x".repeat(100)));
    expect(text(await open("1", 200).get("a"))).toBe("x".repeat(100));
    expect(fs.existsSync(join(folder, "mine.txt"))).toBe(true);
  });

  it.runIf(process.platform !== "win32")("can be read by its owner only", async () => {
    await open().put("a", bytes("one"));
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
    expect(fs.statSync(files()[0] ?? "").mode & 0o777).toBe(0o600);
  });
});

describe.runIf(process.platform !== "win32")("what someone put into the folder", () => {
  const keep = async (key: string, content: string): Promise<string> => {
    const before = fs.existsSync(folder) ? files() : [];
    await open().put(key, bytes(content));
    return files().find((file) => !before.includes(file)) ?? "";
  };

  it("an entry under the name of another is not taken for it", async () => {
    const one = await keep("a", "one");
    const two = await keep("b", "two");
    fs.copyFileSync(one, two);
    expect(await open().get("b")).toBeUndefined();
    expect(text(await open().get("a"))).toBe("one");
    fs.renameSync(one, two);
    expect(await open().get("b")).toBeUndefined();
  });

  it("an entry of another version of the host is not taken for one of this", async () => {
    const old = await keep("a", "one");
    await open("2").put("a", bytes("two"));
    const fresh = files().find((file) => file !== old) ?? "";
    fs.copyFileSync(old, fresh);
    expect(await open("2").get("a")).toBeUndefined();
  });

  it("a link is not followed, neither to read nor to write nor to remove", async () => {
    const file = await keep("a", "one");
    const elsewhere = join(top, "elsewhere");
    fs.renameSync(file, elsewhere);
    fs.symlinkSync(elsewhere, file);
    expect(await open().get("a")).toBeUndefined();
    await open().put("a", bytes("two"));
    expect(text(await open().get("a"))).toBe("two");
    expect(fs.lstatSync(file).isSymbolicLink()).toBe(false);
    expect(text(fs.readFileSync(elsewhere).subarray(32))).toBe("one");
  });

  it("a FIFO, a folder or a device holds nobody up", async () => {
    const file = await keep("a", "one");
    fs.rmSync(file);
    execFileSync("mkfifo", [file]);
    expect(await open().get("a")).toBeUndefined();
    fs.rmSync(file);
    fs.mkdirSync(file);
    expect(await open().get("a")).toBeUndefined();
    await open().put("a", bytes("two"));
    fs.rmdirSync(file);
    fs.symlinkSync("/dev/zero", file);
    expect(await open().get("a")).toBeUndefined();
  });

  it("a file that is larger than all there may be is not read", async () => {
    const file = await keep("a", "one");
    fs.truncateSync(file, 2 ** 40);
    expect(await open().get("a")).toBeUndefined();
  });

  it("a file or a folder that others can write is as if it were not there", async () => {
    const file = await keep("a", "one");
    fs.chmodSync(file, 0o666);
    expect(await open().get("a")).toBeUndefined();
    fs.chmodSync(file, 0o600);
    fs.chmodSync(folder, 0o777);
    expect(await open().get("a")).toBeUndefined();
    await open().put("b", bytes("two"));
    expect(files()).toEqual([file]);
    fs.chmodSync(folder, 0o700);
    expect(text(await open().get("a"))).toBe("one");
  });

  it.runIf(process.getuid?.() === 0)("a file or a folder of another user is as if it were not there", async () => {
    const file = await keep("a", "one");
    fs.chownSync(file, 65_534, 65_534);
    expect(await open().get("a")).toBeUndefined();
    fs.chownSync(file, 0, 0);
    fs.chownSync(folder, 65_534, 65_534);
    expect(await open().get("a")).toBeUndefined();
    await open().put("b", bytes("two"));
    expect(files()).toEqual([file]);
  });
});

it("the version of the host is a hash of its code", async () => {
  expect(await hostVersion()).toMatch(/^[0-9a-f]{64}$/);
  expect(await hostVersion()).toBe(await codeHash());
});

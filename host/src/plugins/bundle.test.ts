import { describe, expect, it } from "vitest";
import { failure } from "../../../test/failure.ts";
import { type Bundle, readBundle, writeBundle } from "./bundle.ts";
import { isBundle } from "./bundle-magic.ts";
import { concatenate, sha256, sha256Hex } from "./hash.ts";
import { parseManifest } from "./manifest.ts";

const HASH = "ab".repeat(32);

function bundle(): Bundle {
  const { manifest } = parseManifest(
    { name: "dice", capabilities: ["kiln.write=a/**"], tools: [{ name: "roll" }] },
    undefined,
  );
  if (manifest === undefined) throw new Error("the manifest is wrong");
  return {
    manifest,
    engine: "rune",
    abi: "rune-1",
    engineHash: HASH,
    sourceHash: HASH,
    code: Uint8Array.of(1, 2, 3, 4),
  };
}

/** A bundle with any header and content, and a checksum that fits: only the content is wrong. */
async function forge(header: unknown, content: Uint8Array, headerLength?: number): Promise<Uint8Array> {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = (await writeBundle(bundle())).slice(0, 16);
  new DataView(prefix.buffer).setUint32(12, headerLength ?? text.length, true);
  const body = concatenate([prefix, text, content]);
  return concatenate([body, await sha256(body)]);
}

async function header(changes: object = {}): Promise<Record<string, unknown>> {
  const sections = [{ name: "code", bytes: 4, sha256: await sha256Hex(Uint8Array.of(1, 2, 3, 4)) }];
  return {
    abi: "rune-1",
    engine: "rune",
    engineHash: HASH,
    sourceHash: HASH,
    manifest: { name: "dice" },
    sections,
    ...changes,
  };
}

const refusal = (bytes: Uint8Array) => failure(readBundle(bytes));

const CODE = Uint8Array.of(1, 2, 3, 4);

describe("a bundle", () => {
  it("gives back what went in, in the same bytes each time", async () => {
    const bytes = await writeBundle(bundle());
    expect(await writeBundle(bundle())).toEqual(bytes);
    expect(isBundle(bytes)).toBe(true);
    expect(await readBundle(bytes)).toEqual(bundle());
  });

  it("is read from the middle of a larger buffer", async () => {
    const bytes = await writeBundle(bundle());
    const padded = concatenate([new Uint8Array(7), bytes, new Uint8Array(9)]);
    expect(await readBundle(padded.subarray(7, 7 + bytes.length))).toEqual(bundle());
  });

  it("cut off at any byte is refused", async () => {
    const bytes = await writeBundle(bundle());
    for (let length = 0; length < bytes.length; length += 1) {
      expect((await refusal(bytes.slice(0, length))).code).toBe("invalid-module");
    }
  });

  it("with any byte changed is refused", async () => {
    const bytes = await writeBundle(bundle());
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = bytes.slice();
      changed[index] = (changed[index] ?? 0) ^ 0x20;
      expect((await refusal(changed)).code).toBe("invalid-module");
    }
  });

  it("with bytes behind it is refused", async () => {
    expect((await refusal(concatenate([await writeBundle(bundle()), Uint8Array.of(0)]))).message).toContain("checksum");
  });

  it("of a newer format says so", async () => {
    const bytes = (await writeBundle(bundle())).slice();
    new DataView(bytes.buffer).setUint32(8, 2, true);
    expect(await refusal(bytes)).toMatchObject({
      message: "Cannot read the bundle: it has format 2, this host reads format 1",
    });
  });

  it("larger than is read is refused before it is hashed", async () => {
    const bytes = new Uint8Array(32 * 2 ** 20 + 1);
    bytes.set((await writeBundle(bundle())).slice(0, 16));
    expect((await refusal(bytes)).message).toContain("larger than");
  });

  it("that would be larger than is read is not written", async () => {
    await expect(writeBundle({ ...bundle(), code: new Uint8Array(32 * 2 ** 20) })).rejects.toThrow(
      "too large for a bundle",
    );
  });
});

describe("a bundle made by an attacker, with a checksum that fits", () => {
  it.each<[what: string, changes: object | string, content: Uint8Array, code: string, message: RegExp]>([
    ["a header that is no JSON", "{", CODE, "invalid-module", /header is no JSON/],
    ["a header that is no object", "[]", CODE, "invalid-module", /header is no object/],
    ["no ABI", { abi: undefined }, CODE, "invalid-module", /"abi" is missing/],
    ["an ABI that is no text", { abi: 5 }, CODE, "invalid-module", /"abi" in its header is no short text/],
    ["a hash that is none", { sourceHash: "x" }, CODE, "invalid-module", /"sourceHash" in its header is no SHA-256/],
    [
      "another engine",
      { engine: "perl" },
      CODE,
      "invalid-module",
      /needs the engine "perl", this host has rune, lua, js, typescript/,
    ],
    [
      "an engine like a member of Object.prototype",
      { engine: "constructor" },
      CODE,
      "invalid-module",
      /needs the engine "constructor"/,
    ],
    ["no sections", { sections: [] }, new Uint8Array(), "invalid-module", /no section of code/],
    ["sections that are no list", { sections: {} }, CODE, "invalid-module", /no list/],
    ["too many sections", { sections: Array(65).fill({}) }, CODE, "invalid-module", /no list of at most 64/],
    [
      "a section longer than the file",
      { sections: [{ name: "code", bytes: 5, sha256: HASH }] },
      CODE,
      "invalid-module",
      /longer than the file/,
    ],
    [
      "a section of negative length",
      { sections: [{ name: "code", bytes: -1, sha256: HASH }] },
      CODE,
      "invalid-module",
      /longer than the file/,
    ],
    [
      "a section that does not match its hash",
      { sections: [{ name: "code", bytes: 4, sha256: HASH }] },
      CODE,
      "invalid-module",
      /does not match its hash/,
    ],
    ["bytes in no section", {}, Uint8Array.of(1, 2, 3, 4, 5), "invalid-module", /bytes that belong to no section/],
    [
      "a manifest that is wrong",
      { manifest: { name: "X" } },
      CODE,
      "invalid-manifest",
      /manifest of the bundle: "name" must be/,
    ],
    ["a manifest without a name", { manifest: {} }, CODE, "invalid-manifest", /"name" is missing/],
  ])("%s is refused", async (_, changes, content, code, message) => {
    const bytes = await forge(typeof changes === "string" ? changes : await header(changes), content);
    const error = await refusal(bytes);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it("a header length beyond the file is refused", async () => {
    for (const length of [0xffffffff, 100_000, 600_000]) {
      expect((await refusal(await forge(await header(), CODE, length))).message).toContain(
        "its header is longer than the file",
      );
    }
  });

  it("an unknown section is refused unless it is marked optional", async () => {
    const { sections } = (await header()) as { sections: object[] };
    const extra = { name: "signature", bytes: 1, sha256: await sha256Hex(Uint8Array.of(9)) };
    const content = concatenate([CODE, Uint8Array.of(9)]);
    expect((await refusal(await forge(await header({ sections: [...sections, extra] }), content))).message).toContain(
      '"signature"',
    );
    const optional = await forge(await header({ sections: [...sections, { ...extra, optional: true }] }), content);
    expect((await readBundle(optional)).code).toEqual(CODE);
  });
});

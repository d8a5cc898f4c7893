/**
 * Mutated bundles: with their checksum broken, or made right again so that what is behind it is reached. Each is read or refused with
 * a typed error, and what was read gives the same bundle when it is written and read again.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type Bundle, readBundle, writeBundle } from "../../../host/src/plugins/bundle.ts";
import { parseManifest } from "../../../host/src/plugins/manifest.ts";
import { mutateBytes, mutateJson, mutateText, picker, unlessRefused } from "../support.ts";

export const name = "bundles";

const DIGEST = 32;
const PREFIX = 16;
const HASH = "ab".repeat(32);
const { manifest } = parseManifest(
  {
    name: "victim",
    version: "1.0.0",
    capabilities: ["log", { state: { scope: ["plugin"] } }, { "kiln.read": { folders: ["a/**"] } }],
    limits: { fuel: 1000 },
  },
  undefined,
);
const original = await writeBundle({
  manifest: manifest!,
  engine: "rune",
  abi: "rune-0.14.2/1",
  engineHash: HASH,
  sourceHash: HASH,
  code: Uint8Array.from({ length: 200 }, (_, i) => i),
});

export function input(seed: number): Uint8Array {
  const pick = picker(seed, 0x6275);
  const kind = pick(4);
  if (kind === 0) return mutateBytes(original, pick);
  const body = original.subarray(0, original.length - DIGEST);
  if (kind === 1) return sealed(mutateBytes(body, pick, 8));
  const length = new DataView(original.buffer).getUint32(12, true);
  const header = Buffer.from(original.subarray(PREFIX, PREFIX + length)).toString("utf8");
  const text = pick(3) === 0 ? mutateText(header, pick) : JSON.stringify(mutateJson(JSON.parse(header), pick));
  const changed = Buffer.from(text, "utf8");
  const prefix = Buffer.from(original.subarray(0, PREFIX));
  prefix.writeUInt32LE(pick(20) === 0 ? pick(2 ** 31) : changed.length, 12);
  return sealed(Buffer.concat([prefix, changed, original.subarray(PREFIX + length, original.length - DIGEST)]));
}

export async function run(seed: number): Promise<void> {
  const bytes = input(seed);
  const read = await unlessRefused<Bundle>(["invalid-module", "invalid-manifest"], () => readBundle(bytes));
  if (read === undefined) return;
  const written = await writeBundle(read);
  assert.deepEqual(await writeBundle(await readBundle(written)), written);
}

/** With the checksum that the body asks for. */
function sealed(body: Uint8Array): Uint8Array {
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

/**
 * Random values as bytes between threads: they arrive unchanged; bytes that were tampered with give a value or a typed error, and
 * never more than the bytes could hold; values of other types are refused.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { PluginError } from "../../../host/src/errors.ts";
import { BytesReader, BytesWriter } from "../../../host/src/sandbox/worker/bytes.ts";
import { type Passage, ValueCodecs } from "../../../host/src/sandbox/worker/codec.ts";
import { anyType, anyValue } from "../../boundary/component/types.ts";
import { mutateBytes, picker } from "../support.ts";

export const name = "worker-values";

const TYPES = 6;
const VALUES = 6;
const MUTANTS = 12;

const passage: Passage = {
  where: "result of the test",
  resources: {
    numberOf: () => assert.fail("there are no resources"),
    resourceOf: () => assert.fail("there are no resources"),
  },
};

export function input(seed: number): string {
  return JSON.stringify(fc.sample(anyType(4), { seed, numRuns: TYPES }));
}

export function run(seed: number): void {
  const pick = picker(seed, 0x3091);
  const codecs = new ValueCodecs();
  for (const type of fc.sample(anyType(4), { seed, numRuns: TYPES })) {
    const codec = codecs.of(type);
    for (const value of fc.sample(anyValue(type), { seed, numRuns: VALUES })) {
      const out = new BytesWriter(1 << 24);
      codec.write(out, value, passage);
      const bytes = out.finish();
      const reader = new BytesReader(bytes);
      const back = codec.read(reader, passage);
      reader.end();
      assert.deepEqual(plain(back), plain(value));
      for (let mutant = 0; mutant < MUTANTS; mutant++) {
        try {
          codec.read(new BytesReader(mutateBytes(bytes, pick)), passage);
        } catch (error) {
          assert.ok(error instanceof PluginError, String(error));
          assert.equal(error.code, "unavailable");
        }
      }
    }
    for (const wrong of [
      undefined,
      null,
      Symbol("x"),
      () => {},
      new Map(),
      new Proxy([], {}),
      "𝕏",
      -1,
      2n ** 70n,
      {},
    ]) {
      try {
        codec.write(new BytesWriter(1 << 20), wrong, passage);
      } catch (error) {
        assert.ok(error instanceof TypeError, String(error));
        assert.match(error.message, /^The result of the test is of the wrong type: expected /);
      }
    }
  }
}

/** Lists of bytes are typed arrays, and our objects have no prototype. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  return value;
}

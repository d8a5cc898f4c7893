/** Mutated recordings of calls: read or refused with a typed error; what was read is the same when it is printed and read again. */
import assert from "node:assert/strict";
import { parseRecording, printRecording } from "../../../host/src/plugins/recording.ts";
import { mutateJson, mutateText, picker, unlessRefused } from "../support.ts";

export const name = "recordings";

const HASH = "0f".repeat(32);
const RECORDING = JSON.stringify(
  {
    format: "crucible-recording",
    version: 1,
    plugin: { name: "dice", version: "1.0.0", codeHash: HASH, sourceHash: HASH },
    engine: { name: "rune", abi: "rune-0.14.2/1", hash: HASH },
    tool: "roll",
    arguments: { dice: "3d6", list: [1, 2.5, null, { a: "b" }] },
    seed: "42",
    limits: { memoryBytes: 33554432, fuel: 50000000, timeoutMs: 5000 },
    grant: { "kiln.read": { folder: ["**"] } },
    calls: [
      { call: "random.range", args: ["1", "6"], answer: { ok: "4" } },
      { call: "kiln.read-note", args: ["a.md"], answer: { err: { tag: "not-found" } }, fuel: 10 },
      { call: "log.write", args: ["info", "text"], answer: null },
      { call: "state.set", args: ["plugin", "k", "1", null], stop: { code: "rate-limited", message: "too many" } },
      { call: "clock.now-ms", args: [], fault: true },
    ],
    outcome: { result: { total: 8 }, fuel: 432805, memoryBytes: 3473408 },
  },
  undefined,
  1,
);

export function input(seed: number): string {
  const pick = picker(seed, 0x7265_63);
  return pick(4) === 0 ? mutateText(RECORDING, pick) : JSON.stringify(mutateJson(JSON.parse(RECORDING), pick));
}

export async function run(seed: number): Promise<void> {
  const read = await unlessRefused(["invalid-arguments"], () => parseRecording(input(seed)));
  if (read === undefined) return;
  const printed = printRecording(read);
  assert.equal(printRecording(parseRecording(printed)), printed);
}

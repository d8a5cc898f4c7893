/** Calls of real Rune plugins, recorded and replayed: same result, same error, same fuel, from the file alone. */
import {
  createNodeHost,
  frozenClock,
  type LogEntry,
  memoryKiln,
  memoryState,
  type Plugin,
  PluginError,
  parseRecording,
  printRecording,
  type Recording,
} from "crucible-plugin-host";
import { beforeAll, describe, expect, test } from "vitest";
import { recordCalls } from "../../host/src/capabilities/recorder.ts";
import { failure } from "../failure.ts";
import { bench } from "./bench.ts";

const SOURCE = `//---
// name: probe
// version: 1.2.0
// capabilities: [{ kiln.read: { folders: ["open/**"] } }, kiln.write, { state: { scope: [plugin] } }, clock]
//---
use crucible::{kiln, state, random, clock};

/// Uses most of what there is.
/// @param path {string} the note
pub fn all(args) {
    println!("at work");
    let n = state::get("n")?.unwrap_or(0) + 1;
    state::set("n", n)?;
    let notes = [];
    for note in kiln::list_notes("open")? { notes.push(note.path); }
    let refused = match kiln::read_note("closed/b.md") { Ok(_) => "read", Err(error) => error.code };
    kiln::write_note("open/out.md", "written")?;
    Ok(#{ n, notes, refused, text: kiln::read_note(args.path)?, dice: random::range(1, 1000), now: clock::now_ms()? })
}
/// Fails after reading.
/// @param path {string} the note
pub fn fails(args) {
    kiln::read_note(args.path)?;
    let list = [1];
    list[7]
}
/// Reads what is not there.
pub fn missing(args) { kiln::read_note("open/none.md") }
/// Never ends.
pub fn spin(args) { kiln::note_exists("open/a.md")?; loop { } }
/// Grows.
pub fn grow(args) { let all = []; loop { all.push("0123456789012345678901234567890123456789"); } }
/// Reads, many times.
/// @param times {integer} how often
pub fn reads(args) { for n in 0..args.times { kiln::read_note("open/a.md")?; } }
`;

const NOTES = { "open/a.md": "# A", "open/b.md": "b", "closed/b.md": "hidden" };

let online: Plugin;
/** The same plugin on a host that has nothing but a clock that stands elsewhere. */
let offline: Plugin;
const offlineLog: LogEntry[] = [];

const load = (host: ReturnType<typeof createNodeHost>, content = SOURCE, allow = ["kiln.write"]) =>
  host.load({ path: "probe.rune", content }, { allow });

beforeAll(async () => {
  online = await load(createNodeHost({ kiln: memoryKiln(NOTES), state: memoryState(), clock: frozenClock(1_234_567) }));
  offline = await load(createNodeHost({ clock: frozenClock(9), log: (entry) => offlineLog.push(entry) }));
});

/** Through a file, as a bug report travels. */
const travelled = (recording: Recording | undefined): Recording => {
  if (recording === undefined) throw new Error("there is no recording");
  return parseRecording(printRecording(recording));
};

describe("a recorded call", () => {
  test("is replayed without kiln, state or clock, with the same result and the same fuel", async () => {
    const outcome = await online.call("all", { path: "open/a.md" }, { record: true, seed: 7 });
    expect(outcome.result).toMatchObject({ n: 1, text: "# A", refused: "denied", now: 1_234_567 });
    const replayed = await offline.replay(travelled(outcome.recording));
    expect(replayed.result).toEqual(outcome.result);
    expect(replayed.fuel).toBe(outcome.fuel);
    expect(replayed.memoryBytes).toBe(outcome.memoryBytes);
    expect(replayed.seed).toBe(7n);
    expect(offlineLog.at(-1)).toMatchObject({ message: "at work" });
    expect(replayed.report.changes).toEqual([]);
  });

  test("takes the same fuel as one that is not recorded", async () => {
    const recorded = await online.call("reads", { times: 5 }, { record: true, seed: 1 });
    const plain = await online.call("reads", { times: 5 }, { seed: 1 });
    expect(recorded.fuel).toBe(plain.fuel);
    expect(plain.recording).toBe(undefined);
  });

  test("says what was called, in order, with arguments, answers and work, and names nothing of the machine", async () => {
    const { recording } = await online.call("reads", { times: 1 }, { record: true, seed: 3 });
    expect(recording).toMatchObject({
      plugin: { name: "probe", version: "1.2.0" },
      tool: "reads",
      arguments: { times: 1 },
      seed: "3",
      calls: [{ call: "kiln.read-note", args: ["open/a.md"], answer: { ok: "# A" } }],
      outcome: { result: null },
    });
    expect(printRecording(travelled(recording))).not.toContain(process.cwd());
  });

  test("that failed in the plugin is replayed to the same error, at the same position", async () => {
    const error = await failure(online.call("fails", { path: "open/a.md" }, { record: true }));
    const again = await failure(offline.replay(travelled(error.usage?.recording)));
    expect(again).toMatchObject({ code: "guest-error", message: error.message, position: error.position });
    expect(again.usage?.fuel).toBe(error.usage?.fuel);
  });

  test("that a capability refused is replayed to the same error", async () => {
    const error = await failure(online.call("missing", {}, { record: true }));
    expect(error.code).toBe("not-found");
    expect(await failure(offline.replay(travelled(error.usage?.recording)))).toMatchObject({ code: "not-found" });
  });

  test("that used up its fuel or its memory is replayed to the same limit", async () => {
    for (const [tool, code, limits] of [
      ["spin", "fuel-exhausted", { fuel: 3_000_000 }],
      ["grow", "memory-limit", { memoryBytes: 8 << 20 }],
    ] as const) {
      const error = await failure(online.call(tool, {}, { ...limits, record: true }));
      expect(error.code).toBe(code);
      const again = await failure(offline.replay(travelled(error.usage?.recording)));
      expect(again.code).toBe(code);
      expect(again.usage?.fuel).toBe(error.usage?.fuel);
    }
  });

  test("that the clock ended is replayed to the same end after the same work", async () => {
    const error = await failure(online.call("spin", {}, { timeoutMs: 30, record: true }));
    expect(error.code).toBe("deadline");
    const again = await failure(offline.replay(travelled(error.usage?.recording)));
    expect(again).toMatchObject({ code: "deadline", message: error.message });
    expect(again.usage?.fuel).toBe(error.usage?.fuel);
  });

  test("whose commit failed is replayed to that error, with the fuel of the whole call", async () => {
    const broken = memoryKiln(NOTES);
    const host = createNodeHost({
      kiln: {
        ...broken,
        commit: () => {
          throw new PluginError("conflict", "a note has changed since");
        },
      },
      state: memoryState(),
      clock: frozenClock(0),
    });
    const error = await failure((await load(host)).call("all", { path: "open/a.md" }, { record: true }));
    const again = await failure(offline.replay(travelled(error.usage?.recording)));
    expect(again).toMatchObject({ code: "conflict", message: "a note has changed since" });
    expect(again.usage?.fuel).toBe(error.usage?.fuel);
  });

  test("in which the host itself failed does not carry the host's words", async () => {
    const kiln = {
      ...memoryKiln(NOTES),
      read: () => {
        throw new Error("EIO: /home/secret/disk");
      },
    };
    const plugin = await load(createNodeHost({ kiln, clock: frozenClock(0) }));
    const error = await failure(plugin.call("reads", { times: 1 }, { record: true }));
    expect(error.message).toContain("/home/secret");
    const recording = travelled(error.usage?.recording);
    expect(printRecording(recording)).not.toContain("secret");
    expect(recording.calls).toEqual([{ call: "kiln.read-note", args: ["open/a.md"], fault: true }]);
    const again = await failure(offline.replay(recording));
    expect(again.code).toBe("unavailable");
    expect(again.usage?.fuel).toBe(error.usage?.fuel);
  });

  test("is replayed from the bundle of the same source", async () => {
    const { recording, fuel } = await online.call("reads", { times: 2 }, { record: true });
    const bundled = await createNodeHost({ clock: frozenClock(0) }).load({
      path: "p.crub",
      content: await online.bundle(),
    });
    expect((await bundled.replay(travelled(recording))).fuel).toBe(fuel);
  });

  test("has no recording where the request was wrong and nothing ran", async () => {
    expect((await failure(online.call("none", {}, { record: true }))).usage).toBe(undefined);
  });

  test("ends in transfer-limit when its recording grows too large, and keeps nothing", () => {
    const { capabilities } = bench({ "kiln.read": { folders: ["**"] } }, { begin: false });
    const recorder = recordCalls(capabilities, 300);
    recorder.capabilities.beginCall({ seed: 1n });
    const read = recorder.capabilities.imports.get("crucible:plugin/kiln@0.1.0")?.functions.get("read-note");
    const call = read as unknown as (path: string) => unknown;
    expect(() => {
      for (let times = 0; times < 10; times++) call("campaigns/a.md");
    }).toThrow("The recording of the call is larger than 300 bytes");
    expect(recorder.overflowed).toBe(true);
  });
});

describe("a replay that differs", () => {
  const recorded = async (times = 2) => travelled((await online.call("reads", { times }, { record: true })).recording);
  const change = (recording: Recording, changes: Partial<Recording>): Recording => ({ ...recording, ...changes });

  test("says at which call, what was expected and what came", async () => {
    const recording = await recorded();
    const [first, second] = recording.calls;
    if (first === undefined || second === undefined) throw new Error("two calls");
    expect(
      (await failure(offline.replay(change(recording, { calls: [first, { ...second, args: ["open/b.md"] }] }))))
        .message,
    ).toBe(
      'The replay differs from the recording: at call 2 the recording has kiln.read-note("open/b.md"), and the plugin called kiln.read-note("open/a.md")',
    );
    const other = { ...second, call: "kiln.note-exists", answer: { ok: true } };
    const error = await failure(offline.replay(change(recording, { calls: [first, other] })));
    expect(error).toMatchObject({ code: "conflict", usage: undefined });
    expect(error.message).toContain("at call 2 the recording has kiln.note-exists(");
    expect((await failure(offline.replay(change(recording, { calls: [first] })))).message).toContain(
      "the recording ends after call 1, and the plugin called kiln.read-note(",
    );
    expect((await failure(offline.replay(change(recording, { calls: [first, second, second] })))).message).toContain(
      "it has 3 capability calls, and the plugin made 2",
    );
  });

  test("in result, error or fuel is told", async () => {
    const recording = await recorded();
    const outcome = { ...recording.outcome, result: 5 };
    expect((await failure(offline.replay({ ...recording, outcome }))).message).toContain("another result");
    const slower = { ...recording.outcome, fuel: recording.outcome.fuel + 1 };
    expect((await failure(offline.replay({ ...recording, outcome: slower }))).message).toMatch(/it took \d+ units/);
    const failed = { error: { code: "guest-error", message: "x" }, fuel: 1, memoryBytes: 1 } as const;
    expect((await failure(offline.replay({ ...recording, outcome: failed }))).message).toContain(
      "it ended in the error guest-error, and the replay in a result",
    );
  });

  test("cannot be caught by the plugin", async () => {
    const catching = SOURCE.replace(
      "kiln::read_note(args.path)?;\n    let list",
      'match kiln::read_note("open/b.md") { Ok(_) => 1, Err(_) => 2 };\n    let list',
    );
    const [a, b] = await Promise.all([
      load(createNodeHost({ kiln: memoryKiln(NOTES), clock: frozenClock(0) }), catching),
      load(createNodeHost({ clock: frozenClock(0) }), catching),
    ]);
    const error = await failure(a.call("fails", { path: "open/a.md" }, { record: true }));
    const recording = travelled(error.usage?.recording);
    expect((await failure(b.replay({ ...recording, calls: [] }))).message).toContain(
      "the recording has no capability calls",
    );
  });
});

describe("a recording", () => {
  test("of other code is refused by its hash", async () => {
    const { recording } = await online.call("reads", { times: 1 }, { record: true });
    const other = await load(
      createNodeHost({ clock: frozenClock(0) }),
      `${SOURCE}\n/// More.\npub fn more(args) { 1 }\n`,
    );
    const error = await failure(other.replay(travelled(recording)));
    expect(error.code).toBe("invalid-arguments");
    expect(error.message).toMatch(/^The recording is of other code: of "probe" 1\.2\.0 with the code [0-9a-f]{12}/);
    const engine = { ...travelled(recording).engine, hash: "0".repeat(64) };
    expect((await failure(offline.replay({ ...travelled(recording), engine }))).message).toContain("another engine");
  });

  test("with higher limits than the host allows is refused, until they are allowed", async () => {
    const { recording } = await online.call("reads", { times: 1 }, { record: true, fuel: 90_000_000_000 });
    expect(await failure(offline.replay(travelled(recording)))).toMatchObject({
      code: "invalid-arguments",
      message: expect.stringContaining("fuel 90000000000; a replay may have 50000000000"),
    });
    expect((await offline.replay(travelled(recording), { fuel: 90_000_000_000 })).result).toBe(null);
  });

  test("that is malformed is refused before anything runs", async () => {
    const recording = travelled((await online.call("reads", { times: 1 }, { record: true })).recording);
    const [call] = recording.calls;
    const cases: [unknown, string][] = [
      [null, '"format" is not crucible-recording'],
      [{ ...recording, version: 2 }, "reads version 1"],
      [{ ...recording, extra: 1 }, '"extra" is no key of it'],
      [{ ...recording, seed: "18446744073709551616" }, '"seed" must be a whole number below 2^64'],
      [{ ...recording, seed: 5 }, '"seed" must be text'],
      [{ ...recording, limits: { ...recording.limits, fuel: -1 } }, '"limits.fuel" must be a whole number'],
      [{ ...recording, plugin: { ...recording.plugin, codeHash: "x" } }, '"plugin.codeHash" must be a SHA-256'],
      [{ ...recording, calls: {} }, '"calls" must be a list'],
      [{ ...recording, calls: [5] }, '"calls[0]" must be an object'],
      [{ ...recording, calls: [{ ...call, call: "kiln.constructor" }] }, 'there is no function "kiln.constructor"'],
      [{ ...recording, calls: [{ ...call, call: "random.next-u64" }] }, 'there is no function "random.next-u64"'],
      [{ ...recording, calls: [{ ...call, args: [] }] }, "kiln.read-note takes 1 arguments, got 0"],
      [{ ...recording, calls: [{ ...call, args: [1] }] }, "in call 1, argument 1 must be text"],
      [{ ...recording, calls: [{ ...call, answer: { ok: 1 } }] }, "the answer at .ok must be text"],
      [{ ...recording, calls: [{ ...call, answer: { err: { nope: "" } } }] }, "must be one of denied"],
      [{ ...recording, calls: [{ ...call, fuel: -5 }] }, '"calls[0].fuel" must be a whole number'],
      [{ ...recording, calls: [{ ...call, fault: true }] }, '"calls[0].answer" is no key of it'],
      [
        { ...recording, calls: [{ call: "kiln.[method]note-cursor.next", args: [1, 5], answer: { ok: [] } }] },
        "argument 1 must be the number of a handle that was given before",
      ],
      [
        { ...recording, calls: [{ call: "kiln.list-notes", args: [""], answer: { ok: 2 } }] },
        "the answer must give the handle 1, the next number",
      ],
      [{ ...recording, outcome: { error: { code: "nope", message: "" }, fuel: 1, memoryBytes: 1 } }, "no error code"],
      [{ ...recording, arguments: { times: "x" } }, "times"],
    ];
    for (const [input, message] of cases) {
      const error = await failure(offline.replay(input as Recording));
      expect(error, message).toMatchObject({ code: "invalid-arguments", usage: undefined });
      expect(error.message).toContain(message);
    }
  });

  test("as text has bounds on depth and values, and keys that are keys", () => {
    expect(() => parseRecording("[".repeat(100_000))).toThrow("nested more than");
    expect(() => parseRecording(`[${"1,".repeat(4_000_001)}1]`)).toThrow("more than 4000000 values");
    expect(() => parseRecording("{")).toThrow("it is not JSON");
    expect(() => parseRecording('{"__proto__": {"format": "crucible-recording"}}')).toThrow("format");
    expect(({} as Record<string, unknown>).format).toBe(undefined);
  });

  test("whose answers are too large for the boundary ends the call as any answer would", async () => {
    const recording = travelled((await online.call("reads", { times: 1 }, { record: true })).recording);
    const huge = { ...recording.calls[0], answer: { ok: "x".repeat(17 << 20) } };
    const error = await failure(offline.replay({ ...recording, calls: [huge as Recording["calls"][number]] }));
    expect(error.code).toBe("conflict");
    expect(error.message).toContain("the replay in the error transfer-limit");
  });
});

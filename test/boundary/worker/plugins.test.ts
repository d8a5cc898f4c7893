/** Plugins in worker mode: the same results, fuel and report as on the caller's thread, through the real engine and host. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeHost, frozenClock, memoryKiln, memoryState, type NodeHost, PluginError } from "crucible-plugin-host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const SOURCE = `//---
// name: probe
// version: 1.0.0
// capabilities: [kiln.read, { kiln.write: { folders: ['**'] } }, { state: { scope: [plugin] } }, clock, ui]
//---
use crucible::{kiln, state, random, clock, ui};

/// Rolls.
pub fn dice(args) { [random::range(1, 1000), random::range(1, 1000), random::range(1, 1000)] }
/// Reads.
pub fn read(args) { kiln::read_note("a.md") }
/// Lists.
pub fn list(args) { kiln::list_notes("") }
/// Writes.
pub fn write(args) { kiln::write_note("b.md", "B")?; random::range(1, 6); kiln::read_note("b.md") }
/// Writes, and draws for ever.
pub fn write_and_draw(args) { kiln::write_note("b.md", "C")?; loop { random::range(1, 6); } }
/// Counts.
pub fn count(args) { let n = state::get("n")?.unwrap_or(0) + 1; state::set("n", n)?; println!("{}", n); n }
/// Says the time.
pub fn now(args) { clock::now_ms() }
/// Is refused.
pub fn refused(args) { match kiln::read_note("../x.md") { Ok(_) => "read", Err(error) => error.code } }
/// Fails.
pub fn fail(args) { [1][5] }
/// Runs for ever.
pub fn spin(args) { loop {} }
/// Asks the person.
pub fn ask(args) { ui::confirm("Go on?") }
/// Asks for ever.
pub fn flood(args) { loop { kiln::note_exists("a.md")?; } }
`;

const TOOLS = ["dice", "read", "list", "write", "count", "now", "refused", "fail", "flood"];

function open(isolation: "inline" | "worker"): NodeHost {
  return createNodeHost({
    isolation,
    kiln: memoryKiln({ "a.md": "# A" }),
    state: memoryState(),
    clock: frozenClock(1_234_567),
    allow: ["kiln.write"],
    ...(isolation === "worker" && { workers: 2 }),
  });
}

describe("a plugin in a worker", () => {
  const hosts = { inline: open("inline"), worker: open("worker") };
  const load = (host: NodeHost) => host.load({ content: SOURCE, path: "probe.rune" });
  let plugins: { readonly inline: Awaited<ReturnType<typeof load>>; readonly worker: Awaited<ReturnType<typeof load>> };

  beforeAll(async () => {
    plugins = { inline: await load(hosts.inline), worker: await load(hosts.worker) };
  });
  afterAll(async () => {
    await hosts.inline.close();
    await hosts.worker.close();
  });

  it("is loaded with the same fuel, tools and code", async () => {
    expect(plugins.worker.loadFuel).toBe(plugins.inline.loadFuel);
    expect(plugins.worker.tools).toEqual(plugins.inline.tools);
    expect(await plugins.worker.bundle()).toEqual(await plugins.inline.bundle());
  });

  it.each(TOOLS)("answers %s with the same result, fuel, memory and report", async (tool) => {
    const ends = await Promise.all(
      (["inline", "worker"] as const).map(async (isolation) => {
        try {
          const { wallMs: _, ...outcome } = await plugins[isolation].call(tool, {}, { seed: 7, fuel: 100_000_000 });
          return outcome;
        } catch (error) {
          if (!(error instanceof PluginError)) throw error;
          const { code, message, hint, position, stackFrames, plugin } = error;
          return { code, message, hint, position, stackFrames, plugin, usage: { ...error.usage, wallMs: 0 } };
        }
      }),
    );
    expect(ends[1]).toEqual(ends[0]);
  });

  it("is cancelled by its signal, and nothing that it wrote is kept", async () => {
    const controller = new AbortController();
    const call = plugins.worker.call(
      "write_and_draw",
      {},
      { signal: controller.signal, fuel: 1e15, timeoutMs: 60_000 },
    );
    setImmediate(() => controller.abort());
    await expect(call).rejects.toMatchObject({
      code: "cancelled",
      plugin: "probe",
      usage: { seed: expect.anything() },
    });
    expect((await plugins.worker.call("list")).result).toEqual((await plugins.inline.call("list")).result);
  });

  it("is not even started when its signal has fired before", async () => {
    const signal = AbortSignal.abort();
    for (const plugin of [plugins.inline, plugins.worker])
      await expect(plugin.call("count", {}, { signal })).rejects.toMatchObject({ code: "cancelled" });
  });

  it("does not hold up another one", async () => {
    const controller = new AbortController();
    const endless = plugins.worker.call("spin", {}, { signal: controller.signal, fuel: 1e15, timeoutMs: 60_000 });
    expect((await plugins.worker.call("dice", {}, { seed: 1 })).result).toEqual(
      (await plugins.inline.call("dice", {}, { seed: 1 })).result,
    );
    controller.abort();
    await expect(endless).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("a host in worker mode", () => {
  it("cancels what runs when it is closed", async () => {
    const host = open("worker");
    const plugin = await host.load({ content: SOURCE, path: "probe.rune" });
    const call = expect(plugin.call("spin", {}, { fuel: 1e15, timeoutMs: 60_000 })).rejects.toMatchObject({
      code: "cancelled",
    });
    await new Promise(setImmediate);
    await host.close();
    await call;
    await expect(plugin.call("dice")).rejects.toMatchObject({ code: "unavailable" });
  });

  it.each(["closed", "left open", "left with a question that nobody answers"])(
    "lets the process end when it is %s",
    async (end) => {
      const folder = mkdtempSync(join(tmpdir(), "worker-exit-"));
      try {
        const entry = new URL("../../../host/dist/index.js", import.meta.url).href;
        const script = join(folder, "main.mjs");
        const output = join(folder, "output");
        writeFileSync(
          script,
          `import { writeFileSync } from "node:fs";
        import { createNodeHost } from ${JSON.stringify(entry)};
        const ui = { ask: () => new Promise(() => {}) };
        const host = createNodeHost({ isolation: "worker", workers: 1, ui });
        const plugin = await host.load({ content: ${JSON.stringify(SOURCE)}, path: "probe.rune" });
        const { result } = await plugin.call("dice", {}, { seed: 1 });
        writeFileSync(${JSON.stringify(output)}, JSON.stringify(result));
        ${end === "closed" ? "await host.close();" : ""}
        ${end.startsWith("left with") ? `await plugin.call("ask", {}, { timeoutMs: 300 }).catch(({ code }) => writeFileSync(${JSON.stringify(output)}, JSON.stringify([code])));` : ""}`,
        );
        const child = spawn(process.execPath, [script], { stdio: "inherit", timeout: 25_000 });
        const code = await new Promise((resolve) => child.on("exit", (exit, signal) => resolve(exit ?? signal)));
        expect(code).toBe(0);
        const printed: unknown = JSON.parse(readFileSync(output, "utf8"));
        if (end.startsWith("left with")) expect(printed).toEqual(["deadline"]);
        else expect(printed).toHaveLength(3);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it.each([{ isolation: "process" }, { isolation: "worker", workers: 0 }, { isolation: "worker", workers: 1.5 }])(
    "is not made of %j",
    (options) => {
      expect(() => createNodeHost(options as Parameters<typeof createNodeHost>[0])).toThrow(PluginError);
    },
  );
});

/** What an embedder that keeps notes and state itself needs of the powers in memory; the contract of storages is tested beside. */
import { describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln, memoryState } from "../../index.ts";

const SOURCE = `
//---
// capabilities: [kiln.read, kiln.write, state]
//---
/// Counts its calls, in state and in a note.
pub fn count() {
    let n = crucible::state::get("n")?.unwrap_or(0) + 1;
    crucible::state::set("n", n)?;
    if n == 3 { crucible::kiln::delete_note("old.md")?; }
    crucible::kiln::write_note("count.md", \`\${n}\`)?;
    Ok(n)
}

/// Writes, and fails.
pub fn fail() {
    crucible::kiln::write_note("count.md", "none")?;
    panic!("after it wrote");
}
`;
const ALLOW = { allow: ["kiln.write=**", "state"] };

describe("notes and state in memory", () => {
  it("tell what a call has changed, and go on elsewhere from what they were told", async () => {
    let kept: Record<string, string> = { "old.md": "# Old" };
    const changes: unknown[] = [];
    const open = (entries = memoryState().entries()) => {
      const kiln = memoryKiln(kept, {
        onCommit: (changed) => {
          changes.push(Object.fromEntries(changed));
          kept = Object.fromEntries(kiln.notes());
        },
      });
      const state = memoryState({ entries });
      return { state, host: createNodeHost({ kiln, state }) };
    };
    const first = open();
    const plugin = await first.host.load({ path: "count.rune", content: SOURCE }, ALLOW);
    await plugin.call("count");
    await plugin.call("count");
    await expect(plugin.call("fail")).rejects.toMatchObject({ code: "guest-error" });
    const second = open(JSON.parse(JSON.stringify(first.state.entries())));
    const again = await second.host.load({ path: "count.rune", content: SOURCE }, ALLOW);
    expect((await again.call("count")).result).toBe(3);
    expect(changes).toEqual([{ "count.md": "1" }, { "count.md": "2" }, { "count.md": "3", "old.md": undefined }]);
    expect(kept).toEqual({ "count.md": "3" });
    expect(second.state.entries()).toEqual([{ space: "plugin:count", key: "n", value: "3", owner: "count" }]);
  });

  it("show an edit of the app to the next call", async () => {
    const kiln = memoryKiln({ "a.md": "old" });
    const content = `/// Reads.\npub fn read() { crucible::read_note("a.md") }`;
    const plugin = await createNodeHost({ kiln }).load({ path: "read.rune", content });
    kiln.edit("a.md", "new");
    expect((await plugin.call("read")).result).toBe("new");
    kiln.edit("a.md", undefined);
    await expect(plugin.call("read")).rejects.toMatchObject({ code: "not-found" });
    expect(() => kiln.edit("../a.md", "x")).toThrow(/\.\./);
  });
});

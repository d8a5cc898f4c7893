import { describe, expect, test } from "vitest";
import type { Grant } from "../../host/src/capabilities/index.ts";
import { PluginError } from "../../host/src/errors.ts";
import { memoryKiln } from "../../host/src/powers/memory/kiln.ts";
import { memoryState } from "../../host/src/powers/memory/state.ts";
import { ALL, type Answer, bench, ok, refusal } from "./bench.ts";

describe("kiln", () => {
  const READ: Grant = { "kiln.read": { folders: ["campaigns/**"] } };
  const LOG: Grant = { ...READ, "kiln.write": { folders: ["campaigns/log/**"], maxFileBytes: 10 } };

  test("reads inside the scope", () => {
    const { call } = bench(READ);
    expect(call("kiln", "read-note", "campaigns/a.md")).toEqual(ok("# A"));
    expect(call("kiln", "note-exists", "campaigns/a.md")).toEqual(ok(true));
    expect(call("kiln", "note-exists", "campaigns/none.md")).toEqual(ok(false));
    expect(call("kiln", "stat-note", "campaigns/a.md")).toEqual(
      ok({ path: "campaigns/a.md", sizeBytes: 3n, modifiedMs: 1_234n }),
    );
    expect(refusal(call("kiln", "read-note", "campaigns/none.md"))[0]).toBe("not-found");
  });

  test("outside the scope everything is denied, and the answer does not tell whether there is a note", () => {
    const { call } = bench(READ);
    for (const function_ of ["read-note", "stat-note", "note-exists"]) {
      expect(refusal(call("kiln", function_, "secret/s.md"))[0]).toBe("denied");
      expect(refusal(call("kiln", function_, "secret/none.md"))[0]).toBe("denied");
    }
    expect(refusal(call("kiln", "list-notes", "secret"))[0]).toBe("denied");
    expect(refusal(call("kiln", "list-notes", "none"))[0]).toBe("denied");
  });

  test("a denial names the grant and how to give it", () => {
    expect(refusal(bench(READ).call("kiln", "write-note", "campaigns/log/x.md", "x"))).toEqual([
      "denied",
      `writing "campaigns/log/x.md" needs the grant kiln.write for it; if its manifest asks for that, allow it with --allow kiln.write=campaigns/log/**`,
    ]);
    const { call } = bench({ "kiln.write": { folders: ["campaigns/**"], within: [["campaigns/log/**"]] } });
    expect(refusal(call("kiln", "write-note", "campaigns/new.md", "x"))[1]).toBe(
      `writing "campaigns/new.md" needs the grant kiln.write for it; allow it with --allow kiln.write=campaigns/**`,
    );
    expect(refusal(call("kiln", "write-note", "secret/x.md", "x"))[1]).toBe(
      `writing "secret/x.md" needs the grant kiln.write for it; the plugin's manifest must ask for it (capabilities: kiln.write: { folders: ["secret/**"] })`,
    );
    expect(refusal(bench(READ).call("kiln", "read-note", "secret/s.md"))[1]).toBe(
      `reading "secret/s.md" needs the grant kiln.read for it; the plugin's manifest must ask for it (capabilities: kiln.read: { folders: ["secret/**"] })`,
    );
  });

  test("a folder outside the scope looks the same whether it is there or not, also where a glob could reach into it", () => {
    const { call } = bench({ "kiln.read": { folders: ["**/log/**", "campaigns/*.md"] } });
    const [there, missing] = [call("kiln", "list-notes", "secret"), call("kiln", "list-notes", "secrex")].map(refusal);
    expect([there?.[0], missing?.[0]]).toEqual(["not-found", "not-found"]);
    expect(call("kiln", "list-notes", "campaigns").tag).toBe("ok");
  });

  test("both sets of globs must cover a path where a scope has two", () => {
    const { call } = bench({
      "kiln.read": { folders: ["**"], within: [["campaigns/**", "secret/**"], ["**/log/**"]] },
    });
    expect(call("kiln", "read-note", "campaigns/log/1.md")).toEqual(ok("one"));
    expect(refusal(call("kiln", "read-note", "campaigns/a.md"))[0]).toBe("denied");
    expect(refusal(call("kiln", "read-note", "secret/s.md"))[0]).toBe("denied");
  });

  test("a malformed path is invalid-arguments in every function", () => {
    const { call } = bench(ALL);
    for (const path of ["../x.md", "/etc/x.md", ".crucible/x.md", "a\\b.md", "x.txt", "con.md"]) {
      for (const function_ of ["read-note", "stat-note", "note-exists", "write-note", "create-note", "delete-note"]) {
        expect(refusal(call("kiln", function_, path, "text"))[0], `${function_} ${path}`).toBe("invalid-arguments");
      }
    }
    for (const folder of ["..", "/", ".crucible", "a//b"]) {
      expect(refusal(call("kiln", "list-notes", folder))[0]).toBe("invalid-arguments");
    }
  });

  test("lists inside the scope only, in pieces, and a listing is a snapshot", () => {
    const { call, drop } = bench({ ...LOG, "kiln.write": { folders: ["campaigns/**"] } });
    const cursor = (call("kiln", "list-notes", "") as { val: object }).val;
    const names = (answer: Answer) => (answer.val as { path: string }[]).map((entry) => entry.path);
    expect(names(call("kiln", "[method]note-cursor.next", cursor, 2))).toEqual([
      "campaigns/a.md",
      "campaigns/log/1.md",
    ]);
    expect(call("kiln", "delete-note", "campaigns/log/2.md")).toEqual(ok(undefined));
    expect(names(call("kiln", "[method]note-cursor.next", cursor, 1_000_000))).toEqual([
      "campaigns/log/2.md",
      "campaigns/tool.md",
    ]);
    expect(call("kiln", "[method]note-cursor.next", cursor, 1)).toEqual(ok([]));
    expect(refusal(call("kiln", "[method]note-cursor.next", cursor, 0))[0]).toBe("invalid-arguments");
    drop("kiln", "note-cursor", cursor);
    expect(call("kiln", "[method]note-cursor.next", cursor, 1)).toEqual(ok([]));
    expect(refusal(call("kiln", "list-notes", "campaigns/none"))[0]).toBe("not-found");
  });

  test("open listings are bounded together, and dropping one makes room", () => {
    const long = "x".repeat(200);
    const entries = Array.from({ length: 100_000 }, (_, index) => ({
      path: `${long}${index}.md`,
      sizeBytes: 1,
      modifiedMs: 0,
    }));
    const kiln = { ...memoryKiln({}), list: () => entries as never };
    const { call, drop } = bench(ALL, { powers: { kiln } });
    const open: object[] = [];
    for (;;) {
      const answer = call("kiln", "list-notes", "");
      if (answer.tag === "err") {
        expect(refusal(answer)[0]).toBe("rate-limited");
        break;
      }
      open.push(answer.val as object);
      expect(open.length).toBeLessThan(100);
    }
    drop("kiln", "note-cursor", open[0]);
    drop("kiln", "note-cursor", open[0]);
    expect(call("kiln", "list-notes", "").tag).toBe("ok");
    expect(refusal(call("kiln", "list-notes", ""))[0]).toBe("rate-limited");
  });

  test("writes inside the write scope, reads them back, and commits them with the call", () => {
    const { call, kiln, capabilities } = bench(LOG);
    expect(call("kiln", "write-note", "campaigns/log/1.md", "new")).toEqual(ok(undefined));
    expect(call("kiln", "create-note", "campaigns/log/3.md", "three")).toEqual(ok(undefined));
    expect(call("kiln", "read-note", "campaigns/log/1.md")).toEqual(ok("new"));
    expect(kiln.notes().get("campaigns/log/1.md")).toBe("one");
    capabilities.commit();
    expect(kiln.notes().get("campaigns/log/1.md")).toBe("new");
    expect(kiln.notes().get("campaigns/log/3.md")).toBe("three");
    expect(capabilities.report.changes.map(({ path, kind }) => [path, kind])).toEqual([
      ["campaigns/log/1.md", "replace"],
      ["campaigns/log/3.md", "create"],
    ]);
  });

  test("a call that fails leaves kiln and state as they were", () => {
    const state = memoryState();
    const { call, kiln, capabilities } = bench(ALL, { powers: { state } });
    call("kiln", "write-note", "campaigns/a.md", "new");
    call("state", "set", "plugin", "k", "1", undefined);
    capabilities.rollback();
    capabilities.rollback();
    expect(kiln.notes().get("campaigns/a.md")).toBe("# A");
    expect(state.keys({ scope: "plugin", plugin: "dice" }, "", 0)).toEqual([]);
    capabilities.beginCall({ seed: 1n });
    expect(call("kiln", "read-note", "campaigns/a.md")).toEqual(ok("# A"));
  });

  test("the read scope does not open the write scope, nor the other way round", () => {
    const { call } = bench({ "kiln.write": { folders: ["campaigns/log/**"] } });
    expect(call("kiln", "write-note", "campaigns/log/x.md", "x")).toEqual(ok(undefined));
    expect(refusal(call("kiln", "read-note", "campaigns/log/x.md"))[0]).toBe("denied");
    expect(refusal(bench(READ).call("kiln", "delete-note", "campaigns/a.md"))[0]).toBe("denied");
  });

  test("a note above the grant's size is refused", () => {
    const { call } = bench(LOG);
    expect(refusal(call("kiln", "write-note", "campaigns/log/1.md", "12345678901"))[0]).toBe("transfer-limit");
    expect(call("kiln", "write-note", "campaigns/log/1.md", "1234567890").tag).toBe("ok");
  });

  test("plugin notes cannot be made or changed, whatever the grant", () => {
    const { call } = bench(ALL);
    expect(refusal(call("kiln", "write-note", "campaigns/tool.md", "x"))[0]).toBe("denied");
    expect(refusal(call("kiln", "delete-note", "campaigns/tool.md"))[0]).toBe("denied");
    expect(refusal(call("kiln", "create-note", "evil.md", "---\ntype: plugin\n---\n"))[0]).toBe("denied");
  });

  test("an error of the machine loses its hint on the way to the guest and keeps it in the report", () => {
    const failing = {
      ...memoryKiln({}),
      read: () => {
        throw new PluginError("busy", "the storage is held", {
          hint: "see /home/ann/notes",
          cause: new Error("EIO /home/ann"),
        });
      },
    };
    const { call, capabilities } = bench(ALL, { powers: { kiln: failing } });
    const answer = call("kiln", "read-note", "a.md");
    expect(answer.val).toEqual({ tag: "timeout", val: "the storage is held" });
    expect(JSON.stringify(answer)).not.toContain("/home");
    expect(capabilities.report.problems.map((error) => error.hint)).toEqual(["see /home/ann/notes"]);
  });

  test("a fault of the host is no answer to the guest", () => {
    const broken = {
      ...memoryKiln({}),
      read: () => {
        throw new TypeError("bug at /home/ann/host.js");
      },
    };
    expect(() => bench(ALL, { powers: { kiln: broken } }).call("kiln", "read-note", "a.md")).toThrow(TypeError);
  });
});

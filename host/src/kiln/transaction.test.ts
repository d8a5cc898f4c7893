import { beforeEach, describe, expect, test } from "vitest";
import { thrown } from "../../../test/failure.ts";
import { type MemoryKiln, memoryKiln } from "../powers/memory/kiln.ts";
import { parseNotePath } from "./path.ts";
import { beginKilnTransaction, type KilnTransaction } from "./transaction.ts";

const at = parseNotePath;
let kiln: MemoryKiln;
let notes: KilnTransaction;

beforeEach(() => {
  kiln = memoryKiln({
    "a.md": "# A",
    "folder/b.md": "# B",
    "folder/deep/c.md": "# C",
    "tool.md": "---\ntype: plugin\n---\n",
  });
  notes = beginKilnTransaction(kiln);
});

const code = (work: () => unknown) => thrown(work).code;

function paths(folder: string): string[] {
  return notes.list(folder).map((entry) => entry.path);
}

describe("what a call stages", () => {
  test("it reads and lists itself, and nobody else sees it", () => {
    notes.write(at("a.md"), "new");
    notes.create(at("made/d.md"), "d");
    notes.delete(at("folder/b.md"));
    expect(notes.read(at("a.md"))).toBe("new");
    expect(notes.stat(at("made/d.md"))).toEqual({ sizeBytes: 1, modifiedMs: 0 });
    expect(notes.exists(at("folder/b.md"))).toBe(false);
    expect(paths("")).toEqual(["a.md", "folder/deep/c.md", "made/d.md", "tool.md"]);
    expect(paths("made")).toEqual(["made/d.md"]);
    expect(kiln.notes().get("a.md")).toBe("# A");
    expect(kiln.notes().has("made/d.md")).toBe(false);
  });

  test("it reaches the kiln together", () => {
    notes.write(at("a.md"), "new");
    notes.create(at("d.md"), "d");
    notes.delete(at("folder/b.md"));
    expect(notes.staged()).toEqual([
      { path: "a.md", kind: "replace", sizeBytes: 3 },
      { path: "d.md", kind: "create", sizeBytes: 1 },
      { path: "folder/b.md", kind: "delete", sizeBytes: 0 },
    ]);
    kiln.commit(notes.changes());
    expect([...kiln.notes()].sort()).toEqual([
      ["a.md", "new"],
      ["d.md", "d"],
      ["folder/deep/c.md", "# C"],
      ["tool.md", "---\ntype: plugin\n---\n"],
    ]);
  });

  test("a note that is made and removed again leaves no change", () => {
    notes.create(at("d.md"), "d");
    notes.delete(at("d.md"));
    expect(notes.changes()).toEqual([]);
    expect(code(() => notes.read(at("d.md")))).toBe("not-found");
  });

  test("a removed note can be made again", () => {
    notes.delete(at("a.md"));
    notes.create(at("a.md"), "again");
    expect(notes.staged()).toEqual([{ path: "a.md", kind: "replace", sizeBytes: 5 }]);
  });

  test("text goes through unchanged, byte order mark and line ends included", () => {
    notes.write(at("a.md"), "\ufeffx\r\ny\0z😀");
    expect(notes.read(at("a.md"))).toBe("\ufeffx\r\ny\0z😀");
    kiln.commit(notes.changes());
    expect(kiln.notes().get("a.md")).toBe("\ufeffx\r\ny\0z😀");
  });
});

describe("what is missing", () => {
  test("is not-found", () => {
    expect(code(() => notes.read(at("none.md")))).toBe("not-found");
    expect(code(() => notes.stat(at("none.md")))).toBe("not-found");
    expect(code(() => notes.delete(at("none.md")))).toBe("not-found");
    expect(code(() => notes.list("none"))).toBe("not-found");
    expect(notes.exists(at("none.md"))).toBe(false);
  });

  test("a folder whose last note was removed in this call is empty, not missing", () => {
    notes.delete(at("folder/b.md"));
    notes.delete(at("folder/deep/c.md"));
    expect(paths("folder")).toEqual([]);
  });
});

describe("conflicts", () => {
  test("a note that changed after it was read cannot be written", () => {
    notes.read(at("a.md"));
    notes.write(at("a.md"), "mine");
    overwrite("a.md", "theirs");
    expect(code(() => kiln.commit(notes.changes()))).toBe("conflict");
    expect(kiln.notes().get("a.md")).toBe("theirs");
  });

  test("a note that changed between reading and staging conflicts with what was read", () => {
    notes.read(at("a.md"));
    overwrite("a.md", "theirs");
    notes.write(at("a.md"), "based on the old text");
    expect(code(() => kiln.commit(notes.changes()))).toBe("conflict");
  });

  test("a note that was read and removed by others is not made anew", () => {
    notes.read(at("a.md"));
    const others = beginKilnTransaction(kiln);
    others.delete(at("a.md"));
    kiln.commit(others.changes());
    notes.write(at("a.md"), "mine");
    expect(code(() => kiln.commit(notes.changes()))).toBe("conflict");
  });

  test("a note that appeared meanwhile is not replaced by create", () => {
    notes.create(at("new.md"), "mine");
    overwrite("new.md", "theirs");
    expect(code(() => kiln.commit(notes.changes()))).toBe("conflict");
  });

  test("one conflict keeps every other change back", () => {
    notes.write(at("a.md"), "mine");
    notes.write(at("folder/b.md"), "mine");
    overwrite("folder/b.md", "theirs");
    expect(code(() => kiln.commit(notes.changes()))).toBe("conflict");
    expect(kiln.notes().get("a.md")).toBe("# A");
  });

  test("create refuses a note that is there, also one of this call", () => {
    expect(code(() => notes.create(at("a.md"), "x"))).toBe("conflict");
    notes.create(at("d.md"), "x");
    expect(code(() => notes.create(at("d.md"), "x"))).toBe("conflict");
  });

  test("two names that some file systems take for one file cannot be staged together", () => {
    notes.write(at("New.md"), "x");
    expect(code(() => notes.write(at("new.md"), "y"))).toBe("conflict");
    notes.write(at("é.md"), "x");
    expect(code(() => notes.write(at("e\u0301.md"), "y"))).toBe("conflict");
  });

  function overwrite(path: string, text: string): void {
    const others = beginKilnTransaction(kiln);
    others.write(at(path), text);
    kiln.commit(others.changes());
  }
});

describe("plugin notes", () => {
  test("cannot be overwritten, removed or made", () => {
    expect(code(() => notes.write(at("tool.md"), "harmless"))).toBe("denied");
    expect(code(() => notes.delete(at("tool.md")))).toBe("denied");
    expect(code(() => notes.write(at("a.md"), "---\ntype: plugin\n---\n"))).toBe("denied");
    expect(code(() => notes.create(at("d.md"), "---\ntype: plugin\n---\n"))).toBe("denied");
    expect(notes.changes()).toEqual([]);
  });

  test("bytes that are no UTF-8 do not hide one", () => {
    kiln = memoryKiln({ "tool.md": new Uint8Array([...new TextEncoder().encode("---\ntype: plugin\n---\n"), 0xff]) });
    expect(code(() => beginKilnTransaction(kiln).write(at("tool.md"), "x"))).toBe("denied");
  });

  test("can be read", () => {
    expect(notes.read(at("tool.md"))).toContain("plugin");
  });
});

describe("limits", () => {
  test("a text above the note size is refused, one at the size is not", () => {
    notes = beginKilnTransaction(kiln, { noteBytes: 4 });
    notes.write(at("a.md"), "éé");
    expect(code(() => notes.write(at("a.md"), "ééx"))).toBe("transfer-limit");
    expect(notes.read(at("a.md"))).toBe("éé");
  });

  test("staged notes and bytes are counted, and replacing frees what was staged before", () => {
    notes = beginKilnTransaction(kiln, { stagedNotes: 2, stagedBytes: 10 });
    notes.write(at("a.md"), "12345678");
    notes.write(at("a.md"), "1234");
    notes.write(at("d.md"), "123456");
    expect(code(() => notes.write(at("d.md"), "1234567"))).toBe("transfer-limit");
    expect(code(() => notes.write(at("e.md"), ""))).toBe("transfer-limit");
    expect(code(() => notes.delete(at("folder/b.md")))).toBe("transfer-limit");
    notes.delete(at("d.md"));
    notes.write(at("e.md"), "");
  });

  test("a note above 10 MB is not read, and one that is no UTF-8 is invalid", () => {
    kiln = memoryKiln({ "big.md": new Uint8Array(10_000_001), "latin.md": new Uint8Array([0xe9]) });
    notes = beginKilnTransaction(kiln);
    expect(code(() => notes.read(at("big.md")))).toBe("transfer-limit");
    expect(code(() => notes.read(at("latin.md")))).toBe("invalid-arguments");
    expect(notes.stat(at("big.md")).sizeBytes).toBe(10_000_001);
  });

  test("text with a lone surrogate is refused", () => {
    expect(code(() => notes.write(at("a.md"), "\ud800"))).toBe("invalid-arguments");
  });
});

describe("a savepoint", () => {
  test("gives back what was there, and keeps what came before", () => {
    notes.write(at("a.md"), "first");
    notes.create(at("own.md"), "own");
    const savepoint = notes.savepoint();
    notes.write(at("a.md"), "second");
    notes.write(at("a.md"), "third");
    notes.delete(at("own.md"));
    notes.create(at("OWN.md"), "another of the same name on some systems");
    notes.delete(at("folder/b.md"));
    notes.create(at("new.md"), "n");
    savepoint.rollback();
    expect(notes.read(at("a.md"))).toBe("first");
    expect(notes.read(at("own.md"))).toBe("own");
    expect(notes.exists(at("folder/b.md"))).toBe(true);
    expect(notes.staged().map(({ path }) => path)).toEqual(["a.md", "own.md"]);
    expect(code(() => notes.write(at("OWN.md"), "x"))).toBe("conflict");
  });

  test("inside of another is undone with it, also when it was released", () => {
    notes.write(at("a.md"), "one");
    const outer = notes.savepoint();
    const inner = notes.savepoint();
    notes.write(at("a.md"), "two");
    inner.release();
    notes.write(at("a.md"), "three");
    outer.rollback();
    expect(notes.read(at("a.md"))).toBe("one");
    const kept = notes.savepoint();
    notes.write(at("a.md"), "four");
    kept.release();
    expect(notes.read(at("a.md"))).toBe("four");
  });

  test("counts what it keeps against the limit of bytes, and gives it back", () => {
    const small = beginKilnTransaction(kiln, { stagedBytes: 10 });
    for (let round = 0; round < 5; round++) {
      small.write(at("x.md"), "123456");
      const savepoint = small.savepoint();
      expect(code(() => small.write(at("x.md"), "abcde"))).toBe("transfer-limit");
      small.write(at("x.md"), "abcd");
      if (round % 2 === 0) savepoint.rollback();
      else savepoint.release();
      expect(small.read(at("x.md"))).toBe(round % 2 === 0 ? "123456" : "abcd");
      expect(code(() => small.write(at("y.md"), "12345678901"))).toBe("transfer-limit");
    }
    small.write(at("x.md"), "1234567890");
  });

  test("is ended in the reverse order only", () => {
    const outer = notes.savepoint();
    notes.savepoint();
    expect(() => outer.release()).toThrow("reverse order");
  });
});

test("a view has limits and work of its own on the same notes", () => {
  let work = 0;
  const view = notes.view({ noteBytes: 3, onWork: (fuel) => (work += fuel) });
  notes.write(at("a.md"), "long enough");
  expect(view.read(at("a.md"))).toBe("long enough");
  expect(code(() => view.write(at("a.md"), "1234"))).toBe("transfer-limit");
  expect(work).toBe(0);
  view.write(at("a.md"), "123");
  expect(work).toBeGreaterThan(0);
  expect(notes.read(at("a.md"))).toBe("123");
});

/** The standard library: the case files under `stdlib/`, run in every language, with one result. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createNodeHost, memoryKiln, memoryState } from "../../host/src/index.ts";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";
import { type Case, inWordsOf, type Language, nameOf, programOf } from "./stdlib/expressions.ts";
import { js } from "./stdlib/js.ts";
import { lua } from "./stdlib/lua.ts";
import { rune } from "./stdlib/rune.ts";

const LANGUAGES: readonly Language[] = [lua, js, rune];

const folder = fileURLToPath(new URL("stdlib/", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

const host = createNodeHost({
  kiln: memoryKiln({ "a.md": "# A\n" }),
  state: memoryState(),
  clock: frozenClock(Date.UTC(2026, 10, 21, 12, 34, 56)),
});

/** What the steps of a workflow call. */
const TOOLS = `-----
-- name: tools
-- capabilities: [state]
-- exports: [twice, keep]
-----
--- Doubles.
--- @param n {any} a number
function twice(args)
  if type(args.n) ~= "number" then error(crucible.error("invalid-arguments", "tools needs a number")) end
  return args.n * 2
end
--- Keeps.
--- @param n {integer} a number
function keep(args)
  crucible.state.set("kept", args.n)
  return crucible.state.get("kept")
end
`;
beforeAll(() => host.load({ path: "tools.lua", content: TOOLS }));

describe.each(LANGUAGES)("$name", (language) => {
  const { path, plugin, message = String, differs = [] } = language;
  describe.each(files)("%s", (file) => {
    const rows = (parse(readFileSync(`${folder}${file}`, "utf8")) as Case[]).map((row) => ({
      ...row,
      name: nameOf(row),
    }));
    it.each(rows.filter(({ name }) => !differs.includes(name)))("$name", async (row) => {
      const source = plugin(programOf(row), "[kiln.read, state, clock, graph, plugins]");
      const loaded = await host.load({ path, content: source }, { allow: ["plugins"] });
      const answer = await loaded.call("run", {}, { seed: 1 }).then(
        ({ result }) => ({ result: withoutNothing(result) }),
        ({ code, message }) => ({ error: { code, message } }),
      );
      const { error } = row;
      expect(answer).toEqual(
        error === undefined
          ? { result: withoutNothing(inWordsOf(language, row.expect)) }
          : { error: { code: error.code, message: expect.stringContaining(message(error.message ?? "")) } },
      );
    });
  });
});

/** A field that is nothing is there as null in some languages and missing in others. */
function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (typeof value !== "object" || value === null) return value;
  const there = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(there.map(([name, field]) => [name, withoutNothing(field)]));
}

import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import type { Question } from "../powers/types.ts";
import { terminalUi } from "./ask.ts";

async function ask(question: Question, typed: string | undefined, patienceMs = 20_000) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const answer = terminalUi(input, output, () => undefined, patienceMs).ask(question, "p\u001b");
  if (typed === undefined) input.end();
  else input.write(typed);
  return { answer: await answer, shown: String(output.read()) };
}

it.each<[Question, string | undefined, string | undefined]>([
  [{ kind: "confirm", text: "Go?" }, "Y\n", "yes"],
  [{ kind: "confirm", text: "Go?" }, "no\n", "no"],
  [{ kind: "confirm", text: "Go?" }, "perhaps\n", undefined],
  [{ kind: "confirm", text: "Go?" }, undefined, undefined],
  [{ kind: "text", text: "Name?" }, " Ada \n", "Ada"],
  [{ kind: "choose", text: "Which?", choices: ["a", "b"] }, "2\n", "b"],
  [{ kind: "choose", text: "Which?", choices: ["a", "b"] }, "3\n", undefined],
])("asks %o, takes %j for %j", async (question, typed, expected) => {
  expect((await ask(question, typed)).answer).toBe(expected);
});

it("escapes what the plugin wrote, and does not wait for ever", async () => {
  const { shown } = await ask({ kind: "text", text: "\u001b]0;owned\u0007?" }, "x\n");
  expect(shown).toContain("p\\x1b asks: \\x1b]0;owned\\x07?");
  const [input, output] = [new PassThrough(), new PassThrough()];
  const late = terminalUi(input, output, () => undefined, 1).ask({ kind: "text", text: "?" }, "p");
  await expect(late).rejects.toMatchObject({ code: "timeout" });
});

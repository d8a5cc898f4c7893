/** Asks the person at a terminal what a plugin wants to know. What the plugin wrote is made printable; nobody is asked for longer than 25 s. */
import { createInterface } from "node:readline/promises";
import { PluginError } from "../errors.ts";
import type { Question, UiPower } from "../powers/types.ts";
import { printable, printableLine } from "./terminal.ts";

const PATIENCE_MS = 25_000;

/** `interrupt` is called where the person ends it with Ctrl-C. */
export function terminalUi(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  interrupt: () => void,
  patienceMs: number = PATIENCE_MS,
): UiPower {
  return {
    ask: async (question, plugin) => {
      const lines = createInterface({ input, output });
      const closed = new AbortController();
      lines.once("close", () => closed.abort());
      lines.once("SIGINT", () => {
        lines.close();
        interrupt();
      });
      const patience = AbortSignal.timeout(patienceMs);
      try {
        const signal = AbortSignal.any([patience, closed.signal]);
        return answerTo(question, (await lines.question(promptOf(question, plugin), { signal })).trim());
      } catch {
        if (patience.aborted) throw new PluginError("timeout", "nobody answered");
        return undefined;
      } finally {
        lines.close();
      }
    },
  };
}

function promptOf(question: Question, plugin: string): string {
  const text = `${printableLine(plugin)} asks: ${printable(question.text)}`;
  if (question.kind !== "choose") return question.kind === "confirm" ? `${text} [yes/no] ` : `${text}\n> `;
  const choices = question.choices.map((choice, index) => `  ${index + 1}  ${printableLine(choice)}\n`);
  return `${text}\n${choices.join("")}number> `;
}

/** What is no answer declines. */
function answerTo(question: Question, typed: string): string | undefined {
  if (question.kind === "choose") return question.choices[Number(typed) - 1];
  if (question.kind === "text") return typed === "" ? undefined : typed;
  if (/^y(es)?$/i.test(typed)) return "yes";
  return /^no?$/i.test(typed) ? "no" : undefined;
}

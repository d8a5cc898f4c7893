/**
 * The capability `ui`: tells the person how far a plugin is, and asks them. Progress is passed on at once, a bounded number of times; a
 * question needs the power `ui`, and a guest whose thread can wait for its answer.
 */
import type { HostInterface } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import { PROGRESS_MESSAGES, QUESTIONS, UI_TEXT_BYTES } from "../limits.ts";
import type { Question } from "../powers/types.ts";
import type { UiFunctions, UiQuestion } from "../wit.generated.ts";
import type { Call } from "./call.ts";
import { answer, answerLater, type HostFunction, type Later } from "./gate.ts";

const MAXIMUM_CHOICES = 100;
const encoder = new TextEncoder();

export function bindUi(call: Call): HostInterface {
  const requireGrant = (): void => {
    if (call.grant.ui !== undefined) return;
    throw new PluginError("denied", "ui needs the grant ui; the plugin's manifest must ask for it (capabilities: ui)");
  };

  const ask = async (asked: UiQuestion): Promise<string | undefined> => {
    requireGrant();
    const question = checkedQuestion(asked);
    const { ui } = call.powers;
    if (ui === undefined) throw new PluginError("unavailable", "there is nobody here to ask");
    if (call.isSpread) throw new PluginError("unavailable", "a call that plugins.map makes can ask nobody");
    if (call.count("questions") > QUESTIONS)
      throw new PluginError("rate-limited", `a call can ask ${QUESTIONS} questions at most`);
    return checkedAnswer(question, await ui.ask(question, call.plugin));
  };

  const progress = (fraction: number | undefined, message: string): undefined => {
    requireGrant();
    if (fraction !== undefined && !(fraction >= 0 && fraction <= 1))
      throw new PluginError("invalid-arguments", `"fraction" must be from 0 to 1, got ${fraction}`);
    checkText("message", message);
    // What is not passed on is answered like what is: nobody's patience influences a result.
    if (call.isSpread || call.onProgress === undefined || call.count("progress") > PROGRESS_MESSAGES) return;
    call.onProgress({ plugin: call.plugin, fraction, message });
  };

  const askNow = (): never => {
    requireGrant();
    throw new PluginError("unavailable", "nobody can be asked while the plugin holds the thread of the host");
  };
  const functions: Later<UiFunctions> = {
    ask: (question) => (call.waits ? answerLater(call, "ui.ask", () => ask(question)) : answer(call, "ui.ask", askNow)),
    progress: (fraction, message) => answer(call, "ui.progress", () => progress(fraction, message)),
  };
  // What nobody will be asked needs no way to wait, which makes calls slower.
  const canAsk = call.canWait && call.grant.ui !== undefined && call.powers.ui !== undefined && !call.isSpread;
  return {
    functions: new Map<string, HostFunction>(Object.entries(functions)),
    ...(canAsk && { later: new Set(["ask"]) }),
  };
}

function checkedQuestion(question: UiQuestion): Question {
  if (question.tag !== "choose") {
    checkText("question", question.val);
    return { kind: question.tag, text: question.val };
  }
  const { question: text, choices } = question.val;
  checkText("question", text);
  if (choices.length < 2 || choices.length > MAXIMUM_CHOICES || new Set(choices).size < choices.length) {
    throw new PluginError(
      "invalid-arguments",
      `"choices" must be 2 to ${MAXIMUM_CHOICES} different texts, got ${choices.length}`,
    );
  }
  for (const choice of choices) checkText("choice", choice);
  return { kind: "choose", text, choices };
}

function checkText(what: string, text: string): void {
  if (text === "" && what !== "message") throw new PluginError("invalid-arguments", `a ${what} must not be empty`);
  const bytes = encoder.encode(text).length;
  if (bytes > UI_TEXT_BYTES)
    throw new PluginError("transfer-limit", `a ${what} has ${UI_TEXT_BYTES} bytes at most, this one has ${bytes}`);
}

/** The embedder's answer is no guest's, but what a plugin is promised holds. */
function checkedAnswer(question: Question, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const allowed = question.kind === "confirm" ? ["yes", "no"] : question.kind === "choose" ? question.choices : [text];
  if (typeof text === "string" && allowed.includes(text)) return text.toWellFormed();
  throw new PluginError("unavailable", "the answer was none of the question's");
}

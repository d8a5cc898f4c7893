// Made by `npm run wit` from wit/*.wit; do not edit.
// The person at the screen. Needs the grant `ui`.
import { loadString, releaseScratch, scratch, storeString } from "./abi";
import { Result, Some, failed, ok } from "./result";
import { CAPABILITY_ERROR_CODES, ErrorCode, Failure } from "./types.generated";

export class Choice {
  constructor(
    public question: string,
    /** 2 to 100 choices. */
    public choices: Array<string> = new Array<string>(0),
  ) {}
}

export enum QuestionTag {
  Confirm,
  Text,
  Choose,
}

export class Question {
  confirm: string | null = null;
  text: string | null = null;
  choose: Choice | null = null;
  private constructor(public readonly tag: QuestionTag) {}
  /** Yes or no; the answer is `yes` or `no`. */
  static confirm(value: string): Question {
    const made = new Question(QuestionTag.Confirm);
    made.confirm = value;
    return made;
  }
  /** A line of text. */
  static text(value: string): Question {
    const made = new Question(QuestionTag.Text);
    made.text = value;
    return made;
  }
  /** One of the choices. */
  static choose(value: Choice): Question {
    const made = new Question(QuestionTag.Choose);
    made.choose = value;
    return made;
  }
}

@external("crucible:plugin/ui@0.1.0", "ask")
declare function coreAsk(p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, answer: usize): void;

/** Asks and waits. None where the person declined; `timeout` where nobody answered; `unavailable` where nobody can. */
export function ask(question: Question): Result<string | null> {
  let _0: i32 = 0;
  let _1: i32 = 0;
  let _2: i32 = 0;
  let _3: i32 = 0;
  if (question.tag == QuestionTag.Confirm) {
    const _4 = question.confirm!;
    _0 = changetype<i32>(_4);
    _1 = _4.length;
  }
  if (question.tag == QuestionTag.Text) {
    const _5 = question.text!;
    _0 = changetype<i32>(_5);
    _1 = _5.length;
  }
  if (question.tag == QuestionTag.Choose) {
    const _6 = question.choose!;
    const _7 = scratch(8);
    storeListOfString(_7, _6.choices);
    _0 = changetype<i32>(_6.question);
    _1 = _6.question.length;
    _2 = load<i32>(_7);
    _3 = _6.choices.length;
  }
  const answer = memory.data(16, 4);
  coreAsk(<i32>question.tag, _0, _1, _2, _3, answer);
  releaseScratch();
  return loadResultOfOptionOfStringOrError(answer);
}

@external("crucible:plugin/ui@0.1.0", "progress")
declare function coreProgress(p0: i32, p1: f64, p2: i32, p3: i32, answer: usize): void;

/** Tells how far the work is: 0 to 1, or none where that is unknown. */
export function progress(fraction: Some<f64> | null, message: string): Result<bool> {
  let _0: f64 = 0;
  if (fraction !== null) {
    _0 = fraction.value;
  }
  const answer = memory.data(16, 4);
  coreProgress(fraction === null ? 0 : 1, _0, changetype<i32>(message), message.length, answer);
  return loadResultOfNothingOrError(answer);
}

function storeListOfString(at: usize, value: Array<string>): void {
  const first = scratch(8 * value.length);
  for (let i = 0; i < value.length; i++) storeString(first + 8 * i, value[i]);
  store<usize>(at, first);
  store<i32>(at, value.length, 4);
}

function loadResultOfOptionOfStringOrError(at: usize): Result<string | null> {
  if (load<u8>(at) == 0) return ok<string | null>(loadOptionOfString(at + 4));
  return failed<string | null>(loadError(at + 4));
}

function loadOptionOfString(at: usize): string | null {
  return load<u8>(at) == 0 ? null : loadString(at + 4);
}

function loadError(at: usize): Failure {
  return new Failure(<ErrorCode>load<u8>(CAPABILITY_ERROR_CODES + load<u8>(at)), loadString(at + 4));
}

function loadResultOfNothingOrError(at: usize): Result<bool> {
  if (load<u8>(at) == 0) return ok<bool>(true);
  return failed<bool>(loadError(at + 4));
}

/**
 * The one way from a guest into a capability: counts the call, runs it, and turns a `PluginError` into the error variant of
 * `wit/types.wit`. What else is thrown is a fault of the host and goes on to whoever linked the function; guests never see it.
 */
import type { HostInterface } from "../component/index.ts";
import { type ErrorCode, PluginError } from "../errors.ts";
import type { Result, TypesError } from "../wit.generated.ts";

/** What a capability needs of its call to be counted and reported. */
export interface Gate {
  /** Errors: `unavailable` outside a call, `rate-limited`. */
  enter(name: string, limited: boolean): void;
  notice(error: PluginError): void;
}

/** What is told of a fault of the host where the words of the error itself must stay here. */
export const FAULT: { readonly code: ErrorCode; readonly message: string } = {
  code: "unavailable",
  message: "A capability of the host failed",
};

export type HostFunction = (...args: never[]) => unknown;

/** The functions of an interface, written without results: they return the value and throw `PluginError`. */
export type Plain<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (...args: infer Args) => Result<infer Value, TypesError>
    ? (...args: Args) => [Value] extends [undefined] ? void : Value
    : never;
};

/** The functions of an interface where some may answer later, to a guest whose thread can wait. */
export type Later<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Answer | Promise<Answer>
    : never;
};

/**
 * Puts every function behind the gate. `name` is the interface in reports: `kiln`. What is not `limited` touches nothing outside
 * the call, so that its fuel is limit enough.
 */
export function gated<Functions>(
  call: Gate,
  name: string,
  functions: Plain<Functions>,
  { limited = true }: { readonly limited?: boolean } = {},
): HostInterface["functions"] {
  const entries = Object.entries(functions as Readonly<Record<string, (...args: unknown[]) => unknown>>);
  return new Map(
    entries.map(([key, run]): [string, HostFunction] => [
      key,
      (...args: never[]) => answer(call, `${name}.${key}`, () => run(...args), limited),
    ]),
  );
}

/** Runs one capability call. */
export function answer<Value>(call: Gate, name: string, run: () => Value, limited = true): Result<Value, TypesError> {
  try {
    call.enter(name, limited);
    return { tag: "ok", val: run() };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    call.notice(error);
    return { tag: "err", val: toWitError(error) };
  }
}

/** Runs one capability call whose answer comes later. */
export async function answerLater<Value>(
  call: Gate,
  name: string,
  run: () => Promise<Value>,
): Promise<Result<Value, TypesError>> {
  try {
    call.enter(name, true);
    return { tag: "ok", val: await run() };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    call.notice(error);
    return { tag: "err", val: toWitError(error) };
  }
}

/** Codes of the host that the guest's variant lacks, and what they become. */
const WIT_CASES: Readonly<Partial<Record<ErrorCode, TypesError["tag"]>>> = {
  denied: "denied",
  "not-found": "not-found",
  "invalid-arguments": "invalid-arguments",
  conflict: "conflict",
  "rate-limited": "rate-limited",
  "transfer-limit": "transfer-limit",
  timeout: "timeout",
  unavailable: "unavailable",
  // The storage was held by another process for longer than we wait.
  busy: "timeout",
};

/** The error as the guest gets it: code and message, never hint, cause or stack. */
export function toWitError(error: PluginError): TypesError {
  const tag = WIT_CASES[error.code];
  if (tag === undefined) throw error;
  return { tag, val: error.message };
}

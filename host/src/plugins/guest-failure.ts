/** What a plugin says of its own failure (`types.failure` in the WIT), as a `PluginError`. */
import { type ErrorCode, PluginError, type SourcePosition } from "../errors.ts";

export interface GuestPosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface GuestFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly position: GuestPosition | undefined;
  readonly stack: readonly { readonly name: string; readonly position: GuestPosition | undefined }[];
}

/**
 * The codes that a guest may report: the cases of `types.error`, which capabilities answer, and its own. Any other would let a plugin
 * claim that the host had stopped it, or had no room for the call (`busy`): it becomes part of the message.
 */
const REPORTABLE: ReadonlySet<ErrorCode> = new Set([
  "denied",
  "not-found",
  "invalid-arguments",
  "conflict",
  "rate-limited",
  "transfer-limit",
  "timeout",
  "unavailable",
  "guest-error",
]);

export function failureFromGuest({ code, message, position, stack }: GuestFailure): PluginError {
  const [reported, text]: [ErrorCode, string] = REPORTABLE.has(code)
    ? [code, message]
    : ["guest-error", `${code}: ${message}`];
  return new PluginError(reported, text, {
    ...(position && { position: positionFromGuest(position) }),
    stackFrames: stack.map((frame) => ({
      name: frame.name,
      ...(frame.position && { position: positionFromGuest(frame.position) }),
    })),
  });
}

export function positionFromGuest({ file, line, column }: GuestPosition): SourcePosition {
  return { file, line, column };
}

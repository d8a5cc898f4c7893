/** `--record` and `--replay` of `cru plugins run`: the file of a recording, and what is said about it on standard error. */
import { PluginError } from "../errors.ts";
import { RECORDING_FILE_BYTES } from "../limits.ts";
import type { CallOutcome } from "../plugins/plugin.ts";
import { parseRecording, printRecording } from "../plugins/recording.ts";
import type { Recording } from "../recording.ts";
import { readBounded, writeWhole } from "./files.ts";
import { printableLine, styled, type Terminal } from "./terminal.ts";

/** Runs the call and writes its recording, also when it fails. @throws what the call throws */
export async function keepRecording(
  terminal: Terminal,
  path: string,
  call: () => Promise<CallOutcome>,
): Promise<CallOutcome> {
  const keep = (recording: Recording | undefined): void => {
    if (recording === undefined) return;
    writeWhole(path, new TextEncoder().encode(printRecording(recording)));
    tell(terminal, `recorded ${printableLine(path)}: ${callsOf(recording)}`);
  };
  try {
    const outcome = await call();
    keep(outcome.recording);
    return outcome;
  } catch (error) {
    if (error instanceof PluginError) keep(error.usage?.recording);
    throw error;
  }
}

/** Runs the replay and says that it was the recorded run. @throws what the replay throws */
export async function tellReplayed(
  terminal: Terminal,
  recording: Recording,
  replay: () => Promise<CallOutcome>,
): Promise<CallOutcome> {
  try {
    const outcome = await replay();
    tell(terminal, `replayed: the recorded result and fuel, ${callsOf(recording)}`);
    return outcome;
  } catch (error) {
    if (error instanceof PluginError && error.usage !== undefined)
      tell(terminal, `replayed: the recorded error and fuel, ${callsOf(recording)}`);
    throw error;
  }
}

/**
 * Reads the file of a recording. What else the command line says about the call must not contradict it.
 * @throws PluginError `not-found`, `invalid-arguments`
 */
export function readRecording(path: string, tool: string | undefined, pairs: readonly string[]): Recording {
  let bytes: Uint8Array | undefined;
  try {
    bytes = readBounded(path, RECORDING_FILE_BYTES);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/, (stat|open) '.*'$/, "") : String(error);
    throw new PluginError("not-found", `Cannot read the recording "${path}": ${reason}`, { cause: error });
  }
  if (bytes === undefined)
    throw new PluginError("invalid-arguments", `The recording "${path}" is longer than ${RECORDING_FILE_BYTES} bytes`);
  const recording = parseRecording(new TextDecoder().decode(bytes));
  if (pairs.length > 0 || (tool !== undefined && tool !== recording.tool)) {
    throw new PluginError("invalid-arguments", `The recording is of the tool "${recording.tool}" with its arguments`, {
      hint: `Leave out tool and arguments: cru plugins run FILE --replay ${path}`,
    });
  }
  return recording;
}

function callsOf({ calls }: Recording): string {
  return `${calls.length} capability ${calls.length === 1 ? "call" : "calls"}`;
}

function tell(terminal: Terminal, text: string): void {
  terminal.stderr.write(`${styled(terminal.stderr, "dim", text)}\n`);
}

/**
 * The terminal as the commands see it: two streams, whether each shows colours, and standard input.
 * Text that comes from a plugin passes `printable` before it gets here; nothing else decides what is safe to print.
 */
import { PluginError } from "../errors.ts";

export interface Terminal {
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** The whole standard input as text. @throws PluginError `invalid-arguments` above the limit */
  readonly readInput: (limitBytes: number) => Promise<string>;
  /** Fires when the person interrupts the command (Ctrl-C). */
  readonly interrupted: AbortSignal;
}

export interface Stream {
  readonly write: (text: string) => void;
  readonly colours: boolean;
}

const STYLES = { bold: 1, dim: 2, red: 31, yellow: 33, cyan: 36 } as const;

/** The text in a style where the stream shows one. */
export function styled(stream: Stream, style: keyof typeof STYLES, text: string): string {
  return stream.colours ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
}

/**
 * What could steer a terminal or hide text in it: C0 but tab and line feed, DEL, C1, line and paragraph separators, marks that
 * change the direction of text, invisible tag characters, and lone surrogates.
 */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}\p{Surrogate}]/gu;

/** Text that a plugin or a file chose, safe for a terminal: what could steer it becomes `\x1b` or `\u{202e}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** The same on one line: text in a table or a list, where a line feed would make a row that is not ours. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", "\\n").replaceAll("\t", " ");
}

/** Text of several lines under a line of ours: the others are indented, so that they cannot pass for lines of ours. */
export function printableBlock(text: string, indent: string): string {
  return printable(text).replaceAll("\n", `\n${indent}`);
}

/** JSON on one line, with the same characters as JSON escapes: still the same value, and safe for a terminal. */
export function printableJson(value: unknown): string {
  return (JSON.stringify(value) ?? "null").replace(UNPRINTABLE, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** JSON for people: indented, but what fits on a line stays on one. */
export function indentedJson(value: unknown, indent = ""): string {
  const line = oneLine(value, WIDTH - indent.length);
  if (line !== undefined || typeof value !== "object" || value === null) return line ?? printableJson(value);
  const deeper = `${indent}  `;
  const members = Array.isArray(value)
    ? value.map((item) => indentedJson(item, deeper))
    : Object.entries(value).map(([key, item]) => `${printableJson(key)}: ${indentedJson(item, deeper)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${members.map((member) => deeper + member).join(",\n")}\n${indent}${close}`;
}

/** Wide enough for a row of figures; a narrower terminal wraps it. */
const WIDTH = 130;

/** The value on one line of at most `room` characters, or undefined; gives up early, so that large values cost nothing. */
function oneLine(value: unknown, room: number): string | undefined {
  if (typeof value === "string" && value.length > room) return undefined;
  if (typeof value !== "object" || value === null) return withinRoom(printableJson(value), room);
  const members: string[] = [];
  let left = room - 2;
  for (const [key, item] of Object.entries(value)) {
    const name = Array.isArray(value) ? "" : `${printableJson(key)}: `;
    const text = oneLine(item, left - name.length);
    if (text === undefined) return undefined;
    members.push(name + text);
    left -= name.length + text.length + 2;
  }
  if (Array.isArray(value)) return `[${members.join(", ")}]`;
  return members.length === 0 ? "{}" : withinRoom(`{ ${members.join(", ")} }`, room);
}

function withinRoom(text: string, room: number): string | undefined {
  return text.length <= room ? text : undefined;
}

/** The terminal of this process. `NO_COLOR` (https://no-color.org) and streams that are no terminals get no colours. */
export function processTerminal(): Terminal {
  const stream = (target: NodeJS.WriteStream): Stream => ({
    write: (text) => void target.write(text),
    colours: target.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb",
  });
  return {
    stdout: stream(process.stdout),
    stderr: stream(process.stderr),
    readInput: readStandardInput,
    interrupted: interruptSignal(),
  };
}

/** The first interrupt cancels, so that what was begun can end well; the second ends the process, as it would without us. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
}

async function readStandardInput(limitBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    size += chunk.length;
    if (size > limitBytes)
      throw new PluginError("invalid-arguments", `Standard input is longer than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

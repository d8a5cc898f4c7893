/**
 * How results, errors and figures look, for people and as JSON. Everything that a plugin chose is made printable here.
 */
import { type CallUsage, type Diagnostic, ERROR_CODES, PluginError, type SourcePosition } from "../errors.ts";
import {
  indentedJson,
  printable,
  printableBlock,
  printableJson,
  printableLine,
  type Stream,
  styled,
  type Terminal,
} from "./terminal.ts";

export const EXIT_OK = 0;
/** The plugin ran and failed, or does not compile. */
export const EXIT_FAILED = 1;
/** The request itself is wrong. */
export const EXIT_REQUEST = 2;

/** Codes that, before the plugin ran, say that the request is wrong. */
const REQUEST_CODES: ReadonlySet<string> = new Set([
  "invalid-arguments",
  "invalid-manifest",
  "invalid-module",
  "not-found",
]);

export function exitCodeOf(error: unknown): number {
  const wrongRequest = error instanceof PluginError && error.usage === undefined && REQUEST_CODES.has(error.code);
  return wrongRequest ? EXIT_REQUEST : EXIT_FAILED;
}

/** The figures of a call as the `--json` object has them; zero where nothing ran. `seed` is text beyond 2⁵³. */
export function usageJson(usage: CallUsage | undefined): Record<string, unknown> {
  const { fuel = 0, loadFuel = 0, memoryBytes = 0, wallMs = 0, seed } = usage ?? {};
  return { fuel, loadFuel, memoryBytes, wallMs, seed: seed === undefined ? null : seedJson(seed) };
}

/** The `error` member of the `--json` object. */
export function errorJson(error: unknown): Record<string, unknown> {
  if (!(error instanceof PluginError)) return { code: "internal", message: messageOf(error) };
  const { code, message, plugin, position, hint, stackFrames, diagnostics } = error;
  return {
    code,
    message,
    ...(plugin !== undefined && { plugin }),
    ...(position !== undefined && { position }),
    ...(hint !== undefined && { hint }),
    ...(stackFrames.length > 0 && { stackFrames }),
    ...(diagnostics.length > 0 && { diagnostics }),
  };
}

export function printJson(terminal: Terminal, value: Record<string, unknown>): void {
  terminal.stdout.write(`${printableJson(value)}\n`);
}

/** Text as it is, other values as indented JSON. Both with control characters escaped: `--json` gives the exact value. */
export function printResult(terminal: Terminal, result: unknown): void {
  const text = typeof result === "string" ? printable(result) : indentedJson(result);
  terminal.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** `fuel 12,345 · memory 2.1 MiB · 12 ms · seed 42`; on stderr, so that a result can be piped. */
export function printUsage(terminal: Terminal, usage: CallUsage): void {
  const { fuel, memoryBytes, wallMs, seed } = usage;
  const parts = [
    `fuel ${group(fuel)}`,
    `memory ${bytesText(memoryBytes)}`,
    `${wallMs < 10 ? wallMs.toFixed(1) : group(Math.round(wallMs))} ms`,
    `seed ${seed}`,
  ];
  terminal.stderr.write(`${styled(terminal.stderr, "dim", parts.join(" · "))}\n`);
}

/** One line of a plugin's log, each of its lines with the prefix. */
export function printLog(
  terminal: Terminal,
  entry: { readonly plugin: string; readonly level: string; readonly message: string },
): void {
  const prefix = styled(terminal.stderr, "dim", `${printableLine(entry.plugin)} ${entry.level}:`);
  const lines = printable(entry.message).split("\n");
  terminal.stderr.write(lines.map((line) => `${prefix} ${line}\n`).join(""));
}

/**
 * An error as one block: what, where with the source around it, why, what to do. `excerptAt` gives the source around a
 * position that brings none.
 */
export function printError(
  terminal: Terminal,
  error: unknown,
  excerptAt: (position: SourcePosition) => string | undefined = () => undefined,
): void {
  const { stderr } = terminal;
  if (!(error instanceof PluginError)) {
    stderr.write(`${styled(stderr, "red", "error[internal]:")} ${printable(messageOf(error))}\n`);
    stderr.write(`  This is a fault of cru. Please report it with this trace:\n${printable(traceOf(error))}\n`);
    return;
  }
  const message = styled(stderr, "bold", indented(summaryOf(error)));
  stderr.write(`${styled(stderr, "red", `error[${error.code}]:`)} ${message}\n`);
  for (const line of placesOf(error, excerptAt)) stderr.write(line);
  for (const { name, position } of error.stackFrames.slice(0, 20)) {
    stderr.write(`  in ${printableLine(name)}${position === undefined ? "" : ` (${placeText(position)})`}\n`);
  }
  stderr.write(`  ${styled(stderr, "dim", "why:")} ${ERROR_CODES[error.code]}\n`);
  if (error.hint !== undefined) stderr.write(`  ${styled(stderr, "cyan", "do:")}  ${indented(error.hint)}\n`);
  if (error.usage !== undefined) printUsage(terminal, error.usage);
}

/** A compiler's warning. */
export function printDiagnostic(stream: Stream, diagnostic: Diagnostic): void {
  stream.write(
    `${styled(stream, "yellow", `${diagnostic.severity}:`)} ${indented(diagnostic.message)}\n${block(diagnostic.position, diagnostic.excerpt)}`,
  );
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

export function seedJson(seed: bigint): number | string {
  return seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : String(seed);
}

function placesOf(error: PluginError, excerptAt: (position: SourcePosition) => string | undefined): readonly string[] {
  const { diagnostics, position } = error;
  if (diagnostics.length === 0) return position === undefined ? [] : [block(position, excerptAt(position) ?? "")];
  const alone = diagnostics.length === 1 && error.message.includes(diagnostics[0]?.message ?? "");
  return diagnostics.slice(0, 50).map((each) => {
    const told = alone || each.message === error.message;
    return `${told ? "" : `${each.severity}: ${indented(each.message)}\n`}${block(each.position, each.excerpt)}`;
  });
}

/** The message; only its first line where it lists what the diagnostics show one by one. */
function summaryOf({ message, diagnostics }: PluginError): string {
  const lines = message.split("\n");
  return diagnostics.length > 1 && lines.length > 1 ? (lines[0] ?? "") : message;
}

/** Later lines of a message are indented, so that a plugin's message cannot pass for lines of ours. */
function indented(message: string): string {
  return printableBlock(message, "  ");
}

/** The place and the source around it; engines put the place into their excerpts. */
function block(position: SourcePosition | undefined, excerpt: string): string {
  const where = position === undefined || excerpt.includes(placeText(position)) ? "" : `  --> ${placeText(position)}\n`;
  const lines = excerpt.replace(/\n+$/, "").split("\n");
  return excerpt === "" ? where : `${where}${lines.map((line) => `  ${printable(line)}\n`).join("")}`;
}

/** `dice.rune:3:14` */
export function placeText({ file, line, column }: SourcePosition): string {
  return `${printableLine(file)}:${line}:${column}`;
}

/** `1,234,567`. Not `toLocaleString`, which takes 25 ms to load its tables. */
function group(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function traceOf(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}

/** Prints how far a plugin says it is, a line at most every half second and the last one, for a terminal. */
export function progressPrinter(
  terminal: Terminal,
  now: () => number = () => performance.now(),
): (progress: { readonly plugin: string; readonly fraction: number | undefined; readonly message: string }) => void {
  let printedAt = Number.NEGATIVE_INFINITY;
  return ({ plugin, fraction, message }) => {
    if (fraction !== 1 && now() - printedAt < 500) return;
    printedAt = now();
    const share = fraction === undefined ? "…" : `${Math.floor(fraction * 100)} %`;
    terminal.stderr.write(
      `${styled(terminal.stderr, "dim", `${printableLine(plugin)}: ${share}`)} ${printableLine(message)}\n`,
    );
  };
}

/** `cru plugins run`: calls a tool of a plugin on a kiln, inside limits, and prints what it answered and what it used. */
import { Option } from "commander";
import { PluginError } from "../errors.ts";
import type { CallOutcome, Plugin } from "../plugins/plugin.ts";
import { requireQuantity } from "../plugins/quantity.ts";
import { didYouMean } from "../plugins/suggest.ts";
import { parseSeed, readArguments } from "./arguments.ts";
import { terminalUi } from "./ask.ts";
import {
  type AddCommand,
  allowOption,
  type CommandContext,
  examples,
  jsonOption,
  kilnOption,
  pluginArgument,
} from "./command.ts";
import { checkPluginFile, checkRecordingFile, findKiln } from "./files.ts";
import { openHost } from "./host.ts";
import { keepRecording, readRecording, tellReplayed } from "./recordings.ts";
import { printDiagnostic, printJson, printLog, printResult, printUsage, progressPrinter, usageJson } from "./report.ts";

interface RunOptions {
  readonly args?: string;
  readonly kiln?: string;
  readonly fuel?: string;
  readonly memory?: string;
  readonly timeout?: string;
  readonly seed?: string;
  readonly allow: readonly string[];
  readonly with: readonly string[];
  readonly record?: string;
  readonly replay?: string;
  readonly json?: true;
}

export const addRun: AddCommand = (parent, context) => {
  parent
    .command("run")
    .summary("run a tool of a plugin")
    .description("Runs a tool of a plugin on a kiln, inside limits. What it writes is kept only when it succeeds.")
    .addArgument(pluginArgument())
    .argument("[tool]", "the tool; left out, the tools are listed")
    .argument("[arguments...]", "key=value (text, or what the schema asks for) or key:=JSON")
    .option("--args <json>", "all arguments as a JSON object; @FILE reads a file, - standard input")
    .addOption(kilnOption())
    .option("--fuel <units>", "limit of work, such as 500_000_000")
    .option("--memory <size>", "limit of memory, such as 32MiB")
    .option("--timeout <duration>", "limit of time, such as 5s")
    .option("--seed <number>", "seed of the plugin's random numbers (default: drawn and reported)")
    .addOption(allowOption())
    .addOption(
      new Option("--with <file>", "load another plugin, which this one may call (repeatable)")
        .argParser(collect)
        .default([], "none"),
    )
    .option(
      "--record <file>",
      "keep all that the plugin got from outside, also when it fails, to run it again anywhere",
    )
    .addOption(
      new Option("--replay <file>", "run what was recorded: tool, arguments and answers come from the file").conflicts([
        "args",
        "kiln",
        "seed",
        "allow",
        "record",
      ]),
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      examples(
        ["cru plugins run dice-roller.rune roll dice=3d6 --seed 42", "roll three dice, the same every time"],
        ["cru plugins run note-stats.rune stats --kiln ~/notes --json", "print result, fuel and memory as JSON"],
        [
          "cru plugins run logger.rune log --allow 'kiln.write=campaigns/log/**'",
          "let it write in one folder, for this run",
        ],
        ["cru plugins run note-stats.rune stats --record run.json", "record the run, for a bug report"],
        ["cru plugins run note-stats.rune --replay run.json", "the same result and the same fuel, without the notes"],
        [
          'echo \'{"dice": "3d6"}\' | cru plugins run dice-roller.rune roll --args -',
          "take the arguments from standard input",
        ],
      ),
    )
    .action((file: string, tool: string | undefined, pairs: string[], options: RunOptions) =>
      run(file, tool, pairs, options, context),
    );
};

async function run(
  file: string,
  tool: string | undefined,
  pairs: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const { interrupted: signal } = terminal;
  checkPluginFile(file);
  context.setSubject(file);
  const limits = readLimits(options);
  const seed = options.seed === undefined ? undefined : parseSeed(options.seed);
  const { record, replay } = options;
  if (record !== undefined) checkRecordingFile(record);
  const recording = replay === undefined ? undefined : readRecording(replay, tool, pairs);
  const host = openHost({
    ...(recording === undefined && { kiln: findKiln(options.kiln, process.cwd()) }),
    log: (entry) => printLog(terminal, entry),
    ...(process.stdin.isTTY &&
      process.stderr.isTTY && {
        ui: terminalUi(process.stdin, process.stderr, () => process.kill(process.pid, "SIGINT")),
      }),
    // What is approved counts for those that are called too: none gets what it does not ask for, nor what its caller lacks.
    ...(options.with.length > 0 && { allow: options.allow }),
  });
  try {
    for (const other of options.with) {
      checkPluginFile(other);
      await host.loadFile(other, { signal });
    }
    const plugin = await host.loadFile(file, { signal });
    if (!options.json) for (const warning of plugin.warnings) printDiagnostic(terminal.stderr, warning);
    if (recording !== undefined) {
      const outcome = await tellReplayed(terminal, recording, () => plugin.replay(recording, limits));
      printOutcome(context, outcome, options);
      return;
    }
    const known = requireTool(plugin, tool);
    const args = await readArguments(pairs, options.args, known, terminal);
    const call = () =>
      plugin.call(known.name, args, {
        ...limits,
        ...(seed !== undefined && { seed }),
        signal,
        allow: options.allow,
        record: record !== undefined,
        ...(terminal.stderr.colours && { onProgress: progressPrinter(terminal) }),
      });
    printOutcome(context, await (record === undefined ? call() : keepRecording(terminal, record, call)), options);
  } finally {
    await host.close();
  }
}

function collect(file: string, before: readonly string[]): readonly string[] {
  return [...before, file];
}

function printOutcome({ terminal }: CommandContext, outcome: CallOutcome, { json }: RunOptions): void {
  if (json) {
    printJson(terminal, { result: outcome.result, ...usageJson(outcome) });
    return;
  }
  printResult(terminal, outcome.result);
  for (const { message, hint } of outcome.report.problems) {
    printDiagnostic(terminal.stderr, { severity: "warning", message: `${message}; ${hint}`, excerpt: "" });
  }
  printUsage(terminal, outcome);
}

function requireTool(plugin: Plugin, name: string | undefined): Plugin["tools"][number] {
  const names = plugin.tools.map((tool) => tool.name);
  const list =
    names.length === 0
      ? "It offers none; document a public function to make it one."
      : `Its tools are: ${names.join(", ")}.`;
  if (name === undefined)
    throw new PluginError("invalid-arguments", `Say which tool of "${plugin.name}" to run`, {
      plugin: plugin.name,
      hint: list,
    });
  const tool = plugin.tools.find((each) => each.name === name);
  if (tool !== undefined) return tool;
  throw new PluginError("not-found", `The plugin "${plugin.name}" has no tool "${name}"${didYouMean(name, names)}`, {
    plugin: plugin.name,
    hint: list,
  });
}

function readLimits({ fuel, memory, timeout }: RunOptions): {
  fuel?: number;
  memoryBytes?: number;
  timeoutMs?: number;
} {
  return {
    ...(fuel !== undefined && { fuel: requireQuantity("--fuel", fuel, "count") }),
    ...(memory !== undefined && { memoryBytes: requireQuantity("--memory", memory, "bytes") }),
    ...(timeout !== undefined && { timeoutMs: requireQuantity("--timeout", timeout, "duration") }),
  };
}

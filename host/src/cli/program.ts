/**
 * The `cru` command: the table of its commands, and how a request becomes an exit code: 0 ok, 1 the plugin ran and failed,
 * 2 the request itself is wrong. It takes its streams as an argument, so that it can be run without a process.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { PluginError, type SourcePosition } from "../errors.ts";
import type { AddCommand, CommandContext } from "./command.ts";
import { examples } from "./command.ts";
import { addCompile } from "./compile.ts";
import { excerptFrom } from "./files.ts";
import { addInspect } from "./inspect.ts";
import { addList } from "./list.ts";
import { EXIT_OK, EXIT_REQUEST, errorJson, exitCodeOf, printError, printJson, usageJson } from "./report.ts";
import { addRun } from "./run.ts";
import { addShow } from "./show.ts";
import { printable, type Terminal } from "./terminal.ts";

/** Group → its commands, in the order of the help. */
const COMMANDS: readonly {
  readonly group: string;
  readonly description: string;
  readonly commands: readonly AddCommand[];
}[] = [
  {
    group: "plugins",
    description: "Run, compile and look at plugins.",
    commands: [addRun, addCompile, addShow, addInspect, addList],
  },
];

/** Runs one command line, without the program's own name, and gives the exit code. Never throws. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  let excerptAt: ((position: SourcePosition) => string | undefined) | undefined;
  let help = "";
  let exitCode = EXIT_OK;
  const keepHelp = (text: string): void => {
    help += text;
  };
  const context: CommandContext = {
    terminal,
    setSubject: (path) => {
      excerptAt = excerptFrom(path);
    },
    setExitCode: (code) => {
      exitCode = code;
    },
  };
  try {
    await buildProgram(context, keepHelp).parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_OK;
    if (error instanceof CommanderError && error.code === "commander.help" && !argv.includes("--json")) {
      terminal.stderr.write(help);
      return EXIT_REQUEST;
    }
    const failure = error instanceof CommanderError ? usageError(error) : error;
    if (argv.includes("--json")) {
      const usage = failure instanceof PluginError ? failure.usage : undefined;
      printJson(terminal, { error: errorJson(failure), ...usageJson(usage) });
    } else {
      printError(terminal, failure, excerptAt);
    }
    return error instanceof CommanderError ? EXIT_REQUEST : exitCodeOf(failure);
  }
}

function buildProgram(context: CommandContext, writeErr: (text: string) => void): Command {
  const { stdout } = context.terminal;
  const program = new Command("cru")
    .description(
      "Runs plugins on a folder of notes, in WebAssembly, with capabilities, memory caps and deterministic fuel.",
    )
    .version(version(), "--version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help of a command")
    .exitOverride()
    .showSuggestionAfterError()
    // Errors and help that was not asked for are printed by runCli.
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr,
      getOutHasColors: () => stdout.colours,
    })
    .addHelpText(
      "after",
      examples(
        ["cru plugins run dice-roller.rune roll dice=3d6", "run a tool of a plugin"],
        ["cru plugins show dice-roller.rune", "see what a plugin asks for"],
      ),
    );
  for (const { group, description, commands } of COMMANDS) {
    const parent = program.command(group).description(description).copyInheritedSettings(program).helpCommand(true);
    for (const add of commands) add(parent, context);
    parent.addHelpText("after", examples([`cru ${group} run --help`, "all options of a command, with examples"]));
  }
  return program;
}

/** What commander says, as an error of ours: `error: unknown option '--sed'\n(Did you mean --seed?)`. */
function usageError(error: CommanderError): PluginError {
  if (error.code === "commander.help") {
    return new PluginError("invalid-arguments", "Say what to do", { hint: "See the commands with: cru --help" });
  }
  const [what = "", ...more] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = /\(Did you mean (.*)\?\)/.exec(more.join(" "))?.[1];
  const message = `${what.charAt(0).toUpperCase()}${what.slice(1)}${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`;
  return new PluginError("invalid-arguments", printable(message), {
    hint: "See all commands and options with: cru --help, cru plugins run --help",
  });
}

function version(): string {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return String(JSON.parse(text).version);
}

/**
 * What the commands share: how one is added to the program, how options that occur in several are declared, how examples are
 * shown. It runs nothing.
 */
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { pluginExtensions } from "../plugins/source.ts";
import type { Terminal } from "./terminal.ts";

/** Adds a command to the program or to a group of it. */
export type AddCommand = (parent: Command, context: CommandContext) => void;

export interface CommandContext {
  readonly terminal: Terminal;
  /** The file whose source errors of the command are about, for excerpts. */
  setSubject(path: string): void;
  /** For a command that has printed its answer, which is not the good one. */
  setExitCode(code: number): void;
}

/** The plugin that a command is about. */
export function pluginArgument(extensions: readonly string[] = pluginExtensions()): Argument {
  const kinds = `${extensions.slice(0, -1).join(", ")} or ${extensions.at(-1)}`;
  return new Argument("<file>", `the plugin: ${kinds}, or its folder`);
}

export function jsonOption(): Option {
  return new Option("--json", "print one JSON object on standard output");
}

export function kilnOption(): Option {
  return new Option(
    "--kiln <dir>",
    "the folder of notes (default: the nearest folder with .crucible, else the current one)",
  );
}

/** May be given several times. Not variadic, because that would swallow the `key=value` after it. */
export function allowOption(): Option {
  const collect = (grant: string, before: readonly string[]): readonly string[] => [...before, notEmpty(grant)];
  return new Option(
    "--allow <grant>",
    "approve a capability that the plugin asks for, such as kiln.write=campaigns/log/** (repeatable)",
  )
    .argParser(collect)
    .default([], "none");
}

/** Examples under a command's help; each is a command line and what it does. */
export function examples(...rows: readonly (readonly [commandLine: string, does: string])[]): string {
  return `\nExamples:\n${rows.map(([commandLine, does]) => `  $ ${commandLine}\n      ${does}`).join("\n")}`;
}

function notEmpty(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("A grant must not be empty.");
  return text;
}

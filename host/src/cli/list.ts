/** `cru plugins list`: the plugins in a folder. One that is broken is listed with its error and breaks none of the others. */
import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ENGINES } from "../engines.ts";
import { PluginError, type SourcePosition } from "../errors.ts";
import { COMPONENT_BYTES, SOURCE_BYTES } from "../limits.ts";
import type { NodeHost } from "../node.ts";
import {
  beginsWithManifest,
  carriesManifest,
  engineOfPath,
  isRuneConfiguration,
  pluginExtensions,
} from "../plugins/source.ts";
import { type AddCommand, type CommandContext, examples, jsonOption } from "./command.ts";
import { isPluginFolderOnDisk } from "./files.ts";
import { openHost } from "./host.ts";
import { errorJson, placeText, printJson } from "./report.ts";
import { printable, printableLine, styled, type Terminal } from "./terminal.ts";

/** Folders below the one given that are looked into, and entries looked at; a listing is not a search of the disk. */
const DEPTH = 3;
const ENTRIES = 20_000;

interface Row {
  readonly file: string;
  readonly name?: string;
  readonly version?: string;
  readonly engine?: string;
  readonly description?: string;
  readonly tools?: readonly string[];
  readonly error?: Record<string, unknown>;
}

export const addList: AddCommand = (parent, context) => {
  parent
    .command("list")
    .summary("list the plugins in a folder")
    .description(
      `Lists the plugins in a folder and up to ${DEPTH} folders below it. A broken plugin is listed with its error.`,
    )
    .argument("[dir]", "the folder", ".")
    .addOption(jsonOption())
    .addHelpText("after", examples(["cru plugins list plugins/examples", "a table of the plugins there"]))
    .action((folder: string, options: { readonly json?: true }) => list(folder, options.json === true, context));
};

async function list(folder: string, json: boolean, { terminal }: CommandContext): Promise<void> {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) throw new PluginError("not-found", `There is no folder "${folder}"`);
  if (!found.isDirectory())
    throw new PluginError("invalid-arguments", `"${folder}" is not a folder`, {
      hint: `See one plugin with: cru plugins show ${folder}`,
    });
  const host = openHost();
  try {
    const rows: Row[] = [];
    for (const path of findPlugins(folder)) {
      const row = await describe(host, path, relative(folder, path) || folder, terminal.interrupted);
      if (!isOtherScript(path, row)) rows.push(row);
    }
    if (json) printJson(terminal, { plugins: rows });
    else printTable(terminal, folder, rows);
  } finally {
    await host.close();
  }
}

async function describe(host: NodeHost, path: string, file: string, signal: AbortSignal): Promise<Row> {
  try {
    const { manifest, tools, engine } = await host.loadFile(path, { signal });
    const { name, version, description } = manifest;
    return { file, name, version, engine: engine.name, description, tools: tools.map((tool) => tool.name) };
  } catch (error) {
    if (signal.aborted) throw error;
    return { file, error: errorJson(error) };
  }
}

/** Paths of plugin files, and of folders that are one plugin, in the order of their names; links are not followed, hidden folders not entered. */
function findPlugins(root: string): readonly string[] {
  const extensions = pluginExtensions();
  const files: string[] = [];
  let entries = 0;
  const visit = (folder: string, depth: number): void => {
    if (isPluginFolderOnDisk(folder)) {
      files.push(folder);
      return;
    }
    for (const entry of entriesOf(folder)) {
      entries += 1;
      if (entries > ENTRIES)
        throw new PluginError("invalid-arguments", `"${root}" has more than ${ENTRIES} entries; list a smaller folder`);
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < DEPTH && !entry.name.startsWith(".") && entry.name !== "node_modules")
        visit(path, depth + 1);
      else if (
        entry.isFile() &&
        extensions.some((extension) => entry.name.endsWith(extension)) &&
        !isConfiguration(path) &&
        !isOtherModule(path)
      )
        files.push(path);
    }
  };
  visit(root, 0);
  return files;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // A folder that cannot be read has no plugins for this user.
  }
}

function isConfiguration(path: string): boolean {
  if (!path.endsWith(".rune") || statSync(path).size > SOURCE_BYTES) return false;
  try {
    return isRuneConfiguration(readFileSync(path, "utf8"));
  } catch {
    return false; // What cannot be read is listed with its error.
  }
}

/** WebAssembly that does not say that it is a plugin: folders are full of it. */
function isOtherModule(path: string): boolean {
  if (!path.endsWith(".wasm")) return false;
  try {
    if (statSync(path.replace(/wasm$/, "toml"), { throwIfNoEntry: false })?.isFile()) return false;
    return statSync(path).size > COMPONENT_BYTES || !carriesManifest(readFileSync(path));
  } catch {
    return true; // Neither a component nor readable.
  }
}

/** JavaScript and TypeScript that is no plugin: folders are full of that too. Without a manifest only what offers tools is one. */
function isOtherScript(path: string, { tools = [] }: Row): boolean {
  if (tools.length > 0 || engineOfPath(path) !== "js") return false;
  try {
    if (statSync(path.replace(/\.[^.]+$/, ".toml"), { throwIfNoEntry: false })?.isFile()) return false;
    return statSync(path).size > SOURCE_BYTES || !beginsWithManifest(readFileSync(path, "utf8"), ENGINES.js.comment);
  } catch {
    return false; // As above.
  }
}

function printTable({ stdout }: Terminal, folder: string, rows: readonly Row[]): void {
  if (rows.length === 0) stdout.write(`No plugins in ${printable(folder)}.\n`);
  const cells = rows.map((row) =>
    [row.name ?? row.file, row.version ?? "", row.engine ?? "", row.file, (row.tools ?? []).join(", ")].map(
      printableLine,
    ),
  );
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(0, ...cells.map((line) => Math.min(60, line[column]?.length ?? 0))),
  );
  for (const [index, row] of rows.entries()) {
    const [name = "", ...more] = cells[index] ?? [];
    if (row.error !== undefined) {
      const message = printable(String(row.error.message)).replaceAll("\n", " ");
      const place = row.error.position === undefined ? "" : ` (${placeText(row.error.position as SourcePosition)})`;
      stdout.write(`${name}  ${styled(stdout, "red", `error[${row.error.code}]: ${message}${place}`)}\n`);
      continue;
    }
    const columns = more.map((cell, column) => cell.padEnd(widths[column + 1] ?? 0)).join("  ");
    stdout.write(
      `${styled(stdout, "bold", name.padEnd(widths[0] ?? 0))}  ${columns}  ${printableLine(row.description ?? "")}`.trimEnd() +
        "\n",
    );
  }
}

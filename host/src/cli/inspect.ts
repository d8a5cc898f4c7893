/**
 * `cru plugins inspect`: what a plugin's file is made of, and why this host would refuse it: all reasons, not the first. None of its tools is
 * called; what nothing speaks against is loaded, which says what its tools are.
 */
import { PluginError } from "../errors.ts";
import { readPluginAt } from "../node.ts";
import type { PluginFolder } from "../plugins/folder.ts";
import { type InspectedInterface, type Inspection, inspectPlugin } from "../plugins/inspect.ts";
import { printManifest } from "../plugins/manifest.ts";
import type { Plugin } from "../plugins/plugin.ts";
import type { PluginFile } from "../plugins/source.ts";
import { type AddCommand, type CommandContext, examples, jsonOption, pluginArgument } from "./command.ts";
import { checkPluginFile } from "./files.ts";
import { openHost } from "./host.ts";
import { bytesText, EXIT_FAILED, errorJson, placeText, printJson } from "./report.ts";
import { printableBlock, printableJson, printableLine, styled, type Terminal } from "./terminal.ts";

export const addInspect: AddCommand = (parent, context) => {
  parent
    .command("inspect")
    .summary("look into a plugin: imports, exports, memory, why it would be refused")
    .description(
      "Shows what a plugin's file is made of: its kind, imports and the capability that each needs, exports, memory, sizes, the tools that made it, and every reason why it would be refused.",
    )
    .addArgument(pluginArgument())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      examples(
        ["cru plugins inspect tool.wasm", "see what a component imports, and what speaks against it"],
        ["cru plugins inspect d.crub --json", "the same for a program"],
      ),
    )
    .action((file: string, options: { readonly json?: true }) => inspect(file, options.json === true, context));
};

async function inspect(file: string, json: boolean, { terminal, setExitCode }: CommandContext): Promise<void> {
  checkPluginFile(file);
  const content = await readPluginAt(file);
  const found = await inspectPlugin(content);
  const { plugin, problems } =
    found.problems.length > 0 ? { plugin: undefined, problems: found.problems } : await loaded(content, terminal);
  if (json) printJson(terminal, inspectionJson(file, found, plugin, problems));
  else print(terminal, file, found, plugin, problems);
  if (problems.length > 0) setExitCode(EXIT_FAILED);
}

/** Its tools are known by loading it; some of what speaks against a plugin too, such as a compile error. */
async function loaded(
  content: PluginFile | PluginFolder,
  { interrupted: signal }: Terminal,
): Promise<{ readonly plugin: Plugin | undefined; readonly problems: readonly PluginError[] }> {
  const host = openHost();
  try {
    return { plugin: await host.load(content, { signal }), problems: [] };
  } catch (error) {
    if (!(error instanceof PluginError) || signal.aborted) throw error;
    return { plugin: undefined, problems: [error] };
  } finally {
    await host.close();
  }
}

function inspectionJson(
  file: string,
  { manifest, problems: _, ...found }: Inspection,
  plugin: Plugin | undefined,
  problems: readonly PluginError[],
): Record<string, unknown> {
  return {
    file,
    ...found,
    ...(manifest && { manifest: printManifest(manifest) }),
    ...(plugin && { tools: plugin.tools }),
    problems: problems.map(errorJson),
  };
}

function print(
  { stdout }: Terminal,
  file: string,
  found: Inspection,
  plugin: Plugin | undefined,
  problems: readonly PluginError[],
): void {
  const line = (text = ""): void => stdout.write(`${text}\n`);
  const heading = (text: string): void => line(`\n${styled(stdout, "bold", text)}`);
  const { manifest, source, bundle, modules, producers } = found;
  line(`${styled(stdout, "bold", printableLine(file))}: ${KINDS[found.kind]}, ${bytesText(found.bytes)}`);
  if (found.sha256 !== undefined) line(`sha256 ${found.sha256}`);
  if (bundle) line(`code for ${bundle.engine}, ${printableLine(bundle.abi)}, ${bytesText(bundle.codeBytes)}`);
  if (source) {
    heading("Source");
    for (const { path, characters } of source.files)
      line(
        `  ${printableLine(path)}, ${characters} characters${path === source.entry ? `, has the tools (${source.engine})` : ""}`,
      );
  }
  if (manifest) {
    heading("Manifest");
    for (const [key, value] of Object.entries(printManifest(manifest)))
      line(`  ${key}: ${typeof value === "string" ? printableLine(value) : printableJson(value)}`);
  }
  printInterfaces("Imports", found.imports, line, heading);
  printInterfaces("Exports", found.exports, line, heading);
  if (modules.length > 0) heading(modules.length === 1 ? "Core module" : "Core modules");
  for (const { bytes, memory, tableEntries, notImageable } of modules) {
    const words = [
      bytesText(bytes),
      memory &&
        `memory ${bytesText(memory.minimum)}${memory.maximum === undefined ? "" : ` to ${bytesText(memory.maximum)}`}`,
      tableEntries > 0 && `${tableEntries} table entries`,
      notImageable !== undefined && `starts cold: ${notImageable}`,
    ];
    line(`  ${words.filter((word) => typeof word === "string").join(", ")}`);
  }
  if (producers.length > 0) heading("Made with");
  for (const { field, name, version } of producers)
    line(`  ${[field, name, version].map(printableLine).join(" ").trimEnd()}`);
  if (plugin) heading("Tools");
  for (const tool of plugin?.tools ?? [])
    line(`  ${printableLine(tool.name)}${tool.description && ` - ${printableBlock(tool.description, "      ")}`}`);
  heading(problems.length === 0 ? "Nothing speaks against it" : styled(stdout, "red", "It would be refused"));
  for (const { code, message, hint, position } of problems) {
    line(`  ${code}: ${printableBlock(message, "      ")}`);
    if (position) line(`      --> ${placeText(position)}`);
    if (hint !== undefined) line(`      ${printableBlock(hint, "      ")}`);
  }
}

const KINDS: Readonly<Record<Inspection["kind"], string>> = {
  source: "source",
  bundle: "a bundle",
  component: "a WebAssembly component",
  extism: "an Extism plug-in (a core WebAssembly module)",
  "core module": "a core WebAssembly module",
  unknown: "no plugin",
};

function printInterfaces(
  title: string,
  interfaces: readonly InspectedInterface[],
  line: (text: string) => void,
  heading: (text: string) => void,
): void {
  if (interfaces.length === 0) return;
  heading(title);
  for (const { name, capability, functions } of interfaces) {
    const needs = capability === undefined ? "" : `  (needs ${capability})`;
    if (name !== "") line(`  ${printableLine(name)}${needs}`);
    for (const each of functions) line(`      ${printableLine(each)}`);
  }
}

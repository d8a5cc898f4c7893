/** `cru plugins compile`: makes a bundle of a plugin's source, which runs elsewhere without it. */
import { PluginError } from "../errors.ts";
import { sha256Hex } from "../plugins/hash.ts";
import { BUNDLE_EXTENSION, pluginExtensions } from "../plugins/source.ts";
import { type AddCommand, type CommandContext, examples, jsonOption, pluginArgument } from "./command.ts";
import { checkPluginFile, writeBundleFile } from "./files.ts";
import { openHost } from "./host.ts";
import { bytesText, printDiagnostic, printJson } from "./report.ts";
import { printable } from "./terminal.ts";

interface CompileOptions {
  readonly output?: string;
  readonly force?: true;
  readonly json?: true;
}

export const addCompile: AddCommand = (parent, context) => {
  parent
    .command("compile")
    .summary("compile a plugin into a bundle")
    .description("Compiles a plugin's source into a bundle (.crub): manifest and code, without the source.")
    .addArgument(pluginArgument(pluginExtensions().filter((extension) => extension !== BUNDLE_EXTENSION)))
    .option("-o, --output <file>", "the bundle to write (default: NAME.crub in the current folder)")
    .option("--force", "replace a file that is no bundle")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      examples(
        ["cru plugins compile dice-roller.rune -o d.crub", "make a bundle"],
        ["cru plugins run d.crub roll dice=3d6", "run it, with the same result and the same fuel as its source"],
      ),
    )
    .action((file: string, options: CompileOptions) => compile(file, options, context));
};

async function compile(file: string, options: CompileOptions, { terminal, setSubject }: CommandContext): Promise<void> {
  checkPluginFile(file);
  setSubject(file);
  const host = openHost();
  try {
    if (file.toLowerCase().endsWith(BUNDLE_EXTENSION)) {
      throw new PluginError("invalid-arguments", `"${file}" is compiled already`, {
        hint: "Give the plugin's source, or copy the bundle.",
      });
    }
    const plugin = await host.loadFile(file, { signal: terminal.interrupted });
    if (!options.json) for (const warning of plugin.warnings) printDiagnostic(terminal.stderr, warning);
    const bytes = await plugin.bundle();
    const output = options.output ?? `${plugin.name}${BUNDLE_EXTENSION}`;
    writeBundleFile(output, bytes, options.force === true);
    const { abi, name: engine } = plugin.engine;
    const sha256 = await sha256Hex(bytes);
    if (options.json)
      printJson(terminal, { file: output, bytes: bytes.length, sha256, engine, abi, sourceHash: plugin.sourceHash });
    else
      terminal.stdout.write(
        `${printable(output)}: ${bytesText(bytes.length)}, code for ${printable(abi)}\nsha256 ${sha256}\n`,
      );
  } finally {
    await host.close();
  }
}

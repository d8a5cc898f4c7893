/** `cru plugins show`: what a plugin is, which tools it has, what it asks for in plain words. Calls none of its tools. */

import type { CallLimits } from "../limits.ts";
import { describeCapabilities } from "../plugins/capability-words.ts";
import { requestedBy } from "../plugins/grants.ts";
import { limitsOfCall } from "../plugins/limits-of-call.ts";
import { printManifest } from "../plugins/manifest.ts";
import type { Plugin } from "../plugins/plugin.ts";
import { type AddCommand, type CommandContext, examples, jsonOption, pluginArgument } from "./command.ts";
import { checkPluginFile } from "./files.ts";
import { openHost } from "./host.ts";
import { bytesText, printDiagnostic, printJson } from "./report.ts";
import { printableBlock, printableJson, printableLine, styled, type Terminal } from "./terminal.ts";

export const addShow: AddCommand = (parent, context) => {
  parent
    .command("show")
    .summary("show a plugin: tools, capabilities, limits")
    .description(
      "Shows what a plugin is, which tools it offers with their schemas, and what it asks for in plain words.",
    )
    .addArgument(pluginArgument())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      examples(
        ["cru plugins show dice-roller.rune", "read it before you run it"],
        ["cru plugins show d.crub --json", "the same for a program"],
      ),
    )
    .action((file: string, options: { readonly json?: true }) => show(file, options.json === true, context));
};

async function show(file: string, json: boolean, { terminal, setSubject }: CommandContext): Promise<void> {
  checkPluginFile(file);
  setSubject(file);
  const host = openHost();
  try {
    const plugin = await host.loadFile(file, { signal: terminal.interrupted });
    if (json) {
      printJson(terminal, pluginJson(plugin));
    } else {
      printPlugin(terminal, plugin);
      for (const warning of plugin.warnings) printDiagnostic(terminal.stderr, warning);
    }
  } finally {
    await host.close();
  }
}

function pluginJson({ manifest, tools, engine, sourceHash, warnings }: Plugin): Record<string, unknown> {
  return {
    manifest: printManifest(manifest),
    tools,
    capabilities: describeCapabilities(requestedBy(manifest)),
    engine: { name: engine.name, abi: engine.abi, hash: engine.hash },
    sourceHash,
    warnings,
  };
}

function printPlugin({ stdout }: Terminal, { manifest, tools, engine, sourceHash }: Plugin): void {
  const line = (text = ""): void => stdout.write(`${text}\n`);
  const heading = (text: string): void => line(`\n${styled(stdout, "bold", text)}`);
  line(
    `${styled(stdout, "bold", `${manifest.name} ${manifest.version}`)}${manifest.description && ` - ${printableLine(manifest.description)}`}`,
  );
  heading("Tools");
  if (tools.length === 0) line("  none; document a public function to make it a tool");
  for (const tool of tools) {
    line(`  ${printableLine(tool.name)}${tool.description && ` - ${printableBlock(tool.description, "      ")}`}`);
    for (const parameter of parameterLines(tool.parameters)) line(`      ${parameter}`);
  }
  heading("It may, once approved where that is needed");
  for (const { capability, words, risk, needsApproval } of describeCapabilities(requestedBy(manifest))) {
    const mark = risk === "high" ? styled(stdout, "yellow", " (high risk)") : "";
    line(`  ${capability.padEnd(11)} ${printableLine(words)}${mark}${needsApproval ? "; needs --allow" : ""}`);
  }
  heading("Limits");
  const applies = limitsOfCall(manifest.limits, {}, undefined);
  for (const [name, key, shown] of LIMITS) {
    const asked = manifest.limits?.[key];
    const more = asked !== undefined && asked > applies[key] ? ` (asks for ${shown(asked)})` : "";
    line(`  ${name.padEnd(8)}${shown(applies[key])}${more}`);
  }
  heading("Code");
  line(`  engine ${engine.name}, ${printableLine(engine.abi)}`);
  line(`  source sha256 ${sourceHash}`);
}

const LIMITS: readonly (readonly [string, keyof CallLimits, (value: number) => string])[] = [
  ["memory", "memoryBytes", bytesText],
  ["fuel", "fuel", (units) => units.toLocaleString("en-US")],
  ["timeout", "timeoutMs", (ms) => `${(ms / 1000).toLocaleString("en-US")} s`],
];

/** The properties of a schema, each with what is asked of it; the schema itself where it has another form. */
function parameterLines(parameters: Readonly<Record<string, unknown>>): readonly string[] {
  const { properties, required } = parameters;
  if (!isRecord(properties)) return Object.keys(parameters).length > 1 ? [printableJson(parameters)] : [];
  const names = new Set(Array.isArray(required) ? required : []);
  return Object.entries(properties).flatMap(([name, schema]) => {
    const { type, description, ...rules } = isRecord(schema) ? schema : { type: undefined, description: undefined };
    const types = Array.isArray(type) ? type.join(" or ") : type === undefined ? "any value" : String(type);
    const more = Object.entries(rules).map(([rule, value]) => `${printableLine(rule)} ${printableJson(value)}`);
    const heading = [
      `${printableLine(name)}${names.has(name) ? "" : " (optional)"}: ${printableLine(types)}`,
      ...more,
    ].join(", ");
    return typeof description === "string" ? [heading, `  ${printableBlock(description, "        ")}`] : [heading];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

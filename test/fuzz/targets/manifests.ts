/**
 * Mutated plugin files: frontmatter in YAML, a manifest in TOML beside the source, capability requests, and whether a note is a
 * plugin. Each is read or refused with a typed error, and what was read says the same when it is printed and read again.
 */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { isPluginNote } from "../../../host/src/kiln/plugin-note.ts";
import { parseAllowance } from "../../../host/src/plugins/capability-requests.ts";
import { type Manifest, parseManifest, printManifest } from "../../../host/src/plugins/manifest.ts";
import { readPluginFile } from "../../../host/src/plugins/source.ts";
import { mutateJson, mutateText, one, picker, unlessRefused } from "../support.ts";

export const name = "manifests";

const YAML = `name: dice-roller
version: 1.2.3
description: "Rolls: dice"
engine: rune
capabilities:
  - kiln.read: { folders: [notes/**, "a b/*.md"] }
  - kiln.write: { folders: ["notes/log/**"], max_file_size: 1MiB }
  - state: { scope: [plugin, kiln], quota: 2MiB }
  - network: { hosts: [example.org, "*.example.com"] }
  - log
limits: { fuel: 50_000_000, memory: 32MiB, timeout: 5s }
tools:
  - name: roll
    description: Rolls dice
    parameters:
      type: object
      properties:
        dice: { type: string, maxLength: 200, pattern: "[0-9]*[dD]([0-9]+|%)", default: 3d6 }
        times: { type: integer, minimum: 1, maximum: 100 }
        rest: { anyOf: [{ const: null }, { enum: [a, 1, true] }, { type: array, items: { $ref: "#/$defs/x" } }] }
      required: [dice]
      additionalProperties: false
      $defs: { x: { type: object, patternProperties: { "^a": { type: number } } } }`;
const MANIFEST = parse(YAML);
const TOML = `name = "dice-roller"
version = "1.2.3"
description = "Rolls dice"
capabilities = ["log", { "kiln.read" = { folders = ["notes/**"] } }]
[limits]
fuel = 50_000_000
memory = "32MiB"
[[tools]]
name = "roll"
[tools.parameters]
type = "object"
properties.dice = { type = "string" }`;
const NOTE = `---\nplugin: true\nname: a\ntags: [x, y]\nengine: rune\n---\n# Title\n\n\`\`\`rune\npub fn f() {}\n\`\`\`\n`;
const ALLOW = [
  "kiln.write=campaigns/log/**",
  "network=example.org:443",
  "plugins",
  "state=global",
  "kiln.read=a/*.md,b/**",
];
const BODY = "\n/// Rolls.\npub fn roll(args) { 1 }\n";

export function input(seed: number): string {
  const pick = picker(seed, 0x6d61);
  const kind = pick(5);
  if (kind === 0) return mutateText(TOML, pick);
  if (kind === 1) return mutateText(NOTE, pick);
  if (kind === 2) return mutateText(one(pick, ALLOW), pick);
  if (kind === 3) return JSON.stringify(mutateJson(MANIFEST, pick));
  const commented = YAML.split("\n").map((line) => `// ${line}`);
  const fenced = ["//---", ...commented, "//---"].join("\n") + BODY;
  return mutateText(fenced, pick);
}

export async function run(seed: number): Promise<void> {
  const text = input(seed);
  const kind = picker(seed, 0x6d61)(5);
  if (kind === 1) return void isPluginNote(text);
  if (kind === 2) return void (await unlessRefused(["invalid-arguments"], () => parseAllowance(text)));
  if (kind === 3) return checkSame(parseManifest(JSON.parse(text), "fallback").manifest);
  const content = kind === 0 ? BODY : text;
  const sidecar = kind === 0 ? { sidecar: { path: "dice.toml", text } } : {};
  const read = await unlessRefused(["invalid-manifest", "invalid-arguments", "invalid-module"], () =>
    readPluginFile({ path: "dice.rune", content, ...sidecar }),
  );
  if (read?.kind !== "source") return;
  checkSame(read.manifest);
}

/** Printed and read again it is the same manifest. */
function checkSame(manifest: Manifest | undefined): void {
  if (manifest === undefined) return;
  const printed = printManifest(manifest);
  const again = parseManifest(printed, undefined);
  assert.deepEqual(again.problems, [], "a manifest that was printed has problems");
  assert.deepEqual(printManifest(again.manifest!), printed);
}

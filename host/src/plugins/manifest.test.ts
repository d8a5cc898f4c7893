import { describe, expect, it } from "vitest";
import { thrown } from "../../../test/failure.ts";
import type { PluginError } from "../errors.ts";
import { type Manifest, nameFromPath, parseManifest, printManifest } from "./manifest.ts";
import { type ManifestText, readManifest } from "./manifest-text.ts";

const COMPLETE = `
name: dice-roller
version: 1.2.0
description: Rolls dice in NdM+K notation
engine: rune
api: "0.1"
capabilities:
  - kiln.read: { folders: ["campaigns/**"] }
  - kiln.write: { folders: ["campaigns/log/**"], max_file_size: 1MiB }
  - state: { scope: [plugin, kiln], quota: 1MiB }
  - network: { hosts: ["api.open5e.com"], methods: [GET] }
  - clock
  - log
limits: { memory: 32MiB, fuel: 500_000_000, timeout: 10s }
tools:
  - name: roll
    description: Roll dice
    parameters: { type: object, required: [dice], properties: { dice: { type: string, pattern: "^[0-9]*d[0-9]+" } } }
    returns: { type: object }
dependencies: { name-generator: ^2.0 }
exports: [roll]
hooks: [note-saved, callout]
reload: keep
`;

function yaml(text: string): ManifestText {
  return { format: "yaml", text, original: text, file: "plugin.rune" };
}

function refusal(text: string, format: "yaml" | "toml" = "yaml"): PluginError {
  return thrown(() => readManifest({ ...yaml(text), format }, "fallback"));
}

describe("a complete manifest", () => {
  it("is read, quantities and all", () => {
    expect(readManifest(yaml(COMPLETE), undefined)).toMatchObject({
      name: "dice-roller",
      version: "1.2.0",
      description: "Rolls dice in NdM+K notation",
      engine: "rune",
      api: "0.1",
      capabilities: {
        "kiln.read": { folders: ["campaigns/**"] },
        "kiln.write": { folders: ["campaigns/log/**"], maxFileBytes: 1_048_576 },
        state: { scopes: ["plugin", "kiln"], quotaBytes: 1_048_576 },
        network: { hosts: ["api.open5e.com"], methods: ["GET"] },
        clock: {},
      },
      limits: { memoryBytes: 33_554_432, fuel: 500_000_000, timeoutMs: 10_000 },
      tools: [{ name: "roll", description: "Roll dice", returns: { type: "object" } }],
      exports: ["roll"],
      hooks: ["note-saved", "callout"],
      reload: "keep",
    } satisfies Partial<Manifest>);
  });

  it("survives being printed and parsed again", () => {
    const manifest = readManifest(yaml(COMPLETE), undefined);
    const again = parseManifest(JSON.parse(JSON.stringify(printManifest(manifest))), undefined);
    expect(again).toEqual({ manifest, problems: [] });
  });

  it("is the same in TOML", () => {
    const toml = `
      name = "dice-roller"
      capabilities = ["kiln.read", { "kiln.write" = { folders = ["log/**"] } }]
      limits = { memory = "32MiB", fuel = 500_000_000 }
      [[tools]]
      name = "roll"
      parameters = { type = "object" }
    `;
    expect(readManifest({ ...yaml(toml), format: "toml" }, undefined)).toMatchObject({
      name: "dice-roller",
      capabilities: { "kiln.read": { folders: ["**"] }, "kiln.write": { folders: ["log/**"] } },
      limits: { memoryBytes: 33_554_432, fuel: 500_000_000 },
      tools: [{ name: "roll" }],
    });
  });
});

describe("an empty manifest", () => {
  it("has the defaults, and the name that the file gives", () => {
    expect(readManifest(yaml(""), "dice")).toEqual({
      name: "dice",
      version: "0.0.0",
      description: "",
      api: "0.1",
      dependencies: {},
      exports: [],
      hooks: [],
    });
  });

  it("without a name from anywhere is refused", () => {
    expect(() => readManifest(yaml("version: 1.0.0"), undefined)).toThrow('"name" is missing');
  });

  it.each([
    ["dice-roller.rune", "dice-roller"],
    ["some/Dice Roller.rn", "dice-roller"],
    ["note_stats.rune", "note-stats"],
    [".rune", "rune"],
    ["日本.rune", undefined],
  ])("of %s is named %s", (path, name) => expect(nameFromPath(path)).toBe(name));
});

/** Manifest, and the message after "Cannot read the manifest of plugin.rune: ". */
const WRONG: readonly [text: string, message: string, line?: number][] = [
  ["nmae: x", 'unknown key "nmae"; did you mean "name"?', 1],
  ["\nname: Dice", '"name" must be 1 to 64 of a-z, 0-9 and -, got "Dice"', 2],
  ["name: 42", '"name" must be text, got 42; put it in quotes: "42"', 1],
  ["version: 1.2", '"version" must be text, got 1.2; put it in quotes: "1.2"', 1],
  ['version: "1.2"', '"version" must be a version such as 1.2.0, got "1.2"', 1],
  ["engine: runes", '"engine" must be one of rune, lua, js, wasm, extism, got "runes"; did you mean "rune"?', 1],
  ['api: "0.2"', '"api" asks for 0.2 of the plugin interface; this host offers 0.1.0', 1],
  ["api: latest", '"api" must be a range such as "0.1", got "latest"', 1],
  ['description: "a\\x1b[31m"', '"description" must be one line without control characters', 1],
  ["description: |\n  a\n  b", '"description" must be one line without control characters', 1],
  [
    "limits: { memory: 32XB }",
    '"limits.memory" must be a size such as 32MiB, 1MB or 65536, got "32XB"; unknown unit "XB", known are B, KB, MB, GB, KiB, MiB, GiB',
    1,
  ],
  [
    "limits: { fuel: -5 }",
    '"limits.fuel" must be a positive whole number such as 500_000_000, got -5; it cannot be negative',
    1,
  ],
  [
    "limits: { memory: 5GiB }",
    '"limits.memory" must be a size such as 32MiB, 1MB or 65536, got "5GiB"; the largest allowed is 4_294_967_296',
    1,
  ],
  ["limits: { fule: 5 }", 'unknown key "fule" in "limits"; did you mean "fuel"?', 1],
  ["limits: 5", '"limits" must be a mapping of keys to values, got 5', 1],
  ["capabilities: kiln.read", '"capabilities" must be a list, got "kiln.read"', 1],
  ["capabilities:\n  - kiln.raed", 'unknown capability "kiln.raed"; did you mean "kiln.read"?', 2],
  ["capabilities:\n  - kiln.read\n  - kiln.read: { folders: [a/**] }", "kiln.read is listed twice", 3],
  [
    "capabilities:\n  - kiln.read: { folder: [a/**] }",
    'unknown key "folder" in "capabilities[0].kiln.read"; did you mean "folders"?',
    2,
  ],
  [
    "capabilities:\n  - kiln.read: { folders: [../x/**] }",
    '"capabilities[0].kiln.read.folders[0]" is wrong: "../x/**" is not a folder glob: it must not have the segment ".."',
    2,
  ],
  [
    "capabilities:\n  - kiln.read: { folders: [/etc/**] }",
    '"capabilities[0].kiln.read.folders[0]" is wrong: "/etc/**" is not a folder glob: it must be relative to the kiln, without a leading /',
    2,
  ],
  [
    "capabilities:\n  - kiln.read: { folders: [] }",
    '"capabilities[0].kiln.read.folders" must name at least one folder glob, such as "campaigns/**"',
    2,
  ],
  [
    "capabilities:\n  - network",
    '"capabilities[0].hosts" must name the hosts, as in network: { hosts: ["api.example.com"] }',
    2,
  ],
  [
    'capabilities:\n  - network: { hosts: ["http://x"] }',
    '"capabilities[0].network.hosts[0]" must be a lower-case host such as api.example.com, got "http://x"',
    2,
  ],
  ["capabilities:\n  - clock=now", 'clock takes no scope; write it without "="', 2],
  [
    "capabilities:\n  - { clock: , ui: }",
    'a capability must have exactly one name; put "ui" in an entry of its own',
    2,
  ],
  ["capabilities: [5]", "a capability must be a name such as kiln.read, or a mapping with one name, got 5", 1],
  ["tools:\n  - description: x", '"tools[0].name" is missing; a tool has the name of a public function', 2],
  ["tools:\n  - name: a\n  - name: a", '"tools[1].name" is used by another tool: "a"', 3],
  ["tools:\n  - name: a b", '"tools[0].name" must be the name of a function, got "a b"', 2],
  [
    'tools:\n  - name: a\n    parameters: { properties: { x: { pattern: "(?<!a)" } } }',
    'the pattern "(?<!a)" is not in RE2 syntax: invalid named capture: `(?<!a)`; look-around and back-references do not exist there (in properties.x)',
    3,
  ],
  [
    "dependencies: { A: ^1.0 }",
    '"dependencies.A" must be 1 to 64 of a-z, 0-9 and -, got "A" as the name of a plugin',
    1,
  ],
  ["dependencies: { a: newest }", '"dependencies.a" must be a range of versions such as ^2.0, got "newest"', 1],
  ["exports: [roll, roll]", '"exports[1]" is listed twice: "roll"', 1],
  ["hooks: [Note Saved]", '"hooks[0]" must be the name of an event such as note-saved, got "Note Saved"', 1],
  ["reload: maybe", '"reload" must be one of keep, drop, got "maybe"', 1],
  ["- a\n- b", "a manifest is a mapping of keys to values, got a list of 2"],
  ["name: a\nname: b", "it is not YAML: map keys must be unique", 2],
  ["name: !!js/function x", "it is not YAML: unresolved tag: tag:yaml.org,2002:js/function", 1],
  ["name: [a", "it is not YAML: flow sequence in block collection must be sufficiently indented and end with a ]", 1],
  ["name: a\n---\nname: b", "it is more than one YAML document", 2],
];

describe("a wrong manifest", () => {
  it.each(WRONG)("%j is refused", (text, message, line) => {
    const error = refusal(text);
    expect(error.code).toBe("invalid-manifest");
    expect(error.message).toBe(`Cannot read the manifest of plugin.rune: ${message}`);
    expect(error.position?.line).toBe(line);
  });

  it("tells all problems in the order of their lines", () => {
    const error = refusal("nmae: x\nlimits: { fuel: 0 }\nversion: 7\n");
    expect(error.message).toBe(
      [
        "Cannot read the manifest of plugin.rune, it has 3 problems:",
        '  - line 1: unknown key "nmae"; did you mean "name"?',
        '  - line 2: "limits.fuel" must be a positive whole number such as 500_000_000, got 0; it must be greater than 0',
        '  - line 3: "version" must be text, got 7; put it in quotes: "7"',
      ].join("\n"),
    );
    expect(error.diagnostics.map(({ excerpt }) => excerpt.split("\n").at(-1))).toEqual([
      "  | ^",
      "  |           ^",
      "  | ^",
    ]);
  });

  it("in TOML says where the text breaks", () => {
    const error = refusal('name = "a"\nversion = \n', "toml");
    expect(error.message).toContain("it is not TOML");
    expect(error.position).toMatchObject({ line: 2 });
  });
});

describe("a hostile manifest", () => {
  it.each([
    ["brackets without end", "[".repeat(60_000)],
    ["braces without end", "{a: ".repeat(16_000)],
    ["lists in lists", "- ".repeat(32_000)],
    ["deep but well-formed lists", `hooks: ${"[".repeat(200)}${"]".repeat(200)}`],
    [
      "a million laughs",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh"
        .split("")
        .map((key, i) => `${key}: &${key} [${`*${"abcdefgh"[i]},`.repeat(9)}]`)
        .join("\n")}`,
    ],
    ["an alias to itself", "hooks: &a [*a]"],
    ["an alias to nothing", "name: *a"],
    ["two hundred aliases", `name: &a x\nhooks: [${"*a,".repeat(200)}]`],
    ["more text than is read", `description: ${"x".repeat(70_000)}`],
    ["deep TOML", `a = ${"[".repeat(60_000)}`],
  ])("of %s is refused", (name, text) => {
    expect(refusal(text, name.endsWith("TOML") ? "toml" : "yaml").code).toBe("invalid-manifest");
  });

  it.each([
    "__proto__: { polluted: true }",
    "constructor: { prototype: { polluted: true } }",
    "limits: { __proto__: { fuel: 5 } }",
  ])("with %s pollutes nothing", (text) => {
    expect(refusal(text).message).toContain("unknown key");
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("with a merge key in YAML does not merge", () => {
    expect(refusal("<<: { name: x }").message).toContain('unknown key "<<"');
  });

  it("may name a dependency like a member of Object.prototype", () => {
    const { manifest } = parseManifest(
      JSON.parse('{ "name": "a", "dependencies": { "constructor": "^1.0" } }'),
      undefined,
    );
    expect(Object.keys(manifest?.dependencies ?? {})).toEqual(["constructor"]);
  });
});

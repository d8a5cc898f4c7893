import { describe, expect, it } from "vitest";
import type { Grant } from "../capabilities/grant.ts";
import { describeCapabilities } from "./capability-words.ts";
import { delegated, grantFor, requestedBy } from "./grants.ts";
import { parseManifest } from "./manifest.ts";

function asking(...capabilities: unknown[]) {
  const { manifest, problems } = parseManifest({ name: "p", capabilities }, undefined);
  if (manifest === undefined) throw new Error(JSON.stringify(problems));
  return manifest;
}

const silent = { name: "p" };

describe("the grant of a plugin", () => {
  it("is reading the whole kiln when the manifest says nothing", () => {
    expect(grantFor(silent, [])).toEqual({ "kiln.read": { folders: ["**"] } });
  });

  it("is nothing when the manifest asks for nothing", () => expect(grantFor(asking(), [])).toEqual({}));

  it("gives without approval what is low risk, exactly as asked", () => {
    const manifest = asking(
      { "kiln.read": { folders: ["a/**"] } },
      "clock",
      { state: { scope: "kiln", quota: "2KiB" } },
      "log",
    );
    expect(grantFor(manifest, [])).toEqual({
      "kiln.read": { folders: ["a/**"] },
      clock: {},
      state: { scopes: ["kiln"], quotaBytes: 2048 },
    });
  });

  it.each(["kiln.write", "plugins", { network: { hosts: ["a.example"] } }])(
    "withholds %j until it is approved",
    (capability) => {
      expect(grantFor(asking(capability), [])).toEqual({});
    },
  );

  it("gives all that is asked on an approval without a scope", () => {
    const manifest = asking(
      { "kiln.write": { folders: ["a/**"], max_file_size: "1KiB" } },
      { network: { hosts: ["a.example"] } },
      "plugins",
    );
    expect(grantFor(manifest, ["kiln.write", "network", "plugins"])).toEqual({
      "kiln.write": { folders: ["a/**"], maxFileBytes: 1024 },
      network: { hosts: ["a.example"], methods: ["GET"] },
      plugins: {},
    });
  });

  it("keeps both sets of folders when an approval is narrower, so that a path must be inside both", () => {
    const manifest = asking({ "kiln.write": { folders: ["campaigns/**"] } });
    expect(grantFor(manifest, ["kiln.write=campaigns/log/**,notes/**"])).toEqual({
      "kiln.write": { folders: ["campaigns/**"], within: [["campaigns/log/**", "notes/**"]] },
    });
    expect(grantFor(manifest, ["kiln.write=a/**", "kiln.write=b/**"])["kiln.write"]?.within).toEqual([
      ["a/**", "b/**"],
    ]);
    expect(grantFor(manifest, ["kiln.write=**"])).toEqual({ "kiln.write": { folders: ["campaigns/**"] } });
  });

  it("never gives more than is asked, whatever is approved", () => {
    const manifest = asking({ "kiln.write": { folders: ["a/**"] } });
    expect(grantFor(manifest, ["kiln.write=**", "kiln.write"])).toEqual({ "kiln.write": { folders: ["a/**"] } });
  });

  it("is narrowed by an approval with a scope, also where none is needed", () => {
    expect(grantFor(silent, ["kiln.read=a/**"])).toEqual({ "kiln.read": { folders: ["**"], within: [["a/**"]] } });
    expect(grantFor(asking("state=plugin,kiln"), ["state=kiln"]).state?.scopes).toEqual(["kiln"]);
    expect(grantFor(asking("state=plugin"), ["state=kiln"])).toEqual({});
  });

  it.each([
    [["a.example"], "network=a.example", ["a.example"]],
    [["*.example"], "network=api.example", ["api.example"]],
    [["api.example"], "network=*.example", ["api.example"]],
    [["example"], "network=*.example", undefined],
    [["a.example"], "network=b.example", undefined],
    [["a.example:8080"], "network=a.example", undefined],
  ])("of hosts %j with %s is %j", (hosts, allow, expected) => {
    expect(grantFor(asking({ network: { hosts } }), [allow]).network?.hosts).toEqual(expected);
  });

  it("cannot be what the plugin does not ask for", () => {
    expect(() => grantFor(silent, ["kiln.write"])).toThrow(
      expect.objectContaining({
        code: "invalid-arguments",
        message: 'Cannot allow kiln.write: the plugin "p" does not ask for it',
        hint: expect.stringContaining("asks for kiln.read"),
      }),
    );
  });

  it("passes over what an app approves for all plugins and this one does not ask for", () => {
    expect(grantFor(asking("kiln.write"), [], ["network=a.example", "kiln.write=a/**"])).toEqual({
      "kiln.write": { folders: ["**"], within: [["a/**"]] },
    });
  });

  it.each([
    ["kiln.write=", "must not be empty"],
    ["kiln.write=a/**,", "must not be empty"],
    ["kiln.write=../**", 'must not have the segment ".."'],
    ["kiln.wirte", 'unknown capability "kiln.wirte"; did you mean "kiln.write"?'],
    ["clock=x", "takes no scope"],
    ["state=everything", "must be one of plugin, kiln, global"],
    ["__proto__", "unknown capability"],
    ["constructor=x", "unknown capability"],
    ["", "unknown capability"],
  ])("cannot be read from %j", (allow, message) => {
    expect(() => grantFor(silent, [allow])).toThrow(message);
  });
});

describe("what is asked for", () => {
  const manifest = asking({ "kiln.write": { folders: ["a/**"] } }, "network=a.example", "clock");

  it("is said in plain words", () => {
    expect(
      describeCapabilities(requestedBy(manifest)).map(({ capability, words, needsApproval }) => [
        capability,
        words,
        needsApproval,
      ]),
    ).toEqual([
      ["kiln.write", "create, change and remove notes in a/**", true],
      ["network", "send GET requests to a.example", true],
      ["clock", "see the date and the time", false],
      ["log", "write log lines", false],
      ["random", "draw random numbers from the seed of the call", false],
    ]);
  });
});

describe("what a caller delegates", () => {
  const callee: Grant = {
    "kiln.read": { folders: ["**"] },
    "kiln.write": { folders: ["log/**"], maxFileBytes: 100 },
    state: { scopes: ["plugin", "kiln"], quotaBytes: 50 },
    network: { hosts: ["*.example.com"], methods: ["GET", "POST"] },
    clock: {},
    plugins: {},
  };

  it("is nothing of what it lacks", () => {
    expect(delegated(callee, {})).toEqual({});
    expect(delegated({}, callee)).toEqual({});
    expect(Object.keys(delegated(callee, { clock: {}, ui: {} }))).toEqual(["clock"]);
  });

  it("is the common part of every scope", () => {
    const caller: Grant = {
      "kiln.read": { folders: ["open/**"], within: [["**/a.md"]] },
      "kiln.write": { folders: ["log/b/**"], maxFileBytes: 70 },
      state: { scopes: ["kiln", "global"], quotaBytes: 1_000 },
      network: { hosts: ["api.example.com", "other.org"], methods: ["GET"] },
    };
    const common = {
      "kiln.read": { folders: ["**"], within: [["open/**"], ["**/a.md"]] },
      "kiln.write": { folders: ["log/**"], within: [["log/b/**"]], maxFileBytes: 70 },
      state: { scopes: ["kiln"], quotaBytes: 50 },
      network: { hosts: ["api.example.com"], methods: ["GET"] },
    };
    expect(delegated(callee, caller)).toEqual(common);
    expect(delegated(common as Grant, { ...caller, state: { scopes: ["global"], quotaBytes: 1 } })).not.toHaveProperty(
      "state",
    );
    expect(delegated(callee, { network: { hosts: ["other.org"], methods: ["GET"] } })).toEqual({});
    expect(delegated(callee, { network: { hosts: ["api.example.com"], methods: ["PUT"] } })).toEqual({});
  });
});

/**
 * A host whose plugins find all that the types of guest-sdk tell of: of capabilities that the host does not build yet there is an
 * answer of the network and a program of rules, which do nothing.
 */
import { readFileSync } from "node:fs";
import type { HostInterface } from "../../host/src/component/index.ts";
import { ENGINES } from "../../host/src/engines.ts";
import { memoryKiln } from "../../host/src/index.ts";
import { PluginHost } from "../../host/src/plugins/host.ts";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";
import { inlineRunner, type Runner } from "../../host/src/sandbox/index.ts";

const root = new URL("../../", import.meta.url);
const now = () => performance.now();

export function openLibraryHost(): PluginHost {
  return new PluginHost({
    engines: async (name) => readFileSync(new URL(ENGINES[name].artifact, root)),
    powers: { clock: frozenClock(0), kiln: memoryKiln({}) },
    now,
    drawSeed: () => 0n,
    runner: withNetworkAndDatalog(inlineRunner(now)),
  });
}

const answering = (val: unknown) => () => ({ tag: "ok", val });
const NETWORK: HostInterface = {
  functions: new Map<string, () => unknown>([
    ["fetch", answering({})],
    ["[method]response.status", () => 200],
    ["[method]response.url", () => "https://example.com/"],
    ["[method]response.headers", () => []],
    ["[method]response.read", answering(new Uint8Array())],
  ]),
};
const DATALOG: HostInterface = {
  functions: new Map<string, () => unknown>([
    ["parse", answering({})],
    ["[method]program.insert", answering(undefined)],
    ["[method]program.retract", answering(undefined)],
    ["[method]program.query", answering({})],
    ["[method]row-cursor.next", answering([])],
  ]),
};

function withNetworkAndDatalog(runner: Runner): Runner {
  const start: Runner["start"] = (prepared, options) => {
    const imports = new Map(options.imports);
    imports.set("crucible:plugin/network@0.1.0", NETWORK).set("crucible:plugin/datalog@0.1.0", DATALOG);
    return runner.start(prepared, { ...options, imports });
  };
  return { ...runner, start };
}

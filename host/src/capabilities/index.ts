/**
 * The capabilities of a plugin: the table of interfaces, and what one plugin may call of them. Whether something is granted is
 * decided before (`plugins/grants.ts`); here it is enforced. Nothing here touches the platform: powers are arguments.
 */
import type { HostImports, HostInterface } from "../component/index.ts";
import { witImports } from "../wit.ts";
import { Call, type CallAccount, type CallOptions, type NestedOptions, type Report } from "./call.ts";
import { bindClock } from "./clock.ts";
import { GRANT_KEYS, type GrantKey } from "./grant.ts";
import { bindKiln } from "./kiln.ts";
import { bindLog } from "./log.ts";
import { bindPlugins } from "./plugins.ts";
import { bindRandom } from "./random.ts";
import { bindState } from "./state.ts";
import { bindUi } from "./ui.ts";
import { bindUnavailable } from "./unavailable.ts";

export type { Powers } from "../powers/types.ts";
export type {
  CallAccount,
  CallOptions as CapabilitiesOptions,
  CapabilityLimits,
  NestedOptions,
  Progress,
  Report,
} from "./call.ts";
export type { FolderScope, Grant, GrantKey, NetworkGrant, StateGrant, StateScope, WriteScope } from "./grant.ts";
export { type Answers, CallEnd, type Nest, type OtherPlugins } from "./plugins.ts";
export { splitMix64 } from "./random-source.ts";

export interface CapabilityInterface {
  /** The grants that open it; none: always granted. */
  readonly grants: readonly GrantKey[];
  /** `nested` makes the capabilities of a plugin that is called. */
  readonly bind: (call: Call, nested: Capabilities["nested"]) => HostInterface;
}

/** Interfaces that are built, by their name in the WIT package. */
const BUILT: Readonly<Record<string, CapabilityInterface>> = {
  kiln: { grants: ["kiln.read", "kiln.write"], bind: bindKiln },
  state: { grants: ["state"], bind: bindState },
  clock: { grants: ["clock"], bind: bindClock },
  random: { grants: [], bind: bindRandom },
  log: { grants: [], bind: bindLog },
  plugins: { grants: ["plugins"], bind: bindPlugins },
  ui: { grants: ["ui"], bind: bindUi },
};

let table: ReadonlyMap<string, CapabilityInterface> | undefined;

/** Every interface that a plugin may import, by versioned name such as `crucible:plugin/kiln@0.1.0`. */
export function capabilityInterfaces(): ReadonlyMap<string, CapabilityInterface> {
  table ??= new Map([...witImports().keys()].map((name) => [name, interfaceOf(name)]));
  return table;
}

export interface BeginCall {
  readonly seed: bigint;
  readonly account?: CallAccount;
  readonly isSync?: boolean;
}

export interface Capabilities {
  /** All interfaces. What is not granted answers `denied`, what is not built yet `unavailable`; outside a call everything but `log` does. */
  readonly imports: HostImports;
  /**
   * Opens the transaction of a call, resets its counters and seeds `random` (modulo 2⁶⁴). `account` bounds the plugins that this
   * one calls; without it they cannot be called. `isSync`: the thread does not wait for answers in this call.
   */
  beginCall(options: BeginCall): void;
  /**
   * Ends the call and makes its changes of notes and state real, all or none. Errors: `conflict`, `busy`, `denied`,
   * `transfer-limit`, `unavailable`; then nothing was changed.
   */
  commit(): void;
  /** Ends the call, if one is running, and drops its changes. */
  rollback(): void;
  /** Fuel for work done since it was last asked, for `StartOptions.takeWork`. */
  takeWork(): number;
  /** The capabilities of a plugin that this one calls: it joins the call, ends before it, and its `commit` keeps its changes in it. */
  nested(options: NestedOptions): Capabilities;
  /** What the running or last call did. */
  readonly report: Report;
}

/**
 * Errors: `invalid-arguments` for a malformed glob in the grant.
 * @example createCapabilities({ plugin: "dice", grant: {}, powers: { clock: frozenClock(0) } })
 */
export function createCapabilities(options: CallOptions): Capabilities {
  return capabilitiesOf(new Call(options));
}

function capabilitiesOf(call: Call): Capabilities {
  const nested = (options: NestedOptions) => capabilitiesOf(call.nested(options));
  return {
    imports: new Map([...capabilityInterfaces()].map(([name, { bind }]) => [name, bind(call, nested)])),
    beginCall: (options) => call.begin(options),
    commit: () => call.commit(),
    rollback: () => call.rollback(),
    takeWork: () => call.takeWork(),
    nested,
    get report() {
      return call.report;
    },
  };
}

function interfaceOf(versionedName: string): CapabilityInterface {
  const name = /\/([a-z0-9-]+)@/.exec(versionedName)?.[1] ?? versionedName;
  if (Object.hasOwn(BUILT, name) && BUILT[name] !== undefined) return BUILT[name];
  const key = GRANT_KEYS.find((candidate) => candidate === name);
  // An interface of types alone, such as `types`, has no functions and needs no grant.
  if (key === undefined) return { grants: [], bind: () => ({ functions: new Map() }) };
  return {
    grants: [key],
    bind: (call) => {
      const type = witImports().get(versionedName);
      return type === undefined ? { functions: new Map() } : bindUnavailable(call, name, key, type);
    },
  };
}

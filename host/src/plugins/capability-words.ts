/**
 * Says in plain words what a plugin asks for, for people who decide about it. Decides nothing itself.
 */
import { type FolderScope, GRANT_KEYS, type Grant, type GrantKey, type StateScope } from "../capabilities/grant.ts";
import { NEEDS_APPROVAL } from "./capability-requests.ts";

export interface CapabilityWords {
  readonly capability: string;
  /** Completes "it may …". */
  readonly words: string;
  readonly risk: "low" | "high";
  /** Whether it is granted only after an approval. */
  readonly needsApproval: boolean;
}

const STATE_WORDS: Record<StateScope, string> = {
  plugin: "for itself in this kiln",
  kiln: "shared with the other plugins of this kiln",
  global: "shared with all your plugins, in every kiln",
};

type Describe = { readonly [Key in GrantKey]: (scope: NonNullable<Grant[Key]>) => string };

const WORDS: Describe = {
  "kiln.read": (scope) => `read ${notes(scope)}`,
  "kiln.write": (scope) => {
    const limit =
      scope.maxFileBytes === undefined ? "" : `, each at most ${scope.maxFileBytes.toLocaleString("en-US")} bytes`;
    return `create, change and remove ${notes(scope)}${limit}`;
  },
  search: () => "search the notes that it may read",
  graph: () => "follow the links between the notes that it may read",
  state: ({ scopes, quotaBytes }) =>
    `remember up to ${quotaBytes.toLocaleString("en-US")} bytes ${scopes.map((scope) => STATE_WORDS[scope]).join(", and ")}`,
  network: ({ hosts, methods }) => `send ${methods.join(", ")} requests to ${hosts.join(", ")}`,
  clock: () => "see the date and the time",
  session: () => "read session notes",
  plugins: () => "call other plugins",
  datalog: () => "evaluate Datalog rules over its own facts",
  ui: () => "ask you questions and show its progress",
};

/** One line for each capability of a request or a grant, those that are always there last. */
export function describeCapabilities(grant: Grant): readonly CapabilityWords[] {
  const listed = GRANT_KEYS.filter((key) => grant[key] !== undefined).map((key): CapabilityWords => {
    const needsApproval = NEEDS_APPROVAL.has(key);
    return { capability: key, words: wordsOf(key, grant), risk: needsApproval ? "high" : "low", needsApproval };
  });
  const always = (capability: string, words: string): CapabilityWords => ({
    capability,
    words,
    risk: "low",
    needsApproval: false,
  });
  return [
    ...listed,
    always("log", "write log lines"),
    always("random", "draw random numbers from the seed of the call"),
  ];
}

function wordsOf<Key extends GrantKey>(key: Key, grant: Grant): string {
  const scope = grant[key];
  return scope === undefined ? "" : WORDS[key](scope);
}

function notes({ folders, within = [] }: FolderScope): string {
  const inside = folders.includes("**") ? "every note" : `notes in ${folders.join(", ")}`;
  return [inside, ...within.map((globs) => globs.join(", "))].join(", within ");
}

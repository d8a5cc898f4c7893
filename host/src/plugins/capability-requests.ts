/**
 * The one grammar for naming capabilities with their scope, in a manifest (`- kiln.write: { folders: [...] }`), in a manifest's
 * short form and in `--allow` (`kiln.write=campaigns/log/**,notes/**`). It says what is asked or allowed, not what is granted.
 */
import { GRANT_KEYS, type Grant, type GrantKey, STATE_SCOPES, type StateScope } from "../capabilities/grant.ts";
import { PluginError } from "../errors.ts";
import { compileGlobs } from "../kiln/glob.ts";
import { NOTE_BYTES, STATE_QUOTA_BYTES } from "../limits.ts";
import { Fields, type Problem } from "./fields.ts";
import { brief, isJsonObject, type JsonValue } from "./json.ts";
import { didYouMean } from "./suggest.ts";

/** Always granted; may be listed, changes nothing. */
export const ALWAYS_GRANTED = ["log", "random"] as const;

/** High risk: needs an approval, by `--allow` or by the embedding app. */
export const NEEDS_APPROVAL: ReadonlySet<GrantKey> = new Set<GrantKey>(["kiln.write", "network", "plugins"]);

/** No plugin may ask for more state than this, per scope. */
export const STATE_QUOTA_MAX = 1024 * STATE_QUOTA_BYTES;

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const HOST =
  /^(\*\.)?[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9][a-z0-9-]{0,62}){0,20}(:[0-9]{1,5})?$|^\[[0-9a-f:.]{2,45}\](:[0-9]{1,5})?$/;

/** Which key of the long form the part after `=` stands for. */
const SHORT_SCOPE: Partial<Record<GrantKey, string>> = {
  "kiln.read": "folders",
  "kiln.write": "folders",
  state: "scope",
  network: "hosts",
};

type Reader = (fields: Fields) => Grant[GrantKey];

const READERS: Record<GrantKey, Reader> = {
  "kiln.read": (fields) => ({ folders: readFolders(fields) }),
  "kiln.write": (fields) => {
    const folders = readFolders(fields);
    const maxFileBytes = fields.quantity("max_file_size", "bytes", NOTE_BYTES);
    return { folders, ...(maxFileBytes !== undefined && { maxFileBytes }) };
  },
  state: (fields) => ({
    scopes: (fields.texts("scope", oneOf(STATE_SCOPES)) ?? ["plugin"]) as readonly StateScope[],
    quotaBytes: fields.quantity("quota", "bytes", STATE_QUOTA_MAX) ?? STATE_QUOTA_BYTES,
  }),
  network: (fields) => {
    const hosts = fields.texts("hosts", (host) =>
      HOST.test(host) ? undefined : `must be a lower-case host such as api.example.com, got ${brief(host)}`,
    );
    if (hosts === undefined || isEmptyList(fields.value("hosts")))
      fields.problem("hosts", `must name the hosts, as in network: { hosts: ["api.example.com"] }`);
    return { hosts: hosts ?? [], methods: fields.texts("methods", oneOf(METHODS)) ?? ["GET"] };
  },
  clock: () => ({}),
  search: () => ({}),
  graph: () => ({}),
  session: () => ({}),
  plugins: () => ({}),
  datalog: () => ({}),
  ui: () => ({}),
};

export interface CapabilityRequest {
  /** Undefined for what is always granted. */
  readonly key: GrantKey | undefined;
  /** The request as a grant with this one key. */
  readonly grant: Grant;
  /** Whether a scope was written. */
  readonly scoped: boolean;
}

/** Reads one entry of a manifest's list: `"kiln.read"`, `"kiln.write=a/**"`, or a mapping with one key. */
export function readCapability(
  entry: JsonValue,
  path: readonly (string | number)[],
  problems: Problem[],
): CapabilityRequest | undefined {
  const report = (message: string): undefined => void problems.push({ path, message });
  if (typeof entry === "string") {
    const equals = entry.indexOf("=");
    const word = (equals < 0 ? entry : entry.slice(0, equals)).trim();
    const scope = equals < 0 ? undefined : splitScope(entry.slice(equals + 1));
    return readNamed(word, scope === undefined ? null : scope, path, problems);
  }
  if (!isJsonObject(entry))
    return report(`a capability must be a name such as kiln.read, or a mapping with one name, got ${brief(entry)}`);
  const [name, ...more] = Object.keys(entry);
  if (name === undefined || more.length > 0)
    return report(`a capability must have exactly one name; put ${brief(more[0] ?? "each")} in an entry of its own`);
  return readNamed(name, entry[name] ?? null, [...path, name], problems);
}

/**
 * Reads an approval in the grammar of `--allow`.
 * @throws PluginError `invalid-arguments`
 * @example parseAllowance("kiln.write=campaigns/log/**").grant // { "kiln.write": { folders: ["campaigns/log/**"] } }
 */
export function parseAllowance(text: string): CapabilityRequest {
  const problems: Problem[] = [];
  const allowance = readAllowance(text, problems);
  if (allowance !== undefined && problems.length === 0) return allowance;
  throw new PluginError(
    "invalid-arguments",
    `Cannot read the grant ${brief(text)}: ${problems.map(({ message }) => message).join("; ")}`,
    {
      hint: "A grant is a name, or a name with a scope: kiln.write, kiln.write=campaigns/log/**, network=api.example.com.",
    },
  );
}

function readAllowance(text: string, problems: Problem[]): CapabilityRequest | undefined {
  // Unlike a request, an approval of `network` without hosts is complete: it approves the hosts that the manifest names.
  if (text.trim() === "network")
    return { key: "network", grant: { network: { hosts: [], methods: [] } }, scoped: false };
  return readCapability(text, [], problems);
}

/** `scope` is null (none), a list (the short form) or a mapping (the long form). */
function readNamed(
  name: string,
  scope: JsonValue,
  path: readonly (string | number)[],
  problems: Problem[],
): CapabilityRequest | undefined {
  const report = (message: string): undefined => void problems.push({ path, message });
  const key = GRANT_KEYS.find((known) => known === name);
  if (key === undefined) {
    if (ALWAYS_GRANTED.some((known) => known === name)) return { key: undefined, grant: {}, scoped: false };
    const names = [...GRANT_KEYS, ...ALWAYS_GRANTED];
    return report(`unknown capability ${brief(name)}${didYouMean(name, names) || `; known are ${names.join(", ")}`}`);
  }
  const short = SHORT_SCOPE[key];
  if (Array.isArray(scope) && short === undefined) return report(`${name} takes no scope; write it without "="`);
  const long: JsonValue = Array.isArray(scope) ? { [short ?? ""]: scope } : (scope ?? {});
  const before = problems.length;
  const fields = Fields.of(long, path, problems);
  if (fields === undefined) return undefined;
  const grant = READERS[key](fields);
  fields.finish();
  return problems.length > before
    ? undefined
    : { key, grant: { [key]: grant }, scoped: isJsonObject(long) && Object.keys(long).length > 0 };
}

function readFolders(fields: Fields): readonly string[] {
  const folders = fields.texts("folders", folderProblem) ?? ["**"];
  if (isEmptyList(fields.value("folders")))
    fields.problem("folders", `must name at least one folder glob, such as "campaigns/**"`);
  return folders;
}

function isEmptyList(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

function folderProblem(glob: string): string | undefined {
  try {
    compileGlobs([glob]);
    return undefined;
  } catch (error) {
    if (error instanceof PluginError) return `is wrong: ${error.message}`;
    throw error;
  }
}

function oneOf(words: readonly string[]): (text: string) => string | undefined {
  return (text) =>
    words.includes(text)
      ? undefined
      : `must be one of ${words.join(", ")}, got ${brief(text)}${didYouMean(text, words)}`;
}

/** An empty part stays, so that `kiln.write=` is an error and not the whole kiln. */
function splitScope(text: string): readonly string[] {
  return text.split(",").map((part) => part.trim());
}

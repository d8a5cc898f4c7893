/** What the contract test needs to know of a kind of plugin: the same tools in each, and how a function of the host is called. */
import type { EngineName } from "../../../host/src/engines.ts";
import type { PluginFile } from "../../../host/src/plugins/source.ts";

/** A value that is written into a program as a literal. */
export type Literal = null | boolean | number | string | readonly Literal[] | { readonly [name: string]: Literal };

/** A function of the host with arguments that it takes, such as `kiln.read_note("a.md")`. */
export interface HostCall {
  readonly module: string;
  /** In snake_case, as the WIT's reference has it. */
  readonly name: string;
  readonly args: readonly Literal[];
  /** The grant that it needs; none: always granted. */
  readonly grant?: string;
  /** What answers it where it is granted; without a code it succeeds. */
  readonly code?: string;
}

/** What every kind of plugin has: the tools of the contract. */
export interface Kind {
  readonly name: string;
  readonly file: () => PluginFile | Promise<PluginFile>;
  /** The code that endless recursion ends in. */
  readonly recursion: string;
  /** What `fail` ends in: `trap` where a mistake of the plugin is the end of its instance. */
  readonly crash: "guest-error" | "trap";
  /** What `conflict` ends in: `guest-error` where a kind has no codes of its own. */
  readonly conflict: "conflict" | "guest-error";
}

/** A kind of plugin that is compiled from source. */
export interface Language {
  readonly name: EngineName;
  /** The path of its plugin, as the host is told it. */
  readonly path: string;
  /** What begins a comment. */
  readonly comment: string;
  /**
   * The tools of the contract, all with one object `args`: `echo`, `fail` (on the line that ends in HERE), `conflict`, `coded`,
   * `recurse`, `spin`, `stubborn` (catches what it can and goes on), `hoard`, `large`, `deep`, `text`, `mix`, `waste`.
   */
  readonly tools: string;
  /** A tool that calls a function of the host and returns "ok" or the code of its error. */
  probe(tool: string, call: HostCall): string;
  /** A program that does not compile, and where. */
  readonly broken: { readonly source: string; readonly line: number; readonly column: number };
  /** The code that endless recursion ends in. */
  readonly recursion: string;
}

/** A plugin's file, with lines of YAML as its manifest. */
export function program({ path, comment }: Language, manifest: readonly string[], source: string): PluginFile {
  const fence = `${comment}---`;
  const lines = ["name: contract", ...manifest].map((line) => `${comment} ${line}`);
  return { path, content: [fence, ...lines, fence, source].join("\n") };
}

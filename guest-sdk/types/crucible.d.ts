// Made by `npm run stdlib` from docs/stdlib.json; do not edit. What a plugin in JavaScript or TypeScript can import: name this file
// in "files" of a tsconfig.json, or put `/// <reference path="…/crucible.d.ts" />` at the top of a plugin.

/** The person's notes; the capabilities `kiln.read` and `kiln.write`. */
declare module "crucible:kiln" {
  /** The text of a note. */
  export function readNote(path: string): string;
  /** An object `{path, sizeBytes, modifiedMs}` about a note. */
  export function statNote(path: string): { path: string; sizeBytes: number; modifiedMs: number };
  /** Whether there is such a note. */
  export function noteExists(path: string): boolean;
  /** A list of objects as `statNote` gives, for the folder and all below it; `""`, or nothing, is the whole kiln. */
  export function listNotes(folder?: string): Array<{ path: string; sizeBytes: number; modifiedMs: number }>;
  /** Creates a note or replaces its text. */
  export function writeNote(path: string, text: string): void;
  /** Creates a note; fails with `conflict` where there is one. */
  export function createNote(path: string, text: string): void;
  /** Removes a note. */
  export function deleteNote(path: string): void;
}

/** Search over the committed notes; the capability `search`. */
declare module "crucible:search" {
  /** The notes that fit, best first, as objects `{path, title, score, snippet, line}`; options `{mode, folder, tags, limit}`, mode being `text`, `semantic` or `hybrid`. */
  export function query(text: string, options?: { mode?: "text" | "semantic" | "hybrid"; folder?: string; tags?: Array<string>; limit?: number }): Array<{ path: string; title?: string; score: number; snippet: string; line: number }>;
  /** As `query`, by words alone. */
  export function text(text: string): Array<{ path: string; title?: string; score: number; snippet: string; line: number }>;
  /** As `query`, by meaning alone. */
  export function semantic(text: string): Array<{ path: string; title?: string; score: number; snippet: string; line: number }>;
  /** As `query`, by words and by meaning. */
  export function hybrid(text: string): Array<{ path: string; title?: string; score: number; snippet: string; line: number }>;
}

/** The links between committed notes; the capability `graph`. */
declare module "crucible:graph" {
  /** The links that lead to a note, as objects `{source, target, resolved, kind, line}`. */
  export function backlinks(path: string): Array<{ source: string; target: string; resolved: boolean; kind: "wikilink" | "markdown" | "embed"; line: number }>;
  /** The links that a note has, in the order of its text. */
  export function forwardLinks(path: string): Array<{ source: string; target: string; resolved: boolean; kind: "wikilink" | "markdown" | "embed"; line: number }>;
  /** Walks the links from a note and gives objects `{path, depth, via}`; options `{strategy, direction, maxDepth, maxNotes, tags}`: breadth-first, forward, 3 links far and 1,000 notes at most where nothing else is said. */
  export function traverse(start: string, options?: { strategy?: "breadth-first" | "depth-first" | "similarity"; direction?: "forward" | "backward" | "both"; maxDepth?: number; maxNotes?: number; tags?: Array<string> }): Array<{ path: string; depth: number; via?: string }>;
}

/** Values that outlive a call, each anything that can be JSON; the capability `state`. */
declare module "crucible:state" {
  /** The value of a key, nothing where it is not set or has expired. */
  export function get(key: string): any | undefined;
  /** Sets a key. */
  export function set(key: string, value: any): void;
  /** Sets a key that is gone after so many milliseconds. */
  export function setFor(key: string, value: any, ms: number): void;
  /** Removes a key and tells whether it was set. */
  function delete_(key: string): boolean;
  export { delete_ as delete };
  /** The keys that begin with the prefix, sorted. */
  export function keys(prefix?: string): Array<string>;
  /** As `get`, in a scope. */
  export function getIn(scope: "plugin" | "kiln" | "global", key: string): any | undefined;
  /** As `set`, in a scope. */
  export function setIn(scope: "plugin" | "kiln" | "global", key: string, value: any): void;
  /** As `setFor`, in a scope. */
  export function setForIn(scope: "plugin" | "kiln" | "global", key: string, value: any, ms: number): void;
  /** As `delete`, in a scope. */
  export function deleteIn(scope: "plugin" | "kiln" | "global", key: string): boolean;
  /** As `keys`, in a scope. */
  export function keysIn(scope: "plugin" | "kiln" | "global", prefix?: string): Array<string>;
}

/** HTTP requests; the capability `network`. */
declare module "crucible:network" {
  /** Sends a GET request and gives the answer as an object `{status, url, headers, body}`, names of headers in lower case, the body a string where it is UTF-8, else bytes. */
  export function get(url: string): Response;
  /** Sends a request `{url, method, headers, body, timeoutMs}` and gives the answer as `get` does. */
  export function fetch(request: { url: string; method?: string; headers?: Record<string, string>; body?: Uint8Array; timeoutMs?: number }): Response;
  /** An answer of the network. */
  export interface Response {
    readonly status: number;
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly body: string | Uint8Array;
    /** The body, read as JSON. */
    json(): any;
  }
}

/** The time, which the person can freeze; the capability `clock`. */
declare module "crucible:clock" {
  /** Milliseconds since 1970-01-01 UTC. */
  export function nowMs(): number;
  /** Nanoseconds since a moment before the call; never goes back. */
  export function monotonicNs(): number;
  /** The person's offset from UTC at that moment, in minutes, east positive. */
  export function utcOffsetMinutes(atMs: number): number;
}

/** Numbers from the seed of the call; always there. */
declare module "crucible:random" {
  /** A whole number from low to high, both included. */
  export function range(low: number, high: number): number;
  /** A number from 0 to 1, without 1. */
  export function float(): number;
  /** 53 random bits as a whole number. */
  export function bits(): number;
  /** Random bytes. */
  export function bytes(count: number): Uint8Array;
  /** One of the items; nothing where there is none. */
  export function choose(items: Array<any>): any | undefined;
  /** The items in another order, as a new list. */
  export function shuffle(items: Array<any>): Array<any>;
}

/** Messages for the person who runs the plugin; always there. */
declare module "crucible:log" {
  /** A message for whoever looks for a fault; what is no string is written as JSON. */
  export function debug(message: any): void;
  /** A message for the person. */
  export function info(message: any): void;
  /** A message about what may be wrong. */
  export function warn(message: any): void;
  /** A message about what went wrong. */
  export function error(message: any): void;
}

/** Notes that log the work of agents; the capability `session`. */
declare module "crucible:session" {
  /** The sessions, newest first: 100 at most where no limit is given. */
  export function listSessions(limit?: number): Array<Session>;
  /** The session that a note logs. */
  export function open(path: string): Session;
  /** A session. */
  export interface Session {
    readonly path: string;
    /** The phases of a session, as objects `{name, agent, channel, input, output, status, durationMs, tokens}`. */
    phases(): Array<{ name: string; agent?: string; channel?: string; input?: string; output?: string; status: "pending" | "running" | "done" | "failed" | "skipped"; durationMs?: number; tokens?: number }>;
    /** Adds an event, anything that can be JSON. */
    append(event: any): void;
  }
}

/** Other plugins; the capability `plugins`. */
declare module "crucible:plugins" {
  /** The plugins that this one may call, as objects `{name, version, description, exports}`. */
  export function listPlugins(): Array<{ name: string; version: string; description: string; exports: Array<string> }>;
  /** Calls a tool that another plugin exports and gives what it returned. */
  export function call(plugin: string, tool: string, args: any): any;
  /** Calls a tool once per input, on as many threads as there are; `""` is this plugin. Gives a list of `{ok = value}` or `{error = {code, message}}`, in the order of the inputs. */
  export function map(plugin: string, tool: string, inputs: Array<any>): Array<{ ok?: any; error?: { code: string; message: string } }>;
}

/** Rules and queries; the capability `datalog`. */
declare module "crucible:datalog" {
  /** A program from its rules; fails with the line of the first error. */
  export function parse(rules: string): Program;
  /** Rules with the facts that were added to them. */
  export interface Program {
    /** Adds facts to a relation: a list of lists. */
    insert(relation: string, rows: Array<Array<any>>): void;
    /** Removes facts. */
    retract(relation: string, rows: Array<Array<any>>): void;
    /** The rows that match a goal such as `path(a, X)`, as a list of lists. */
    query(goal: string): Array<Array<any>>;
  }
}

/** The person at the screen; the capability `ui`. */
declare module "crucible:ui" {
  /** Asks yes or no; nothing where the person declined to answer. */
  export function confirm(question: string): boolean | undefined;
  /** Asks for a line of text. */
  export function text(question: string): string | undefined;
  /** Asks for one of the choices, 2 to 100 strings. */
  export function choose(question: string, choices: Array<string>): string | undefined;
  /** Tells how far the work is: 0 to 1, or nothing where that is unknown. */
  export function progress(fraction: number | undefined, message: string): void;
}

/** JSON text. */
declare module "crucible:json" {
  /** The value of a JSON text. */
  export function parse(text: string): any;
  /** The JSON text of a value, keys sorted. */
  export function stringify(value: any): string;
}

/** Graphs of a plugin's own data or of the kiln's links, and what is computed on them. */
declare module "crucible:algorithms" {
  /** A graph of notes and the links between them, weighted by how many there are: the notes of a folder (the whole kiln where none is given), or with `start` those that `graph.traverse` finds from there in both directions. Needs the grant `graph`, and `kiln.read` for a folder. */
  export function kilnGraph(options?: { folder?: string; start?: string; maxDepth?: number; maxNotes?: number; tags?: Array<string> }): Graph;
  /** A graph: nodes with names and edges with weights. Answers are in the order in which nodes and edges came, where nothing else is said. */
  export class Graph {
    /** A graph of these nodes and edges; edges have a direction unless `directed` is false. */
    constructor(options?: { directed?: boolean; nodes?: Array<string>; edges?: Array<{ from: string; to: string; weight?: number }> });
    /** Adds a node, if it is not there. */
    addNode(node: string): void;
    /** Adds an edge, and the nodes that are missing; where there is one, changes its weight. Weights are numbers from 0; 1 where none is given. */
    addEdge(from: string, to: string, weight?: number): void;
    /** Whether there is such a node. */
    hasNode(node: string): boolean;
    /** The weight of an edge; nothing where there is none. */
    weight(from: string, to: string): number | undefined;
    /** The names of all nodes. */
    nodes(): Array<string>;
    /** All edges, `{from, to, weight}`. */
    edges(): Array<{ from: string; to: string; weight?: number }>;
    /** How many nodes there are. */
    len(): number;
    /** Where the edges of a node lead. */
    neighbors(node: string): Array<string>;
    /** A new graph with every edge the other way round. */
    reversed(): Graph;
    /** The nodes that can be reached, nearest first, each with the number of edges to it. */
    breadthFirst(start: string): Array<{ node: string; depth: number }>;
    /** The nodes that can be reached, in the order in which a walk meets them that goes on as far as it can first. */
    depthFirst(start: string): Array<string>;
    /** The path with the smallest sum of weights (Dijkstra), nothing where there is none. With a function that gives what the rest of the way costs at least, fewer nodes are looked at (A*). */
    shortestPath(from: string, to: string, heuristic?: ((node: string, goal: string) => number)): { nodes: Array<string>; cost: number } | undefined;
    /** The nodes that can be reached, nearest first, each with the cost of its shortest path. */
    distances(from: string): Array<{ node: string; cost: number }>;
    /** Groups of nodes that hang together whatever the direction of edges, largest first. */
    components(): Array<Array<string>>;
    /** Groups of nodes each of which can be reached from each, largest first. */
    strongComponents(): Array<Array<string>>;
    /** The nodes, each after all that lead to it; a cycle is a `conflict` that names it. */
    topologicalOrder(): Array<string>;
    /** The nodes in groups: those that nothing leads to, those that only these lead to, and so on; a cycle is a `conflict` that names it. */
    layers(): Array<Array<string>>;
    /** PageRank, highest first; the scores add up to 1. `damping` is 0.85 where nothing is said; it ends after `iterations` (100), or when the scores change by less than `tolerance` (1e-9) in all. */
    pageRank(options?: { damping?: number; iterations?: number; tolerance?: number }): Array<{ node: string; score: number }>;
    /** How much each node matters, highest first, from 0 to 1 (`degree` of a directed graph: to 2); edges count 1 each. */
    centrality(measure: "degree" | "closeness" | "betweenness"): Array<{ node: string; score: number }>;
    /** Groups with more edges inside than between (Louvain), largest first. A resolution above 1 gives smaller groups. */
    communities(resolution?: number): Array<Array<string>>;
    /** How well groups of all nodes divide the graph: the share of edges inside of them, less what chance would give. */
    modularity(groups: Array<Array<string>>): number;
    /** The graph in Graphviz's language. */
    toDot(): string;
  }
}

/** State machines. */
declare module "crucible:machine" {
  /** A state machine: it is in one of its states, and events take it to others along its transitions. Callbacks get `{event, from, to, data}`. */
  export class StateMachine {
    /** A machine in its initial state. Unknown states, transitions that leave a final state and those that could never be taken are refused. */
    constructor(definition: { initial: string; states: Array<string | { name: string; onEnter?: ((step: { event: string; from: string; to: string; data?: any }) => any); onExit?: ((step: { event: string; from: string; to: string; data?: any }) => any); final?: boolean }>; transitions: Array<{ event: string; from: string; to: string; guard?: ((step: { event: string; from: string; to: string; data?: any }) => boolean); action?: ((step: { event: string; from: string; to: string; data?: any }) => any) }> });
    /** The name of the state that it is in. */
    state(): string;
    /** The events that the state knows; guards are not asked. */
    events(): Array<string>;
    /** Whether the state is a final one. */
    isFinal(): boolean;
    /** Whether the event would be taken; guards are asked. */
    can(event: string, data?: any): boolean;
    /** Takes the first transition of the event whose guard agrees and gives the new state: `onExit` of the old one, the `action`, `onEnter` of the new one. When one of them fails, the machine stays where it was. `conflict` where the state does not know the event, or its guards refuse. */
    send(event: string, data?: any): string;
    /** The last 1,000 steps, oldest first. */
    history(): Array<{ event: string; from: string; to: string }>;
    /** Where it is and was, as plain values. */
    snapshot(): { state: string; history: Array<{ event: string; from: string; to: string }> };
    /** Puts it where a snapshot of such a machine says; no callback runs. */
    restore(snapshot: { state: string; history: Array<{ event: string; from: string; to: string }> }): void;
    /** Keeps the snapshot in the plugin's state under this key; needs the grant `state`. */
    save(key: string): void;
    /** Restores what `save` kept and tells whether there was anything; needs the grant `state`. */
    load(key: string): boolean;
    /** The machine in Graphviz's language, its state filled. */
    toDot(): string;
  }
}

/** Steps that depend on each other, run in waves. */
declare module "crucible:workflow" {
  /** Steps that depend on each other. Each is a function, or a tool of this plugin or another; what only reads runs beside each other. */
  export class Workflow {
    /** A workflow without steps. `onError` says what a step that fails does: `fail` ends the run with its error (where nothing is said), `skip` skips what depends on it, `continue` runs that without its value. */
    constructor(options?: { onError?: "fail" | "skip" | "continue" });
    /** Adds a step. `run` is called with `{input, results, attempt}`: the run's input, and the values of the steps in `after`. `tool` is called with `args`, or with what `args` gives as a function of the same, or else with the same; `plugin` is this one where it is left out; a tool that `writes` runs alone, the others only read. `retries` more attempts follow a failure at once, as long as `retryIf` agrees: nothing waits in between. The failure of a `critical` step always ends the run, that of an `optional` one is only reported. */
    addStep(step: { name: string; after?: Array<string>; run?: ((context: { input?: any; results: Record<string, any>; attempt: number }) => any); tool?: { plugin?: string; name: string; args?: any; writes?: boolean }; retries?: number; retryIf?: ((problem: { code: string; message: string; attempt: number }) => boolean); critical?: boolean; optional?: boolean }): void;
    /** The names of the steps, as they were added. */
    steps(): Array<string>;
    /** The names of the steps, each after all that it needs; a cycle is a `conflict` that names it. */
    order(): Array<string>;
    /** The names of the steps in groups, each of which needs only groups before it; a cycle is a `conflict` that names it. */
    waves(): Array<Array<string>>;
    /** Runs all steps, wave after wave, and reports: `ok` where none failed that is not optional, `results` by step, and how each step ended, in the order in which they were added. Tools need the grant `plugins`. */
    run(input?: any): { ok: boolean; results: Record<string, any>; steps: Array<{ name: string; status: "done" | "failed" | "skipped"; attempts: number; value?: any; error?: { code: string; message: string } }> };
    /** The workflow in Graphviz's language; critical steps are bold, optional ones dashed. */
    toDot(): string;
  }
}

/** Containers that a language may lack, and functions over lists. Items are copied in and out. */
declare module "crucible:collections" {
  /** The items, sorted by the key that the function gives for each: numbers before strings, strings by their code points; equal keys keep their order. */
  export function sortBy(items: Array<any>, key: ((item: any) => number | string)): Array<any>;
  /** The items in groups `{key, items}` by the string that the function gives for each, in the order in which keys first came. */
  export function groupBy(items: Array<any>, key: ((item: any) => string)): Array<{ key: string; items: Array<any> }>;
  /** A queue open at both ends: first in, first out with `push` and `pop`, a stack with `push` and `popBack`. */
  export class Queue {
    /** A queue of the items, or an empty one. */
    constructor(items?: Array<any>);
    /** Adds an item at the back. */
    push(item: any): void;
    /** Adds an item at the front. */
    pushFront(item: any): void;
    /** Takes the item at the front; nothing where there is none. */
    pop(): any | undefined;
    /** Takes the item at the back; nothing where there is none. */
    popBack(): any | undefined;
    /** The item at the front, which stays there. */
    peek(): any | undefined;
    /** How many items there are. */
    len(): number;
    /** Takes all items. */
    clear(): void;
    /** The items, from the front to the back. */
    toList(): Array<any>;
  }
  /** A queue in which the item with the lowest priority comes first, equal ones in the order in which they came. */
  export class PriorityQueue {
    /** An empty queue. */
    constructor();
    /** Adds an item. */
    push(item: any, priority: number): void;
    /** Takes the first item; nothing where there is none. */
    pop(): any | undefined;
    /** The first item and its priority, which stay there; nothing where there is none. */
    peek(): { item: any; priority: number } | undefined;
    /** How many items there are. */
    len(): number;
    /** The items, in the order in which they would come. */
    toList(): Array<any>;
  }
  /** A set of strings, sorted by their code points. */
  export class Set {
    /** A set of the items, or an empty one. */
    constructor(items?: Array<string>);
    /** Adds an item and tells whether it is new. */
    add(item: string): boolean;
    /** Removes an item and tells whether it was there. */
    remove(item: string): boolean;
    /** Whether the item is there. */
    has(item: string): boolean;
    /** How many items there are. */
    len(): number;
    /** A new set of what is in one or the other. */
    union(other: Set): Set;
    /** A new set of what is in both. */
    intersection(other: Set): Set;
    /** A new set of what is in this one only. */
    difference(other: Set): Set;
    /** Whether all items are in the other, too. */
    isSubset(other: Set): boolean;
    /** The items, sorted. */
    toList(): Array<string>;
  }
  /** A tree of named nodes, each with a value; children keep their order, and there may be several roots. */
  export class Tree {
    /** An empty tree. */
    constructor();
    /** Adds a node as the last child of its parent, or as a root; a name that is there is a `conflict`. */
    add(node: string, parent?: string, value?: any): void;
    /** Whether there is such a node. */
    has(node: string): boolean;
    /** How many nodes there are. */
    len(): number;
    /** The value of a node. */
    value(node: string): any;
    /** Changes the value of a node. */
    setValue(node: string, value?: any): void;
    /** The node above; nothing for a root. */
    parent(node: string): string | undefined;
    /** The nodes below, in their order; the roots where no node is given. */
    children(node?: string): Array<string>;
    /** The nodes above, from the parent to the root. */
    ancestors(node: string): Array<string>;
    /** A node and all below it, or all nodes, each with its depth from there: before its children (`pre`, where nothing is said), behind them (`post`), or one depth after the other (`breadth`). */
    walk(order?: "pre" | "post" | "breadth", node?: string): Array<{ node: string; depth: number }>;
    /** Puts a node and all below it under another, as its last child, or makes it a root; under itself is a `conflict`. */
    moveTo(node: string, parent?: string): void;
    /** Removes a node and all below it, and gives how many these were. */
    remove(node: string): number;
  }
}

/** Strings as people see them, of any alphabet. */
declare module "crucible:text" {
  /** How many characters there are, as people count them. */
  export function len(text: string): number;
  /** The characters, as people see them. */
  export function characters(text: string): Array<string>;
  /** The words, without what stands between them. */
  export function words(text: string): Array<string>;
  /** How many words there are. */
  export function wordCount(text: string): number;
  /** The lines, without what ends them. */
  export function lines(text: string): Array<string>;
  /** What stands between the separators. */
  export function split(text: string, separator: string): Array<string>;
  /** The text with every `from` as `to`; neither is a pattern. */
  export function replace(text: string, from: string, to: string): string;
  /** In small letters, of any alphabet. */
  export function lower(text: string): string;
  /** In capital letters, of any alphabet. */
  export function upper(text: string): string;
  /** Every word with a capital first letter. */
  export function title(text: string): string;
  /** Without white space at its ends. */
  export function trim(text: string): string;
  /** Without white space at its ends, and with one space for all other. */
  export function squeeze(text: string): string;
  /** For a file name or an address: letters and digits of any alphabet in small letters, a hyphen for what is between them. */
  export function slug(text: string): string;
  /** With so many of `fill`, or spaces, in front that it has the width. */
  export function padStart(text: string, width: number, fill?: string): string;
  /** With so many of `fill`, or spaces, behind it that it has the width. */
  export function padEnd(text: string, width: number, fill?: string): string;
  /** The text where it is not wider than so many characters, else its beginning and the ellipsis (`…`), as wide together. */
  export function truncate(text: string, width: number, ellipsis?: string): string;
  /** Broken at white space into lines of so many characters, each paragraph for itself; longer words have lines of their own. */
  export function wrap(text: string, width: number): string;
  /** Without the white space that all lines begin with; lines of nothing else become empty. */
  export function dedent(text: string): string;
  /** With the prefix before every line that is not empty. */
  export function indent(text: string, prefix: string): string;
  /** How many code points must be changed, added or taken to make one of the other (Levenshtein). */
  export function distance(one: string, other: string): number;
  /** How alike they are: 1 where they are equal, 0 where nothing is, by `distance`. */
  export function similarity(one: string, other: string): number;
}

/** Paths of notes and folders, from the kiln's root; none leaves the kiln. */
declare module "crucible:path" {
  /** The parts one below the other, normalised. */
  export function join(parts: Array<string>): string;
  /** Without `.`, `..` and empty parts; what would leave the kiln is `invalid-arguments`. */
  export function normalise(path: string): string;
  /** The folder that it is in; an empty string at the root. */
  export function dirname(path: string): string;
  /** The last part. */
  export function basename(path: string): string;
  /** The last part without its extension. */
  export function stem(path: string): string;
  /** The extension, without its dot; an empty string where there is none. */
  export function extension(path: string): string;
  /** With another extension, given without its dot; an empty one takes it away. */
  export function withExtension(path: string, extension: string): string;
  /** How a link in a note of the folder `from` would lead to `to`. */
  export function relative(from: string, to: string): string;
  /** Whether it is the folder, or below it. */
  export function isWithin(path: string, folder: string): boolean;
}

/** Patterns that are matched in linear time. */
declare module "crucible:regex" {
  /** A pattern that matches exactly this text. */
  export function escape(text: string): string;
  /** A compiled pattern, in the syntax of the Rust crate `regex-lite`: no look-around and no back-references, so that matching takes time in proportion to the text. `\w`, `\d`, `\s`, `\b` and the flag `i` know the letters of ASCII only. */
  export class Regex {
    /** Compiles a pattern. Flags: `i` without case, `m` where `^` and `$` mean lines, `s` where `.` matches the end of a line too, `x` where white space in the pattern means nothing. */
    constructor(pattern: string, flags?: string);
    /** Whether it matches anywhere. */
    isMatch(text: string): boolean;
    /** The first match, nothing where there is none: its text, where it begins and ends in code points from 0, what each group matched, and those with names. */
    find(text: string): { text: string; start: number; end: number; groups: Array<string | undefined>; names: Record<string, string> } | undefined;
    /** All matches that do not overlap, as `find` gives one. */
    findAll(text: string): Array<{ text: string; start: number; end: number; groups: Array<string | undefined>; names: Record<string, string> }>;
    /** The text with every match replaced: by a string, in which `$1` or `${name}` is what a group matched and `$$` a dollar sign, or by what a function gives for the match. */
    replace(text: string, by: string | ((match: { text: string; start: number; end: number; groups: Array<string | undefined>; names: Record<string, string> }) => string)): string;
    /** What stands between the matches. */
    split(text: string): Array<string>;
  }
}

/** Moments, in milliseconds since 1970-01-01 UTC, and the calendar. Offsets from UTC are in minutes, east positive; `clock.utc_offset_minutes` is the person's. */
declare module "crucible:date" {
  /** The moment; needs the grant `clock`. */
  export function now(): number;
  /** The moment of `2026-11-21`, `2026-11-21T12:34:56.789+01:00` (RFC 3339; without an offset it is UTC, seconds may be left out) or a date of mail (RFC 2822). */
  export function parse(text: string): number;
  /** The moment of a text in the form of a `strftime` pattern such as `%d.%m.%Y %H:%M`: midnight where it has no time of day, UTC where it has no offset. */
  export function parseAs(text: string, pattern: string): number;
  /** As RFC 3339 writes it, `2026-11-21T12:34:56Z`. */
  export function format(ms: number, offsetMinutes?: number): string;
  /** As a `strftime` pattern says, names in English: `%A, %e %B %Y`. */
  export function formatAs(ms: number, pattern: string, offsetMinutes?: number): string;
  /** As RFC 2822 writes it, `Sat, 21 Nov 2026 12:34:56 +0000`. */
  export function formatMail(ms: number, offsetMinutes?: number): string;
  /** The parts of the moment; weekdays count from Monday, 1, and weeks as ISO 8601 does. */
  export function parts(ms: number, offsetMinutes?: number): { year: number; month: number; day: number; hour: number; minute: number; second: number; millisecond: number; weekday: number; dayOfYear: number; isoYear: number; isoWeek: number };
  /** The moment of these parts, what is left out being the first or zero; one that there is not, such as 30 February, is `invalid-arguments`. */
  export function fromParts(parts: { year: number; month?: number; day?: number; hour?: number; minute?: number; second?: number; millisecond?: number }, offsetMinutes?: number): number;
  /** The moment that much later, or earlier where amounts are negative: years and months first, the day staying within its month, then weeks and days, then the time. */
  export function add(ms: number, duration: { years?: number; months?: number; weeks?: number; days?: number; hours?: number; minutes?: number; seconds?: number; milliseconds?: number }, offsetMinutes?: number): number;
  /** The time from one moment to the other; all amounts are negative where `to` is earlier. */
  export function difference(from: number, to: number): { days: number; hours: number; minutes: number; seconds: number; milliseconds: number };
  /** The first moment of the year, the month, … that the moment is in; weeks begin on Monday. */
  export function startOf(ms: number, unit: "year" | "month" | "week" | "day" | "hour" | "minute" | "second", offsetMinutes?: number): number;
}

/** YAML text, and the frontmatter of notes. */
declare module "crucible:yaml" {
  /** The value of a YAML document (version 1.2, core schema). Refused, with the place: more than one document, a key that is there twice, tags other than those of the core schema, aliases that grow beyond a million values. */
  export function parse(text: string): any;
  /** The YAML text of a value, keys sorted; what other readers could take for something else is in quotes. */
  export function stringify(value: any): string;
  /** The fields of a note's frontmatter, and the text behind it; no fields where it has none. */
  export function frontmatter(note: string): { fields: Record<string, any>; body: string };
  /** The note with these fields as its frontmatter, in place of what it had; without one where there are no fields. */
  export function withFrontmatter(note: string, fields: Record<string, any>): string;
}

/** Everything: the modules by name, and short forms. */
declare module "crucible" {
  export * as kiln from "crucible:kiln";
  export * as graph from "crucible:graph";
  export * as state from "crucible:state";
  export * as network from "crucible:network";
  export * as clock from "crucible:clock";
  export * as random from "crucible:random";
  export * as log from "crucible:log";
  export * as session from "crucible:session";
  export * as plugins from "crucible:plugins";
  export * as datalog from "crucible:datalog";
  export * as ui from "crucible:ui";
  export * as json from "crucible:json";
  export * as algorithms from "crucible:algorithms";
  export * as machine from "crucible:machine";
  export * as workflow from "crucible:workflow";
  export * as collections from "crucible:collections";
  export * as text from "crucible:text";
  export * as path from "crucible:path";
  export * as regex from "crucible:regex";
  export * as date from "crucible:date";
  export * as yaml from "crucible:yaml";
  export const search: typeof import("crucible:search") & typeof import("crucible:search").query;
  export { readNote, listNotes, writeNote, createNote, deleteNote } from "crucible:kiln";
  /**
   * What failing functions throw. Throw one to end a call with a code:
   * `denied`, `not-found`, `invalid-arguments`, `conflict`, `rate-limited`, `transfer-limit`, `timeout`, `unavailable`, `guest-error`.
   */
  export class PluginError extends Error {
    constructor(code: string, message: string);
    readonly code: string;
  }
}

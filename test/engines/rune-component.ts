/**
 * The Rune engine's component under jco 1.13.0, with capabilities written in plain JavaScript: an oracle beside our own host, for
 * tests of the artifact itself. It enforces no limits.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const artifact = fileURLToPath(new URL("../../plugins/engines/rune/rune.wasm", import.meta.url));

export interface Position {
  file: string;
  line: number;
  column: number;
}

export interface Diagnostic {
  severity: "error" | "warning";
  message: string;
  position?: Position;
  excerpt: string;
}

export interface Failure {
  code: string;
  message: string;
  position?: Position;
  stack: { name: string; position?: Position }[];
}

export interface Tool {
  name: string;
  description: string;
  parameters: string;
  returns?: string;
}

export interface SourceFile {
  path: string;
  text: string;
}

export interface Engine {
  compiler: {
    abi(): string;
    warmUp(): void;
    compile(files: SourceFile[], options: { entry: string }): { code: Uint8Array; warnings: Diagnostic[] };
    load(code: Uint8Array): void;
  };
  guest: { tools(): Tool[]; call(name: string, args: string): string };
}

type Imports = Record<string, Record<string, unknown>>;
type Instantiate = (getCoreModule: (name: string) => WebAssembly.Module, imports: Imports) => Promise<Engine>;

export interface Component {
  /** The folder with jco's files, for a child process. */
  folder: string;
  /** The component's world as WIT text. */
  wit: string;
  instantiate(imports: Imports): Promise<Engine>;
  remove(): void;
}

/** Transpiles the artifact into a folder of its own. */
export async function transpiled(): Promise<Component> {
  const bytes = readFileSync(artifact);
  const jco = await import("@bytecodealliance/jco");
  const { files } = await jco.transpile(bytes, { name: "rune", instantiation: "async", base64Cutoff: false });
  const folder = mkdtempSync(join(tmpdir(), "rune-component-"));
  for (const [name, content] of Object.entries(files as Record<string, Uint8Array>)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const { instantiate }: { instantiate: Instantiate } = await import(pathToFileURL(join(folder, "rune.js")).href);
  const modules = new Map<string, WebAssembly.Module>();
  const getCoreModule = (name: string) => {
    const module = modules.get(name) ?? new WebAssembly.Module(readFileSync(join(folder, name)));
    modules.set(name, module);
    return module;
  };
  return {
    folder,
    wit: await jco.componentWit(bytes),
    instantiate: (imports) => instantiate(getCoreModule, imports),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the capabilities below did and hold. */
export interface World {
  notes: Map<string, string>;
  state: Map<string, string>;
  log: [level: string, message: string][];
  imports: Imports;
}

/** Capabilities over two maps: reads work, writes are denied, drawing is a counter, the rest is unavailable. */
export function world(): World {
  const notes = new Map([
    ["a.md", "# A\n\nSee [[b]]."],
    ["folder/b.md", "# Ä"],
  ]);
  const state = new Map<string, string>();
  const log: World["log"] = [];
  let drawn = 0n;
  class Cursor {
    #items: unknown[];
    constructor(items: unknown[]) {
      this.#items = items;
    }
    next(max: number) {
      // Two at a time: whoever reads a cursor must ask until the end.
      return this.#items.splice(0, Math.min(max, 2));
    }
  }
  class NoteCursor extends Cursor {}
  class KeyCursor extends Cursor {}
  class HitCursor extends Cursor {}
  class Unused {}
  const unavailable = () => refuse("unavailable", "not in this test");
  const imports: Imports = {
    "crucible:plugin/kiln": {
      NoteCursor,
      readNote: (path: string) => notes.get(path) ?? refuse("not-found", `There is no note "${path}"`),
      statNote: (path: string) => info(path, notes.get(path) ?? refuse("not-found", `There is no note "${path}"`)),
      noteExists: (path: string) => notes.has(path),
      listNotes: (folder: string) =>
        new NoteCursor([...notes].filter(([path]) => path.startsWith(folder)).map(([path, text]) => info(path, text))),
      writeNote: () => refuse("denied", "kiln.write is not granted"),
      createNote: () => refuse("denied", "kiln.write is not granted"),
      deleteNote: () => refuse("denied", "kiln.write is not granted"),
    },
    "crucible:plugin/search": {
      HitCursor,
      query: (text: string, options: unknown) =>
        new HitCursor(
          [1, 2, 3].map((line) => ({ path: JSON.stringify(options), score: 1 / line, snippet: text, line })),
        ),
    },
    "crucible:plugin/graph": {
      LinkCursor: Unused,
      VisitCursor: Unused,
      backlinks: unavailable,
      forwardLinks: unavailable,
      traverse: unavailable,
    },
    "crucible:plugin/state": {
      KeyCursor,
      get: (scope: string, key: string) => state.get(`${scope}/${key}`),
      set: (scope: string, key: string, value: string) => void state.set(`${scope}/${key}`, value),
      delete: (scope: string, key: string) => state.delete(`${scope}/${key}`),
      keys: (scope: string, prefix: string) =>
        new KeyCursor(
          [...state.keys()]
            .filter((key) => key.startsWith(`${scope}/${prefix}`))
            .map((key) => key.slice(scope.length + 1)),
        ),
    },
    "crucible:plugin/network": { Response: Unused, fetch: () => refuse("denied", "network is not granted") },
    "crucible:plugin/clock": { nowMs: () => 1_700_000_000_000n, monotonicNs: () => 5n, utcOffsetMinutes: () => 60 },
    "crucible:plugin/random": {
      nextU64: () => ++drawn,
      nextF64: () => 0.25,
      range: (low: bigint, high: bigint) =>
        low > high
          ? refuse("invalid-arguments", `low ${low} is above high ${high}`)
          : low + (++drawn % (high - low + 1n)),
      bytes: (length: number) => new Uint8Array(length).fill(7),
    },
    "crucible:plugin/log": { write: (level: string, message: string) => void log.push([level, message]) },
    "crucible:plugin/session": {
      PhaseCursor: Unused,
      listSessions: () => ["sessions/one.md"],
      phases: unavailable,
      append: () => {},
    },
    "crucible:plugin/plugins": { AnswerCursor: Unused, listPlugins: () => [], call: unavailable, map: unavailable },
    "crucible:plugin/datalog": { Program: Unused, RowCursor: Unused, parse: unavailable },
    "crucible:plugin/ui": {
      ask: (question: { tag: string }) => (question.tag === "confirm" ? "yes" : undefined),
      progress: () => {},
    },
  };
  return { notes, state, log, imports };
}

function info(path: string, text: string) {
  return { path, sizeBytes: BigInt(Buffer.byteLength(text)), modifiedMs: 0n };
}

/** jco's way to answer with the error case of a result. */
function refuse(tag: string, message: string): never {
  throw Object.assign(new Error(message), { payload: { tag, val: message } });
}

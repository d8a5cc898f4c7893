/** The page of the tests that attack a page. */
import { type BrowserHostOptions, createBrowserHost, PluginError } from "crucible-plugin-host/browser";
import { serveJobs } from "./serve.ts";

/** What a plugin answered, or the error that kept it from it. */
export interface Outcome {
  readonly result?: unknown;
  readonly code?: string;
  readonly message?: string;
}

type Moment = "constructor" | "load" | "call";

const PLUGIN = { path: "fine.rune", content: `/// Fine.\npub fn fine() { "fine" }` };

/** Opens a host, loads a plugin and calls it. */
async function attempt(options: BrowserHostOptions): Promise<Outcome> {
  try {
    const plugin = await createBrowserHost(options).load(PLUGIN);
    const { result } = await plugin.call("fine");
    return { result };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return { code: error.code, message: error.message };
  }
}

async function engineBytes(): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch("/engines/rune.wasm")).arrayBuffer());
}

async function changeAfterwards(): Promise<Outcome> {
  const bytes = await engineBytes();
  return attempt({
    engines: async () => {
      queueMicrotask(() => queueMicrotask(() => bytes.fill(0)));
      return bytes;
    },
  });
}

async function bringAnother(): Promise<Outcome> {
  const bytes = await engineBytes();
  bytes[bytes.length >> 1]! ^= 1;
  return attempt({ engines: async () => bytes });
}

interface Pollution {
  readonly moment: Moment;
  readonly name: string;
  readonly value: unknown;
  readonly form?: "getter" | "symbol" | "hidden";
}

/** What one host came to under each pollution in turn, each undone before the next. */
async function pollute(pollutions: readonly Pollution[]): Promise<Outcome[]> {
  const host = createBrowserHost({ engines: "/engines/" });
  const plugin = await host.load(PLUGIN);
  const steps = {
    constructor: async () => createBrowserHost({ engines: "/engines/" }),
    load: () => host.load(PLUGIN),
    call: () => plugin.call("fine"),
  };
  const outcomes: Outcome[] = [];
  for (const { moment, name, value, form } of pollutions) {
    const key = form === "symbol" ? Symbol(name) : name;
    const descriptor = form === "getter" ? { get: () => value } : { value, enumerable: form === undefined };
    Object.defineProperty(Object.prototype, key, { ...descriptor, configurable: true });
    const ended = await steps[moment]().then(
      () => undefined,
      (error: unknown) => error,
    );
    Reflect.deleteProperty(Object.prototype, key);
    if (ended !== undefined && !(ended instanceof PluginError)) throw ended;
    outcomes.push(
      ended === undefined ? { result: "nothing stopped it" } : { code: ended.code, message: ended.message },
    );
  }
  return outcomes;
}

serveJobs({ load: attempt, changeAfterwards, bringAnother, pollute });

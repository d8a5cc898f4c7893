/** The page of the tests of the pool of Web Workers. */
import {
  type BrowserHostOptions,
  type CallOptions,
  createBrowserHost,
  PluginError,
  type PluginFile,
} from "crucible-plugin-host/browser";
import { serveJobs } from "./serve.ts";

const SPIN = {
  path: "spin.rune",
  content: `/// Spins.\npub fn spin() { println!("begun"); loop {} }\n\n/// Fine.\npub fn fine() { 42 }`,
};

const ASKING = {
  path: "asking.rune",
  content: `//---\n// capabilities: [ui]\n//---\n/// Asks for ever.\npub fn ask() { loop { let _ = crucible::ui::text("Who?"); } }`,
};

const open = (more: Partial<BrowserHostOptions> = {}) =>
  createBrowserHost({ engines: "/engines/", isolation: "worker", workers: 1, ...more });

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "nothing stopped it";
  } catch (error) {
    if (error instanceof PluginError) return error.code;
    throw error;
  }
}

/** How calls end that are cancelled while they run, that are late, and whose host is closed; and what one between them gives. */
async function stop() {
  let begun = () => {};
  const host = open({ log: () => begun() });
  const plugin = await host.load(SPIN);
  /** Answers when the guest has begun to spin, with how the call ends. That the answer comes shows that the page goes on. */
  const spin = (options: CallOptions) =>
    new Promise<{ readonly code: Promise<string> }>((resolve) => {
      begun = () => resolve({ code });
      const code = codeOf(() => plugin.call("spin", {}, { fuel: Number.MAX_SAFE_INTEGER, ...options }));
    });
  const controller = new AbortController();
  const cancelled = await spin({ signal: controller.signal });
  controller.abort();
  const codes = [await cancelled.code, await (await spin({ timeoutMs: 1_000 })).code];
  const { result } = await plugin.call("fine");
  const last = await spin({});
  await host.close();
  return { codes: [...codes, await last.code], result };
}

/** The fuel of two calls that run at once. */
async function beside() {
  const host = open({ workers: 2 });
  const plugin = await host.load(SPIN);
  const fuels: (number | undefined)[] = [];
  await Promise.all(
    [3_000_000, 5_000_000].map(async (fuel) => {
      await plugin.call("spin", {}, { fuel }).catch((error: PluginError) => fuels.push(error.usage?.fuel));
    }),
  );
  await host.close();
  return fuels.sort();
}

/** What a plugin came to that asks the person, who answers when the page has time for that, and what it told of its progress. */
async function ask({ plugin: file, isolation }: { plugin: PluginFile; isolation: "inline" | "worker" }) {
  const told: string[] = [];
  const host = open({
    isolation,
    allow: ["ui"],
    ui: { ask: (question) => new Promise((resolve) => setTimeout(() => resolve(`Ada, asked ${question.text}`))) },
  });
  const plugin = await host.load(file);
  const { result, fuel } = await plugin.call("greet", {}, { onProgress: ({ message }) => told.push(message) });
  await host.close();
  return { result, fuel, told };
}

/** How calls end that wait on the page's own thread for an answer that never comes. */
async function stopAsking() {
  const codes: string[] = [];
  for (const how of ["signal", "deadline", "close"]) {
    const abort = new AbortController();
    const asked = () => {
      if (how === "signal") abort.abort();
      if (how === "close") void host.close();
      return new Promise<string>(() => {});
    };
    const host = open({ isolation: "inline", allow: ["ui"], ui: { ask: asked } });
    const plugin = await host.load(ASKING);
    const options = how === "deadline" ? { timeoutMs: 50 } : { signal: abort.signal };
    codes.push(await codeOf(() => plugin.call("ask", {}, options)));
    await host.close();
  }
  return codes;
}

serveJobs({
  ask,
  stopAsking,
  stop,
  beside,
  open: (options: Partial<BrowserHostOptions>) => codeOf(async () => (await open(options).load(SPIN)).call("fine")),
});
